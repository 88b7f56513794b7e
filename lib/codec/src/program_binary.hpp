#pragma once

#include "pointer_table.hpp"

#include <zflow/codec/value_reader.hpp>
#include <zflow/codec/value_writer.hpp>
#include <zflow/model/node.hpp>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace zflow::codec {

/// The tags where a node may stand that are no kind of node: docs/formats/program.md.
inline constexpr std::uint8_t absent_node_tag = 126;
inline constexpr std::uint8_t repeated_node_tag = 127;

/// Where a schema or an operator stands: none, a new one, or (from here on) the number of an earlier one.
inline constexpr std::uint64_t no_part = 0;
inline constexpr std::uint64_t new_part = 1;
inline constexpr std::uint64_t first_known_part = 2;

void write_program(ValueWriter& out, const model::Node& root);

/// Returns: nothing after an error, which `in` has.
[[nodiscard]] model::NodeRef read_program(ValueReader& in);

/// The numbers of a program's binders, in the order in which they appear.
class SymbolNumbers {
 public:
    [[nodiscard]] std::uint64_t number(const model::Symbol& symbol) {
        return numbers_.try_emplace(symbol, numbers_.size()).first->second;
    }

 private:
    std::unordered_map<model::Symbol, std::uint64_t> numbers_;
};

/// Writes schemas; what is shared is written once over all calls.
class SchemaWriter {
 public:
    /// Parameters: `schema` may be null.
    void write(ValueWriter& out, const model::Schema* schema);

 private:
    struct Place {
        const model::Schema* schema;
        std::size_t next = 0;
    };
    void begin(ValueWriter& out, const model::Schema* schema, std::vector<Place>& open);

    PointerTable table_;
    std::uint32_t count_ = 0;
};

/// Reads what a SchemaWriter wrote.
class SchemaReader {
 public:
    [[nodiscard]] model::Ref<const model::Schema> read(ValueReader& in);

 private:
    struct Place {
        model::Ref<model::Schema> schema;
        std::size_t count;
    };
    /// Returns: a complete schema; null if there is none, or if one was opened.
    model::Ref<const model::Schema> begin(ValueReader& in, std::vector<Place>& open);

    std::vector<model::Ref<const model::Schema>> known_;
};

/// What of a node is its own: everything but its kind and its children.
///
/// Parameters: `out` takes values and numbers; `symbols` numbers binders.
template <class Out, class WriteSchema, class WriteOperator>
void write_attribute(Out& out, const model::Node& node, SymbolNumbers& symbols, WriteSchema write_schema,
                     WriteOperator write_operator) {
    using model::Attribute;
    switch (model::info(node.kind).attribute) {
        case Attribute::none:
            return;
        case Attribute::symbol:
            return out.varint(symbols.number(node.symbol));
        case Attribute::operator_:
            return write_operator(*node.op);
        case Attribute::tuple_access:
            out.byte(node.index);
            return out.byte(node.arity);
        case Attribute::new_var:
            out.write(node.value);
            return out.byte(node.flag ? 1 : 0);
        case Attribute::custom:
            out.write(node.value);
            write_schema(node.schema.get());
            return write_schema(node.result_schema.get());
        case Attribute::result_schema:
            return write_schema(node.schema.get());
        case Attribute::name:
            out.write(node.value);
            if (node.kind == model::NodeKind::config) {
                write_schema(node.schema.get());
            }
            return;
        default:
            return out.write(node.value);
    }
}

}  // namespace zflow::codec
