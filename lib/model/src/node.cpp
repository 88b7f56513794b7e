#include <zflow/base/assert.hpp>
#include <zflow/model/node.hpp>

#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace zflow::model {
namespace {

bool same(const Ref<const Schema>& a, const Ref<const Schema>& b) {
    if (a == b) {
        return true;
    }
    if (!a || !b) {
        return false;
    }
    std::vector<std::pair<const Schema*, const Schema*>> todo{{a.get(), b.get()}};
    while (!todo.empty()) {
        const auto [x, y] = todo.back();
        todo.pop_back();
        if (x == y) {
            continue;
        }
        if (x->kind != y->kind || x->id != y->id || x->optional != y->optional ||
            x->parts.size() != y->parts.size()) {
            return false;
        }
        for (std::size_t i = 0; i < x->parts.size(); ++i) {
            if (x->parts[i].name != y->parts[i].name) {
                return false;
            }
            todo.emplace_back(x->parts[i].schema.get(), y->parts[i].schema.get());
        }
    }
    return true;
}

bool same(const Ref<const Operator>& a, const Ref<const Operator>& b) {
    return a == b || (a && b && a->path == b->path && a->type == b->type && same(a->schema, b->schema));
}

struct PairHash {
    std::size_t operator()(const std::pair<const Node*, const Node*>& pair) const noexcept {
        return std::hash<const Node*>{}(pair.first) * 31 + std::hash<const Node*>{}(pair.second);
    }
};

/// Compares two trees; a symbol of the one goes with one symbol of the other, both ways.
class Comparison {
 public:
    bool run(const NodeRef& a, const NodeRef& b) {
        todo_.emplace_back(a.get(), b.get());
        while (!todo_.empty()) {
            const auto [x, y] = todo_.back();
            todo_.pop_back();
            if (x == nullptr || y == nullptr) {
                if (x != y) {
                    return false;
                }
                continue;
            }
            if (x->references() > 1 && y->references() > 1 && !seen_.emplace(x, y).second) {
                continue;
            }
            if (!step(*x, *y)) {
                return false;
            }
        }
        return true;
    }

 private:
    bool step(const Node& a, const Node& b) {
        const auto has_symbol = info(a.kind).attribute == Attribute::symbol;
        if (a.kind != b.kind || a.flag != b.flag || a.index != b.index || a.arity != b.arity ||
            a.children.size() != b.children.size() || (has_symbol && !pair_up(a.symbol, b.symbol)) ||
            !identical(a.value, b.value) || !same(a.op, b.op) || !same(a.schema, b.schema) ||
            !same(a.result_schema, b.result_schema)) {
            return false;
        }
        for (auto i = a.children.size(); i-- > 0;) {
            todo_.emplace_back(a.children[i].get(), b.children[i].get());
        }
        return true;
    }

    bool pair_up(const Symbol& a, const Symbol& b) {
        return there_.try_emplace(a, b).first->second == b && back_.try_emplace(b, a).first->second == a;
    }

    std::vector<std::pair<const Node*, const Node*>> todo_;
    std::unordered_map<Symbol, Symbol> there_;
    std::unordered_map<Symbol, Symbol> back_;
    std::unordered_set<std::pair<const Node*, const Node*>, PairHash> seen_;
};

}  // namespace

NodeRef node(NodeKind kind, std::vector<NodeRef> children) {
    ZFLOW_ASSERT(kind == NodeKind::tuple || children.size() == info(kind).children,
                 "who makes a node gives it the children that its row lists");
    auto made = make<Node>(kind);
    made->children = std::move(children);
    return made;
}

NodeRef literal(Value value) {
    auto made = make<Node>(NodeKind::literal);
    made->value = std::move(value);
    return made;
}

NodeRef unbound(Symbol symbol) {
    auto made = make<Node>(NodeKind::unbound);
    made->symbol = symbol;
    return made;
}

NodeRef function(Symbol symbol, NodeRef result) {
    auto made = make<Node>(NodeKind::function);
    made->symbol = symbol;
    made->children.push_back(std::move(result));
    return made;
}

NodeRef unary(NodeRef value, Ref<const Operator> op) {
    auto made = make<Node>(NodeKind::unary);
    made->op = std::move(op);
    made->children.push_back(std::move(value));
    return made;
}

NodeRef binary(NodeRef left, NodeRef right, Ref<const Operator> op) {
    auto made = make<Node>(NodeKind::binary);
    made->op = std::move(op);
    made->children.reserve(2);
    made->children.push_back(std::move(left));
    made->children.push_back(std::move(right));
    return made;
}

NodeRef tuple_access(NodeRef tuple, std::uint8_t index, std::uint8_t arity) {
    auto made = make<Node>(NodeKind::tuple_access);
    made->index = index;
    made->arity = arity;
    made->children.push_back(std::move(tuple));
    return made;
}

bool equal(const NodeRef& a, const NodeRef& b) {
    return Comparison().run(a, b);
}

}  // namespace zflow::model
