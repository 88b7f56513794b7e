#include "commands.hpp"
#include "forms.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace zflow::app {
namespace {

using store::block_on;
using store::Bytes;
using store::Index;
using store::Key;
using store::Timestamp;

/// What the commands of this file take from the command line.
struct Arguments {
    std::string name;  // namespace or topic
    std::string key;
    std::string value;
    std::optional<Timestamp> timestamp;
    std::optional<Timestamp> marker;
    std::optional<Timestamp> through;
    std::optional<std::uint64_t> expected;
    Index from = 1;
    Index to = store::max_index;
    Index up_to = 0;
};

boost::json::object key_row(const Arguments& arguments, const Bytes& key) {
    boost::json::object row;
    row["namespace"] = arguments.name;
    add_bytes(row, "key", key);
    return row;
}

/// Important: `--timestamp` is required, so there is one.
Exit put(const Settings& settings, const Arguments& arguments) {
    auto key = read_form(arguments.key);
    auto value = read_form(arguments.value);
    const auto stores = open_for_writing(settings);
    block_on(stores.key_value->put({arguments.name}, {std::move(key)}, std::move(value),
                                   arguments.timestamp.value_or(0)));
    return Exit::ok;
}

Exit get(const Settings& settings, const Arguments& arguments) {
    const Key key{read_form(arguments.key)};
    const auto stores = open_for_reading(settings);
    const auto version = block_on(stores.key_value->get_latest({arguments.name}, key, arguments.timestamp));
    if (!version) {
        tell(fmt::format("zflow: there is no such version of '{}' in '{}'", to_line(key.bytes),
                         to_line(arguments.name)));
        return Exit::not_found;
    }
    if (settings.json) {
        auto row = key_row(arguments, key.bytes);
        row["timestamp"] = version->timestamp;
        add_bytes(row, "value", version->value);
        print(row);
    } else {
        print(version->value);
    }
    return Exit::ok;
}

Exit versions(const Settings& settings, const Arguments& arguments) {
    const Key key{read_form(arguments.key)};
    const auto stores = open_for_reading(settings);
    for (std::optional<Bytes> token = ""; token;) {
        auto page = block_on(stores.key_value->get_all_timestamps({arguments.name}, key, {.token = *token}));
        for (const auto timestamp : page.items) {
            if (settings.json) {
                auto row = key_row(arguments, key.bytes);
                row["timestamp"] = timestamp;
                print(row);
            } else {
                print(fmt::format("{}\n", timestamp));
            }
        }
        token = std::move(page.next);
    }
    return Exit::ok;
}

Exit keys(const Settings& settings, const Arguments& arguments) {
    const auto stores = open_for_reading(settings);
    for (std::optional<Bytes> token = ""; token;) {
        auto page = block_on(stores.key_value->scan_all_keys({arguments.name}, {.token = *token}));
        for (const auto& key : page.items) {
            if (settings.json) {
                print(key_row(arguments, key.bytes));
            } else {
                print(to_line(key.bytes) + "\n");
            }
        }
        token = std::move(page.next);
    }
    return Exit::ok;
}

Exit scan(const Settings& settings, const Arguments& arguments) {
    const auto stores = open_for_reading(settings);
    for (std::optional<Bytes> token = ""; token;) {
        auto page = block_on(stores.key_value->scan_all({arguments.name}, {.token = *token}));
        for (const auto& version : page.items) {
            if (settings.json) {
                auto row = key_row(arguments, version.key.bytes);
                row["timestamp"] = version.timestamp;
                add_bytes(row, "value", version.value);
                print(row);
            } else {
                print(fmt::format("{}\t{}\t{}\n", to_line(version.key.bytes), version.timestamp,
                                  to_line(version.value)));
            }
        }
        token = std::move(page.next);
    }
    return Exit::ok;
}

Exit remove(const Settings& settings, const Arguments& arguments) {
    const Key key{read_form(arguments.key)};
    const auto stores = open_for_writing(settings);
    if (arguments.marker) {
        block_on(stores.key_value->remove({arguments.name}, key, *arguments.marker));
    } else if (arguments.through) {
        block_on(stores.key_value->remove_through({arguments.name}, key, *arguments.through));
    } else {
        block_on(stores.key_value->remove({arguments.name}, key));
    }
    return Exit::ok;
}

Exit append(const Settings& settings, const Arguments& arguments) {
    auto value = read_form(arguments.value);
    const auto stores = open_for_writing(settings);
    Index index = 0;
    if (arguments.expected) {
        const auto result =
            block_on(stores.indexed->append({arguments.name}, std::move(value), *arguments.expected));
        if (!result.is_applied()) {
            print(boost::json::object{{"conflict", boost::json::object{{"position", result.position()}}}});
            return Exit::conflict;
        }
        index = result.position();
    } else {
        index = block_on(stores.indexed->append({arguments.name}, std::move(value)));
    }
    if (settings.json) {
        print(boost::json::object{{"topic", arguments.name}, {"index", index}});
    } else {
        print(fmt::format("{}\n", index));
    }
    return Exit::ok;
}

Exit log(const Settings& settings, const Arguments& arguments) {
    const auto stores = open_for_reading(settings);
    for (auto from = arguments.from; from <= arguments.to;) {
        const auto entries = block_on(stores.indexed->scan({arguments.name}, from, arguments.to));
        if (entries.empty()) {
            break;
        }
        for (const auto& entry : entries) {
            if (settings.json) {
                boost::json::object row{{"topic", arguments.name}, {"index", entry.index}};
                add_bytes(row, "value", entry.value);
                print(row);
            } else {
                print(fmt::format("{}\t{}\n", entry.index, to_line(entry.value)));
            }
        }
        from = entries.back().index + 1;
    }
    return Exit::ok;
}

Exit position(const Settings& settings, const Arguments& arguments) {
    const auto stores = open_for_reading(settings);
    const auto position = block_on(stores.indexed->position({arguments.name}));
    if (settings.json) {
        print(boost::json::object{{"topic", arguments.name}, {"position", position}});
    } else {
        print(fmt::format("{}\n", position));
    }
    return Exit::ok;
}

Exit trim(const Settings& settings, const Arguments& arguments) {
    const auto stores = open_for_writing(settings);
    block_on(stores.indexed->trim({arguments.name}, arguments.up_to));
    return Exit::ok;
}

Exit remove_topic(const Settings& settings, const Arguments& arguments) {
    const auto stores = open_for_writing(settings);
    block_on(stores.indexed->remove({arguments.name}));
    return Exit::ok;
}

using Body = Exit (*)(const Settings&, const Arguments&);

/// Adds the commands, all with the same arguments behind them.
class Adder {
 public:
    Adder(CLI::App& parent, Command& chosen) : parent_(parent), chosen_(chosen) {}

