#include "generators.hpp"

#include <array>
#include <string>
#include <string_view>

namespace zflow::codec::test {
namespace {

using model::NodeKind;
using model::NodeRef;
using model::Ref;
using model::Sort;
using model::Value;

/// Makes programs; keeps what it made without names inside, to use it again.
class ProgramMaker {
 public:
    explicit ProgramMaker(Choices& choices) : choices_(choices) {}

    NodeRef make(Sort sort) {
        if (choices_.is_empty()) {
            return simplest(sort);
        }
        auto& shared = shared_[static_cast<std::size_t>(sort)];
        if (!shared.empty() && choices_.below(8) == 7) {
            return shared[choices_.below(static_cast<std::uint32_t>(shared.size()))];
        }
        const auto before = mentioned_;
        auto made = of(kind_for(sort));
        if (mentioned_ == before) {
            shared.push_back(made);
        }
        return made;
    }

 private:
    static NodeRef simplest(Sort sort) {
        switch (sort) {
            case Sort::flow:
                return model::node(NodeKind::die);
            case Sort::remote:
                return model::node(NodeKind::ignore);
            case Sort::function:
                return model::function({1, 1}, model::node(NodeKind::ignore));
            case Sort::optic:
                return model::node(NodeKind::optic_traversal);
            case Sort::operation:
                break;
        }
        auto made = model::make<model::Node>(NodeKind::operation_custom);
        made->value = Value::tuple(Value::string("t"), Value::unit());
        made->schema = model::make<const model::Schema>(model::Schema::Kind::value, "int",
                                                        std::vector<model::Schema::Part>(), false);
        made->result_schema = made->schema;
        return made;
    }

    NodeKind kind_for(Sort sort) {
        std::vector<NodeKind> kinds;
        for (const auto& row : model::all_node_kinds()) {
            const auto mentions = row.kind == NodeKind::unbound || row.kind == NodeKind::recurse_with;
            const auto& names = row.kind == NodeKind::unbound ? binders_ : recursions_;
            if (row.sort == sort && (!mentions || !names.empty())) {
                kinds.push_back(row.kind);
            }
        }
        return kinds[choices_.below(static_cast<std::uint32_t>(kinds.size()))];
    }

    NodeRef of(NodeKind kind) {
        const auto& row = model::info(kind);
        auto made = model::make<model::Node>(kind);
        attribute(*made, row.attribute);
        auto& names = kind == NodeKind::recurse ? recursions_ : binders_;
        const auto binds = kind == NodeKind::recurse || kind == NodeKind::bind || kind == NodeKind::function;
        const auto count = kind == NodeKind::tuple ? 2 + choices_.below(21) : row.children;
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto is_tuple = kind == NodeKind::tuple;
            if (!is_tuple && row.fields[i].optional && choices_.below(2) == 0) {
                made->children.emplace_back();
                continue;
            }
            // What a binder binds is its last child.
            const auto is_reach = binds && i + 1 == count;
            if (is_reach) {
                names.push_back(made->symbol);
            }
            made->children.push_back(make(is_tuple ? Sort::remote : row.fields[i].sort));
            if (is_reach) {
                names.pop_back();
            }
        }
        return made;
    }

    void attribute(model::Node& node, model::Attribute attribute) {
        using enum model::Attribute;
        const auto two_texts = [&] {
            auto first = Value::string(make_text(choices_));
            return Value::tuple(std::move(first), Value::string(make_text(choices_)));
        };
        switch (attribute) {
            case none:
                return;
            case literal:
                node.value = make_value(choices_);
                return;
            case message:
                node.value = Value::string(make_text(choices_));
                return;
            case name:
                node.value = Value::string(make_text(choices_));
                if (node.kind == NodeKind::config) {
                    node.schema = make_schema(choices_);
                }
                return;
            case debug:
            case prism:
            case activity:
                node.value = two_texts();
                return;
            case new_var:
                node.value = Value::string(make_text(choices_));
                node.flag = choices_.below(2) == 1;
                return;
            case symbol:
                return name_or_mention(node);
            case operator_:
                node.op = make_operator();
                return;
            case tuple_access:
                node.arity = static_cast<std::uint8_t>(2 + choices_.below(21));
                node.index = static_cast<std::uint8_t>(choices_.below(node.arity));
                return;
            case custom: {
                auto id = Value::string(make_text(choices_));
                node.value = Value::tuple(std::move(id), make_value(choices_));
                node.schema = make_schema(choices_);
                node.result_schema = make_schema(choices_);
                return;
            }
            case result_schema:
                node.schema = make_schema(choices_);
                return;
        }
    }

