#include "keys.hpp"
#include "partition.hpp"

#include <zflow/store/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// What a partition shows of its runs.
namespace zflow::engine {

namespace {

using interpreter::Waiting;

bool fits(const Filter& filter, const RunInfo& info) {
    if (filter.status && *filter.status != info.status) {
        return false;
    }
    return std::ranges::all_of(filter.tags, [&](const auto& tag) {
        const auto found = info.tags.find(tag.first);
        return found != info.tags.end() && found->second == tag.second;
    });
}

RunInfo info_of(std::string id, const ResultRow& row) {
    return {.id = std::move(id),
            .birth = row.birth,
            .status = static_cast<Status>(row.status),
            .program = row.program,
            .started = row.started,
            .finished = row.finished,
            .next_wake = {},
            .tags = row.tags};
}

FiberView view_of(const interpreter::State& state, const interpreter::Fiber& fiber) {
    FiberView view{.id = fiber.id};
    auto node = fiber.node;
    const auto timer = [&](std::uint64_t number) {
        const auto found = state.timers.find(number);
        if (found != state.timers.end()) {
            view.until = found->second.due;
        }
    };
    switch (fiber.waiting) {
        case Waiting::nothing:
            view.waits_for = "nothing: it is ready to go on";
            break;
        case Waiting::operation: {
            const auto found = state.operations.find(fiber.awaited);
            view.waits_for = fmt::format("operation {}", fiber.awaited);
            if (found != state.operations.end()) {
                const auto call = interpreter::call_of(state, fiber.awaited);
                view.waits_for += fmt::format(" ({})", operation_name(call));
                node = found->second.activity;
            }
            break;
        }
        case Waiting::timer:
            view.waits_for = "a timer";
            timer(fiber.awaited);
            break;
        case Waiting::back_off:
            view.waits_for = "its transaction to run again, after a conflict";
            timer(fiber.awaited);
            break;
        case Waiting::fiber:
        case Waiting::interrupted_fiber: {
            const auto other = state.fibers.find(static_cast<std::uint32_t>(fiber.awaited));
            view.waits_for =
                fmt::format("fiber '{}' to end", other == state.fibers.end() ? "?" : other->second.id);
            break;
        }
        case Waiting::variable:
            view.waits_for = "a variable that its transaction has read, to change";
            break;
    }
    view.label = state.program->origin(node);
    view.path = state.program->path(node);
    return view;
}

}  // namespace

asio::awaitable<RunView> Partition::show(std::string id) {
    for (;;) {
        co_await until_serving();
        const auto epoch = epochs_;
        auto* const record = table_.find(id);
        if (record == nullptr || record->life == RunRecord::Life::evicted) {
            std::uint64_t version = 0;
            auto row = co_await find_result(id, &version);
            if (epoch != epochs_ || phase_ != Phase::serving || table_.find(id) != record) {
                continue;
            }
            if (!row) {
                throw Error(errc::not_found, "there is no such run", id);
            }
            RunView view{.info = info_of(id, *row)};
            view.outcome = co_await outcome_of(id, std::move(*row), version);
            co_return view;
        }
        if (record->life == RunRecord::Life::removed) {
            throw Error(errc::not_found, "there is no such run", id);
        }
        if (record->life == RunRecord::Life::live && !record->state) {
            co_await ensure_loaded(*record);
            continue;
        }
        co_return view_of(*record);
    }
}

RunView Partition::view_of(const RunRecord& record) const {
    RunView view{.info = record.info()};
    if (record.ending) {
        view.outcome = record.ending->outcome;
    }
    if (record.error) {
        view.error = *record.error;
    }
    if (!record.state) {
        return view;
    }
    const auto& state = *record.state;
    for (const auto& [number, fiber] : state.fibers) {
        if (fiber.mode != interpreter::Mode::ended) {
            view.fibers.push_back(engine::view_of(state, fiber));
        }
    }
    for (const auto& [key, variable] : state.variables) {
        view.variables.push_back({key.scope, key.name, variable.value});
    }
    for (const auto& [number, pending] : state.operations) {
        view.operations.push_back(view_of(record, number, pending));
    }
    return view;
}

OperationView Partition::view_of(const RunRecord& record, std::uint64_t number,
                                 const interpreter::PendingOperation& pending) const {
    const auto call = interpreter::call_of(*record.state, number);
    OperationView view{.number = number,
                       .key = operation_key(*record.id, record.birth, number),
                       .name = operation_name(call),
                       .type_id = call.type_id,
                       .attempt = pending.attempt};
    if (const auto timer = record.state->timers.find(pending.retry_timer);
        timer != record.state->timers.end()) {
        view.state = "to be tried again";
        view.next_attempt = timer->second.due;
    } else {
        const auto attempt = std::ranges::find_if(record.attempts, [&](const std::shared_ptr<Attempt>& each) {
            return each->call.operation == number;
        });
        const auto running = attempt != record.attempts.end() && (*attempt)->state == Attempt::State::running;
        view.state = running                                    ? "running"
                     : context_->operations.is_registered(call) ? "queued"
                                                                : "not registered";
    }
    const auto error = last_errors_.find({record.serial, number});
    view.last_error = error == last_errors_.end() ? std::string() : error->second;
    return view;
}

/// The runs in memory by id, then those whose results are in the store.
///
/// Tokens: `m` and the last id; `r` and the store's token.
asio::awaitable<RunPage> Partition::list(Filter filter, ListRequest request) {
    co_await until_serving();
    RunPage page;
    if (request.token.empty() || request.token.front() == 'm') {
        const auto after = request.token.empty() ? std::string() : request.token.substr(1);
        std::vector<const RunRecord*> all;
        for (const auto& [id, record] : table_.records()) {
            const auto gone =
                record.life == RunRecord::Life::removed || record.life == RunRecord::Life::evicted;
            if (id > after && !gone) {
                all.push_back(&record);
            }
        }
        std::ranges::sort(all, {}, [](const RunRecord* record) -> const std::string& { return *record->id; });
        for (const auto* const record : all) {
            if (page.items.size() == request.limit) {
                page.next = "m" + page.items.back().id;
                co_return page;
            }
            if (auto info = record->info(); fits(filter, info)) {
                page.items.push_back(std::move(info));
            }
        }
        page.next = "r";
        co_return page;
    }
    const auto live_only =
        filter.status && (*filter.status == Status::running || *filter.status == Status::paused ||
                          *filter.status == Status::parked);
    if (live_only) {
        co_return page;
    }
    try {
        auto rows = co_await key_value_->scan_all(results_namespace(number_),
                                                  {.limit = request.limit, .token = request.token.substr(1)});
        for (auto& item : rows.items) {
            const auto row = decode_result_row(item.value);
            const auto* const record = table_.find(item.key.bytes);
            if (!row || (record != nullptr && record->life != RunRecord::Life::evicted)) {
                continue;
            }
            if (auto info = info_of(item.key.bytes, *row); fits(filter, info)) {
                page.items.push_back(std::move(info));
            }
        }
        if (rows.next) {
            page.next = "r" + *rows.next;
        }
    } catch (const store::Error& error) {
        throw Error(
            error.kind() == store::errc::invalid_argument ? errc::invalid_argument : errc::unavailable,
            error.what());
    }
    co_return page;
}

}  // namespace zflow::engine
