#include "run_output.hpp"

#include "forms.hpp"

#include <zflow/codec/json.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <vector>

namespace zflow::app {
namespace {

using engine::Step;

std::string time_text(const std::optional<model::Instant>& time) {
    return time ? to_text(*time) : "-";
}

std::string tags_text(const engine::Tags& tags) {
    std::vector<std::string> texts;
    for (const auto& [name, value] : tags) {
        texts.push_back(to_line(name) + "=" + to_line(value));
    }
    return fmt::format("{}", fmt::join(texts, " "));
}

std::string call_text(const Step& step) {
    return fmt::format("{} (operation {}, attempt {})", to_line(step.name), step.operation, step.attempt);
}

std::string text_or_nothing(std::string_view separator, const std::string& text) {
    return text.empty() ? std::string() : fmt::format("{}{}", separator, one_line(text));
}

std::string what_happened(const Step& step) {
    switch (step.kind) {
        case Step::Kind::started:
            return "started";
        case Step::Kind::operation_called:
            return "calls " + call_text(step);
        case Step::Kind::operation_completed:
            return "has the result of " + call_text(step);
        case Step::Kind::operation_failed:
            return fmt::format("{} failed{}", call_text(step), text_or_nothing(": ", step.text));
        case Step::Kind::attempt_failed:
            return fmt::format("{} failed, again at {}{}", call_text(step), time_text(step.until),
                               text_or_nothing(": ", step.text));
        case Step::Kind::timer_fired:
            return "goes on, its time has come";
        case Step::Kind::sleeping:
            return fmt::format("sleeps until {}", time_text(step.until));
        case Step::Kind::log:
            return one_line(step.text);
        case Step::Kind::finished:
            return "has ended" + text_or_nothing(": ", step.text);
        case Step::Kind::parked:
            return "was set aside" + text_or_nothing(": ", step.text);
    }
    return "did something that this version does not know";
}

std::string fiber_line(const engine::FiberView& fiber) {
    auto line = fmt::format("fiber      {} waits for {}", to_line(fiber.id), one_line(fiber.waits_for));
    if (fiber.until) {
        line += fmt::format(" until {}", to_text(*fiber.until));
    }
    if (!fiber.label.empty()) {
        line += fmt::format(" at {}", to_line(fiber.label));
    } else if (!fiber.path.empty()) {
        line += fmt::format(" at {}", fiber.path);
    }
    return line + "\n";
}

std::string variable_line(const engine::VariableView& variable) {
    const auto value = codec::value_to_json(variable.value);
    const auto scope = variable.scope == 0 ? std::string() : fmt::format(" (scope {})", variable.scope);
    return fmt::format("variable   {}{} = {}\n", to_line(variable.name), scope,
                       value ? *value : "(cannot be written)");
}

std::string operation_line(const engine::OperationView& operation) {
    auto line =
        fmt::format("operation  {} {} ({}): {}, attempt {}", operation.number, to_line(operation.name),
                    to_line(operation.type_id), operation.state, operation.attempt);
    if (operation.next_attempt) {
        line += fmt::format(" at {}", to_text(*operation.next_attempt));
    }
    return line + text_or_nothing("; before: ", operation.last_error) + "\n";
}

}  // namespace

Exit print_outcome(const model::Outcome& outcome) {
    const auto json = codec::outcome_to_json(outcome);
    if (!json) {
        tell(fmt::format("zflow: the run has ended, but its outcome cannot be written: {}",
                         json.error().text()));
        return Exit::failed;
    }
    print(*json);
    print("\n");
    return std::holds_alternative<model::Succeeded>(outcome) ? Exit::ok : Exit::failed;
}

std::string step_line(const Step& step) {
    const auto fiber = step.kind == Step::Kind::log ? step.name : std::string();
    return fmt::format("{}: {}", to_line(fiber.empty() ? step.run_id : fiber), what_happened(step));
}

void tell_step(const Step& step) {
    static const bool terminal = ::isatty(STDERR_FILENO) == 1;
    if (terminal || step.kind == Step::Kind::log) {
        tell(step_line(step));
    }
}

std::string list_heading() {
    return fmt::format("{:<9}  {:<30}  {:<30}  {}\n", "STATUS", "STARTED", "ENDED OR WAKES", "ID AND TAGS");
}

std::string list_line(const engine::RunInfo& info) {
    const auto& time = info.finished ? info.finished : info.next_wake;
    const auto tags = tags_text(info.tags);
    return fmt::format("{:<9}  {:<30}  {:<30}  {}{}\n", to_string(info.status), to_text(info.started),
                       time_text(time), to_line(info.id), tags.empty() ? "" : "  " + tags);
}

std::string show_text(const engine::RunView& view) {
    const auto& info = view.info;
    auto text =
        fmt::format("run        {}\nstatus     {}\nprogram    {:02x}\nstarted    {}\n", to_line(info.id),
                    to_string(info.status), fmt::join(info.program, ""), to_text(info.started));
    if (info.finished) {
        text += fmt::format("ended      {}\n", to_text(*info.finished));
    }
    if (info.next_wake) {
        text += fmt::format("wakes      {}\n", to_text(*info.next_wake));
    }
    if (!info.tags.empty()) {
        text += fmt::format("tags       {}\n", tags_text(info.tags));
    }
    for (const auto& fiber : view.fibers) {
        text += fiber_line(fiber);
    }
    for (const auto& variable : view.variables) {
        text += variable_line(variable);
    }
    for (const auto& operation : view.operations) {
        text += operation_line(operation);
    }
    if (view.outcome) {
        text += fmt::format("outcome    {}\n",
                            codec::outcome_to_json(*view.outcome).value_or("(cannot be written)"));
    }
    if (!view.error.empty()) {
        text += fmt::format("error      {}\n", one_line(view.error));
    }
    return text;
}

}  // namespace zflow::app
