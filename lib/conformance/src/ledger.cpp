#include "ledger.hpp"

#include <fmt/format.h>

#include <sstream>

namespace zflow::conformance {
namespace {

std::string show(const std::map<store::Timestamp, store::Bytes>& versions) {
    std::string text = "{";
    for (const auto& [timestamp, value] : versions) {
        text += fmt::format(" {}@{}", conformance::show(value), timestamp);
    }
    return text + " }";
}

/// Whether `found` is `before` without some of its oldest versions, all of them gone in `after`: a removal
/// cut short.
bool is_partly_removed(const std::map<store::Timestamp, store::Bytes>& found,
                       const std::map<store::Timestamp, store::Bytes>& before,
                       const std::map<store::Timestamp, store::Bytes>& after) {
    auto rest = before;
    while (rest != found && !rest.empty() && !after.contains(rest.begin()->first)) {
        rest.erase(rest.begin());
    }
    return rest == found;
}

}  // namespace

bool Ledger::read(const std::string& line) {
    std::istringstream in(line);
    char sort = 0;
    int number = 0;
    in >> sort >> number;
    Context::require(in && number >= 0 && number < clients_per_child,
                     "the child process wrote a line that is none: " + line);
    auto& client = clients_.at(static_cast<std::size_t>(number));
    if (sort == 'B') {
        std::string step;
        std::getline(in >> std::ws, step);
        client.begun = Step::from_line(step);
        return false;
    }
    if (sort != 'A' || !client.begun) {
        throw Failure("an acknowledgement of nothing: " + line);
    }
    std::uint64_t index = 0;
    in >> index;
    const auto step = *client.begun;
    client.begun.reset();
    if (step.kind == Step::Kind::append) {
        const auto [at, is_new] = shared_.emplace(index, value_of(step.token));
        Context::require(is_new,
                         fmt::format("the index {} of the shared topic was acknowledged twice: for {} and {}",
                                     index, conformance::show(at->second), step.token));
    } else {
        apply(step, client);
        Context::require(
            step.kind != Step::Kind::append_own || index == client.own.position,
            fmt::format("append(expected {}) was acknowledged with index {}", step.number, index));
    }
    return true;
}

void Ledger::apply(const Step& step, Client& client) {
    auto& versions = client.keys.at(static_cast<std::size_t>(step.target));
    switch (step.kind) {
        case Step::Kind::put:
            versions[step.number] = value_of(step.token);
            break;
        case Step::Kind::remove:
            versions.clear();
            break;
        case Step::Kind::remove_marker:
            if (auto newer = versions.upper_bound(step.number); newer != versions.begin()) {
                versions.erase(versions.begin(), std::prev(newer));
            }
            break;
        case Step::Kind::remove_through:
            versions.erase(versions.begin(), versions.upper_bound(step.number));
            break;
        case Step::Kind::append:
            break;
        case Step::Kind::append_own:
            client.own.entries[++client.own.position] = value_of(step.token);
            break;
        case Step::Kind::trim:
            client.own.entries.erase(client.own.entries.begin(),
                                     client.own.entries.upper_bound(static_cast<store::Index>(step.number)));
            break;
        case Step::Kind::remove_topic:
            client.own = {};
            break;
    }
}

void Ledger::check(Context& context) {
    for (auto& client : clients_) {
        if (client.begun && client.begun->kind == Step::Kind::append) {
            begun_shared_.insert(value_of(client.begun->token));
        }
    }
    check_shared_topic(context);
    for (int number = 0; number < clients_per_child; ++number) {
        auto& client = clients_.at(static_cast<std::size_t>(number));
        check_keys(context, number, client);
        check_own_topic(context, number, client);
        client.begun.reset();
    }
}

void Ledger::check_keys(Context& context, int number, Client& client) const {
    auto after = client;
    if (client.begun) {
        apply(*client.begun, after);
    }
    for (int target = 0; target < keys_per_client; ++target) {
        const auto key = place_.key(number, target);
        Versions found;
        for (const auto timestamp : context.timestamps(place_.ns(), key)) {
            const auto version = context.await(context.kv().get_latest(place_.ns(), key, timestamp));
            if (!version || version->timestamp != timestamp) {
                throw Failure(fmt::format("{} lists the version {}, but does not have it",
                                          conformance::show(key), timestamp));
            }
            found.emplace(timestamp, version->value);
        }
        auto& acknowledged = client.keys.at(static_cast<std::size_t>(target));
        const auto& with_step = after.keys.at(static_cast<std::size_t>(target));
        if (found != acknowledged && found != with_step &&
            !is_partly_removed(found, acknowledged, with_step)) {
            throw Failure(fmt::format(
                "after a kill, {} holds {}; acknowledged was {}{}", conformance::show(key), show(found),
                show(acknowledged), client.begun ? ", begun was " + client.begun->to_line() : std::string()));
        }
        acknowledged = std::move(found);
    }
}

void Ledger::check_own_topic(Context& context, int number, Client& client) const {
    auto after = client;
    if (client.begun) {
        apply(*client.begun, after);
    }
    Log found;
    found.position = context.await(context.idx().position(place_.own(number)));
    for (auto& entry : context.scan(place_.own(number))) {
        found.entries.emplace(entry.index, std::move(entry.value));
    }
    if (!(found == client.own) && !(found == after.own)) {
        const auto show_log = [](const Log& log) {
            return fmt::format("position {} and {} entries{}", log.position, log.entries.size(),
                               log.entries.empty() ? ""
                                                   : fmt::format(" from {} to {}", log.entries.begin()->first,
                                                                 log.entries.rbegin()->first));
        };
        throw Failure(fmt::format("after a kill, the topic of client {} has {}; acknowledged were {}{}",
                                  number, show_log(found), show_log(client.own),
                                  client.begun ? ", begun was " + client.begun->to_line() : std::string()));
    }
    client.own = std::move(found);
}

void Ledger::check_shared_topic(Context& context) {
    std::map<store::Index, store::Bytes> found;
    for (auto& entry : context.scan(place_.shared())) {
        Context::require(entry.index == found.size() + 1,
                         fmt::format("after a kill, the shared topic has index {} where {} must be",
                                     entry.index, found.size() + 1));
        found.emplace(entry.index, std::move(entry.value));
    }
    Context::require_equal<std::uint64_t>(
        context.await(context.idx().position(place_.shared())), found.size(),
        "after a kill, the position of the shared topic, against its entries");
    for (const auto& [index, value] : shared_) {
        const auto at = found.find(index);
        Context::require(
            at != found.end() && at->second == value,
            fmt::format("after a kill, the acknowledged entry {} ({}) of the shared topic is {}", index,
                        conformance::show(value),
                        at == found.end() ? "lost" : "replaced by " + conformance::show(at->second)));
    }
    for (const auto& [index, value] : found) {
        Context::require(shared_.contains(index) || begun_shared_.erase(value) == 1,
                         fmt::format("after a kill, entry {} of the shared topic, {}, is one that nobody "
                                     "appended, or a second copy",
                                     index, conformance::show(value)));
    }
    shared_ = std::move(found);
    // What was begun and is not there never comes.
    begun_shared_.clear();
}

std::vector<store::Topic> Ledger::topics() const {
    std::vector<store::Topic> all{place_.shared()};
    for (int number = 0; number < clients_per_child; ++number) {
        all.push_back(place_.own(number));
    }
    return all;
}

}  // namespace zflow::conformance
