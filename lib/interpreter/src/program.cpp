#include "operators/operator.hpp"

#include <zflow/base/assert.hpp>
#include <zflow/codec/binary.hpp>
#include <zflow/interpreter/difference.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/model/limits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace zflow::interpreter {

using model::NodeKind;
using model::Sort;

/// Numbers the nodes of a tree in preorder and resolves what they mention, with a list of places instead of
/// recursion.
class Loader {
 public:
    explicit Loader(Program& program) : program_(program) {}

    std::expected<void, model::Error> run() {
        todo_.push_back({program_.tree_.get(), Sort::flow, Program::absent, 0, {}, {}});
        while (!todo_.empty()) {
            const auto place = todo_.back();
            todo_.pop_back();
            if (place.leave) {
                leave(*place.leave);
                continue;
            }
            if (auto sentence = enter(place); !sentence.empty()) {
                auto path = place.parent == Program::absent ? std::string()
                                                            : program_.path(place.parent) + field(place);
                model::Error error{std::move(sentence), std::move(path)};
                error.unsupported = unsupported_;
                return std::unexpected(std::move(error));
            }
        }
        return {};
    }

 private:
    struct Binder {
        model::Symbol symbol;
        bool recursion = false;
        bool operator==(const Binder&) const = default;
    };
    struct BinderHash {
        std::size_t operator()(const Binder& binder) const noexcept {
            return std::hash<model::Symbol>{}(binder.symbol) + (binder.recursion ? 1 : 0);
        }
    };
    struct Binding {
        std::uint32_t level;
        std::uint32_t node;
    };
    /// A node to number, or the end of a binder's reach.
    struct Place {
        const model::Node* node = nullptr;
        Sort wanted = Sort::flow;
        std::uint32_t parent = Program::absent;
        std::uint32_t index = 0;  // as whose child
        std::optional<Binder> leave;
        std::optional<Binder> bind;  // what the parent binds for this child
    };

    [[nodiscard]] std::string field(const Place& place) const {
        return fmt::format(".{}", child_name(program_.at(place.parent), place.index));
    }

 public:
    static std::string child_name(const Instruction& parent, std::size_t index) {
        if (parent.kind == NodeKind::tuple) {
            return fmt::format("_{}", index + 1);
        }
        return std::string(model::info(parent.kind).fields[index].name);
    }

 private:
    void bind(const Binder& binder, std::uint32_t node) {
        bindings_[binder].push_back({depth_, node});
        ++depth_;
        todo_.push_back({nullptr, Sort::flow, Program::absent, 0, binder, {}});
    }

    void leave(const Binder& binder) {
        const auto found = bindings_.find(binder);
        ZFLOW_ASSERT(found != bindings_.end() && !found->second.empty(),
                     "a binder is left after it was entered");
        found->second.pop_back();
        --depth_;
    }

    [[nodiscard]] const Binding* find(const Binder& binder) const {
        const auto found = bindings_.find(binder);
        return found == bindings_.end() || found->second.empty() ? nullptr : &found->second.back();
    }

    /// Returns: what is wrong, empty if nothing is.
    std::string enter(const Place& place) {
        if (place.node == nullptr) {
            return "a part is missing here";
        }
        const auto& node = *place.node;
        const auto& info = model::info(node.kind);
        if (info.sort != place.wanted) {
            return fmt::format("expected {}, got {}", with_article(place.wanted), info.name);
        }
        if (program_.code_.size() >= model::max_program_nodes) {
            return fmt::format(
                "the program has more than {} nodes (limit max_program_nodes); bind what is mentioned "
                "often to a name",
                model::max_program_nodes);
        }
        const auto number = program_.size();
        if (place.parent != Program::absent) {
            program_.children_[program_.code_[place.parent].children + place.index] = number;
        }
        if (place.bind) {
            bind(*place.bind, place.parent);
        }
        if (node.kind == NodeKind::function) {
            bind({node.symbol, false}, number);
        }
        Instruction made{.kind = node.kind, .depth = depth_, .node = &node};
        if (auto sentence = resolve(node, made); !sentence.empty()) {
            return sentence;
        }
        made.children = static_cast<std::uint32_t>(program_.children_.size());
        program_.children_.resize(program_.children_.size() + node.children.size(), Program::absent);
        program_.code_.push_back(made);
        program_.parents_.push_back(place.parent);
        return push_children(node, info, number);
    }

