#pragma once

#include <zflow/model/error.hpp>
#include <zflow/model/node.hpp>
#include <zflow/model/outcome.hpp>

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace zflow::interpreter {

/// A value, or why the run dies of asking for it.
using Answer = std::expected<model::Value, model::Death>;

/// What a strict node does once its operands are values (src/operators/operator.hpp).
using Apply = Answer (*)(const model::Node& node, const model::Value* operands);

/// One node of a loaded program, with everything resolved that can be before it runs.
struct Instruction {
    model::NodeKind kind;
    std::uint8_t operands = 0;   ///< of a strict node: how many children are evaluated before `apply`
    bool direct = false;         ///< a small expression of strict nodes and names only
    std::uint32_t depth = 0;     ///< how many binders are around this place: the depth of its environment
    std::uint32_t level = 0;     ///< unbound: the level of its value; recurse_with: that of its Recurse
    std::uint32_t target = 0;    ///< recurse_with: the node of the Recurse that it repeats
    std::uint32_t children = 0;  ///< where its children's numbers begin in Program::children
    Apply apply = nullptr;       ///< strict nodes only
    const model::Node* node = nullptr;
};

/// A program that can run: a flow whose nodes are numbered in preorder, whose names are resolved to places in
/// the environment, and whose operators are known.
///
/// Immutable; any number of runs share it. A run's state refers to code as (program, node number).
class Program {
 public:
    /// Stands for a child that is absent.
    static constexpr std::uint32_t absent = UINT32_MAX;

    /// Parameters: `flow` is the root of the tree.
    /// Errors: a name that nothing binds, an unknown operator, a flow where an expression belongs, too many
    /// nodes: with the path of the node, as the field names of ZIO Flow's JSON. Cost: linear in the nodes,
    /// shared ones counted each time they are mentioned; constant stack.
    [[nodiscard]] static std::expected<std::shared_ptr<const Program>, model::Error> load(
        model::NodeRef flow);

    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(code_.size()); }
    [[nodiscard]] const Instruction& at(std::uint32_t node) const noexcept { return code_[node]; }

    /// The number of the `index`-th child of a node, or `absent`.
    [[nodiscard]] std::uint32_t child(const Instruction& of, std::size_t index) const noexcept {
        return children_[of.children + index];
    }

    /// The number of the `index`-th operand of a strict node: its last children (an optic stands before
    /// them).
    [[nodiscard]] std::uint32_t operand(const Instruction& of, std::size_t index) const noexcept {
        return children_[of.children + of.node->children.size() - of.operands + index];
    }

    [[nodiscard]] const model::NodeRef& tree() const noexcept { return tree_; }

    /// What names the program: codec::program_id of its tree.
    ///
    /// Cost: linear in the program the first time.
    [[nodiscard]] const std::array<std::uint8_t, 16>& id() const;

    /// Where people wrote a node, or the closest one around it: e.g. `order_saga.cpp:28 (charge-card)`; empty
    /// for programs that were not written in C++ here.
    [[nodiscard]] std::string origin(std::uint32_t node) const;

    /// The path of a node, e.g. `.Fold.value.Return.value`. For messages.
    [[nodiscard]] std::string path(std::uint32_t node) const;

 private:
    friend class Loader;
    Program() = default;
    void mark_direct();

    model::NodeRef tree_;
    std::vector<Instruction> code_;
    std::vector<std::uint32_t> children_;
    std::vector<std::uint32_t> parents_;
    mutable std::once_flag id_once_;
    mutable std::array<std::uint8_t, 16> id_{};
};

}  // namespace zflow::interpreter
