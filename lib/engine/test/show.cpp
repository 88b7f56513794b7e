#include "samples.hpp"

#include <zflow/codec/json.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace zflow::engine::test {
namespace {

std::string text(const model::Value& value) {
    return codec::value_to_json(value).value();
}

std::string text(const model::Uuid& id) {
    return model::to_text(id);
}

std::string text(const model::Instant& time) {
    return fmt::format("{}s {}ns", time.seconds, time.nanos);
}

std::string text(const interpreter::Limits& limits) {
    return fmt::format("limits {} {} {} {} {}", limits.turn, limits.steps, limits.fibers, limits.frames,
                       limits.variables);
}

struct ShowEvent {
    std::string operator()(const Begin& e) const {
        return fmt::format("begin {} program {} hash {} tags {} retention {}", text(e.input), e.program,
                           e.input_hash, e.tags, e.retention_ms);
    }
    std::string operator()(const interpreter::OperationCompleted& e) const {
        return fmt::format("operation {} attempt {} failed {} {}", e.operation, e.attempt, e.failed,
                           text(e.value));
    }
    std::string operator()(const interpreter::AttemptFailed& e) const {
        return fmt::format("attempt failed {} {} {}", e.operation, e.attempt, text(e.retry_at));
    }
    std::string operator()(const interpreter::TimerFired& e) const {
        return fmt::format("timer {}", e.timer);
    }
    std::string operator()(const interpreter::Continue&) const { return "continue"; }
    std::string operator()(const interpreter::Pause&) const { return "pause"; }
    std::string operator()(const interpreter::Resume&) const { return "resume"; }
    std::string operator()(const interpreter::Abort&) const { return "abort"; }
    std::string operator()(const interpreter::SetVariable& e) const {
        return fmt::format("set {:?} {}", e.name, text(e.value));
    }
    std::string operator()(const Remove&) const { return "remove"; }
};

struct ShowContent {
    std::string operator()(const Events& content) const {
        std::string all = "events\n";
        for (const auto& run : content.runs) {
            all += fmt::format("run {:?} {}\n", run.id, text(run.birth));
        }
        for (const auto& event : content.events) {
            all += fmt::format("of {}: {}\n", event.run, show(event.body));
        }
        return all + fmt::format("digests {}", content.digests);
    }
    std::string operator()(const Epoch& content) const {
        auto all = fmt::format("epoch {:?} {} {}\n", content.engine_version, content.interpreter_version,
                               text(content.limits));
        for (const auto& [key, value] : content.configuration) {
            all += fmt::format("{:?} = {}\n", key, text(value));
        }
        return all + fmt::format("store {} owner {:?} lease {}", text(content.store_id), content.owner,
                                 content.lease_ms);
    }
    std::string operator()(const Beat&) const { return "beat"; }
    std::string operator()(const Released&) const { return "released"; }
};

struct ShowRow {
    std::string operator()(const RunRow& row) const {
        return fmt::format(
            "row {} program {} hash {} tags {} started {} retention {} flags {} {} {} wake {} "
            "size {} chunks {} {}",
            text(row.birth), row.program, row.input_hash, row.tags, text(row.started), row.retention_ms,
            row.paused, row.operations_pending, row.runnable, row.next_wake ? text(*row.next_wake) : "never",
            row.snapshot_bytes, row.chunks, row.chunks_before);
    }
    std::string operator()(const Tombstone& row) const {
        return fmt::format("tombstone {} {} {} {}", static_cast<int>(row.why), text(row.birth),
                           text(row.time), row.chunks);
    }
};

}  // namespace

std::string show(const EventBody& body) {
    return std::visit(ShowEvent{}, body);
}

std::string show(const Frame& frame) {
    return fmt::format("of epoch {} token {} time {} {}", frame.epoch, text(frame.token), text(frame.time),
                       std::visit(ShowContent{}, frame.content));
}

std::string show(const RunsValue& row) {
    return std::visit(ShowRow{}, row);
}

std::string show(const ResultRow& row) {
    return fmt::format(
        "result {} program {} hash {} tags {} started {} finished {} retention {} outcome {:?} "
        "chunks {} status {}",
        text(row.birth), row.program, row.input_hash, row.tags, text(row.started), text(row.finished),
        row.retention_ms, row.outcome, row.chunks, row.status);
}

std::string show(const Checkpoint& checkpoint) {
    return fmt::format("checkpoint {} {} of {} {}", checkpoint.index, text(checkpoint.time),
                       checkpoint.epoch_index, ShowContent{}(checkpoint.epoch));
}

std::string show(const ParkedRow& row) {
    auto all = fmt::format("parked {} {:?}\n", text(row.birth), row.error);
    for (const auto& event : row.events) {
        all +=
            fmt::format("{} {} {} {}\n", event.index, text(event.time), show(event.body), text(event.limits));
    }
    return all;
}

std::string show(const Meta& meta) {
    return fmt::format("meta {} {:?} {}", meta.partitions, meta.hash, text(meta.store_id));
}

std::string show(const model::Outcome& outcome) {
    return codec::outcome_to_json(outcome).value();
}

}  // namespace zflow::engine::test
