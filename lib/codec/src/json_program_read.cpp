#include "json_hints.hpp"
#include "json_operator.hpp"
#include "json_program.hpp"
#include "json_schema.hpp"
#include "json_shapes.hpp"
#include "json_value.hpp"

#include <zflow/model/limits.hpp>
#include <zflow/model/uuid.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Attribute;
using model::Node;
using model::NodeKind;
using model::NodeRef;
using model::Ref;
using model::Sort;
using model::Value;

/// Put what was read into its place; what is wrong if that failed.
template <class T, class U>
Read<void> store(T& place, Read<U> read) {
    if (!read) {
        return std::unexpected(std::move(read.error()));
    }
    place = std::move(*read);
    return {};
}

/// The kinds "RemoteEither" and "Try" say which side they are one level deeper.
NodeKind right_of(NodeKind left) {
    return left == NodeKind::either_left ? NodeKind::either_right : NodeKind::try_success;
}

/// Reads from the root down: a child's place in its parent is filled when its turn comes.
class Reader {
 public:
    explicit Reader(const Tape& tape) : tape_(tape), values_(tape), operators_(tape) {}

    Read<NodeRef> run(Tape::Index token) {
        NodeRef root;
        todo_.push_back({token, nullptr, 0, Sort::flow, 1});
        while (!todo_.empty()) {
            const auto task = todo_.back();
            todo_.pop_back();
            auto made = node(task);
            if (!made) {
                return std::unexpected(std::move(made.error()));
            }
            auto& place = task.parent == nullptr ? root : task.parent->children[task.child];
            place = *made;
        }
        return root;
    }

 private:
    struct Task {
        Tape::Index token;
        Node* parent;
        std::uint32_t child;
        Sort sort;
        std::uint32_t depth;
    };

    Read<Ref<Node>> node(const Task& task) {
        if (task.depth > model::max_depth) {
            return failure(task.token, fmt::format("the program is nested deeper here than max_depth, {}",
                                                   model::max_depth));
        }
        if (++nodes_ > model::max_program_nodes) {
            return failure(task.token, fmt::format("the program has more nodes than max_program_nodes, {}",
                                                   model::max_program_nodes));
        }
        if (task.sort == Sort::function) {
            if (!is_function(task.token)) {
                return failure(task.token,
                               fmt::format(R"(expected a function, {{"input":..,"result":..}}, got {})",
                                           describe(tape_, task.token)));
            }
            auto made = model::make<Node>(NodeKind::function);
            return filled(task, task.token, task.token, std::move(made));
        }
        const auto key = one_case(tape_, task.token, with_article(task.sort));
        if (!key) {
            return std::unexpected(key.error());
        }
        const auto kind = find_node_kind(task.sort, tape_.type(*key) == Tape::Type::string
                                                        ? tape_.raw(*key)
                                                        : std::string_view(tape_.string(*key)));
        if (!kind) {
            return failure(*key, unknown_node(task.sort, tape_.string(*key), task.parent));
        }
        return filled(task, *key, *key + 1, model::make<Node>(*kind));
    }

    /// Whether it looks like one: people put the flow or expression itself in its place.
    [[nodiscard]] bool is_function(Tape::Index token) const {
        if (tape_.type(token) != Tape::Type::object) {
            return false;
        }
        static constexpr std::array<std::string_view, 2> names{"input", "result"};
        for (auto key = token + 1; key < tape_.after(token); key = tape_.after(key + 1)) {
            if (std::ranges::any_of(names, [&](auto name) { return tape_.is(key, name); })) {
                return true;
            }
        }
        return false;
    }

    /// Give a node its attribute, and its children a place in the queue.
    Read<Ref<Node>> filled(const Task& task, Tape::Index key, Tape::Index payload, Ref<Node> made) {
        auto right = fill(task, key, payload, *made);
        if (!right) {
            return std::unexpected(std::move(right.error()));
        }
        return made;
    }

