#include "routes.hpp"

#include "json_text.hpp"

#include <zflow/base/version.hpp>
#include <zflow/codec/json.hpp>
#include <zflow/control/json.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <exception>

namespace zflow::control {
namespace {

namespace http = boost::beast::http;
using engine::errc;
using engine::Error;

http::status status_of(errc code) {
    switch (code) {
        case errc::invalid_argument:
            return http::status::bad_request;
        case errc::too_large:
            return http::status::payload_too_large;
        case errc::not_found:
            return http::status::not_found;
        case errc::conflict:
        case errc::exists:
        case errc::not_finished:
        case errc::parked:
            return http::status::conflict;
        case errc::throttled:
            return http::status::too_many_requests;
        case errc::unavailable:
        case errc::stopped:
            return http::status::service_unavailable;
        case errc::outcome_unknown:
            return http::status::gateway_timeout;
        case errc::refused:
            break;
    }
    return http::status::internal_server_error;
}

Error no_such_request(const Request& request) {
    std::string path;
    for (const auto& part : request.target.path()) {
        path += "/" + percent_encoded(part);
    }
    const auto verb = http::to_string(request.method);
    return {errc::invalid_argument,
            fmt::format("there is no request {} {}", std::string_view(verb.data(), verb.size()), path)};
}

model::Value value_of(std::string_view what, std::string_view text) {
    auto value = codec::value_from_json(text);
    if (!value) {
        throw refused_value(what, value.error());
    }
    return *std::move(value);
}

std::string outcome_text(const model::Outcome& outcome) {
    auto text = codec::outcome_to_json(outcome);
    if (!text) {
        throw Error(errc::too_large, fmt::format("the run has ended, but its outcome cannot be written: {}",
                                                 text.error().text()));
    }
    return *std::move(text);
}

/// `{"program":.., "input":.., "id":"..", "tags":{..}, "if_exists":"attach"}`, all but the program optional.
asio::awaitable<std::string> start(Runs& runs, Request request) {
    const JsonObject object(request.body, "a start");
    object.allow({"program", "input", "id", "tags", "if_exists"});
    const auto tree = codec::program_from_json(object.at("program"));
    if (!tree) {
        throw refused_value("the program", tree.error());
    }
    auto program = interpreter::Program::load(*tree);
    if (!program) {
        throw refused_value("the program", program.error());
    }
    const auto input = object.find("input");
    engine::StartOptions options{.id = object.string("id")};
    if (const auto tags = object.find("tags")) {
        options.tags = tags_from_json(*tags);
    }
    if (const auto if_exists = object.string("if_exists"); if_exists == "error") {
        options.if_exists = engine::IfExists::error;
    } else if (!if_exists.empty() && if_exists != "attach") {
        throw object.wrong("if_exists", R"("attach" or "error")");
    }
    const auto started = co_await runs.start(
        *std::move(program), input ? value_of("the input", *input) : model::Value(), std::move(options));
    JsonWriter writer;
    writer.string("id", started.id).boolean("attached", started.attached);
    co_return writer.take();
}

/// `?status=running&tag=NAME%3DVALUE&limit=100&token=..`
asio::awaitable<std::string> list(Runs& runs, Target target) {
    engine::Filter filter;
    engine::ListRequest page;
    if (const auto status = target.query("status")) {
        filter.status = engine::parse_status(*status);
        if (!filter.status) {
            throw Error(errc::invalid_argument, fmt::format("'{}' is not the status of a run", *status));
        }
    }
    for (const auto& tag : target.all("tag")) {
        const auto equals = tag.find('=');
        if (equals == std::string::npos) {
            throw Error(errc::invalid_argument,
                        fmt::format("the tag '{}' is not of the form NAME=VALUE", tag));
        }
        filter.tags.insert_or_assign(tag.substr(0, equals), tag.substr(equals + 1));
    }
    if (const auto limit = target.query("limit")) {
        const auto* const end = limit->data() + limit->size();
        const auto parsed = std::from_chars(limit->data(), end, page.limit);
        if (parsed.ec != std::errc{} || parsed.ptr != end) {
            throw Error(errc::invalid_argument, fmt::format("the limit '{}' is not a whole number", *limit));
        }
    }
    page.token = target.query("token").value_or("");
    co_return to_json(co_await runs.list(std::move(filter), std::move(page)));
}

asio::awaitable<std::string> outcome(Runs& runs, std::string id) {
    const auto outcome = co_await runs.poll(std::move(id));
    JsonWriter writer;
    writer.raw("outcome", outcome ? outcome_text(*outcome) : "null");
    co_return writer.take();
}

asio::awaitable<std::string> result(Runs& runs, std::string id) {
    const auto outcome = co_await runs.result(std::move(id));
    JsonWriter writer;
    writer.raw("outcome", outcome_text(outcome));
    co_return writer.take();
}

asio::awaitable<std::string> get_variable(Runs& runs, std::string id, std::string name) {
    const auto value = co_await runs.get_variable(std::move(id), std::move(name));
    const auto text = codec::value_to_json(value);
    if (!text) {
        throw Error(errc::too_large, fmt::format("the variable cannot be written: {}", text.error().text()));
    }
    JsonWriter writer;
    writer.raw("value", *text);
    co_return writer.take();
}

asio::awaitable<std::string> set_variable(Runs& runs, std::string id, std::string name, std::string body) {
    const JsonObject object(body, "a variable");
    object.allow({"value"});
    co_await runs.set_variable(std::move(id), std::move(name), value_of("the value", object.at("value")));
    co_return "{}";
}

/// A call that is about a run and has no answer.
asio::awaitable<std::string> command(asio::awaitable<void> call) {
    co_await std::move(call);
    co_return "{}";
}

asio::awaitable<std::string> show(Runs& runs, std::string id) {
    co_return to_json(co_await runs.show(std::move(id)));
}

asio::awaitable<std::string> owner() {
    JsonWriter writer;
    writer.string("version", base::version()).number("process", static_cast<std::uint64_t>(::getpid()));
    co_return writer.take();
}

asio::awaitable<std::string> route_of_run(Runs& runs, const Request& request) {
    const auto& path = request.target.path();
    const auto& id = path[2];
    const auto method = request.method;
    if (path.size() == 3 && method == http::verb::get) {
        return show(runs, id);
    }
    if (path.size() == 3 && method == http::verb::delete_) {
        return command(runs.remove(id));
    }
    if (path.size() == 4 && method == http::verb::get) {
        if (path[3] == "result") {
            return result(runs, id);
        }
        if (path[3] == "outcome") {
            return outcome(runs, id);
        }
    }
    if (path.size() == 4 && method == http::verb::post) {
        if (path[3] == "pause") {
            return command(runs.pause(id));
        }
        if (path[3] == "resume") {
            return command(runs.resume(id));
        }
        if (path[3] == "abort") {
            return command(runs.abort(id));
        }
    }
    if (path.size() == 5 && path[3] == "variables" && method == http::verb::get) {
        return get_variable(runs, id, path[4]);
    }
    if (path.size() == 5 && path[3] == "variables" && method == http::verb::put) {
        return set_variable(runs, id, path[4], request.body);
    }
    throw no_such_request(request);
}

asio::awaitable<std::string> route(Runs& runs, Request request) {
    const auto& path = request.target.path();
    if (path.size() < 2 || path[0] != "v1") {
        throw no_such_request(request);
    }
    if (path[1] == "runs" && path.size() > 2) {
        return route_of_run(runs, request);
    }
    if (path.size() == 2 && path[1] == "runs" && request.method == http::verb::get) {
        return list(runs, std::move(request.target));
    }
    if (path.size() == 2 && path[1] == "runs" && request.method == http::verb::post) {
        return start(runs, std::move(request));
    }
    if (path.size() == 2 && path[1] == "checkpoint" && request.method == http::verb::post) {
        return command(runs.checkpoint());
    }
    if (path.size() == 2 && path[1] == "owner" && request.method == http::verb::get) {
        return owner();
    }
    throw no_such_request(request);
}

}  // namespace

Answer answer_of(const Error& error) {
    return {status_of(error.kind()), to_json(error)};
}

bool is_waiting(const Request& request) {
    const auto& path = request.target.path();
    return request.method == http::verb::get && path.size() == 4 && path[1] == "runs" && path[3] == "result";
}

std::optional<std::string> watched_run(const Request& request) {
    const auto& path = request.target.path();
    const bool watches =
        request.method == http::verb::get && path.size() == 2 && path[0] == "v1" && path[1] == "steps";
    return watches ? std::optional(request.target.query("run").value_or("")) : std::nullopt;
}

asio::awaitable<Answer> answer(Runs& runs, Request request) {
    try {
        co_return Answer{.body = co_await route(runs, std::move(request))};
    } catch (const Error& error) {
        co_return answer_of(error);
    } catch (const std::exception& error) {
        co_return answer_of(Error(errc::outcome_unknown, fmt::format("something broke: {}", error.what())));
    }
}

}  // namespace zflow::control
