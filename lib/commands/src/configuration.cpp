#include "spawn.hpp"
#include "text.hpp"

#include <zflow/commands/configuration.hpp>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace zflow::commands {
namespace {

/// Bounds of what is written in milliseconds: a year is no timeout of an attempt, and a misread unit is.
constexpr std::int64_t most_timeout_ms = std::int64_t{30} * 24 * 60 * 60 * 1000;
constexpr std::int64_t most_delay_ms = std::int64_t{7} * 24 * 60 * 60 * 1000;
constexpr std::int64_t most_attempts = std::numeric_limits<std::uint32_t>::max();
/// Each is a process.
constexpr std::int64_t most_concurrency = 10'000;

constexpr std::array<std::string_view, 7> keys{
    "command", "timeout_ms", "max_attempts", "concurrency", "first_delay_ms", "max_delay_ms", "values"};

class Reader {
 public:
    explicit Reader(const std::filesystem::path& file) : file_(file.string()) {
        std::error_code ignored;
        directory_ = std::filesystem::absolute(file, ignored).parent_path();
    }

    std::expected<Configuration, ConfigurationError> run() {
        const auto text = read_text();
        if (!text) {
            return std::unexpected(std::move(*error_));
        }
        try {
            read(toml::parse(*text, file_));
        } catch (const toml::parse_error& error) {
            fail(error.source(), std::string(error.description()));
        }
        if (error_) {
            return std::unexpected(std::move(*error_));
        }
        return std::move(configuration_);
    }

 private:
    /// The first error stays.
    void fail(const toml::source_region& place, std::string sentence) {
        if (!error_) {
            error_ = ConfigurationError{file_, place.begin.line, place.begin.column, std::move(sentence)};
        }
    }

    std::optional<std::string> read_text() {
        std::error_code code;
        if (std::filesystem::is_directory(file_, code)) {
            code = std::make_error_code(std::errc::is_a_directory);
        }
        errno = 0;
        std::ifstream stream;
        std::string text;
        if (!code) {
            stream.open(file_, std::ios::binary);
            text.assign(std::istreambuf_iterator<char>(stream), {});
        }
        if (!stream.is_open() || stream.bad()) {
            const auto why = code ? code.message() : std::string(std::strerror(errno));
            error_ = ConfigurationError{file_, 0, 0, fmt::format("it cannot be read: {}", why)};
            return std::nullopt;
        }
        return text;
    }

    void read(const toml::table& root) {
        for (const auto& [key, node] : root) {
            if (key != "operations") {
                return fail(key.source(), fmt::format("there is no key '{}' here: operations are tables such "
                                                      "as [operations.\"charge-card\"]",
                                                      key.str()));
            }
            const auto* const table = node.as_table();
            if (table == nullptr) {
                return fail(node.source(), "operations are tables such as [operations.\"charge-card\"]");
            }
            for (const auto& [name, operation] : *table) {
                if (!operation.is_table()) {
                    return fail(operation.source(),
                                fmt::format("the operation '{}' is a table: [operations.\"{}\"]", name.str(),
                                            name.str()));
                }
                read_operation(name, *operation.as_table());
            }
        }
    }

    void read_operation(const toml::key& name, const toml::table& table) {
        if (name.str().empty()) {
            return fail(name.source(), "the name of an operation is not empty");
        }
        for (const auto& [key, node] : table) {
            if (std::ranges::find(keys, key.str()) == keys.end()) {
                return fail(key.source(), fmt::format("there is no key '{}' of an operation; there are: {}",
                                                      key.str(), fmt::join(keys, ", ")));
            }
        }
        Command command;
        command.name = name.str();
        read_words(name, table, command);
        read_options(table, command.options);
        if (const auto* const values = table.get("values")) {
            const auto text = values->value<std::string_view>().value_or("");
            if (text != "plain" && text != "typed") {
                return fail(values->source(), R"('values' is "plain" or "typed")");
            }
            command.values = text == "typed" ? Values::typed : Values::plain;
        }
        configuration_.commands.push_back(std::move(command));
    }

    void read_words(const toml::key& name, const toml::table& table, Command& command) {
        constexpr std::string_view what =
            R"('command' is a list of texts: the program and its arguments, e.g. ["./charge.sh"])";
        const auto* const node = table.get("command");
        if (node == nullptr) {
            return fail(name.source(),
                        fmt::format("the operation '{}' has no command: {}", name.str(), what));
        }
        const auto* const words = node->as_array();
        if (words == nullptr || words->empty()) {
            return fail(node->source(), std::string(what));
        }
        for (const auto& each : *words) {
            const auto word = each.value_exact<std::string>();
            if (!word || (command.words.empty() && word->empty())) {
                return fail(each.source(), std::string(what));
            }
            if (word->find('\0') != std::string::npos) {
                return fail(each.source(), "no argument of a program can hold the character U+0000");
            }
            command.words.push_back(*word);
        }
        const auto& first = command.words.front();
        const auto has_path = first.find('/') != std::string::npos;
        command.program = has_path ? (directory_ / first).lexically_normal().string() : first;
        command.directory = directory_.string();
        if (const auto why = why_not_startable(command.program, command.directory); !why.empty()) {
            const auto place = node->source().begin;
            configuration_.warnings.push_back(
                fmt::format("{}:{}:{}: the command '{}' of '{}' cannot be started now: {}", file_, place.line,
                            place.column, first, name.str(), why));
        }
    }

    void read_options(const toml::table& table, engine::OperationOptions& options) {
        using std::chrono::milliseconds;
        auto& retry = options.retry;
        options.timeout =
            milliseconds(number(table, "timeout_ms", options.timeout.count(), 0, most_timeout_ms));
        retry.max_attempts =
            static_cast<std::uint32_t>(number(table, "max_attempts", retry.max_attempts, 0, most_attempts));
        options.concurrency = static_cast<std::uint32_t>(
            number(table, "concurrency", options.concurrency, 1, most_concurrency));
        retry.first_delay =
            milliseconds(number(table, "first_delay_ms", retry.first_delay.count(), 0, most_delay_ms));
        retry.max_delay =
            milliseconds(number(table, "max_delay_ms", retry.max_delay.count(), 0, most_delay_ms));
        if (retry.max_delay < retry.first_delay) {
            const auto* const node = table.get("max_delay_ms") != nullptr ? table.get("max_delay_ms")
                                                                          : table.get("first_delay_ms");
            fail(node->source(), fmt::format("max_delay_ms, {}, is less than first_delay_ms, {}",
                                             retry.max_delay.count(), retry.first_delay.count()));
        }
    }

    std::int64_t number(const toml::table& table, std::string_view key, std::int64_t otherwise,
                        std::int64_t least, std::int64_t most) {
        const auto* const node = table.get(key);
        if (node == nullptr) {
            return otherwise;
        }
        const auto number = node->value_exact<std::int64_t>();
        if (!number || *number < least || *number > most) {
            fail(node->source(), fmt::format("'{}' is a whole number from {} to {}", key, least, most));
            return otherwise;
        }
        return *number;
    }

    std::string file_;
    std::filesystem::path directory_;
    Configuration configuration_;
    std::optional<ConfigurationError> error_;
};

}  // namespace

std::string ConfigurationError::text() const {
    return line == 0 ? fmt::format("{}: {}", file, sentence)
                     : fmt::format("{}:{}:{}: {}", file, line, column, sentence);
}

std::expected<Configuration, ConfigurationError> read_configuration(const std::filesystem::path& file) {
    return Reader(file).run();
}

}  // namespace zflow::commands
