#include "nodes.hpp"

#include <zflow/dsl/coroutine.hpp>

#include <fmt/format.h>

#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {
namespace {

/// How deep functions that build flows may call each other.
constexpr int max_depth = 1000;
thread_local int depth = 0;

}  // namespace

Depth::Depth() {
    if (depth >= max_depth) {
        throw BuildError(
            "a function that builds a flow calls itself without end: the C++ runs once, while the flow is "
            "being built; use "
            "zflow::recurse, zflow::repeat_while or zflow::for_each");
    }
    ++depth;
}
Depth::~Depth() {
    --depth;
}

std::string to_text(const Place& place) {
    if (place.line() == 0) {
        return {};
    }
    std::string_view file = place.file_name();
    if (file.contains("/zflow/dsl/")) {  // called by this library: nobody's place
        return {};
    }
    file.remove_prefix(file.rfind('/') + 1);
    return fmt::format("{}:{}", file, place.line());
}

struct Steps::State {
    struct Step {
        Tree flow;
        Tree on_error;
        Symbol symbol;
        Place place;
    };
    std::vector<Step> steps;
    // Without children until the body has ended: that is how a missing co_return is noticed.
    model::Ref<model::Node> root = model::make<model::Node>(model::NodeKind::return_);
};

Steps::Steps() : state_(std::make_unique<State>()) {}
Steps::~Steps() = default;

Tree Steps::root() const {
    return {state_->root};
}

Tree Steps::add(const Tree& flow, Tree on_error, const Place& place) {
    if (state_->steps.size() >= max_steps) {
        throw BuildError(
            fmt::format("more than {} steps in one coroutine ({}): a C++ loop around co_await is unrolled "
                        "while the flow is being "
                        "built; use zflow::for_each or zflow::repeat_while, or zflow::collect_all",
                        max_steps, to_text(place)));
    }
    const auto symbol = fresh();
    state_->steps.push_back({flow, std::move(on_error), symbol, place});
    return tree::symbol(symbol, {place, tree::label(flow)});
}

void Steps::finish(Tree last) {
    auto& steps = state_->steps;
    // A flow that only hands on the last value is that flow: `co_return co_await g();` costs nothing and is a
    // tail call.
    const auto end = node_of(last);
    if (!steps.empty() && !steps.back().on_error && end->kind == model::NodeKind::return_ &&
        !end->children.empty() && end->children[0]->kind == model::NodeKind::unbound &&
        end->children[0]->symbol == steps.back().symbol) {
        last = steps.back().flow;
        steps.pop_back();
    }
    for (; !steps.empty(); steps.pop_back()) {
        auto& step = steps.back();
        last = tree::fold(std::move(step.flow), std::move(step.on_error),
                          tree::function(step.symbol, tree::flow(std::move(last))), {step.place});
    }
    assign(*state_->root, *node_of(last));
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
