#include "process.hpp"
#include "text.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/codec/plain_json.hpp>
#include <zflow/commands/commands.hpp>
#include <zflow/interpreter/apply.hpp>
#include <zflow/model/limits.hpp>

#include <fmt/format.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

namespace zflow::commands {
namespace {

namespace asio = boost::asio;
using engine::GiveUp;
using engine::OperationCall;
using engine::OperationResult;
using model::Value;

/// The type of activities that were written in C++: what they carry is their name, which the call has anyhow.
constexpr std::string_view activity_type_id = "zflow.activity";

constexpr int exit_result = 0;
constexpr int exit_failure = 10;

/// One operation and what its calls need; lives as long as any of them.
struct Prepared {
    Command command;
    OnStderrLine on_stderr_line;
};

std::string quoted(std::string text) {
    return codec::value_to_plain_json(Value::string(std::move(text))).value();
}

/// Errors: GiveUp: a value with code inside, or too long.
std::string value_text(const Command& command, const Value& value, std::string_view what) {
    auto text =
        command.values == Values::plain ? codec::value_to_plain_json(value) : codec::value_to_json(value);
    if (!text) {
        throw GiveUp(fmt::format("the {} of the operation '{}' cannot be given to the command '{}': {}", what,
                                 command.name, command.words.front(), text.error().text()));
    }
    return std::move(*text);
}

/// The object that a command reads.
std::string request_text(const Command& command, const OperationCall& call) {
    const auto operation = call.type_id == activity_type_id || call.description.is(model::Kind::unit)
                               ? std::string("null")
                               : value_text(command, call.description, "description");
    return fmt::format(
        "{{\"run_id\":{},\"operation_id\":{},\"attempt\":{},\"name\":{},\"operation\":{},\"input\":{}}}\n",
        quoted(call.run_id), quoted(call.operation_id), call.attempt, quoted(call.name), operation,
        value_text(command, call.input, "input"));
}

std::expected<Value, model::Error> read_result(const Command& command, const OperationCall& call,
                                               const std::string& output) {
    if (command.values == Values::plain) {
        return codec::value_from_plain_json(output, call.result_schema);
    }
    auto value = codec::value_from_json(output);
    if (value && call.result_schema) {
        if (auto fits = model::fits(*value, *call.result_schema); !fits) {
            return std::unexpected(std::move(fits.error()));
        }
    }
    return value;
}

/// Errors: GiveUp: the same attempt would bring the same.
OperationResult result(const Command& command, const OperationCall& call, const std::string& output) {
    if (trimmed(output).empty()) {
        throw GiveUp(
            fmt::format("the command '{}' has written nothing to its standard output: its result is "
                        "JSON, null if there is none",
                        command.words.front()));
    }
    auto value = read_result(command, call, output);
    if (!value) {
        throw GiveUp(fmt::format("the result of the command '{}' does not fit: {}", command.words.front(),
                                 readable(value.error().text())));
    }
    return std::move(*value);
}

/// A business failure: a JSON string is what it says, another text stands for itself.
OperationResult failure(const Command& command, const std::string& output) {
    auto text = readable(trimmed(output));
    if (const auto value = codec::value_from_plain_json(output, {});
        value && value->is(model::Kind::string)) {
        text = value->as_string();
    }
    if (text.empty()) {
        text =
            fmt::format("the command '{}' has ended with exit code {}", command.words.front(), exit_failure);
    }
    return std::unexpected(interpreter::activity_error(std::move(text)));
}

/// Errors: the attempt has failed.
[[noreturn]] void fail(const Command& command, const ProcessEnd& end, std::string what) {
    if (!end.last_error_line.empty()) {
        what += fmt::format("; it said last: {}", readable(end.last_error_line));
    }
    throw std::runtime_error(fmt::format("the command '{}' {}", command.words.front(), what));
}

OperationResult conclude(const Command& command, const OperationCall& call, const ProcessEnd& end) {
    switch (end.how) {
        case ProcessEnd::How::exited:
            if (end.code == exit_result) {
                return result(command, call, end.output);
            }
            if (end.code == exit_failure) {
                return failure(command, end.output);
            }
            fail(command, end, fmt::format("has ended with exit code {}", end.code));
        case ProcessEnd::How::signalled:
            fail(command, end, fmt::format("was ended by signal {} ({})", end.code, ::strsignal(end.code)));
        case ProcessEnd::How::timed_out:
            fail(command, end,
                 fmt::format("did not end within {} ms and was ended", command.options.timeout.count()));
        case ProcessEnd::How::output_too_long:
            throw GiveUp(
                fmt::format("the command '{}' has written more than max_encoded_bytes, {}, to its "
                            "standard output",
                            command.words.front(), model::max_encoded_bytes));
        case ProcessEnd::How::unknown:
            break;
    }
    fail(command, end,
         "has ended, but how is not known: this process ignores SIGCHLD or waits for children of others");
}

asio::awaitable<OperationResult> call_command(std::shared_ptr<const Prepared> prepared, OperationCall call) {
    const auto& command = prepared->command;
    ProcessRequest request{.program = command.program,
                           .words = command.words,
                           .directory = command.directory,
                           .input = request_text(command, call),
                           .output_limit = model::max_encoded_bytes,
                           .timeout = command.options.timeout};
    if (prepared->on_stderr_line) {
        request.on_error_line = [prepared, run_id = call.run_id,
                                 operation_id = call.operation_id](std::string_view line) {
            prepared->on_stderr_line({run_id, operation_id, prepared->command.name, line});
        };
    }
    const auto end = co_await run_process(std::move(request));
    co_return conclude(command, call, end);
}

}  // namespace

engine::Operation make_operation(Command command, OnStderrLine on_stderr_line) {
    auto prepared = std::make_shared<const Prepared>(Prepared{std::move(command), std::move(on_stderr_line)});
    return [prepared = std::move(prepared)](OperationCall call) {
        return call_command(prepared, std::move(call));
    };
}

std::expected<Operations, ConfigurationError> load(const std::filesystem::path& file,
                                                   OnStderrLine on_stderr_line) {
    auto configuration = read_configuration(file);
    if (!configuration) {
        return std::unexpected(std::move(configuration.error()));
    }
    Operations made{{}, std::move(configuration->warnings)};
    for (auto& command : configuration->commands) {
        auto name = command.name;
        const auto options = command.options;
        made.operations.push_back(
            {std::move(name), options, make_operation(std::move(command), on_stderr_line)});
    }
    return made;
}

}  // namespace zflow::commands