    Read<void> fill(const Task& task, Tape::Index key, Tape::Index payload, Node& made) {
        switch (shape_of(made.kind).form) {
            case Form::fields:
            case Form::function:
                return fill_fields(task, payload, made);
            case Form::direct: {
                add_children(task, made, std::span(&payload, 1));
                return {};
            }
            case Form::content:
                if (made.kind == NodeKind::literal) {
                    return store(made.value, values_.read(payload));
                }
                return string_value(made.value, payload);
            case Form::tuple:
                return fill_tuple(task, key, payload, made);
            case Form::either: {
                const auto side = one_case(tape_, payload, R"({"Left": ..} or {"Right": ..})");
                if (!side) {
                    return std::unexpected(side.error());
                }
                if (tape_.is(*side, "Right")) {
                    made.kind = right_of(made.kind);
                } else if (!tape_.is(*side, "Left")) {
                    return failure(*side,
                                   fmt::format("expected Left or Right, got '{}'", tape_.string(*side)));
                }
                const auto child = *side + 1;
                add_children(task, made, std::span(&child, 1));
                return {};
            }
            case Form::activity:
                break;
        }
        return fill_activity(task, payload, made);
    }

    /// The first child is read first.
    void add_children(const Task& task, Node& made, std::span<const Tape::Index> tokens) {
        const auto& row = model::info(made.kind);
        made.children.resize(tokens.size());
        for (auto i = tokens.size(); i-- > 0;) {
            if (tokens[i] != absent) {
                const auto sort = made.kind == NodeKind::tuple ? Sort::remote : row.fields[i].sort;
                todo_.push_back({tokens[i], &made, static_cast<std::uint32_t>(i), sort, task.depth + 1});
            }
        }
    }

    Read<void> fill_fields(const Task& task, Tape::Index payload, Node& made) {
        const auto& row = model::info(made.kind);
        const auto& attributes = shape_of(made.kind).attributes;
        std::array<std::string_view, 8> names{};
        std::size_t count = 0;
        while (count < attributes.size() && !attributes[count].empty()) {
            names[count] = attributes[count];
            ++count;
        }
        const auto first_child = count;
        for (std::size_t i = 0; i < row.children; ++i) {
            names[count++] = row.fields[i].name;
        }
        std::array<Tape::Index, 8> found{};
        if (auto right = find_fields(tape_, payload, std::span(names).first(count), found.data()); !right) {
            return right;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto is_optional = i >= first_child && row.fields[i - first_child].optional;
            if (found[i] == absent && !is_optional) {
                return failure(payload, fmt::format("the field '{}' is missing", names[i]));
            }
        }
        add_children(task, made, std::span(found).subspan(first_child, row.children));
        return fill_attribute(row.attribute, std::span(found).first(first_child), made);
    }

    Read<void> fill_attribute(Attribute attribute, std::span<const Tape::Index> at, Node& made) {
        switch (attribute) {
            case Attribute::name:
                return fill_name(at, made);
            case Attribute::debug:
            case Attribute::prism:
                return two_strings(made.value, at[0], at[1]);
            case Attribute::new_var: {
                auto right = string_value(made.value, at[0]);
                return right ? store(made.flag, read_boolean(tape_, at[1])) : right;
            }
            case Attribute::symbol:
                return fill_symbol(at[0], made);
            case Attribute::operator_:
                return store(made.op, operators_.read(at[0]));
            case Attribute::tuple_access:
                return fill_access(at, made);
            case Attribute::custom:
                return fill_custom(at, made);
            case Attribute::result_schema:
                return store(made.schema, read_schema(tape_, at[0]));
            default:
                return {};
        }
    }

    Read<void> fill_name(std::span<const Tape::Index> at, Node& made) {
        auto place = at[0];
        if (made.kind == NodeKind::variable_reference) {
            constexpr std::string_view name = "name";
            if (auto right = require_fields(tape_, at[0], std::span(&name, 1), &place); !right) {
                return right;
            }
        }
        auto right = string_value(made.value, place);
        return right && made.kind == NodeKind::config ? store(made.schema, read_schema(tape_, at[1])) : right;
    }

