#include "program_binary.hpp"

#include <zflow/model/limits.hpp>

#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Ref;
using model::Schema;

constexpr std::uint8_t optional_flag = 0x80;

/// How many parts a kind of schema has; -1 for any number.
int parts_of(Schema::Kind kind) {
    switch (kind) {
        case Schema::Kind::product:
        case Schema::Kind::sum:
            return -1;
        case Schema::Kind::list:
        case Schema::Kind::set:
            return 1;
        case Schema::Kind::dictionary:
        case Schema::Kind::tuple:
        case Schema::Kind::either:
            return 2;
        default:
            return 0;
    }
}

}  // namespace

void SchemaWriter::write(ValueWriter& out, const Schema* schema) {
    std::vector<Place> open;
    begin(out, schema, open);
    while (!open.empty() && !out.is_too_long()) {
        auto& place = open.back();
        if (place.next == place.schema->parts.size()) {
            if (place.schema->references() > 1) {
                table_.set(place.schema, count_);
            }
            ++count_;
            open.pop_back();
            continue;
        }
        const auto& part = place.schema->parts[place.next++];
        out.bytes(part.name);
        begin(out, part.schema.get(), open);
    }
}

void SchemaWriter::begin(ValueWriter& out, const Schema* schema, std::vector<Place>& open) {
    if (schema == nullptr) {
        return out.varint(no_part);
    }
    if (const auto known = schema->references() > 1 ? table_.find(schema) : PointerTable::nothing;
        known != PointerTable::nothing) {
        return out.varint(first_known_part + known);
    }
    out.varint(new_part);
    out.byte(static_cast<std::uint8_t>(static_cast<unsigned>(schema->kind) |
                                       (schema->optional ? optional_flag : 0U)));
    out.bytes(schema->id);
    out.varint(schema->parts.size());
    open.push_back({schema});
}

Ref<const Schema> SchemaReader::read(ValueReader& in) {
    std::vector<Place> open;
    auto done = begin(in, open);
    while (!open.empty() && in.ok()) {
        auto& [schema, count] = open.back();
        if (done) {
            schema->parts.back().schema = std::exchange(done, nullptr);
        }
        if (schema->parts.size() == count) {
            done = schema;
            known_.push_back(done);
            open.pop_back();
            continue;
        }
        schema->parts.push_back({std::string(in.bytes()), nullptr});
        const auto depth = open.size();
        done = begin(in, open);
        if (!done && open.size() == depth) {
            in.fail("a part of a schema is missing");
        }
    }
    return in.ok() ? done : nullptr;
}

Ref<const Schema> SchemaReader::begin(ValueReader& in, std::vector<Place>& open) {
    const auto tag = in.varint();
    if (tag == no_part) {
        return nullptr;
    }
    if (tag >= first_known_part) {
        if (tag - first_known_part >= known_.size()) {
            in.fail("a schema that was not there yet is repeated");
            return nullptr;
        }
        return known_[tag - first_known_part];
    }
    if (open.size() >= model::max_depth) {
        in.fail("schemas are nested deeper here than max_depth");
        return nullptr;
    }
    const auto header = in.byte();
    const auto kind = static_cast<Schema::Kind>(header & ~unsigned{optional_flag});
    auto id = std::string(in.bytes());
    const auto parts = in.varint_up_to(in.left(), "the number of parts");
    if (kind > Schema::Kind::ref) {
        in.fail("there is no such kind of schema");
    } else if (const auto expected = parts_of(kind);
               expected >= 0 && parts != static_cast<std::uint64_t>(expected)) {
        in.fail("this kind of schema has another number of parts");
    }
    if (!in.ok()) {
        return nullptr;
    }
    open.push_back(
        {model::make<Schema>(kind, std::move(id), std::vector<Schema::Part>(), (header & optional_flag) != 0),
         parts});
    return nullptr;
}

}  // namespace zflow::codec
