#include "show.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {
namespace {

using model::Node;
using model::NodeKind;

/// Where the places begin.
constexpr std::size_t place_column = 56;

/// What flows are called that have one word for themselves; empty for those that do not.
std::string_view word(NodeKind kind) {
    switch (kind) {
        case NodeKind::return_:
            return "return";
        case NodeKind::now:
            return "now";
        case NodeKind::wait_till:
            return "wait until";
        case NodeKind::read:
            return "read";
        case NodeKind::modify:
            return "change";
        case NodeKind::log:
            return "log";
        case NodeKind::run_activity:
            return "run";
        case NodeKind::transaction:
            return "transaction";
        case NodeKind::fork:
            return "fork";
        case NodeKind::timeout:
            return "timeout";
        case NodeKind::provide:
            return "provide";
        case NodeKind::die:
            return "die";
        case NodeKind::retry_until:
            return "retry the transaction";
        case NodeKind::await:
            return "await";
        case NodeKind::interrupt:
            return "interrupt";
        case NodeKind::fail:
            return "fail";
        case NodeKind::iterate:
            return "iterate";
        case NodeKind::random:
            return "random number";
        case NodeKind::random_uuid:
            return "random UUID";
        default:
            return {};
    }
}

bool is_flow(const Node& node) {
    return model::info(node.kind).sort == model::Sort::flow;
}
const Node& child(const Node& node, std::size_t index) {
    return *node.children[index];
}
bool gives_nothing(const Node& flow) {
    return flow.kind == NodeKind::return_ &&
           (child(flow, 0).kind == NodeKind::ignore ||
            (child(flow, 0).kind == NodeKind::literal && child(flow, 0).value.is(model::Kind::unit)));
}
/// What a Flow expression holds, also inside of Lazy; nothing for another expression.
const Node* flow_in(const Node* expression) {
    while (expression->kind == NodeKind::lazy || expression->kind == NodeKind::function ||
           expression->kind == NodeKind::flow) {
        expression = expression->children[0].get();
    }
    return is_flow(*expression) ? expression : nullptr;
}
/// `sleep` is Fold(Now, time -> WaitTill(time + length)).
bool is_sleep(const Node& fold) {
    if (child(fold, 0).kind != NodeKind::now || !fold.children[2]) {
        return false;
    }
    const auto* next = flow_in(fold.children[2].get());
    return next != nullptr && next->kind == NodeKind::wait_till && child(*next, 0).kind != NodeKind::unbound;
}
/// An error made a case of another one, where a flow is awaited: nobody wrote that.
bool only_widens(const Node& repair) {
    return repair.kind == NodeKind::fail && !repair.origin;
}
std::string_view label_of(const Node& node) {
    return node.origin ? std::string_view(node.origin->label) : std::string_view();
}

/// Writes the lines. What is still to be done is on a stack, since flows are deep.
class Show {
 public:
    explicit Show(const Node& root, std::size_t depth) {
        flow(root, depth);
        while (!todo_.empty()) {
            auto task = std::move(todo_.back());
            todo_.pop_back();
            if (task.node == nullptr) {
                line(task.text, task.depth, nullptr);
            } else if (is_flow(*task.node)) {
                step(*task.node, task.depth);
            } else {
                expression(*task.node, task.depth);
            }
        }
    }

    std::string text;

 private:
    struct Task {
        const Node* node;
        std::size_t depth;
        std::string text = {};
    };

    void flow(const Node& node, std::size_t depth) { todo_.push_back({&node, depth}); }
    void heading(std::string words, std::size_t depth) {
        todo_.push_back({nullptr, depth, std::move(words)});
    }

    void line(std::string_view words, std::size_t depth, const Node* node) {
        std::string out(depth * 2, ' ');
        out += words;
        if (node != nullptr && node->origin) {
            if (const auto place = to_text(node->origin->place); !place.empty()) {
                out.resize(std::max(place_column, out.size() + 2), ' ');
                out += place;
            }
        }
        text += out;
        text += '\n';
    }
    void title(std::string_view words, const Node& node, std::size_t depth) {
        const auto label = label_of(node);
        line(label.empty() ? std::string(words) : fmt::format("{} {}", words, label), depth, &node);
    }

    // Each of the following pushes what comes last first.

    void step(const Node& node, std::size_t depth) {
        switch (node.kind) {
            case NodeKind::fold:
                return fold(node, depth);
            case NodeKind::unwrap:
                return unwrap(node, depth);
            case NodeKind::run_activity:
                return activity(node, depth);
            case NodeKind::input:
                return;
            case NodeKind::transaction:
                if (label_of(node).starts_with("wait for ")) {
                    return line(label_of(node), depth, &node);
                }
                title(word(node.kind), node, depth);
                return flow(child(node, 0), depth + 1);
            case NodeKind::new_var:
                return line(fmt::format("variable {}", node.value.as_string()), depth, &node);
            case NodeKind::or_try:
                line("try", depth, &node);
                flow(child(node, 1), depth + 1);
                heading("or try", depth);
                return flow(child(node, 0), depth + 1);
            case NodeKind::ensuring:
                flow(child(node, 1), depth + 1);
                heading("finally", depth);
                return flow(child(node, 0), depth);
            case NodeKind::log:
                if (child(node, 0).kind == NodeKind::literal &&
                    child(node, 0).value.is(model::Kind::string)) {
                    return line(fmt::format("log \"{}\"", child(node, 0).value.as_string()), depth, &node);
                }
                [[fallthrough]];
            default:
                title(word(node.kind), node, depth);
                for (auto i = node.children.size(); i-- > 0;) {
                    todo_.push_back({node.children[i].get(), depth + 1});
                }
        }
    }