    Read<void> fill_symbol(Tape::Index token, Node& made) {
        auto place = token;
        if (made.kind == NodeKind::function || made.kind == NodeKind::bind) {
            constexpr std::string_view name = "identifier";
            if (auto right = require_fields(tape_, token, std::span(&name, 1), &place); !right) {
                return right;
            }
        }
        const auto text = read_string(tape_, place);
        if (!text) {
            return std::unexpected(text.error());
        }
        const auto symbol = model::parse_uuid(*text);
        if (!symbol) {
            return failure(place, fmt::format("'{}' is no UUID; the names of binders are", *text));
        }
        made.symbol = *symbol;
        return {};
    }

    Read<std::uint8_t> small_number(Tape::Index token, unsigned least, unsigned most) const {
        unsigned number = most + 1;
        if (tape_.type(token) == Tape::Type::number) {
            const auto text = tape_.raw(token);
            const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
            number = code == std::errc() && end == text.data() + text.size() ? number : most + 1;
        }
        if (number < least || number > most) {
            return failure(token, fmt::format("expected a number from {} to {}", least, most));
        }
        return static_cast<std::uint8_t>(number);
    }

    Read<void> fill_access(std::span<const Tape::Index> at, Node& made) {
        auto right = store(made.arity, small_number(at[1], 2, most_tuple_parts));
        return right ? store(made.index, small_number(at[0], 0, made.arity - 1U)) : right;
    }

    Read<void> fill_custom(std::span<const Tape::Index> at, Node& made) {
        auto id = read_string(tape_, at[0]);
        if (!id) {
            return std::unexpected(std::move(id.error()));
        }
        auto operation = values_.read(at[1]);
        if (!operation) {
            return std::unexpected(std::move(operation.error()));
        }
        made.value = Value::tuple(Value::string(std::move(*id)), std::move(*operation));
        auto right = store(made.schema, read_schema(tape_, at[2]));
        return right ? store(made.result_schema, read_schema(tape_, at[3])) : right;
    }

    Read<void> fill_tuple(const Task& task, Tape::Index key, Tape::Index payload, Node& made) {
        // "Tuple2" to "Tuple22": the table of names knows no others.
        const auto name = tape_.string(key).substr(std::string_view("Tuple").size());
        std::size_t size = 0;
        std::from_chars(name.data(), name.data() + name.size(), size);
        std::array<Tape::Index, most_tuple_parts> parts{};
        auto rest = payload;
        for (auto i = size; i-- > 1;) {
            const auto pair =
                read_pair(tape_, rest, "two parts as [first, second]; tuples are nested to the left");
            if (!pair) {
                return std::unexpected(pair.error());
            }
            parts[i] = pair->second;
            rest = pair->first;
        }
        parts[0] = rest;
        add_children(task, made, std::span(parts).first(size));
        return {};
    }

    Read<void> fill_activity(const Task& task, Tape::Index payload, Node& made) {
        static constexpr std::array<std::string_view, 2> outer{"input", "activity"};
        static constexpr std::array<std::string_view, 5> inner{"name", "description", "operation", "check",
                                                               "compensate"};
        std::array<Tape::Index, 2> places{};
        if (auto right = require_fields(tape_, payload, outer, places.data()); !right) {
            return right;
        }
        std::array<Tape::Index, 5> parts{};
        if (auto right = require_fields(tape_, places[1], inner, parts.data()); !right) {
            return right;
        }
        const std::array children{places[0], parts[2], parts[3], parts[4]};
        add_children(task, made, children);
        return two_strings(made.value, parts[0], parts[1]);
    }

    Read<void> string_value(Value& place, Tape::Index token) const {
        return store(place, mapped(read_string(tape_, token), Value::string));
    }

    Read<void> two_strings(Value& place, Tape::Index first, Tape::Index second) const {
        auto a = read_string(tape_, first);
        auto b = a ? read_string(tape_, second) : a;
        if (!b) {
            return std::unexpected(std::move(b.error()));
        }
        place = Value::tuple(Value::string(std::move(*a)), Value::string(std::move(*b)));
        return {};
    }

    const Tape& tape_;
    JsonValueReader values_;
    OperatorReader operators_;
    std::vector<Task> todo_;
    std::uint32_t nodes_ = 0;
};

}  // namespace

Read<NodeRef> read_program(const Tape& tape, Tape::Index token) {
    return Reader(tape).run(token);
}

}  // namespace zflow::codec
