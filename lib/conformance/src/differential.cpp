#include "case.hpp"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <sstream>

namespace zflow::conformance {
namespace {

using store::Bytes;
using store::Key;
using store::Namespace;
using store::Timestamp;
using store::Topic;

constexpr int namespaces = 2;
constexpr int topics = 2;

/// One call of a random program. Namespaces, keys and topics are numbers, so that they can be fresh in each
/// run.
struct Call {
    enum class Kind {
        put,
        get_latest,
        get_latest_before,
        timestamps,
        scan_all,
        scan_all_keys,
        remove,
        remove_marker,
        remove_through,
        append,
        append_expected,
        position,
        scan,
        trim,
        remove_topic,
    };
    Kind kind = Kind::put;
    int where = 0;
    int key = 0;
    Timestamp timestamp = 0;
    std::uint64_t number = 0;
    std::uint64_t second = 0;
    Bytes value;
};
constexpr int kinds = 15;

const char* name_of(Call::Kind kind) {
    static constexpr const char* names[] = {
        "put",    "get_latest",    "get_latest_before", "timestamps", "scan_all",        "scan_all_keys",
        "remove", "remove_marker", "remove_through",    "append",     "append_expected", "position",
        "scan",   "trim",          "remove_topic"};
    return names[static_cast<int>(kind)];
}

/// Keys that are easily mixed up.
const std::vector<Key>& hard_keys() {
    static const std::vector<Key> keys{{"a"}, {"ab"}, {Bytes("a\0", 2)}, {Bytes("\0", 1)}, {"\xFF\xFF"}};
    return keys;
}

std::ostream& operator<<(std::ostream& out, const Call& call) {
    return out << name_of(call.kind) << "(where " << call.where << ", key "
               << show(hard_keys().at(static_cast<std::size_t>(call.key))) << ", timestamp " << call.timestamp
               << ", " << call.number << ", " << call.second << ", " << show(call.value) << ")";
}

rc::Gen<Call> calls(bool all_timestamps) {
    const auto timestamp = all_timestamps ? rc::gen::element<Timestamp>(-2, -1, 0, 1, 2, 3, 4,
                                                                        std::numeric_limits<Timestamp>::min(),
                                                                        std::numeric_limits<Timestamp>::max())
                                          : rc::gen::inRange<Timestamp>(0, 5);
    return rc::gen::build<Call>(
        rc::gen::set(&Call::kind, rc::gen::map(rc::gen::inRange(0, kinds),
                                               [](int k) { return static_cast<Call::Kind>(k); })),
        rc::gen::set(&Call::where, rc::gen::inRange(0, namespaces)),
        rc::gen::set(&Call::key, rc::gen::inRange(0, static_cast<int>(hard_keys().size()))),
        rc::gen::set(&Call::timestamp, timestamp),
        rc::gen::set(&Call::number, rc::gen::inRange<std::uint64_t>(0, 7)),
        rc::gen::set(&Call::second, rc::gen::inRange<std::uint64_t>(1, 8)),
        rc::gen::set(&Call::value, rc::gen::element<Bytes>("", "x", "yy", Bytes("\0z", 2))));
}

/// Makes the calls of a program on a store and puts every answer into words, so that two stores can be
/// compared.
class Player {
 public:
    Player(Context& context, store::Stores& stores, std::vector<Namespace> ns, std::vector<Topic> topic)
        : c_(context), stores_(stores), ns_(std::move(ns)), topic_(std::move(topic)) {}

    std::string answer(const Call& call) {
        try {
            return call.kind >= Call::Kind::append ? answer_indexed(call) : answer_key_value(call);
        } catch (const store::Error& error) {
            return "error " + std::string(to_string(error.kind()));
        }
    }

    /// Everything that is stored.
    std::string content() {
        std::string all;
        for (const auto& ns : ns_) {
            for (const auto& key : hard_keys()) {
                for (const auto timestamp : list_timestamps(ns, key, 3)) {
                    all += fmt::format("{}@{}={} ", show(key), timestamp,
                                       show(c_.await(stores_.key_value->get_latest(ns, key, timestamp))));
                }
            }
            all += scan_all(ns, 2) + "; ";
        }
        for (const auto& topic : topic_) {
            all += fmt::format("{} {}; ", c_.await(stores_.indexed->position(topic)),
                               show(c_.await(stores_.indexed->scan(topic, 1))));
        }
        return all;
    }

 private:
    std::string answer_key_value(const Call& call) {
        auto& kv = *stores_.key_value;
        const auto& ns = ns_.at(static_cast<std::size_t>(call.where));
        const auto& key = hard_keys().at(static_cast<std::size_t>(call.key));
        switch (call.kind) {
            case Call::Kind::put:
                c_.await(kv.put(ns, key, call.value, call.timestamp));
                return "done";
            case Call::Kind::get_latest:
                return show(c_.await(kv.get_latest(ns, key)));
            case Call::Kind::get_latest_before:
                return show(c_.await(kv.get_latest(ns, key, call.timestamp))) + " " +
                       show(c_.await(kv.get_latest_timestamp(ns, key, call.timestamp)));
            case Call::Kind::timestamps:
                return show(list_timestamps(ns, key, call.second));
            case Call::Kind::scan_all:
                return scan_all(ns, call.second);
            case Call::Kind::scan_all_keys:
                return scan_all_keys(ns, call.second);
            case Call::Kind::remove:
                c_.await(kv.remove(ns, key));
                return "done";
            case Call::Kind::remove_marker:
                c_.await(kv.remove(ns, key, call.timestamp));
                return "done";
            default:
                c_.await(kv.remove_through(ns, key, call.timestamp));
                return "done";
        }
    }

