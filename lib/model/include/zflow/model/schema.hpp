#pragma once

#include <zflow/model/error.hpp>
#include <zflow/model/value.hpp>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zflow::model {

/// What values a place takes: ZIO Flow's schema (zio-schema's ExtensibleMetaSchema) as a tree.
struct Schema final : Shared {
    enum class Kind : std::uint8_t {
        value,       ///< a scalar; `id` is its name, e.g. "int", "bigDecimal", "instant"
        known,       ///< a type of ZIO Flow's own; `id` e.g. "zio.flow.ZFlow"
        product,     ///< a record `id` with its fields
        sum,         ///< an enumeration `id` with its cases
        list,        ///< parts: the item
        set,         ///< parts: the item
        dictionary,  ///< parts: key, value
        tuple,       ///< parts: left, right
        either,      ///< parts: left, right
        dynamic,     ///< any value
        fail,        ///< no value; `id` is the message
        ref,         ///< the schema at `id`, a path of names from the root joined with '/'
    };
    struct Part;

    Schema(Kind k, std::string i, std::vector<Part> p, bool o);
    ~Schema() override;

    Kind kind;
    bool optional;  ///< the value is an option of what the rest describes
    std::string id;
    std::vector<Part> parts;
};

struct Schema::Part {
    std::string name;  ///< the field or the case; "item", "keys", "values", "left", "right" for the others
    Ref<const Schema> schema;
};

/// Check that a value is what a schema describes.
///
/// Returns: nothing if it fits, else where in the value it does not and what would.
[[nodiscard]] std::expected<void, Error> fits(const Value& value, const Schema& schema);

/// The kind that a scalar's name stands for, e.g. `bigDecimal`; nothing if there is no such scalar.
[[nodiscard]] std::optional<Kind> scalar_kind(std::string_view name) noexcept;

/// A short text for messages, e.g. `list of int`, `oracle.Person`.
[[nodiscard]] std::string to_text(const Schema& schema);

}  // namespace zflow::model
