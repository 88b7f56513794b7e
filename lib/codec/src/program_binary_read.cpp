#include "json_shapes.hpp"
#include "program_binary.hpp"

#include <zflow/model/limits.hpp>

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Attribute;
using model::Kind;
using model::Node;
using model::NodeKind;
using model::NodeRef;
using model::Operator;
using model::Ref;
using model::Sort;
using model::Value;

/// The kind that a tag says, if there is one.
std::optional<NodeKind> kind_of(std::uint8_t tag) {
    static const auto known = [] {
        std::array<bool, 256> all{};
        for (const auto& row : model::all_node_kinds()) {
            all[static_cast<std::size_t>(row.kind)] = true;
        }
        return all;
    }();
    return known[tag] ? std::optional(static_cast<NodeKind>(tag)) : std::nullopt;
}

bool is_two_strings(const Value& value) {
    return value.is(Kind::tuple) && value.as_tuple().left.is(Kind::string) &&
           value.as_tuple().right.is(Kind::string);
}

class Reader {
 public:
    explicit Reader(ValueReader& in) : in_(in) {}

    NodeRef run() {
        NodeRef root;
        begin(root, Sort::flow, false);
        while (!open_.empty() && in_.ok()) {
            auto& place = open_.back();
            if (place.next == place.node->children.size()) {
                known_.push_back(place.node);
                open_.pop_back();
                continue;
            }
            const auto i = place.next++;
            const auto& row = model::info(place.node->kind);
            const auto is_tuple = place.node->kind == NodeKind::tuple;
            begin(place.node->children[i], is_tuple ? Sort::remote : row.fields[i].sort,
                  !is_tuple && row.fields[i].optional);
        }
        return in_.ok() ? root : nullptr;
    }

 private:
    struct Place {
        Ref<Node> node;
        std::size_t next = 0;
    };

    /// Parameters: `hole` gets the node; its children are filled in later.
    void begin(NodeRef& hole, Sort sort, bool is_optional) {
        const auto tag = in_.byte();
        if (tag == absent_node_tag && is_optional) {
            return;
        }
        if (tag == repeated_node_tag) {
            const auto number = in_.varint();
            if (number >= known_.size()) {
                return in_.fail("a node that was not there yet is repeated");
            }
            if (model::info(known_[number]->kind).sort != sort) {
                return in_.fail(fmt::format("expected {} here", with_article(sort)));
            }
            hole = known_[number];
            return;
        }
        const auto kind = kind_of(tag);
        if (!kind || model::info(*kind).sort != sort) {
            return in_.fail(fmt::format("expected {} here, got the number {}", with_article(sort), tag));
        }
        if (open_.size() >= model::max_depth || ++count_ > model::max_program_nodes) {
            return in_.fail(
                "the program has more nodes than max_program_nodes or is nested deeper than max_depth");
        }
        auto made = model::make<Node>(*kind);
        hole = made;
        std::size_t children = model::info(*kind).children;
        if (*kind == NodeKind::tuple) {
            children = in_.byte();
            if (children < 2 || children > most_tuple_parts) {
                return in_.fail("a tuple has 2 to 22 parts");
            }
        }
        made->children.resize(children);
        attribute(*made);
        open_.push_back({std::move(made)});
    }

    void attribute(Node& node) {
        switch (model::info(node.kind).attribute) {
            case Attribute::none:
                return;
            case Attribute::literal:
                node.value = in_.read_value();
                return;
            case Attribute::message:
                node.value = in_.read_value();
                return expect(node.value.is(Kind::string), "a message is a string");
            case Attribute::debug:
            case Attribute::prism:
            case Attribute::activity:
                node.value = in_.read_value();
                return expect(is_two_strings(node.value), "two strings are expected here");
            case Attribute::name:
                node.value = in_.read_value();
                if (node.kind == NodeKind::config) {
                    node.schema = schemas_.read(in_);
                }
                return expect(node.value.is(Kind::string), "a name is a string");
            case Attribute::new_var:
                node.value = in_.read_value();
                node.flag = in_.byte() != 0;
                return expect(node.value.is(Kind::string), "a name is a string");
            case Attribute::symbol:
                return symbol(node);
            case Attribute::operator_:
                node.op = read_operator();
                return;
            case Attribute::tuple_access:
                node.index = in_.byte();
                node.arity = in_.byte();
                return expect(node.arity >= 2 && node.arity <= most_tuple_parts && node.index < node.arity,
                              "there is no such part of a tuple");
            case Attribute::custom:
                node.value = in_.read_value();
                node.schema = schemas_.read(in_);
                node.result_schema = schemas_.read(in_);
                return expect(node.value.is(Kind::tuple) && node.value.as_tuple().left.is(Kind::string),
                              "an operation is a type id and a value");
            case Attribute::result_schema:
                node.schema = schemas_.read(in_);
                return;
        }
    }

    void expect(bool holds, std::string_view sentence) {
        if (!holds) {
            in_.fail(std::string(sentence));
        }
    }

    void symbol(Node& node) {
        const auto number = in_.varint_up_to(symbols_, "a binder's number");
        symbols_ += number == symbols_ ? 1 : 0;
        node.symbol = {0, number};
    }

    Ref<const Operator> read_operator() {
        const auto tag = in_.varint();
        if (tag >= first_known_part) {
            if (tag - first_known_part < operators_.size()) {
                return operators_[tag - first_known_part];
            }
        } else if (tag == new_part) {
            auto path = std::string(in_.bytes());
            auto type = std::string(in_.bytes());
            operators_.push_back(
                model::make<const Operator>(std::move(path), std::move(type), schemas_.read(in_)));
            return operators_.back();
        }
        in_.fail("an operator is missing");
        return nullptr;
    }

    ValueReader& in_;
    std::vector<Place> open_;
    std::vector<NodeRef> known_;
    std::vector<Ref<const Operator>> operators_;
    SchemaReader schemas_;
    std::uint64_t symbols_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace

NodeRef read_program(ValueReader& in) {
    return Reader(in).run();
}

}  // namespace zflow::codec
