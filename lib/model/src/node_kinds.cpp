#include <zflow/base/assert.hpp>
#include <zflow/model/node.hpp>

#include <array>

namespace zflow::model {
namespace {

using enum Sort;

constexpr FieldInfo optional(std::string_view name, Sort sort) {
    return {name, sort, true};
}

/// All that there is to know about each kind of node.
constexpr std::array rows{
    NodeInfo{NodeKind::return_, "Return", flow, Attribute::none, 1, {{{"value", remote}}}},
    NodeInfo{NodeKind::now, "Now", flow, Attribute::none, 0, {}},
    NodeInfo{NodeKind::wait_till, "WaitTill", flow, Attribute::none, 1, {{{"time", remote}}}},
    NodeInfo{NodeKind::read, "Read", flow, Attribute::none, 1, {{{"svar", remote}}}},
    NodeInfo{NodeKind::modify, "Modify", flow, Attribute::none, 2, {{{"svar", remote}, {"f", function}}}},
    NodeInfo{NodeKind::fold,
             "Fold",
             flow,
             Attribute::none,
             3,
             {{{"value", flow}, optional("errorCase", function), optional("successCase", function)}}},
    NodeInfo{NodeKind::log, "Log", flow, Attribute::none, 1, {{{"message", remote}}}},
    NodeInfo{NodeKind::run_activity,
             "RunActivity",
             flow,
             Attribute::activity,
             4,
             {{{"input", remote}, {"operation", operation}, {"check", flow}, {"compensate", flow}}}},
    NodeInfo{NodeKind::transaction, "Transaction", flow, Attribute::none, 1, {{{"flow", flow}}}},
    NodeInfo{NodeKind::input, "Input", flow, Attribute::none, 0, {}},
    NodeInfo{
        NodeKind::ensuring, "Ensuring", flow, Attribute::none, 2, {{{"flow", flow}, {"finalizer", flow}}}},
    NodeInfo{NodeKind::unwrap, "Unwrap", flow, Attribute::none, 1, {{{"remote", remote}}}},
    NodeInfo{NodeKind::unwrap_remote, "UnwrapRemote", flow, Attribute::none, 1, {{{"remote", remote}}}},
    NodeInfo{NodeKind::fork, "Fork", flow, Attribute::none, 1, {{{"flow", flow}}}},
    NodeInfo{
        NodeKind::timeout, "Timeout", flow, Attribute::none, 2, {{{"flow", flow}, {"duration", remote}}}},
    NodeInfo{NodeKind::provide, "Provide", flow, Attribute::none, 2, {{{"value", remote}, {"flow", flow}}}},
    NodeInfo{NodeKind::die, "Die", flow, Attribute::none, 0, {}},
    NodeInfo{NodeKind::retry_until, "RetryUntil", flow, Attribute::none, 0, {}},
    NodeInfo{NodeKind::or_try, "OrTry", flow, Attribute::none, 2, {{{"left", flow}, {"right", flow}}}},
    NodeInfo{NodeKind::await, "Await", flow, Attribute::none, 1, {{{"exFlow", remote}}}},
    NodeInfo{NodeKind::interrupt, "Interrupt", flow, Attribute::none, 1, {{{"exFlow", remote}}}},
    NodeInfo{NodeKind::new_var, "NewVar", flow, Attribute::new_var, 1, {{{"initial", remote}}}},
    NodeInfo{NodeKind::fail, "Fail", flow, Attribute::none, 1, {{{"error", remote}}}},
    NodeInfo{NodeKind::iterate,
             "Iterate",
             flow,
             Attribute::none,
             3,
             {{{"initial", remote}, {"step", function}, {"predicate", function}}}},
    NodeInfo{NodeKind::random, "Random", flow, Attribute::none, 0, {}},
    NodeInfo{NodeKind::random_uuid, "RandomUUID", flow, Attribute::none, 0, {}},

    NodeInfo{NodeKind::literal, "Literal", remote, Attribute::literal, 0, {}},
    NodeInfo{NodeKind::remote_fail, "Fail", remote, Attribute::message, 0, {}},
    NodeInfo{NodeKind::debug, "Debug", remote, Attribute::debug, 1, {{{"inner", remote}}}},
    NodeInfo{NodeKind::flow, "Flow", remote, Attribute::none, 1, {{{"flow", flow}}}},
    NodeInfo{NodeKind::nested, "Nested", remote, Attribute::none, 1, {{{"remote", remote}}}},
    NodeInfo{NodeKind::variable_reference, "VariableReference", remote, Attribute::name, 0, {}},
    NodeInfo{NodeKind::ignore, "Ignore", remote, Attribute::none, 0, {}},
    NodeInfo{NodeKind::variable, "Variable", remote, Attribute::name, 0, {}},
    NodeInfo{NodeKind::config, "Config", remote, Attribute::name, 0, {}},
    NodeInfo{NodeKind::unbound, "Unbound", remote, Attribute::symbol, 0, {}},
    NodeInfo{NodeKind::unary, "Unary", remote, Attribute::operator_, 1, {{{"value", remote}}}},
    NodeInfo{
        NodeKind::binary, "Binary", remote, Attribute::operator_, 2, {{{"left", remote}, {"right", remote}}}},
    NodeInfo{NodeKind::bind, "Bind", remote, Attribute::symbol, 2, {{{"value", remote}, {"inner", remote}}}},
    NodeInfo{NodeKind::either_left, "RemoteEither", remote, Attribute::none, 1, {{{"Left", remote}}}},
    NodeInfo{NodeKind::either_right, "RemoteEither", remote, Attribute::none, 1, {{{"Right", remote}}}},
    NodeInfo{NodeKind::fold_either,
             "FoldEither",
             remote,
             Attribute::none,
             3,
             {{{"either", remote}, {"left", function}, {"right", function}}}},
    NodeInfo{NodeKind::try_failure, "Try", remote, Attribute::none, 1, {{{"Left", remote}}}},
    NodeInfo{NodeKind::try_success, "Try", remote, Attribute::none, 1, {{{"Right", remote}}}},
    NodeInfo{NodeKind::tuple, "Tuple", remote, Attribute::none, 2, {{{"_1", remote}, {"_2", remote}}}},
    NodeInfo{
        NodeKind::tuple_access, "TupleAccess", remote, Attribute::tuple_access, 1, {{{"tuple", remote}}}},
    NodeInfo{NodeKind::branch,
             "Branch",
             remote,
             Attribute::none,
             3,
             {{{"predicate", remote}, {"ifTrue", remote}, {"ifFalse", remote}}}},
    NodeInfo{NodeKind::string_to_chars,
             "StringToCharList",
             remote,
             Attribute::none,
             1,
             {{{"remoteString", remote}}}},
    NodeInfo{NodeKind::chars_to_string,
             "CharListToString",
             remote,
             Attribute::none,
             1,
             {{{"remoteList", remote}}}},
    NodeInfo{NodeKind::equal, "Equal", remote, Attribute::none, 2, {{{"left", remote}, {"right", remote}}}},
    NodeInfo{NodeKind::fold_list,
             "Fold",
             remote,
             Attribute::none,
             3,
             {{{"list", remote}, {"initial", remote}, {"body", function}}}},
    NodeInfo{NodeKind::cons, "Cons", remote, Attribute::none, 2, {{{"list", remote}, {"head", remote}}}},
    NodeInfo{NodeKind::uncons, "UnCons", remote, Attribute::none, 1, {{{"list", remote}}}},
    NodeInfo{NodeKind::duration_from_amount,
             "DurationFromAmount",
             remote,
             Attribute::none,
             2,
             {{{"amount", remote}, {"temporalUnit", remote}}}},
    NodeInfo{NodeKind::lazy, "Lazy", remote, Attribute::none, 1, {{{"value", remote}}}},
    NodeInfo{NodeKind::some, "RemoteSome", remote, Attribute::none, 1, {{{"value", remote}}}},
    NodeInfo{NodeKind::fold_option,
             "FoldOption",
             remote,
             Attribute::none,
             3,
             {{{"option", remote}, {"ifEmpty", remote}, {"ifNonEmpty", function}}}},
    NodeInfo{NodeKind::recurse,
             "Recurse",
             remote,
             Attribute::symbol,
             2,
             {{{"initial", remote}, {"body", function}}}},
    NodeInfo{NodeKind::recurse_with, "RecurseWith", remote, Attribute::symbol, 1, {{{"value", remote}}}},
    NodeInfo{NodeKind::list_to_set, "ListToSet", remote, Attribute::none, 1, {{{"list", remote}}}},
    NodeInfo{NodeKind::set_to_list, "SetToList", remote, Attribute::none, 1, {{{"set", remote}}}},
    NodeInfo{NodeKind::list_to_string,
             "ListToString",
             remote,
             Attribute::none,
             4,
             {{{"list", remote}, {"start", remote}, {"sep", remote}, {"end", remote}}}},
    NodeInfo{NodeKind::list_to_map, "ListToMap", remote, Attribute::none, 1, {{{"list", remote}}}},
    NodeInfo{NodeKind::map_to_list, "MapToList", remote, Attribute::none, 1, {{{"map", remote}}}},
    NodeInfo{
        NodeKind::optic_get, "OpticGet", remote, Attribute::none, 2, {{{"optic", optic}, {"value", remote}}}},
    NodeInfo{NodeKind::optic_set,
             "OpticSet",
             remote,
             Attribute::none,
             3,
             {{{"optic", optic}, {"on", remote}, {"value", remote}}}},
    NodeInfo{NodeKind::sort_list,
             "SortList",
             remote,
             Attribute::none,
             2,
             {{{"list", remote}, {"lessThan", function}}}},

    NodeInfo{
        NodeKind::function, "UnboundRemoteFunction", function, Attribute::symbol, 1, {{{"result", remote}}}},
    NodeInfo{NodeKind::optic_lens, "Lens", optic, Attribute::name, 0, {}},
    NodeInfo{NodeKind::optic_prism, "Prism", optic, Attribute::prism, 0, {}},
    NodeInfo{NodeKind::optic_traversal, "Traversal", optic, Attribute::none, 0, {}},
    NodeInfo{NodeKind::operation_custom, "Custom", operation, Attribute::custom, 0, {}},
    NodeInfo{NodeKind::operation_contramap,
             "ContraMap",
             operation,
             Attribute::result_schema,
             2,
             {{{"inner", operation}, {"f", function}}}},
    NodeInfo{NodeKind::operation_map,
             "Map",
             operation,
             Attribute::result_schema,
             2,
             {{{"inner", operation}, {"f", function}}}},
};

/// The row of each number, so that looking one up costs one step.
constexpr auto places = [] {
    std::array<std::uint8_t, 128> all{};
    all.fill(255);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        all[static_cast<std::size_t>(rows[i].kind)] = static_cast<std::uint8_t>(i);
    }
    return all;
}();

}  // namespace

std::string_view with_article(Sort sort) noexcept {
    switch (sort) {
        case Sort::flow:
            return "a flow";
        case Sort::remote:
            return "an expression";
        case Sort::function:
            return "a function";
        case Sort::optic:
            return "an optic";
        case Sort::operation:
            break;
    }
    return "an operation";
}

const NodeInfo& info(NodeKind kind) noexcept {
    const auto number = static_cast<std::size_t>(kind);
    ZFLOW_ASSERT(number < places.size() && places[number] != 255, "who reads a node's number has checked it");
    return rows[places[number]];
}

std::span<const NodeInfo> all_node_kinds() noexcept {
    return rows;
}

}  // namespace zflow::model