    /// Look up names and operators.
    std::string resolve(const model::Node& node, Instruction& made) {
        switch (node.kind) {
            case NodeKind::literal:
                if (observing()) {
                    note_extensions(node.value);
                }
                return {};
            case NodeKind::unbound: {
                const auto* binding = find({node.symbol, false});
                if (binding == nullptr) {
                    return fmt::format("the name {} is bound by nothing around it",
                                       model::to_text(node.symbol));
                }
                made.level = binding->level;
                return {};
            }
            case NodeKind::recurse_with: {
                const auto* binding = find({node.symbol, true});
                if (binding == nullptr) {
                    return fmt::format("the recursion {} is not one around it", model::to_text(node.symbol));
                }
                made.level = binding->level;
                made.target = binding->node;
                return {};
            }
            case NodeKind::sort_list:
                unsupported_ = true;
                return "SortList cannot be run by this version";
            default:
                break;
        }
        if (const auto* row = find_operator(node)) {
            made.apply = row->apply;
            if (node.kind == NodeKind::optic_set && node.children[0] &&
                node.children[0]->kind == NodeKind::optic_prism) {
                made.operands = 1;
                return {};
            }
            made.operands =
                static_cast<std::uint8_t>(std::ranges::count_if(node.children, [](const auto& child) {
                    return child && model::info(child->kind).sort == Sort::remote;
                }));
            return {};
        }
        if (node.kind == NodeKind::unary || node.kind == NodeKind::binary) {
            unsupported_ = true;
            return fmt::format("there is no {} operator '{}'{}", model::info(node.kind).name,
                               node.op ? node.op->path : std::string(),
                               node.op && !node.op->type.empty() ? " on " + node.op->type : std::string());
        }
        return {};
    }

    std::string push_children(const model::Node& node, const model::NodeInfo& info, std::uint32_t number) {
        const auto expected = node.kind == NodeKind::tuple ? node.children.size() : info.children;
        if (node.children.size() != expected) {
            return fmt::format("{} has {} parts, got {}", info.name, expected, node.children.size());
        }
        for (auto i = node.children.size(); i-- > 0;) {
            const auto is_tuple = node.kind == NodeKind::tuple;
            const auto& place = info.fields[is_tuple ? 0 : i];
            if (!node.children[i] && place.optional) {
                continue;
            }
            std::optional<Binder> binder;
            if (node.kind == NodeKind::bind && i == 1) {
                binder = Binder{node.symbol, false};
            } else if (node.kind == NodeKind::recurse && i == 1) {
                binder = Binder{node.symbol, true};
            }
            todo_.push_back({.node = node.children[i].get(),
                             .wanted = place.sort,
                             .parent = number,
                             .index = static_cast<std::uint32_t>(i),
                             .leave = {},
                             .bind = binder});
        }
        return {};
    }

    Program& program_;
    std::uint32_t depth_ = 0;
    bool unsupported_ = false;
    std::vector<Place> todo_;
    std::unordered_map<Binder, std::vector<Binding>, BinderHash> bindings_;
};

std::expected<std::shared_ptr<const Program>, model::Error> Program::load(model::NodeRef flow) {
    std::shared_ptr<Program> program(new Program());
    program->tree_ = std::move(flow);
    if (auto loaded = Loader(*program).run(); !loaded) {
        return std::unexpected(std::move(loaded.error()));
    }
    program->mark_direct();
    return program;
}

void Program::mark_direct() {
    // Expressions that are evaluated without frames: only so big that one of them is a short turn.
    constexpr std::uint32_t max_nodes = 64;
    constexpr std::uint32_t max_height = 16;
    struct Size {
        std::uint32_t nodes = 1;
        std::uint32_t height = 1;
    };
    std::vector<Size> sizes(code_.size());
    // Children have greater numbers than their parents.
    for (auto number = code_.size(); number-- > 0;) {
        auto& instruction = code_[number];
        if (instruction.kind == NodeKind::literal || instruction.kind == NodeKind::ignore ||
            instruction.kind == NodeKind::unbound) {
            instruction.direct = true;
            continue;
        }
        if (instruction.apply == nullptr) {
            continue;
        }
        bool all_direct = true;
        for (std::size_t i = 0; i < instruction.operands; ++i) {
            const auto operand_number = operand(instruction, i);
            all_direct = all_direct && code_[operand_number].direct;
            sizes[number].nodes += sizes[operand_number].nodes;
            sizes[number].height = std::max(sizes[number].height, sizes[operand_number].height + 1);
        }
        instruction.direct =
            all_direct && sizes[number].nodes <= max_nodes && sizes[number].height <= max_height;
    }
}

const std::array<std::uint8_t, 16>& Program::id() const {
    std::call_once(id_once_, [this] { id_ = codec::program_id(tree_); });
    return id_;
}

std::string Program::origin(std::uint32_t node) const {
    for (auto place = node; place < size(); place = parents_[place]) {
        const auto& origin = code_[place].node->origin;
        if (origin && origin->place.line() != 0) {
            const std::string_view file = origin->place.file_name();
            return fmt::format("{}:{}{}", file.substr(file.rfind('/') + 1), origin->place.line(),
                               origin->label.empty() ? std::string() : fmt::format(" ({})", origin->label));
        }
    }
    return {};
}

std::string Program::path(std::uint32_t node) const {
    std::vector<std::string> names;
    for (auto place = node; place != absent; place = parents_[place]) {
        const auto parent = parents_[place];
        std::string name = fmt::format(".{}", model::info(code_[place].kind).name);
        if (parent != absent) {
            const auto& above = code_[parent];
            std::size_t index = 0;
            while (child(above, index) != place) {
                ++index;
            }
            name = fmt::format(".{}{}", Loader::child_name(above, index), name);
        }
        names.push_back(std::move(name));
    }
    std::string path;
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
        path += *name;
    }
    return path;
}

}  // namespace zflow::interpreter
