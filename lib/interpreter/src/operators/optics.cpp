#include "operators/families.hpp"

#include <fmt/format.h>

// OpticGet and OpticSet through a lens (a record's field), a prism (an enumeration's case) or a traversal
// (the items of a list, a set or a map). A prism's `set` ignores what it is set on.
namespace zflow::interpreter {

namespace {

std::unexpected<Death> does_not_fit(const Node& node, const Value& value) {
    const Node& optic = *node.children[0];
    std::string what = std::string(model::info(optic.kind).name);
    if (optic.kind == model::NodeKind::optic_lens) {
        what += fmt::format(" of the field \"{}\"", optic.value.as_string());
    } else if (optic.kind == model::NodeKind::optic_prism) {
        what += fmt::format(" of the case \"{}\"", optic.value.as_tuple().right.as_string());
    }
    std::string got(to_string(value.kind()));
    if (value.is(Kind::record)) {
        got += " " + value.as_record().shape->id;
    }
    return std::unexpected(Death::type_error(fmt::format("{} with a {} got a {}", name_of(node), what, got)));
}

bool is_collection(const Value& value) {
    return value.is(Kind::sequence) || value.is(Kind::set) || value.is(Kind::dictionary);
}

Answer optic_get(const Node& node, const Value* operands) {
    const Node& optic = *node.children[0];
    const Value& value = operands[0];
    switch (optic.kind) {
        case model::NodeKind::optic_lens: {
            const Value* field =
                value.is(Kind::record) ? value.as_record().find(optic.value.as_string()) : nullptr;
            return field != nullptr ? Answer(*field) : does_not_fit(node, value);
        }
        case model::NodeKind::optic_prism: {
            if (!value.is(Kind::enumeration)) {
                return does_not_fit(node, value);
            }
            const auto& sum = value.as_enumeration();
            const bool same = sum.name->name == optic.value.as_tuple().right.as_string();
            return same ? Value::some(sum.inner) : Value::none();
        }
        default:
            return is_collection(value) ? Answer(Value::sequence(value.share_sequence()))
                                        : does_not_fit(node, value);
    }
}

Answer set_field(const Node& node, const Value& on, const Value& value) {
    if (!on.is(Kind::record)) {
        return does_not_fit(node, on);
    }
    const auto& record = on.as_record();
    const auto& names = record.shape->names;
    const auto field = std::ranges::find(names, node.children[0]->value.as_string());
    if (field == names.end()) {
        return does_not_fit(node, on);
    }
    std::vector<Value> values = record.values;
    values[static_cast<std::size_t>(field - names.begin())] = value;
    return Value::record(record.shape, std::move(values));
}

Answer set_items(const Node& node, const Value& on, const Value& value) {
    if (!is_collection(on)) {
        return does_not_fit(node, on);
    }
    if (!value.is(Kind::sequence)) {
        return does_not_fit(node, value);
    }
    const auto items = value.as_sequence().items();
    if (on.is(Kind::set)) {
        return Value::set(items);
    }
    if (on.is(Kind::dictionary)) {
        const auto other = std::ranges::find_if_not(items, Tuple::is);
        return other == items.end() ? Answer(Value::dictionary(items)) : does_not_fit(node, *other);
    }
    return value;
}

Answer optic_set(const Node& node, const Value* operands) {
    const Node& optic = *node.children[0];
    switch (optic.kind) {
        case model::NodeKind::optic_lens:
            return set_field(node, operands[0], operands[1]);
        case model::NodeKind::optic_prism: {
            const auto& names = optic.value.as_tuple();
            auto name = model::make<const model::CaseName>(names.left.as_string(), names.right.as_string());
            // What it is set on does not matter, so it is no operand.
            return Value::enumeration(std::move(name), operands[0]);
        }
        default:
            return set_items(node, operands[0], operands[1]);
    }
}

constexpr std::array rows{
    OperatorRow{"OpticGet", "", 1, "A -> B", &optic_get},
    OperatorRow{"OpticSet", "", 2, "A, B -> A", &optic_set},
};

}  // namespace

Rows optic_rows() noexcept {
    return rows;
}

}  // namespace zflow::interpreter