    void fold(const Node& node, std::size_t depth) {
        if (is_sleep(node)) {
            return title("sleep", node, depth);
        }
        const auto label = label_of(node);
        if (!label.empty()) {
            line(label, depth++, &node);
        }
        if (label == "join" || label == "join all") {
            return;
        }
        if (node.children[2]) {
            if (const auto* next = flow_in(node.children[2].get())) {
                if (next->kind != NodeKind::return_) {
                    flow(*next, depth);
                }
            } else {
                todo_.push_back({node.children[2].get(), depth});
            }
        }
        if (node.children[1]) {
            const auto* repair = flow_in(node.children[1].get());
            if (repair == nullptr || !(gives_nothing(*repair) || only_widens(*repair))) {
                todo_.push_back({node.children[1].get(), depth + 1});
                heading("on error", depth);
            }
        }
        flow(child(node, 0), depth);
    }

    void activity(const Node& node, std::size_t depth) {
        title("run", node, depth);
        if (!gives_nothing(child(node, 3))) {
            flow(child(node, 3), depth + 2);
            heading("undo", depth + 1);
        }
        if (child(node, 2).kind != NodeKind::fail) {
            flow(child(node, 2), depth + 2);
            heading("check", depth + 1);
        }
    }

    void unwrap(const Node& node, std::size_t depth) {
        const auto& inside = child(node, 0);
        const auto label = label_of(node);
        const auto or_label = [&](std::string_view words) { return label.empty() ? words : label; };
        switch (inside.kind) {
            case NodeKind::recurse:
                line(or_label("repeat"), depth, &node);
                if (const auto* once = flow_in(inside.children[1].get());
                    label == "retry" && once != nullptr && once->kind == NodeKind::fold) {
                    return flow(child(*once, 0), depth + 1);
                }
                todo_.push_back({inside.children[1].get(), depth + 1});
                return;
            case NodeKind::recurse_with:
                return line("again", depth, &node);
            case NodeKind::fold_list:
                line(or_label("for each"), depth, &node);
                todo_.push_back({inside.children[2].get(), depth + 1});
                return;
            case NodeKind::branch:
                line(or_label("when"), depth, &node);
                return branch(inside, depth);
            case NodeKind::fold_option:
            case NodeKind::fold_either:
                line(or_label("match"), depth, &node);
                todo_.push_back({&inside, depth + 1});
                return;
            case NodeKind::remote_fail:
                return line(fmt::format("die \"{}\"", inside.value.as_string()), depth, &node);
            case NodeKind::tuple_access:
            case NodeKind::unbound:
                return;  // what a loop has gathered so far
            default:
                line(or_label("flow"), depth, &node);
                todo_.push_back({&inside, depth + 1});
        }
    }

    void branch(const Node& node, std::size_t depth) {
        const auto* otherwise = flow_in(node.children[2].get());
        if (otherwise == nullptr || !gives_nothing(*otherwise)) {
            todo_.push_back({node.children[2].get(), depth + 1});
            heading("otherwise", depth);
        }
        todo_.push_back({node.children[1].get(), depth + 1});
    }

    /// Flows inside of an expression.
    void expression(const Node& node, std::size_t depth) {
        switch (node.kind) {
            case NodeKind::literal:
            case NodeKind::unbound:
                return;
            case NodeKind::branch:
                if (flow_in(node.children[1].get()) != nullptr ||
                    flow_in(node.children[2].get()) != nullptr) {
                    return branch(node, depth);
                }
                break;
            case NodeKind::fold_option:
                if (flow_in(node.children[2].get()) != nullptr) {
                    return cases(node, depth);
                }
                break;
            case NodeKind::fold_either:
                if (flow_in(node.children[1].get()) != nullptr) {
                    todo_.push_back({node.children[1].get(), depth + 1});
                    heading("error", depth);
                    todo_.push_back({node.children[2].get(), depth + 1});
                    return heading("value", depth);
                }
                break;
            default:
                break;
        }
        for (auto i = node.children.size(); i-- > 0;) {
            if (node.children[i]) {
                todo_.push_back({node.children[i].get(), depth});
            }
        }
    }

    /// An optional's two cases, or the next case of a variant.
    void cases(const Node& node, std::size_t depth) {
        const auto& asked = child(node, 0);
        const auto variant =
            asked.kind == NodeKind::optic_get && child(asked, 0).kind == NodeKind::optic_prism;
        const auto& none = child(node, 1);
        if (variant) {
            if (none.kind != NodeKind::remote_fail) {
                todo_.push_back({&none, depth});
            }
        } else {
            todo_.push_back({&none, depth + 1});
            heading("nothing", depth);
        }
        todo_.push_back({node.children[2].get(), depth + 1});
        heading(variant ? "case " + child(asked, 0).value.as_tuple().right.as_string() : "value", depth);
    }

    std::vector<Task> todo_;
};

}  // namespace

std::string show(const model::NodeRef& root, std::size_t depth) {
    return Show(*root, depth).text;
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
