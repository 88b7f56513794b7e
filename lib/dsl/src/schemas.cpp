#include "nodes.hpp"

#include <zflow/dsl/described.hpp>

#include <vector>

namespace zflow {
inline namespace dsl {
namespace detail {
namespace {

using model::Schema;

Type type_from(Schema::Kind kind, std::string_view id, std::vector<Schema::Part> parts = {},
               bool optional = false) {
    return {model::make<const Schema>(kind, std::string(id), std::move(parts), optional)};
}
Type parts_type(Schema::Kind kind, std::string_view id, const TypeParts& types) {
    std::vector<Schema::Part> parts;
    for (const auto& [name, type] : types) {
        parts.push_back({name, schema_of(type)});
    }
    return type_from(kind, id, std::move(parts));
}

}  // namespace

Type scalar_type(std::string_view name) {
    return type_from(Schema::Kind::value, name);
}
Type known_type(std::string_view id) {
    return type_from(Schema::Kind::known, id);
}
Type optional_type(const Type& type) {
    const auto schema = schema_of(type);
    if (schema->optional) {  // a schema says once that it is optional: what is inside may be anything
        return type_from(Schema::Kind::dynamic, {}, {}, true);
    }
    return type_from(schema->kind, schema->id, schema->parts, true);
}
Type list_type(const Type& item) {
    return parts_type(Schema::Kind::list, {}, {{"item", item}});
}
Type set_type(const Type& item) {
    return parts_type(Schema::Kind::set, {}, {{"item", item}});
}
Type map_type(const Type& key, const Type& value) {
    return parts_type(Schema::Kind::dictionary, {}, {{"keys", key}, {"values", value}});
}
Type pair_type(const Type& left, const Type& right) {
    return parts_type(Schema::Kind::tuple, {}, {{"left", left}, {"right", right}});
}
Type either_type(const Type& left, const Type& right) {
    return parts_type(Schema::Kind::either, {}, {{"left", left}, {"right", right}});
}
Type struct_type(std::string_view id, const TypeParts& fields) {
    return parts_type(Schema::Kind::product, id, fields);
}
Type sum_type(std::string_view id, const TypeParts& cases) {
    return parts_type(Schema::Kind::sum, id, cases);
}

model::Ref<const model::Shared> shape_of(const Type& struct_type) {
    const auto schema = schema_of(struct_type);
    std::vector<std::string> names;
    for (const auto& part : schema->parts) {
        names.push_back(part.name);
    }
    return model::make<const model::RecordShape>(schema->id, std::move(names));
}

void refuse_recursive_type(std::string_view raw_name) {
    throw BuildError("the type " + std::string(raw_name) +
                     " contains itself, and flows carry no recursive types: keep the parts in a list and "
                     "refer to them by number");
}

std::string dotted(std::string_view raw) {
    constexpr std::string_view unnamed = "(anonymous namespace)::";
    std::string out;
    for (; !raw.empty(); raw.remove_prefix(1)) {
        if (raw.starts_with(unnamed)) {
            raw.remove_prefix(unnamed.size() - 1);
        } else if (raw.starts_with("::")) {
            out += '.';
            raw.remove_prefix(1);
        } else {
            out += raw.front();
        }
    }
    return out;
}
std::string last_name(std::string_view id) {
    return std::string(id.substr(id.rfind('.') + 1));
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
