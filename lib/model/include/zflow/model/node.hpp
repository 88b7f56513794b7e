#pragma once

#include <zflow/model/schema.hpp>
#include <zflow/model/shared.hpp>
#include <zflow/model/uuid.hpp>
#include <zflow/model/value.hpp>

#include <array>
#include <cstdint>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::model {

/// The name of a binder: what a lambda, Bind or Recurse introduces and Unbound or RecurseWith mentions.
using Symbol = Uuid;

/// What a node of a program is. The numbers are those of the binary form (docs/formats/program.md) and are
/// never reused. What children and attributes each has is in `info()`.
enum class NodeKind : std::uint8_t {
    // Flows.
    return_ = 0,
    now = 1,
    wait_till = 2,
    read = 3,
    modify = 4,
    fold = 5,
    log = 6,
    run_activity = 7,
    transaction = 8,
    input = 9,
    ensuring = 10,
    unwrap = 11,
    unwrap_remote = 12,
    fork = 13,
    timeout = 14,
    provide = 15,
    die = 16,
    retry_until = 17,
    or_try = 18,
    await = 19,
    interrupt = 20,
    new_var = 21,
    fail = 22,
    iterate = 23,
    random = 24,
    random_uuid = 25,
    // Pure expressions.
    literal = 32,
    remote_fail = 33,
    debug = 34,
    flow = 35,
    nested = 36,
    variable_reference = 37,
    ignore = 38,
    variable = 39,
    config = 40,
    unbound = 41,
    unary = 42,
    binary = 43,
    bind = 44,
    either_left = 45,
    either_right = 46,
    fold_either = 47,
    try_failure = 48,
    try_success = 49,
    tuple = 50,
    tuple_access = 51,
    branch = 52,
    string_to_chars = 53,
    chars_to_string = 54,
    equal = 55,
    fold_list = 56,
    cons = 57,
    uncons = 58,
    duration_from_amount = 59,
    lazy = 60,
    some = 61,
    fold_option = 62,
    recurse = 63,
    recurse_with = 64,
    list_to_set = 65,
    set_to_list = 66,
    list_to_string = 67,
    list_to_map = 68,
    map_to_list = 69,
    optic_get = 70,
    optic_set = 71,
    sort_list = 72,
    // Parts of both.
    function = 96,
    optic_lens = 97,
    optic_prism = 98,
    optic_traversal = 99,
    operation_custom = 100,
    operation_contramap = 101,
    operation_map = 102,
};

/// What a place in a node takes.
enum class Sort : std::uint8_t { flow, remote, function, optic, operation };

/// For messages, e.g. "a flow", "an expression".
[[nodiscard]] std::string_view with_article(Sort sort) noexcept;

/// What else a node holds beside its children.
enum class Attribute : std::uint8_t {
    none,
    literal,       ///< `value`: any
    message,       ///< `value`: a string (remote_fail)
    debug,         ///< `value`: a tuple of two strings, message and mode
    name,          ///< `value`: a string (variable, config's key with `schema`, optic_lens's field)
    new_var,       ///< `value`: a string, the name; `flag`: a number is appended to it
    symbol,        ///< `symbol`
    operator_,     ///< `op`
    tuple_access,  ///< `index` from 0, `arity`
    prism,         ///< `value`: a tuple of two strings, the sum's id and the case
    activity,      ///< `value`: a tuple of two strings, name and description
    custom,        ///< `value`: a tuple of a string (type id) and any; `schema` of the input, `result_schema`
    result_schema,  ///< `schema` (operation_contramap: of its input; operation_map: of its result)
};

struct FieldInfo {
    std::string_view name;  ///< in ZIO Flow's JSON
    Sort sort;
    bool optional = false;
};

struct NodeInfo {
    NodeKind kind;
    std::string_view name;  ///< in ZIO Flow's JSON, e.g. "WaitTill"; also what messages call it
    Sort sort;
    Attribute attribute;
    std::uint8_t children;            ///< how many; a tuple has 2 to 22
    std::array<FieldInfo, 4> fields;  ///< the first `children` of them
};

[[nodiscard]] const NodeInfo& info(NodeKind kind) noexcept;
[[nodiscard]] std::span<const NodeInfo> all_node_kinds() noexcept;

/// A unary or binary operator, e.g. `Numeric.Add` on `NumericInt`, `Conversion.CharToChar.ToLower`,
/// `LessThanEqual` with a schema. Which there are is the interpreter's table.
struct Operator final : Shared {
    Operator(std::string p, std::string t, Ref<const Schema> s)
        : path(std::move(p)), type(std::move(t)), schema(std::move(s)) {}
    std::string path;  ///< the cases of ZIO Flow's JSON, joined with '.'
    std::string type;  ///< what it works on, e.g. "NumericInt", "FractionalDouble"; may be empty
    Ref<const Schema> schema;
};

/// What people call a node and where they wrote it: never part of a program's identity.
struct Origin final : Shared {
    Origin(std::string l, std::source_location p) : label(std::move(l)), place(p) {}
    std::string label;
    std::source_location place;
};

/// A node of a program, immutable once it is a part of another. Programs are trees whose parts may be shared.
///
/// Children stand in the order of `NodeInfo::fields`; an optional one that is absent is an empty Ref.
struct Node final : Shared {
    explicit Node(NodeKind k) : kind(k) {}

    NodeKind kind;
    bool flag = false;
    std::uint8_t index = 0;
    std::uint8_t arity = 0;
    Symbol symbol;
    Value value;
    Ref<const Operator> op;
    Ref<const Schema> schema;
    Ref<const Schema> result_schema;
    std::vector<Ref<const Node>> children;
    Ref<const Origin> origin;
};

using NodeRef = Ref<const Node>;

/// Make a node that has only children, e.g. `node(NodeKind::fold, {value, nullptr, on_success})`.
[[nodiscard]] NodeRef node(NodeKind kind, std::vector<NodeRef> children = {});
[[nodiscard]] NodeRef literal(Value value);
[[nodiscard]] NodeRef unbound(Symbol symbol);
/// `symbol -> result`
[[nodiscard]] NodeRef function(Symbol symbol, NodeRef result);
[[nodiscard]] NodeRef unary(NodeRef value, Ref<const Operator> op);
[[nodiscard]] NodeRef binary(NodeRef left, NodeRef right, Ref<const Operator> op);
[[nodiscard]] NodeRef tuple_access(NodeRef tuple, std::uint8_t index, std::uint8_t arity);

/// Whether two trees are the same program: same nodes and attributes; symbols may differ in name if they bind
/// alike.
[[nodiscard]] bool equal(const NodeRef& a, const NodeRef& b);

}  // namespace zflow::model
