#include "exchange.hpp"
#include "json_text.hpp"
#include "target.hpp"

#include <zflow/base/entropy.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/control/client.hpp>
#include <zflow/control/json.hpp>

#include <fmt/format.h>

#include <span>
#include <utility>

namespace zflow::control {
namespace {

namespace http = boost::beast::http;
using engine::errc;
using engine::Error;

/// Errors: too_large.
std::string text_or_error(std::string_view what, std::expected<std::string, model::Error> text) {
    if (!text) {
        throw Error(errc::too_large, fmt::format("{} cannot be written: {}", what, text.error().text()));
    }
    return *std::move(text);
}

std::string new_id() {
    std::array<std::uint8_t, 16> bytes{};
    base::system_entropy().fill(bytes);
    model::Uuid id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.high = id.high << 8 | bytes[i];
        id.low = id.low << 8 | bytes[i + 8];
    }
    return to_text(id);
}

model::Outcome outcome_of(std::string_view text) {
    auto outcome = codec::outcome_from_json(text);
    if (!outcome) {
        throw refused_value("the outcome", outcome.error());
    }
    return *std::move(outcome);
}

std::string run_target(const std::string& id) {
    return TargetText().part("runs").part(id).take();
}

std::string run_target(const std::string& id, std::string_view of) {
    return TargetText().part("runs").part(id).part(of).take();
}

std::string variable_target(const std::string& id, const std::string& name) {
    return TargetText().part("runs").part(id).part("variables").part(name).take();
}

std::string start_text(const interpreter::Program& program, const model::Value& input,
                       const engine::StartOptions& options) {
    JsonWriter writer;
    writer.raw("program", text_or_error("the program", codec::program_to_json(program.tree())));
    writer.raw("input", text_or_error("the input", codec::value_to_json(input)));
    writer.string("id", options.id).raw("tags", to_json(options.tags));
    writer.string("if_exists", options.if_exists == engine::IfExists::error ? "error" : "attach");
    return writer.take();
}

/// A call without an answer.
asio::awaitable<void> command(std::string directory, Call call) {
    co_await exchange(std::move(directory), std::move(call));
}

}  // namespace

asio::awaitable<std::unique_ptr<Client>> Client::connect(std::string directory) {
    std::unique_ptr<Client> client(new Client(directory));
    const auto answer =
        co_await exchange_if_served(std::move(directory), {.method = http::verb::get, .target = "/v1/owner"});
    if (!answer) {
        co_return nullptr;
    }
    client->owner_process_ = static_cast<int>(JsonObject(*answer, "an owner").number("process"));
    co_return client;
}

asio::awaitable<engine::StartResult> Client::start(std::shared_ptr<const interpreter::Program> program,
                                                   model::Value input, engine::StartOptions options) {
    // Made here, so that it is known whatever becomes of the answer.
    const auto id = options.id.empty() ? new_id() : options.id;
    options.id = id;
    const auto answer = co_await exchange(directory_, {.method = http::verb::post,
                                                       .target = TargetText().part("runs").take(),
                                                       .body = start_text(*program, input, options),
                                                       .changes_run = id});
    const JsonObject object(answer, "a start");
    co_return engine::StartResult{.id = object.string("id"), .attached = object.boolean("attached")};
}

asio::awaitable<model::Outcome> Client::result(std::string id) {
    const auto answer = co_await exchange(
        directory_, {.method = http::verb::get, .target = run_target(id, "result"), .waits = true});
    co_return outcome_of(JsonObject(answer, "a result").at("outcome"));
}

asio::awaitable<std::optional<model::Outcome>> Client::poll(std::string id) {
    const auto answer =
        co_await exchange(directory_, {.method = http::verb::get, .target = run_target(id, "outcome")});
    const auto outcome = JsonObject(answer, "an outcome").find("outcome");
    co_return outcome ? std::optional(outcome_of(*outcome)) : std::nullopt;
}

asio::awaitable<engine::RunView> Client::show(std::string id) {
    co_return run_view_from_json(
        co_await exchange(directory_, {.method = http::verb::get, .target = run_target(id)}));
}

asio::awaitable<model::Value> Client::get_variable(std::string id, std::string name) {
    const auto answer =
        co_await exchange(directory_, {.method = http::verb::get, .target = variable_target(id, name)});
    auto value = codec::value_from_json(JsonObject(answer, "a variable").at("value"));
    if (!value) {
        throw refused_value("the variable", value.error());
    }
    co_return *std::move(value);
}

asio::awaitable<void> Client::set_variable(std::string id, std::string name, model::Value value) {
    JsonWriter writer;
    writer.raw("value", text_or_error("the value", codec::value_to_json(value)));
    return command(directory_, {.method = http::verb::put,
                                .target = variable_target(id, name),
                                .body = writer.take(),
                                .changes_run = id});
}

asio::awaitable<void> Client::pause(std::string id) {
    return command(directory_,
                   {.method = http::verb::post, .target = run_target(id, "pause"), .changes_run = id});
}

asio::awaitable<void> Client::resume(std::string id) {
    return command(directory_,
                   {.method = http::verb::post, .target = run_target(id, "resume"), .changes_run = id});
}

asio::awaitable<void> Client::abort(std::string id) {
    return command(directory_,
                   {.method = http::verb::post, .target = run_target(id, "abort"), .changes_run = id});
}

asio::awaitable<void> Client::remove(std::string id) {
    return command(directory_, {.method = http::verb::delete_, .target = run_target(id), .changes_run = id});
}

asio::awaitable<engine::RunPage> Client::list(engine::Filter filter, engine::ListRequest request) {
    TargetText target;
    target.part("runs").query("limit", fmt::format("{}", request.limit));
    if (!request.token.empty()) {
        target.query("token", request.token);
    }
    if (filter.status) {
        target.query("status", to_string(*filter.status));
    }
    for (const auto& [name, value] : filter.tags) {
        target.query("tag", name + "=" + value);
    }
    co_return run_page_from_json(
        co_await exchange(directory_, {.method = http::verb::get, .target = target.take()}));
}

asio::awaitable<void> Client::checkpoint() {
    return command(directory_,
                   {.method = http::verb::post, .target = TargetText().part("checkpoint").take()});
}

asio::awaitable<void> Client::watch(std::string id, std::function<void()> ready,
                                    std::function<void(const engine::Step&)> on_step) {
    auto on_line = [on_step = std::move(on_step)](const std::string& line) {
        const JsonObject object(line, "a step");
        if (object.find("error")) {
            throw error_from_json(line);
        }
        // Else it says how many were dropped.
        if (object.find("kind")) {
            on_step(step_from_json(line));
        }
    };
    return stream_lines(directory_, TargetText().part("steps").query("run", id).take(), std::move(ready),
                        std::move(on_line));
}

}  // namespace zflow::control