    void name_or_mention(model::Node& node) {
        if (node.kind == NodeKind::unbound || node.kind == NodeKind::recurse_with) {
            const auto& names = node.kind == NodeKind::unbound ? binders_ : recursions_;
            node.symbol = names[choices_.below(static_cast<std::uint32_t>(names.size()))];
            ++mentioned_;
        } else {
            node.symbol = {0x5A, ++symbols_};
            // A binder that is used twice would bind in two places.
            ++mentioned_;
        }
    }

    Ref<const model::Operator> make_operator() {
        struct Shape {
            std::string_view path;
            std::string_view type;
            bool has_schema = false;
        };
        static constexpr std::array<Shape, 9> shapes{{{"Numeric.Add", "NumericInt"},
                                                      {"Bool.Not", ""},
                                                      {"Integral.And", "NumericLong"},
                                                      {"Fractional.Ceil", "FractionalDouble"},
                                                      {"Conversion.NumericToHexString", "NumericInt"},
                                                      {"Conversion.CharToChar.ToLower", ""},
                                                      {"LessThanEqual", "", true},
                                                      {"Conversion.ToString", "", true},
                                                      {"RegexMatches", ""}}};
        const auto& shape = shapes[choices_.below(shapes.size())];
        return model::make<const model::Operator>(std::string(shape.path), std::string(shape.type),
                                                  shape.has_schema ? make_schema(choices_) : nullptr);
    }

    Choices& choices_;
    std::array<std::vector<NodeRef>, 5> shared_;
    std::vector<model::Symbol> binders_;
    std::vector<model::Symbol> recursions_;
    std::uint64_t symbols_ = 0;
    std::uint64_t mentioned_ = 0;
};

}  // namespace

Ref<const model::Schema> make_schema(Choices& choices) {
    using model::Schema;
    const auto kind = static_cast<Schema::Kind>(choices.below(12));
    std::vector<Schema::Part> parts;
    const auto add = [&](std::string name) {
        auto part = make_schema(choices);
        parts.push_back({std::move(name), std::move(part)});
    };
    std::string id;
    switch (kind) {
        case Schema::Kind::value:
            id = "int";
            break;
        case Schema::Kind::known:
        case Schema::Kind::fail:
            id = make_text(choices);
            break;
        case Schema::Kind::ref:
            id = "items/item";
            break;
        case Schema::Kind::dynamic:
            break;
        case Schema::Kind::product:
        case Schema::Kind::sum:
            id = make_text(choices);
            for (auto count = choices.below(4); count > 0; --count) {
                add(make_text(choices));
            }
            break;
        case Schema::Kind::list:
        case Schema::Kind::set:
            add("item");
            break;
        case Schema::Kind::dictionary:
            add("keys");
            add("values");
            break;
        case Schema::Kind::tuple:
        case Schema::Kind::either:
            add("left");
            add("right");
            break;
    }
    if (parts.size() == 2 && choices.below(3) == 2) {
        parts[1].schema = parts[0].schema;
    }
    const auto optional = choices.below(2) == 1;
    return model::make<const Schema>(kind, std::move(id), std::move(parts), optional);
}

NodeRef make_program(Choices& choices) {
    return ProgramMaker(choices).make(Sort::flow);
}

}  // namespace zflow::codec::test
