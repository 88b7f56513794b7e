#include <zflow/testing/runner.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

namespace zflow::testing {
namespace {

using interpreter::Action;
using interpreter::Event;
using interpreter::EventKind;

/// One run: what it asked for and what has not happened yet.
class Drive {
 public:
    Drive(const std::map<std::string, Operation, std::less<>>& operations, const Options& options,
          std::shared_ptr<const interpreter::Program> program)
        : operations_(operations), options_(options), now_(options.begin) {
        result_.state = interpreter::make_state(std::move(program), options.limits);
    }

    Result run(model::Value input) {
        feed(interpreter::Started{std::move(input), options_.birth, options_.run_id});
        while (result_.stop == Stop::none && next()) {
        }
        return std::move(result_);
    }

 private:
    /// Returns: false when there is nothing more to do.
    bool next() {
        if (options_.give_up && options_.give_up()) {
            return stop(Stop::given_up, "given up before it came to an end");
        }
        if (result_.state.runnable()) {
            feed(interpreter::Continue{});
            return true;
        }
        if (!completions_.empty()) {
            auto completion = std::move(completions_.front());
            completions_.pop_front();
            feed(std::move(completion));
            return true;
        }
        if (result_.outcome) {
            return false;
        }
        const auto first = std::ranges::min_element(result_.state.timers, {}, [](const auto& timer) {
            return std::pair(timer.second.due, timer.first);
        });
        if (first == result_.state.timers.end()) {
            return stop(Stop::waits_for_ever,
                        "the run waits for ever: for a variable that nothing changes any more");
        }
        now_ = std::max(now_, first->second.due);
        feed(interpreter::TimerFired{first->first});
        return true;
    }

    bool stop(Stop why, std::string sentence) {
        result_.stop = why;
        result_.sentence = std::move(sentence);
        return false;
    }

    void feed(EventKind kind) {
        result_.events.push_back({now_, std::move(kind)});
        std::vector<Action> actions;
        interpreter::apply(result_.state, result_.events.back(), actions, options_.configuration);
        for (auto& action : actions) {
            if (auto* call = std::get_if<interpreter::Call>(&action)) {
                answer(*call);
            } else if (auto* finished = std::get_if<interpreter::Finished>(&action)) {
                result_.outcome = std::move(finished->outcome);
            } else if (auto* log = std::get_if<interpreter::Log>(&action)) {
                result_.log.push_back(std::move(*log));
            }
        }
    }

    void answer(const interpreter::Call& call) {
        result_.calls.push_back(call);
        auto found = operations_.find(call.name);
        if (found == operations_.end()) {
            found = operations_.find(call.type_id);
        }
        if (found == operations_.end()) {
            stop(Stop::unknown_operation,
                 fmt::format("the activity '{}' calls the operation '{}', which is not given", call.name,
                             call.type_id));
            return;
        }
        auto answer = found->second(call);
        const auto failed = !answer.has_value();
        completions_.push_back({call.operation, call.attempt, failed,
                                failed ? std::move(answer.error()) : std::move(answer.value())});
    }

    const std::map<std::string, Operation, std::less<>>& operations_;
    const Options& options_;
    model::Instant now_;
    std::deque<interpreter::OperationCompleted> completions_;
    Result result_;
};

}  // namespace

Runner& Runner::operation(std::string type_or_name, Operation function) {
    operations_.insert_or_assign(std::move(type_or_name), std::move(function));
    return *this;
}

Result Runner::run(std::shared_ptr<const interpreter::Program> program, model::Value input,
                   const Options& options) const {
    return Drive(operations_, options, std::move(program)).run(std::move(input));
}

interpreter::State replay(std::shared_ptr<const interpreter::Program> program,
                          const std::vector<Event>& events, const Options& options) {
    auto state = interpreter::make_state(std::move(program), options.limits);
    std::vector<Action> actions;
    for (const auto& event : events) {
        actions.clear();
        interpreter::apply(state, event, actions, options.configuration);
    }
    return state;
}

}  // namespace zflow::testing
