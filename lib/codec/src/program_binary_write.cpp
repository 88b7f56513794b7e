#include "program_binary.hpp"

#include <string>
#include <vector>

namespace zflow::codec {
namespace {

using model::Node;
using model::NodeKind;
using model::Operator;

class Writer {
 public:
    explicit Writer(ValueWriter& out) : out_(out) {}

    void run(const Node& root) {
        begin(&root);
        while (!open_.empty() && !out_.is_too_long()) {
            auto& place = open_.back();
            if (place.next < place.node->children.size()) {
                begin(place.node->children[place.next++].get());
                continue;
            }
            if (place.node->references() > 1) {
                nodes_.set(place.node, node_count_);
            }
            ++node_count_;
            open_.pop_back();
        }
    }

 private:
    struct Place {
        const Node* node;
        std::size_t next = 0;
    };

    void begin(const Node* node) {
        if (node == nullptr) {
            return out_.byte(absent_node_tag);
        }
        if (const auto known = node->references() > 1 ? nodes_.find(node) : PointerTable::nothing;
            known != PointerTable::nothing) {
            out_.byte(repeated_node_tag);
            return out_.varint(known);
        }
        out_.byte(static_cast<std::uint8_t>(node->kind));
        if (node->kind == NodeKind::tuple) {
            out_.byte(static_cast<std::uint8_t>(node->children.size()));
        }
        write_attribute(
            out_, *node, symbols_, [this](const model::Schema* schema) { schemas_.write(out_, schema); },
            [this](const Operator& op) { write_operator(op); });
        open_.push_back({node});
    }

    /// Equal operators are written once, whatever objects they are; those with a schema are by their
    /// identity.
    void write_operator(const Operator& op) {
        auto known = operators_.find(&op);
        if (known == PointerTable::nothing && !op.schema) {
            const auto key = std::to_string(op.path.size()) + ':' + op.path + op.type;
            const auto [place, is_new] = by_name_.try_emplace(key, operator_count_);
            known = is_new ? known : place->second;
        }
        if (known != PointerTable::nothing) {
            operators_.set(&op, known);
            return out_.varint(first_known_part + known);
        }
        operators_.set(&op, operator_count_++);
        out_.varint(new_part);
        out_.bytes(op.path);
        out_.bytes(op.type);
        schemas_.write(out_, op.schema.get());
    }

    ValueWriter& out_;
    std::vector<Place> open_;
    SymbolNumbers symbols_;
    SchemaWriter schemas_;
    PointerTable nodes_;
    PointerTable operators_;
    std::unordered_map<std::string, std::uint32_t> by_name_;
    std::uint32_t node_count_ = 0;
    std::uint32_t operator_count_ = 0;
};

}  // namespace

void write_program(ValueWriter& out, const Node& root) {
    Writer(out).run(root);
}

}  // namespace zflow::codec