    CLI::App& add(const std::string& name, const std::string& what, const std::string& example, Body body) {
        auto* const command = add_command(parent_, name, what, example);
        command->callback([this_arguments = arguments_, body, &chosen = chosen_] {
            chosen = [this_arguments, body](const Settings& settings) {
                return body(settings, *this_arguments);
            };
        });
        return *command;
    }

    CLI::App& add_for_key(const std::string& name, const std::string& what, const std::string& example,
                          Body body) {
        auto& command = add(name, what, example, body);
        command.add_option("NAMESPACE", arguments_->name, "the namespace")->required();
        command
            .add_option("KEY", arguments_->key, "the key: text, hex:.., @file, - for standard input, text:..")
            ->required();
        return command;
    }

    CLI::App& add_for_topic(const std::string& name, const std::string& what, const std::string& example,
                            Body body) {
        auto& command = add(name, what, example, body);
        command.add_option("TOPIC", arguments_->name, "the topic")->required();
        return command;
    }

    [[nodiscard]] Arguments& arguments() noexcept { return *arguments_; }

 private:
    CLI::App& parent_;
    Command& chosen_;
    std::shared_ptr<Arguments> arguments_ = std::make_shared<Arguments>();
};

constexpr const char* value_forms = "the value: text, hex:.., @file, - for standard input, text:..";

void add_key_value_commands(Adder& adder) {
    auto& arguments = adder.arguments();
    auto& put_command = adder.add_for_key("put", "Store a value as one version of a key",
                                          "zflow store put orders 42 paid --timestamp 1", put);
    put_command.add_option("VALUE", arguments.value, value_forms)->required();
    add_number(put_command, "--timestamp", arguments.timestamp, "the version, any signed 64-bit number")
        ->required();
    auto& get_command =
        adder.add_for_key("get", "Write the newest value of a key, its bytes and nothing else",
                          "zflow store get orders 42", get);
    add_number(get_command, "--before", arguments.timestamp, "the newest version not after this timestamp");
    adder.add_for_key("versions", "List the timestamps of a key, newest first",
                      "zflow store versions orders 42", versions);
    adder.add("keys", "List the keys of a namespace", "zflow store keys orders", keys)
        .add_option("NAMESPACE", arguments.name, "the namespace")
        ->required();
    adder
        .add("scan", "List the newest version of every key: key, timestamp, value",
             "zflow store scan orders --json", scan)
        .add_option("NAMESPACE", arguments.name, "the namespace")
        ->required();
    auto& remove_command = adder.add_for_key("remove", "Remove a key, or some of its versions",
                                             "zflow store remove orders 42 --marker 7", remove);
    auto* const marker = add_number(remove_command, "--marker", arguments.marker,
                                    "only versions older than the newest one not after this timestamp");
    add_number(remove_command, "--through", arguments.through, "only versions up to this timestamp")
        ->excludes(marker);
}

void add_indexed_commands(Adder& adder) {
    auto& arguments = adder.arguments();
    auto& append_command = adder.add_for_topic("append", "Append a value to a topic and print its index",
                                               "zflow store append log hello", append);
    append_command.add_option("VALUE", arguments.value, value_forms)->required();
    add_number(append_command, "--expected", arguments.expected,
               "only if the topic's position is this; else exit code 4");
    auto& log_command = adder.add_for_topic("log", "List the entries of a topic: index, value",
                                            "zflow store log log --from 2", log);
    add_number(log_command, "--from", arguments.from, "the first index");
    add_number(log_command, "--to", arguments.to, "the last index");
    adder.add_for_topic("position", "Print the last index of a topic, 0 if there is none",
                        "zflow store position log", position);
    auto& trim_command = adder.add_for_topic("trim", "Drop the entries of a topic up to an index",
                                             "zflow store trim log 1", trim);
    add_number(trim_command, "UP_TO", arguments.up_to, "the last index to go")->required();
    adder.add_for_topic("remove-topic", "Remove a topic; its next index is 1", "zflow store remove-topic log",
                        remove_topic);
}

}  // namespace

void add_store_commands(CLI::App& parent, Command& chosen) {
    Adder adder(parent, chosen);
    add_key_value_commands(adder);
    add_indexed_commands(adder);
}

}  // namespace zflow::app
