#pragma once

#include <zflow/interpreter/program.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/outcome.hpp>
#include <zflow/model/value.hpp>

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

namespace zflow::interpreter {

// Apply: what a strict node does once its operands are values: a pure function of them and of the node's
// attributes.
//
// Parameters: `node` is the node of the program (its operator, schema, optic, index); `operands` as many as
// it has children that are expressions, in their order. Errors: operands of a kind that the operator does not
// take: Death::type_error; no answer for these operands: Death::evaluation_failed or remote_fail with ZIO
// Flow's words; too large an answer: Death::limit_reached.

/// One operator, or one strict node kind: all that there is to know about it.
struct OperatorRow {
    std::string_view path;   ///< Operator::path, e.g. "Numeric.Add"; or the node's name, e.g. "Cons"
    std::string_view type;   ///< Operator::type, e.g. "NumericInt"; empty if there is none
    std::uint8_t operands;   ///< 1 to 4; a tuple has as many as its node
    std::string_view types;  ///< for people, e.g. "Int, Int -> Int"
    Apply apply;
};

/// All rows of all families, sorted by path and type.
[[nodiscard]] std::span<const OperatorRow> all_operators() noexcept;

/// What evaluates a strict node: unary, binary, and every expression that evaluates all its children before
/// it answers (equal, cons, uncons, tuple, tuple_access, some, either_left, list_to_map, optic_get, ..). Not
/// the lazy ones (branch, fold_either, fold_option, fold_list, recurse, lazy, bind, ..).
///
/// Returns: nothing for an unknown operator or a node that is not strict.
[[nodiscard]] const OperatorRow* find_operator(const model::Node& node) noexcept;

}  // namespace zflow::interpreter
