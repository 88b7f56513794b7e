#include "check.hpp"

#include "nodes.hpp"

#include <fmt/format.h>

#include <unordered_map>
#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {
namespace {

using model::Node;
using model::NodeKind;
using model::NodeRef;

/// A node on the way from the root to where the walk is.
struct Visit {
    const Node* node;
    std::size_t next = 0;  // the child to visit next
};

/// The nearest place on the way.
std::string place_of(const std::vector<Visit>& way) {
    for (auto visit = way.rbegin(); visit != way.rend(); ++visit) {
        if (visit->node->origin && visit->node->origin->place.line() != 0) {
            return to_text(visit->node->origin->place);
        }
    }
    return "place unknown";
}

/// Counts the nodes as if nothing were shared; each is looked at once.
class Size {
 public:
    Size(const NodeRef& root, std::string_view flow) : flow_(flow) {
        way_.push_back({root.get()});
        while (!way_.empty()) {
            step();
        }
    }

 private:
    void step() {
        auto& [node, next] = way_.back();
        if (next == 0 && node->kind == NodeKind::return_ && node->children.empty()) {
            throw BuildError(fmt::format("flow '{}': a flow coroutine ended without co_return ({})", flow_,
                                         place_of(way_)));
        }
        if (next < node->children.size()) {
            const auto* child = node->children[next++].get();
            if (child != nullptr && !sizes_.contains(child)) {
                way_.push_back({child});
            }
            return;
        }
        std::uint64_t size = 1;
        for (const auto& child : node->children) {
            size += child ? sizes_.at(child.get()) : 0;
        }
        if (size > max_nodes) {
            throw BuildError(
                fmt::format("flow '{}': more than {} nodes when written out, because one expression is used "
                            "again and again ({}): "
                            "give it a name with co_await zflow::value(expression), or with zflow::let",
                            flow_, max_nodes, place_of(way_)));
        }
        sizes_.emplace(node, size);
        way_.pop_back();
    }

    std::string_view flow_;
    std::vector<Visit> way_;
    std::unordered_map<const Node*, std::uint64_t> sizes_;
};

/// Whether a node binds its symbol around the child.
bool binds(const Node& node, std::size_t child) {
    switch (node.kind) {
        case NodeKind::function:
            return true;
        case NodeKind::bind:
        case NodeKind::recurse:
            return child == 1;
        default:
            return false;
    }
}

/// Walks the program as it is written out and knows at each place which symbols are bound.
class Scopes {
 public:
    Scopes(const NodeRef& root, std::string_view flow) : flow_(flow) {
        enter(*root);
        while (!way_.empty()) {
            auto& [node, next] = way_.back();
            if (next > 0 && binds(*node, next - 1)) {
                --bound_[node->symbol];
            }
            if (next == node->children.size()) {
                way_.pop_back();
                continue;
            }
            const auto child = next++;
            if (binds(*node, child)) {
                ++bound_[node->symbol];
            }
            if (node->children[child]) {
                enter(*node->children[child]);
            }
        }
    }

 private:
    void enter(const Node& node) {
        way_.push_back({&node});
        if ((node.kind == NodeKind::unbound || node.kind == NodeKind::recurse_with) &&
            bound_[node.symbol] == 0) {
            refuse(node);
        }
    }

    [[noreturn]] void refuse(const Node& node) const {
        auto what = node.kind == NodeKind::recurse_with ? std::string("the 'again' of a recurse")
                    : node.origin && !node.origin->label.empty()
                        ? fmt::format("the value of '{}'", node.origin->label)
                        : std::string("the value of an expression");
        if (node.origin && node.origin->place.line() != 0) {
            what += fmt::format(" ({})", to_text(node.origin->place));
        }
        throw BuildError(fmt::format(
            "flow '{}': {} is used outside of the branch, lambda or flow that it belongs to (used at {})",
            flow_, what, place_of({way_.begin(), way_.end() - 1})));
    }

    std::string_view flow_;
    std::vector<Visit> way_;
    std::unordered_map<Symbol, std::uint32_t> bound_;
};

/// Copies a program, what is shared once, with other symbols.
class Renumbering {
 public:
    NodeRef run(const NodeRef& root) {
        enter(*root);
        while (!way_.empty()) {
            auto& [node, next] = way_.back();
            if (next < node->children.size()) {
                const auto* child = node->children[next++].get();
                if (child != nullptr && !copies_.contains(child)) {
                    enter(*child);
                }
                continue;
            }
            for (auto& child : copies_.at(node)->children) {
                if (child) {
                    child = copies_.at(child.get());
                }
            }
            way_.pop_back();
        }
        return copies_.at(root.get());
    }

 private:
    void enter(const Node& node) {
        auto copy = copy_of(node);
        if (model::info(node.kind).attribute == model::Attribute::symbol) {
            const auto number = numbers_.size() + 1;
            copy->symbol =
                numbers_.try_emplace(node.symbol, Symbol{0x4000, (std::uint64_t{1} << 63) | number})
                    .first->second;
        }
        copies_.emplace(&node, std::move(copy));
        way_.push_back({&node});
    }

    std::vector<Visit> way_;
    std::unordered_map<const Node*, model::Ref<Node>> copies_;
    std::unordered_map<Symbol, Symbol> numbers_;
};

}  // namespace

void check(const NodeRef& root, std::string_view flow) {
    const Size size(root, flow);
    const Scopes scopes(root, flow);
}

NodeRef renumbered(const NodeRef& root) {
    return Renumbering().run(root);
}

std::string first_difference(const NodeRef& a, const NodeRef& b) {
    std::vector<std::pair<const Node*, const Node*>> todo{{a.get(), b.get()}};
    std::string place;
    while (!todo.empty()) {
        const auto [x, y] = todo.back();
        todo.pop_back();
        if (x != nullptr && x->origin && x->origin->place.line() != 0) {
            place = to_text(x->origin->place);
        }
        if (x == nullptr || y == nullptr) {
            if (x != y) {
                return place;
            }
            continue;
        }
        if (x->kind != y->kind || x->children.size() != y->children.size() ||
            !model::identical(x->value, y->value)) {
            return place;
        }
        for (auto i = x->children.size(); i-- > 0;) {
            todo.emplace_back(x->children[i].get(), y->children[i].get());
        }
    }
    return place;
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
