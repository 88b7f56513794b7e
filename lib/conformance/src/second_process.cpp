#include "case.hpp"
#include "process.hpp"
#include "workload.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <map>
#include <memory>
#include <set>
#include <sstream>

namespace zflow::conformance {
namespace {

using store::Bytes;
using store::Index;
using store::Topic;

/// One acknowledgement that a child told: "A writer index".
struct Told {
    int writer;
    Index index;
};

Told told(const std::string& line) {
    std::istringstream in(line);
    char sort = 0;
    Told told{};
    in >> sort >> told.writer >> told.index;
    Context::require(in && sort == 'A', "a child process wrote a line that is none: " + line);
    return told;
}

/// Start two processes in one mode of `child_main`, read what they tell, and see that they end well.
template <class Read>
void run_two(Context& c, const std::string& mode, const Topic& topic, int count, Read read) {
    std::vector<std::unique_ptr<ChildProcess>> children;
    for (int writer = 0; writer < 2; ++writer) {
        children.push_back(std::make_unique<ChildProcess>(
            c.options().child_program,
            std::vector<std::string>{mode, c.subject().uri, topic.name, std::to_string(writer),
                                     std::to_string(count)}));
    }
    for (auto& child : children) {
        while (const auto line = child->next_line()) {
            read(told(*line));
        }
        const auto status = child->wait();
        c.require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "a second process failed: " + child->error_text());
    }
}

void append_from_two(Context& c, const std::string& mode) {
    const auto topic = c.topic();
    const auto count = static_cast<int>(100 * c.effort());
    std::map<Index, int> winners;
    std::map<int, Index> last;
    run_two(c, mode, topic, count, [&](const Told& append) {
        c.require(winners.emplace(append.index, append.writer).second,
                  fmt::format("the index {} was acknowledged to two processes, or twice", append.index));
        c.require(append.index > last[append.writer],
                  fmt::format("process {} was given index {} after {}", append.writer, append.index,
                              last[append.writer]));
        last[append.writer] = append.index;
    });
    const auto entries = c.scan(topic);
    c.require_equal<std::uint64_t>(entries.size(), static_cast<std::uint64_t>(2 * count),
                                   "the entries of two processes");
    for (std::size_t i = 0; i < entries.size(); ++i) {
        c.require_equal(entries[i].index, static_cast<Index>(i + 1), "an index in a topic without holes");
        c.require_equal(entries[i].value, Bytes("writer-" + std::to_string(winners[entries[i].index])),
                        "the value at index " + show(entries[i].index));
    }
}

void plain_appends(Context& c) {
    append_from_two(c, "append");
}
void expected_appends(Context& c) {
    append_from_two(c, "append_expected");
}

void reads_see_other_processes(Context& c) {
    const auto ns = c.ns();
    run_two(c, "put", {ns.name}, static_cast<int>(30 * c.effort()), [&](const Told& put) {
        const auto version = c.await(c.kv().get_latest(ns, {"writer-" + std::to_string(put.writer)}));
        c.require(version && version->timestamp >= static_cast<store::Timestamp>(put.index),
                  fmt::format("another process was told that version {} is there, but get_latest gives {}",
                              put.index, show(version)));
    });
}

}  // namespace

std::vector<Case> second_process_cases() {
    using enum Needs;
    return {
        {"idx.two_processes_append_to_one_topic",
         "Indices are shared by nobody, between processes too",
         plain_appends,
         {shared}},
        {"idx.expected_append_fences_the_other_process",
         "One winner for each position",
         expected_appends,
         {shared, expected_append}},
        {"kv.a_read_sees_what_another_process_was_told",
         "Acknowledged is acknowledged for all",
         reads_see_other_processes,
         {shared}},
    };
}

}  // namespace zflow::conformance
