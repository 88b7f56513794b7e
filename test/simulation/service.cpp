#include "service.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace zflow::simulation {

using namespace std::chrono_literals;
using interpreter::test::show;

namespace {

/// What an attempt throws that is to be followed by another one.
class Refused : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What docs/formats/log.md says that the key of an operation is.
std::string key_of(const Life& life, std::uint64_t number) {
    return fmt::format("{}/{:016x}{:016x}/{}", life.id, life.birth.high, life.birth.low, number);
}

std::uint64_t number_in(const std::string& operation_id) {
    return std::stoull(operation_id.substr(operation_id.rfind('/') + 1));
}

}  // namespace

/// No call before the commit that asks for it, and none after its result was told.
void Service::check_call(const Link& link, const engine::OperationCall& call) {
    const auto* const life = replica_.find(call.run_id);
    const auto number = number_in(call.operation_id);
    if (link.is_cut()) {
        return;  // A dead process does what it does.
    }
    if (life == nullptr || call.operation_id != key_of(*life, number)) {
        violated_(fmt::format("operation {} is called, the log has no such run", call.operation_id));
        return;
    }
    const auto asked = life->asked.find(number);
    if (asked == life->asked.end() || asked->second < call.attempt) {
        violated_(fmt::format("attempt {} of operation {} is called, the log does not ask for it",
                              call.attempt, call.operation_id));
    }
    const auto completed = life->completed.find(number);
    const auto known = link.known.find(life->partition);
    if (completed != life->completed.end() && known != link.known.end() &&
        completed->second <= known->second) {
        violated_(fmt::format("operation {} is called, its result has been told", call.operation_id));
    }
}

engine::OperationResult Service::answer(const engine::OperationCall& call) {
    const auto& name = call.name;
    if (dice_.chance(failing)) {
        throw Refused("not now");
    }
    if ((name.starts_with("flaky") && call.attempt == 1) ||
        (name.starts_with("stubborn") && call.attempt < 4)) {
        throw Refused(fmt::format("not at attempt {}", call.attempt));
    }
    if (name.starts_with("hopeless")) {
        throw engine::GiveUp("never");
    }
    if (name.starts_with("bad")) {
        return std::unexpected(model::Value::string(name));
    }
    if (name.starts_with("value")) {
        return model::Value::int_(++serial_);
    }
    if (name.starts_with("remembered")) {
        return remembered_.try_emplace(call.operation_id, model::Value::int_(++serial_)).first->second;
    }
    if (name.starts_with("big")) {
        const auto size = static_cast<std::size_t>(call.input.as_integer());
        return model::Value::string(fmt::format("{:x>{}}", ++serial_, size));
    }
    return call.input;
}

asio::awaitable<engine::OperationResult> Service::operate(std::shared_ptr<Link> link,
                                                          engine::OperationCall call) {
    ++calls_;
    check_call(*link, call);
    const auto is_slow = call.name.find("slow") != std::string::npos;
    if (is_slow || dice_.chance(0.3)) {
        co_await time_.wait(dice_.between(0ms, is_slow ? 4s : 200ms));
    }
    auto result = answer(call);
    auto& answers = answered_[{call.operation_id, call.attempt}];
    answers.insert(result ? show(*result) : "failed " + show(result.error()));
    co_return result;
}

void Service::check(const Life& life, const interpreter::OperationCompleted& completed) const {
    const auto key = key_of(life, completed.operation);
    const auto found = answered_.find({key, completed.attempt});
    const auto text = (completed.failed ? "failed " : "") + show(completed.value);
    const auto by_the_engine = completed.failed && completed.value.kind() != model::Kind::string;
    if (!by_the_engine && (found == answered_.end() || !found->second.contains(text))) {
        violated_(fmt::format("operation {} has the result {}, which its attempt {} did not give", key,
                              text.substr(0, 100), completed.attempt));
    }
}

}  // namespace zflow::simulation