    std::string answer_indexed(const Call& call) {
        auto& idx = *stores_.indexed;
        const auto& topic = topic_.at(static_cast<std::size_t>(call.where));
        switch (call.kind) {
            case Call::Kind::append:
                return show(c_.await(idx.append(topic, call.value)));
            case Call::Kind::append_expected:
                return show(c_.await(idx.append(topic, call.value, call.number)));
            case Call::Kind::position:
                return show(c_.await(idx.position(topic)));
            case Call::Kind::scan:
                return show(c_.await(idx.scan(topic, call.number, call.number + call.second - 1, 4)));
            case Call::Kind::trim:
                c_.await(idx.trim(topic, call.number));
                return "done";
            default:
                c_.await(idx.remove(topic));
                return "done";
        }
    }

    std::vector<Timestamp> list_timestamps(const Namespace& ns, const Key& key, std::size_t limit) {
        std::vector<Timestamp> all;
        for (std::optional<Bytes> token = ""; token;) {
            auto page = c_.await(stores_.key_value->get_all_timestamps(ns, key, {limit, *token}));
            all.insert(all.end(), page.items.begin(), page.items.end());
            token = page.next;
            Context::require(all.size() < 10'000, "the listing of timestamps does not end");
        }
        return all;
    }

    /// All pages, in one order for all stores: the contract promises none.
    std::string scan_all(const Namespace& ns, std::size_t limit) {
        std::vector<store::KeyVersion> all;
        for (std::optional<Bytes> token = ""; token;) {
            auto page = c_.await(stores_.key_value->scan_all(ns, {limit, *token}));
            all.insert(all.end(), page.items.begin(), page.items.end());
            token = page.next;
            Context::require(all.size() < 10'000, "scan_all does not end");
        }
        std::ranges::sort(
            all, {}, [](const store::KeyVersion& row) { return std::tie(row.key.bytes, row.timestamp); });
        return show(all);
    }

    std::string scan_all_keys(const Namespace& ns, std::size_t limit) {
        std::vector<Key> all;
        for (std::optional<Bytes> token = ""; token;) {
            auto page = c_.await(stores_.key_value->scan_all_keys(ns, {limit, *token}));
            all.insert(all.end(), page.items.begin(), page.items.end());
            token = page.next;
            Context::require(all.size() < 10'000, "scan_all_keys does not end");
        }
        std::ranges::sort(all);
        return show(all);
    }

    Context& c_;
    store::Stores& stores_;
    std::vector<Namespace> ns_;
    std::vector<Topic> topic_;
};

/// Whether a store that lacks a capability can make the call.
bool can_make(const Call& call, const store::Capabilities& capabilities) {
    switch (call.kind) {
        case Call::Kind::remove_through:
            return capabilities.remove_through;
        case Call::Kind::append_expected:
            return capabilities.expected_append;
        case Call::Kind::trim:
            return capabilities.trim;
        default:
            return true;
    }
}

/// Play one program on the store and on the oracle. Errors: Failure with the call whose answers differ.
void compare(Context& c, const std::vector<Call>& program) {
    auto oracle_stores = c.await(store::open("memory:"));
    std::vector<Namespace> ns;
    std::vector<Topic> topic;
    for (int i = 0; i < namespaces; ++i) {
        ns.push_back(c.ns());
    }
    for (int i = 0; i < topics; ++i) {
        topic.push_back(c.topic());
    }
    Player oracle(c, oracle_stores, ns, topic);
    Player player(c, c.stores(), ns, topic);
    for (const auto& call : program) {
        if (!can_make(call, c.capabilities())) {
            continue;
        }
        const auto expected = oracle.answer(call);
        const auto found = player.answer(call);
        std::ostringstream what;
        what << "the answer to " << call;
        Context::require(found == expected, what.str() + ": expected " + expected + ", found " + found);
    }
    const auto expected = oracle.content();
    const auto found = player.content();
    Context::require(found == expected, "the whole content: expected " + expected + ", found " + found);
}

/// RapidCheck tells nobody what it does: the suite reports on its own.
class Silence final : public rc::detail::TestListener {
 public:
    void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
    void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
    void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

void random_programs(Context& c, bool all_timestamps, int programs) {
    rc::detail::TestParams params;
    params.seed = c.seed();
    params.maxSuccess = programs * static_cast<int>(c.effort());
    params.maxSize = 60;
    const auto property = rc::detail::toProperty([&] {
        const auto program = *rc::gen::container<std::vector<Call>>(calls(all_timestamps));
        compare(c, program);
    });
    Silence listener;
    const auto result = rc::detail::checkProperty(property, rc::detail::TestMetadata(), params, listener, {});
    rc::detail::SuccessResult success;
    if (!result.match(success)) {
        std::ostringstream message;
        rc::detail::printResultMessage(result, message);
        throw Failure("the store and the oracle answer differently: " + message.str());
    }
}

}  // namespace

std::vector<Case> differential_cases() {
    return {
        {"random_programs_have_the_answers_of_the_oracle", "Every answer is the one that store_memory gives",
         [](Context& c) { random_programs(c, false, 60); }},
        {"random_programs_with_any_timestamps", "The same, with timestamps at the ends of their range",
         [](Context& c) { random_programs(c, true, 60); }},
    };
}

}  // namespace zflow::conformance
