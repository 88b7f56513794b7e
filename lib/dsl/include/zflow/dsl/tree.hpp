#pragma once

#include <zflow/dsl/types.hpp>
#include <zflow/model/shared.hpp>

#include <cstdint>
#include <initializer_list>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// The untyped builders that the typed face is written over. Their bodies are in .cpp files, so that a
/// program that writes flows does not compile the model: this header knows a node as a counted reference
/// only.

namespace zflow::model {
class Value;
struct Node;
struct Schema;
}  // namespace zflow::model

namespace zflow {
inline namespace dsl {
namespace detail {

using Place = std::source_location;
using Symbol = model::Uuid;

/// A node of the program that is being built: an expression, a flow or a function. May be empty.
struct Tree {
    model::Ref<const model::Shared> node;
    explicit operator bool() const noexcept { return static_cast<bool>(node); }
};

/// The schema of a type that flows carry.
struct Type {
    model::Ref<const model::Shared> schema;
};

/// A node together with where it was written and what people call it.
struct Note {
    Place place{};
    std::string_view label{};
};

[[nodiscard]] Symbol fresh();

namespace tree {

// --- names and functions
[[nodiscard]] Tree symbol(Symbol, Note = {});
[[nodiscard]] Tree function(Symbol, Tree result);
/// A function that does not look at what it is given.
[[nodiscard]] Tree constant(Tree result);
[[nodiscard]] Tree bind(Symbol, Tree value, Tree inner);
/// The same node under another label.
[[nodiscard]] Tree named(const Tree&, std::string_view label);
/// What people call the node; empty if nothing.
[[nodiscard]] std::string_view label(const Tree&);

// --- expressions
/// Parameters: `write` fills in the value from what `from` points to.
[[nodiscard]] Tree literal(const void* from, void (*write)(const void* from, model::Value& out));
[[nodiscard]] Tree unit();
[[nodiscard]] Tree ignore();
[[nodiscard]] Tree boolean(bool);
[[nodiscard]] Tree int_(std::int32_t);
[[nodiscard]] Tree long_(std::int64_t);
[[nodiscard]] Tree text(std::string_view);
[[nodiscard]] Tree none();
[[nodiscard]] Tree empty_list();
[[nodiscard]] Tree fail_with(std::string_view message);
[[nodiscard]] Tree debug(Tree inner, std::string_view message);
[[nodiscard]] Tree unary(Tree, std::string_view path, std::string_view type = {});
[[nodiscard]] Tree binary(Tree, Tree, std::string_view path, std::string_view type = {});
[[nodiscard]] Tree not_(Tree);
[[nodiscard]] Tree equal(Tree, Tree);
[[nodiscard]] Tree less_equal(Tree, Tree, const Type&);
[[nodiscard]] Tree less(Tree, Tree, const Type&, bool floating);
[[nodiscard]] Tree branch(Tree condition, Tree then, Tree otherwise);
[[nodiscard]] Tree to_text(Tree, const Type&);
[[nodiscard]] Tree concat(std::span<const Tree> texts);
[[nodiscard]] Tree tuple(std::initializer_list<Tree> parts);
[[nodiscard]] Tree access(Tree, std::size_t index, std::size_t arity);
[[nodiscard]] Tree some(Tree);
[[nodiscard]] Tree left(Tree);
[[nodiscard]] Tree right(Tree);
[[nodiscard]] Tree fold_option(Tree, Tree if_none, Tree if_some);
[[nodiscard]] Tree fold_either(Tree, Tree if_left, Tree if_right);
[[nodiscard]] Tree fold_list(Tree list, Tree initial, Tree body);
[[nodiscard]] Tree cons(Tree list, Tree head);
[[nodiscard]] Tree uncons(Tree list);
[[nodiscard]] Tree reversed(Tree list);
[[nodiscard]] Tree list_to_set(Tree);
[[nodiscard]] Tree set_to_list(Tree);
[[nodiscard]] Tree list_to_map(Tree);
[[nodiscard]] Tree map_to_list(Tree);
[[nodiscard]] Tree list_to_text(Tree list, Tree start, Tree separator, Tree end);
[[nodiscard]] Tree text_to_chars(Tree);
[[nodiscard]] Tree chars_to_text(Tree);
[[nodiscard]] Tree field(Tree record, std::string_view name);
[[nodiscard]] Tree with_field(Tree record, std::string_view name, Tree value);
[[nodiscard]] Tree case_of(Tree sum, std::string_view type_id, std::string_view name);
[[nodiscard]] Tree make_case(Tree value, std::string_view type_id, std::string_view name);
[[nodiscard]] Tree duration_from(Tree amount, std::string_view unit);
[[nodiscard]] Tree recurse(Symbol, Tree initial, Tree body);
[[nodiscard]] Tree recurse_with(Symbol, Tree value);
[[nodiscard]] Tree instant_plus(Tree instant, Tree duration);
[[nodiscard]] Tree instant_minus(Tree instant, Tree duration);
[[nodiscard]] Tree duration_plus(Tree, Tree);
[[nodiscard]] Tree duration_minus(Tree, Tree);
[[nodiscard]] Tree duration_times(Tree, Tree factor);

// --- flows
/// A flow as an expression, and back.
[[nodiscard]] Tree flow(Tree flow);
[[nodiscard]] Tree unwrap(Tree expression, Note = {});
[[nodiscard]] Tree succeed(Tree value);
[[nodiscard]] Tree fail(Tree error, Note = {});
[[nodiscard]] Tree die(Note = {});
/// Parameters: `on_error` and `on_value` are functions or empty, not both.
[[nodiscard]] Tree fold(Tree flow, Tree on_error, Tree on_value, Note = {});
[[nodiscard]] Tree now(Note = {});
[[nodiscard]] Tree wait_till(Tree instant, Note = {});
[[nodiscard]] Tree sleep(Tree duration, Note = {});
[[nodiscard]] Tree log(Tree text, Note = {});
[[nodiscard]] Tree read(Tree variable, Note = {});
[[nodiscard]] Tree modify(Tree variable, Tree function, Note = {});
[[nodiscard]] Tree new_variable(std::string_view name, Tree initial, bool temporary, Note = {});
[[nodiscard]] Tree transaction(Tree flow, Note = {});
[[nodiscard]] Tree retry_until(Tree condition, Note = {});
[[nodiscard]] Tree or_try(Tree left, Tree right, Note = {});
[[nodiscard]] Tree input(Note = {});
[[nodiscard]] Tree provide(Tree value, Tree flow, Note = {});
[[nodiscard]] Tree ensuring(Tree flow, Tree finalizer, Note = {});
[[nodiscard]] Tree timeout(Tree flow, Tree duration, Note = {});
[[nodiscard]] Tree fork(Tree flow, Note = {});
[[nodiscard]] Tree await(Tree fiber, Note = {});
[[nodiscard]] Tree interrupt(Tree fiber, Note = {});
[[nodiscard]] Tree iterate(Tree initial, Tree step, Tree predicate, Note = {});
[[nodiscard]] Tree random(Note = {});
[[nodiscard]] Tree random_uuid(Note = {});
[[nodiscard]] Tree unwrap_remote(Tree expression, Note = {});
/// Parameters: `check` and `undo` may be empty.
[[nodiscard]] Tree run_activity(std::string_view name, std::string_view description, Tree argument,
                                const Type& in, const Type& out, Tree check, Tree undo, Note);
/// The flow's result or its error as a value, which is an either.
[[nodiscard]] Tree result(Tree flow, Note = {});
/// The flow, and if it fails the run dies.
[[nodiscard]] Tree or_die(Tree flow, Note = {});
/// `next` after the value was put aside.
[[nodiscard]] Tree then(Tree flow, Tree next, Note = {});

}  // namespace tree

/// Counts how deep C++ functions that build flows are nested: a flow function that calls itself would never
/// end.
class Depth {
 public:
    Depth();
    ~Depth();
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
};

/// `file.cpp:12`, or nothing if the place is not known.
[[nodiscard]] std::string to_text(const Place&);

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
