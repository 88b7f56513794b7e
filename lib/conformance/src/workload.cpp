#include "workload.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace zflow::conformance {

std::string Step::to_line() const {
    return fmt::format("{} {} {} {}", static_cast<int>(kind), target, number, token);
}

Step Step::from_line(const std::string& line) {
    std::istringstream in(line);
    Step step;
    int kind = 0;
    if (!(in >> kind >> step.target >> step.number >> step.token) || kind < 0 ||
        kind > static_cast<int>(Kind::remove_topic)) {
        throw std::runtime_error("a child process told a step that is none: " + line);
    }
    step.kind = static_cast<Kind>(kind);
    return step;
}

store::Bytes value_of(const std::string& token) {
    const auto hash = std::hash<std::string>()(token);
    const std::size_t padding = hash % 16 == 0 ? 20'000 : hash % 300;
    return token + store::Bytes(padding, '.');
}

void LedgerWriter::begin(int client, const std::string& line) const {
    write(fmt::format("B {} {}\n", client, line));
}

void LedgerWriter::acknowledge(int client, std::uint64_t number) const {
    write(fmt::format("A {} {}\n", client, number));
}

void LedgerWriter::write(const std::string& line) const {
    const auto written = ::write(descriptor_, line.data(), line.size());
    if (written != static_cast<ssize_t>(line.size())) {
        throw std::runtime_error("the parent process is gone");
    }
}

namespace {

/// Chooses the steps of a client, for each client others.
class Chooser {
 public:
    Chooser(const store::Capabilities& capabilities, int client, std::uint64_t seed)
        : capabilities_(capabilities),
          client_(client),
          seed_(seed),
          entropy_(seed + static_cast<std::uint64_t>(client)) {}

    Step next(store::Position own_position) {
        Step step;
        step.target = static_cast<int>(entropy_.number() % keys_per_client);
        step.number = static_cast<std::int64_t>(entropy_.number() % 12);
        step.token = fmt::format("{:x}-{}-{}", seed_, client_, ++steps_);
        step.kind = kind();
        if (step.kind == Step::Kind::append_own) {
            step.number = static_cast<std::int64_t>(own_position);
        } else if (step.kind == Step::Kind::trim) {
            step.number = static_cast<std::int64_t>(entropy_.number() % (own_position + 1));
        }
        return step;
    }

 private:
    Step::Kind kind() {
        const auto chance = entropy_.number() % 100;
        if (chance < 30) {
            return Step::Kind::put;
        }
        if (chance < 34) {
            return Step::Kind::remove;
        }
        if (chance < 38) {
            return Step::Kind::remove_marker;
        }
        if (chance < 42 && capabilities_.remove_through) {
            return Step::Kind::remove_through;
        }
        if (chance < 80 && capabilities_.expected_append) {
            return chance < 60 ? Step::Kind::append : Step::Kind::append_own;
        }
        if (chance < 84 && capabilities_.trim) {
            return Step::Kind::trim;
        }
        return chance < 86 ? Step::Kind::remove_topic : Step::Kind::append;
    }

    store::Capabilities capabilities_;
    int client_;
    std::uint64_t seed_;
    base::SeededEntropy entropy_;
    std::uint64_t steps_ = 0;
};

/// Make one step. Returns: the index that an append was given, else 0.
boost::asio::awaitable<std::uint64_t> make(store::Stores& stores, WorkPlace place, int client, Step step) {
    auto& kv = *stores.key_value;
    auto& idx = *stores.indexed;
    const auto key = place.key(client, step.target);
    switch (step.kind) {
        case Step::Kind::put:
            co_await kv.put(place.ns(), key, value_of(step.token), step.number);
            co_return 0;
        case Step::Kind::remove:
            co_await kv.remove(place.ns(), key);
            co_return 0;
        case Step::Kind::remove_marker:
            co_await kv.remove(place.ns(), key, step.number);
            co_return 0;
        case Step::Kind::remove_through:
            co_await kv.remove_through(place.ns(), key, step.number);
            co_return 0;
        case Step::Kind::append:
            co_return co_await idx.append(place.shared(), value_of(step.token));
        case Step::Kind::append_own: {
            const auto expected = static_cast<store::Position>(step.number);
            const auto result = co_await idx.append(place.own(client), value_of(step.token), expected);
            if (!result.is_applied()) {
                throw std::runtime_error(
                    fmt::format("append(expected {}) to a topic with one writer conflicts with position {}",
                                expected, result.position()));
            }
            co_return result.position();
        }
        case Step::Kind::trim:
            co_await idx.trim(place.own(client), static_cast<store::Index>(step.number));
            co_return 0;
        case Step::Kind::remove_topic:
            co_await idx.remove(place.own(client));
            co_return 0;
    }
    co_return 0;
}

}  // namespace

boost::asio::awaitable<void> run_client(store::Stores& stores, WorkPlace place, LedgerWriter ledger,
                                        int client, std::uint64_t seed, std::uint64_t steps) {
    Chooser chooser(stores.indexed->capabilities(), client, seed);
    auto own_position = co_await stores.indexed->position(place.own(client));
    for (std::uint64_t done = 0; done < steps; ++done) {
        const auto step = chooser.next(own_position);
        ledger.begin(client, step.to_line());
        const auto number = co_await make(stores, place, client, step);
        ledger.acknowledge(client, number);
        if (step.kind == Step::Kind::append_own) {
            own_position = number;
        } else if (step.kind == Step::Kind::remove_topic) {
            own_position = 0;
        }
    }
}

}  // namespace zflow::conformance
