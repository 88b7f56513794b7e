#include "json_text.hpp"
#include "target.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/control/json.hpp>
#include <zflow/model/environment.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <optional>

namespace zflow::control {
namespace {

using engine::errc;
using engine::Error;
using engine::Step;

constexpr std::array kinds = {Step::Kind::started,
                              Step::Kind::operation_called,
                              Step::Kind::operation_completed,
                              Step::Kind::operation_failed,
                              Step::Kind::attempt_failed,
                              Step::Kind::timer_fired,
                              Step::Kind::sleeping,
                              Step::Kind::log,
                              Step::Kind::finished,
                              Step::Kind::parked};

constexpr std::array codes = {errc::invalid_argument, errc::too_large,   errc::not_found,
                              errc::conflict,         errc::exists,      errc::not_finished,
                              errc::parked,           errc::unavailable, errc::throttled,
                              errc::outcome_unknown,  errc::stopped,     errc::refused};

void add_time(JsonWriter& writer, std::string_view name, const std::optional<model::Instant>& time) {
    if (time) {
        writer.string(name, to_text(*time));
    }
}

std::optional<model::Instant> time_of(const JsonObject& object, std::string_view name) {
    if (!object.find(name)) {
        return {};
    }
    const auto time = model::parse_instant(object.string(name));
    if (!time) {
        throw object.wrong(name, "a time such as 2024-01-01T00:00:00Z");
    }
    return time;
}

std::string program_text(const codec::ProgramId& program) {
    return fmt::format("{:02x}", fmt::join(program, ""));
}

codec::ProgramId program_of(const JsonObject& object) {
    const auto text = object.string("program");
    codec::ProgramId program{};
    if (text.size() != 2 * program.size()) {
        throw object.wrong("program", "32 hexadecimal digits");
    }
    for (std::size_t i = 0; i < program.size(); ++i) {
        const auto* const begin = text.data() + 2 * i;
        if (std::from_chars(begin, begin + 2, program[i], 16).ptr != begin + 2) {
            throw object.wrong("program", "32 hexadecimal digits");
        }
    }
    return program;
}

std::string text_of(const engine::FiberView& fiber) {
    JsonWriter writer;
    writer.string("id", fiber.id)
        .string("waits_for", fiber.waits_for)
        .string("label", fiber.label)
        .string("path", fiber.path);
    add_time(writer, "until", fiber.until);
    return writer.take();
}

engine::FiberView fiber_of(std::string_view text) {
    const JsonObject object(text, "a fiber");
    return {.id = object.string("id"),
            .waits_for = object.string("waits_for"),
            .label = object.string("label"),
            .path = object.string("path"),
            .until = time_of(object, "until")};
}

std::string text_of(const engine::VariableView& variable) {
    JsonWriter writer;
    writer.number("scope", variable.scope).string("name", variable.name);
    if (const auto value = codec::value_to_json(variable.value)) {
        writer.raw("value", *value);
    }
    return writer.take();
}

model::Value value_of(std::string_view what, std::string_view text) {
    auto value = codec::value_from_json(text);
    if (!value) {
        throw refused_value(what, value.error());
    }
    return *std::move(value);
}

engine::VariableView variable_of(std::string_view text) {
    const JsonObject object(text, "a variable");
    const auto value = object.find("value");
    return {.scope = static_cast<std::uint32_t>(object.number("scope")),
            .name = object.string("name"),
            .value = value ? value_of("a variable", *value) : model::Value::flow_code(0, {})};
}

std::string text_of(const engine::OperationView& operation) {
    JsonWriter writer;
    writer.number("number", operation.number).string("key", operation.key).string("name", operation.name);
    writer.string("type_id", operation.type_id)
        .number("attempt", operation.attempt)
        .string("state", operation.state);
    add_time(writer, "next_attempt", operation.next_attempt);
    writer.string("last_error", operation.last_error);
    return writer.take();
}

engine::OperationView operation_of(std::string_view text) {
    const JsonObject object(text, "an operation");
    return {.number = object.number("number"),
            .key = object.string("key"),
            .name = object.string("name"),
            .type_id = object.string("type_id"),
            .attempt = static_cast<std::uint32_t>(object.number("attempt")),
            .state = object.string("state"),
            .next_attempt = time_of(object, "next_attempt"),
            .last_error = object.string("last_error")};
}

template <class T>
std::string texts_of(const std::vector<T>& parts) {
    std::vector<std::string> texts;
    texts.reserve(parts.size());
    for (const auto& part : parts) {
        texts.push_back(text_of(part));
    }
    return array_of(texts);
}

template <class Read>
auto parts_of(const JsonObject& object, std::string_view name, Read read) {
    std::vector<decltype(read(std::string_view()))> parts;
    if (const auto text = object.find(name)) {
        for (const auto item : items_of(*text)) {
            parts.push_back(read(item));
        }
    }
    return parts;
}

}  // namespace

std::string to_json(const engine::Tags& tags) {
    boost::json::object json;
    for (const auto& [name, value] : tags) {
        json[name] = value;
    }
    return boost::json::serialize(json);
}

engine::Tags tags_from_json(std::string_view text) {
    engine::Tags tags;
    const auto json = small_json(text);
    const auto* const object = json.if_object();
    if (object == nullptr) {
        throw Error(errc::invalid_argument, "the tags are not an object of strings");
    }
    for (const auto& [name, value] : *object) {
        if (!value.is_string()) {
            throw Error(errc::invalid_argument, fmt::format("the tag '{}' is not a string",
                                                            std::string_view(name.data(), name.size())));
        }
        tags.emplace(name, value.get_string());
    }
    return tags;
}

std::string to_json(const engine::RunInfo& info) {
    JsonWriter writer;
    writer.string("id", info.id)
        .string("birth", to_text(info.birth))
        .string("status", to_string(info.status));
    writer.string("program", program_text(info.program)).string("started", to_text(info.started));
    add_time(writer, "finished", info.finished);
    add_time(writer, "next_wake", info.next_wake);
    writer.raw("tags", to_json(info.tags));
    return writer.take();
}

engine::RunInfo run_info_from_json(std::string_view text) {
    const JsonObject object(text, "a run");
    const auto birth = model::parse_uuid(object.string("birth"));
    const auto status = engine::parse_status(object.string("status"));
    const auto started = time_of(object, "started");
    if (!birth) {
        throw object.wrong("birth", "a UUID");
    }
    if (!status) {
        throw object.wrong("status", "the status of a run");
    }
    if (!started) {
        throw object.wrong("started", "a time");
    }
    return {.id = object.string("id"),
            .birth = *birth,
            .status = *status,
            .program = program_of(object),
            .started = *started,
            .finished = time_of(object, "finished"),
            .next_wake = time_of(object, "next_wake"),
            .tags = tags_from_json(object.at("tags"))};
}

std::string to_json(const engine::RunView& view) {
    JsonWriter writer;
    writer.raw("run", to_json(view.info));
    writer.raw("fibers", texts_of(view.fibers)).raw("variables", texts_of(view.variables));
    writer.raw("operations", texts_of(view.operations));
    if (view.outcome) {
        const auto outcome = codec::outcome_to_json(*view.outcome);
        if (outcome) {
            writer.raw("outcome", *outcome);
        } else {
            writer.string("unwritable_outcome", outcome.error().text());
        }
    }
    if (!view.error.empty()) {
        writer.string("error", view.error);
    }
    return writer.take();
}

engine::RunView run_view_from_json(std::string_view text) {
    const JsonObject object(text, "a run");
    engine::RunView view{.info = run_info_from_json(object.at("run")),
                         .fibers = parts_of(object, "fibers", fiber_of),
                         .variables = parts_of(object, "variables", variable_of),
                         .operations = parts_of(object, "operations", operation_of),
                         .outcome = {},
                         .error = object.string("error")};
    if (const auto outcome = object.find("outcome")) {
        auto read = codec::outcome_from_json(*outcome);
        if (!read) {
            throw refused_value("the outcome", read.error());
        }
        view.outcome = std::move(*read);
    }
    return view;
}

std::string to_json(const engine::RunPage& page) {
    std::vector<std::string> items;
    items.reserve(page.items.size());
    for (const auto& item : page.items) {
        items.push_back(to_json(item));
    }
    JsonWriter writer;
    writer.raw("items", array_of(items));
    if (page.next) {
        // A token may be any bytes.
        writer.string("next", percent_encoded(*page.next));
    }
    return writer.take();
}

engine::RunPage run_page_from_json(std::string_view text) {
    const JsonObject object(text, "a page of runs");
    engine::RunPage page{.items = parts_of(object, "items", run_info_from_json), .next = {}};
    if (object.find("next")) {
        page.next = percent_decoded(object.string("next"));
    }
    return page;
}

std::string_view to_string(Step::Kind kind) noexcept {
    switch (kind) {
        case Step::Kind::started:
            return "started";
        case Step::Kind::operation_called:
            return "operation_called";
        case Step::Kind::operation_completed:
            return "operation_completed";
        case Step::Kind::operation_failed:
            return "operation_failed";
        case Step::Kind::attempt_failed:
            return "attempt_failed";
        case Step::Kind::timer_fired:
            return "timer_fired";
        case Step::Kind::sleeping:
            return "sleeping";
        case Step::Kind::log:
            return "log";
        case Step::Kind::finished:
            return "finished";
        case Step::Kind::parked:
            return "parked";
    }
    return "unknown";
}

std::string to_json(const Step& step) {
    JsonWriter writer;
    writer.string("kind", to_string(step.kind)).string("run", step.run_id).string("name", step.name);
    writer.number("operation", step.operation).number("attempt", step.attempt).string("text", step.text);
    add_time(writer, "until", step.until);
    return writer.take();
}

Step step_from_json(std::string_view text) {
    const JsonObject object(text, "a step");
    const auto name = object.string("kind");
    for (const auto kind : kinds) {
        if (to_string(kind) == name) {
            return {.kind = kind,
                    .run_id = object.string("run"),
                    .name = object.string("name"),
                    .operation = object.number("operation"),
                    .attempt = static_cast<std::uint32_t>(object.number("attempt")),
                    .text = object.string("text"),
                    .until = time_of(object, "until")};
        }
    }
    throw object.wrong("kind", "the kind of a step");
}

std::string to_json(const Error& error) {
    JsonWriter writer;
    writer.string("error", engine::to_string(error.kind())).string("message", error.sentence());
    if (!error.run().empty()) {
        writer.string("run", error.run());
    }
    return writer.take();
}

Error error_from_json(std::string_view text) {
    const JsonObject object(text, "an error");
    const auto name = object.string("error");
    for (const auto code : codes) {
        if (engine::to_string(code) == name) {
            return {code, object.string("message"), object.string("run")};
        }
    }
    throw object.wrong("error", "the name of an error");
}

}  // namespace zflow::control
