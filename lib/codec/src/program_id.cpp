#include "binary_scalar.hpp"
#include "program_binary.hpp"

#include <zflow/codec/binary.hpp>
#include <zflow/model/sequence.hpp>

#include <xxhash.h>

#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Kind;
using model::Node;
using model::Operator;
using model::Schema;
using model::Value;

using Hash = ProgramId;

Hash hash_of(std::string_view bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    Hash hash;
    std::memcpy(hash.data(), canonical.digest, hash.size());
    return hash;
}

std::string_view text_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

/// The hash of a value that has values inside: of what is its own and of its parts' hashes, so that it does
/// not depend on which parts are one object.
class ValueHashing {
 public:
    Hash run(const Value& root) {
        begin(root);
        while (!open_.empty()) {
            auto& place = open_.back();
            if (place.next < place.parts.size()) {
                begin(*place.parts[place.next++]);
                continue;
            }
            ByteWriter all;
            all.raw(place.own);
            for (auto i = place.first; i < done_.size(); ++i) {
                all.raw(text_of(done_[i]));
            }
            const auto* value = place.value;
            done_.resize(place.first);
            open_.pop_back();
            done_.push_back(hash_of(all.text()));
            known_.emplace(std::pair(value->shared(), value->kind()), done_.back());
        }
        const auto hash = done_.back();
        done_.clear();
        return hash;
    }

 private:
    struct Place {
        const Value* value;
        std::string own;
        std::vector<const Value*> parts;
        std::size_t next = 0;
        std::size_t first = 0;  // where in `done_` the parts begin
    };

    void begin(const Value& value) {
        ByteWriter own;
        own.byte(static_cast<std::uint8_t>(value.kind()));
        if (value.kind() < Kind::some) {
            write_scalar(own, value);
            done_.push_back(hash_of(own.text()));
            return;
        }
        if (const auto known = known_.find({value.shared(), value.kind()}); known != known_.end()) {
            done_.push_back(known->second);
            return;
        }
        auto parts = parts_of(own, value);
        own.varint(parts.size());
        open_.push_back({&value, own.take(), std::move(parts), 0, done_.size()});
    }

    /// Adds the names of a value to what is its own.
    static std::vector<const Value*> parts_of(ByteWriter& own, const Value& value) {
        const auto all = [](std::span<const Value> items) {
            std::vector<const Value*> parts;
            parts.reserve(items.size());
            for (const auto& item : items) {
                parts.push_back(&item);
            }
            return parts;
        };
        switch (value.kind()) {
            case Kind::tuple:
                return {&value.as_tuple().left, &value.as_tuple().right};
            case Kind::sequence:
            case Kind::set:
            case Kind::dictionary:
                return all(value.as_sequence().items());
            case Kind::record:
                own.bytes(value.as_record().shape->id);
                for (const auto& name : value.as_record().shape->names) {
                    own.bytes(name);
                }
                return all(value.as_record().values);
            case Kind::enumeration:
                own.bytes(value.as_enumeration().name->id);
                own.bytes(value.as_enumeration().name->name);
                return {&value.as_enumeration().inner};
            case Kind::flow_code:
            case Kind::remote_code:
                own.varint(value.as_code().node);  // programs have none
                return {};
            default:
                return {&value.inner()};
        }
    }

    std::vector<Place> open_;
    std::vector<Hash> done_;
    std::map<std::pair<const model::Shared*, Kind>, Hash> known_;
};

/// The same for schemas.
class SchemaHashing {
 public:
    /// Parameters: `root` may be null.
    Hash run(const Schema* root) {
        begin(root);
        while (!open_.empty()) {
            auto& place = open_.back();
            if (place.next < place.schema->parts.size()) {
                begin(place.schema->parts[place.next++].schema.get());
                continue;
            }
            finish();
        }
        const auto hash = done_.back();
        done_.clear();
        return hash;
    }

 private:
    struct Place {
        const Schema* schema;
        std::size_t next = 0;
        std::size_t first = 0;
    };

    void begin(const Schema* schema) {
        if (const auto known = known_.find(schema); schema == nullptr || known != known_.end()) {
            done_.push_back(schema == nullptr ? Hash{} : known->second);
            return;
        }
        open_.push_back({schema, 0, done_.size()});
    }

    void finish() {
        const auto [schema, next, first] = open_.back();
        open_.pop_back();
        ByteWriter all;
        all.byte(static_cast<std::uint8_t>(schema->kind));
        all.byte(schema->optional ? 1 : 0);
        all.bytes(schema->id);
        for (std::size_t i = 0; i < schema->parts.size(); ++i) {
            all.bytes(schema->parts[i].name);
            all.raw(text_of(done_[first + i]));
        }
        done_.resize(first);
        done_.push_back(hash_of(all.text()));
        known_.emplace(schema, done_.back());
    }

    std::vector<Place> open_;
    std::vector<Hash> done_;
    std::unordered_map<const Schema*, Hash> known_;
};

/// Takes what is a node's own.
class OwnBytes : public ByteWriter {
 public:
    OwnBytes(ValueHashing& values, SchemaHashing& schemas) : values_(values), schemas_(schemas) {}

    void write(const Value& value) {
        byte(static_cast<std::uint8_t>(value.kind()));
        if (value.kind() < Kind::some) {
            return write_scalar(*this, value);
        }
        raw(text_of(values_.run(value)));
    }

    void write(const Schema* schema) { raw(text_of(schemas_.run(schema))); }

    void write(const Operator& op) {
        bytes(op.path);
        bytes(op.type);
        write(op.schema.get());
    }

 private:
    ValueHashing& values_;
    SchemaHashing& schemas_;
};

/// A node's hash is that of its own hash and its children's, so a part that is shared is hashed once and says
/// the same as if it were not.
class Hashing {
 public:
    Hash run(const Node& root) {
        begin(&root);
        while (!open_.empty()) {
            auto& place = open_.back();
            if (place.next < place.node->children.size()) {
                begin(place.node->children[place.next++].get());
                continue;
            }
            finish();
        }
        return done_.back();
    }

 private:
    struct Place {
        const Node* node;
        Hash own;
        std::size_t next = 0;
        std::size_t first = 0;  // where in `done_` its children begin
    };

    void begin(const Node* node) {
        if (node == nullptr) {
            done_.push_back(Hash{});
            return;
        }
        if (node->references() > 1) {
            if (const auto known = known_.find(node); known != known_.end()) {
                done_.push_back(known->second);
                return;
            }
        }
        OwnBytes own(values_, schemas_);
        own.byte(static_cast<std::uint8_t>(node->kind));
        own.byte(static_cast<std::uint8_t>(node->children.size()));
        write_attribute(
            own, *node, symbols_, [&](const Schema* schema) { own.write(schema); },
            [&](const Operator& op) { own.write(op); });
        open_.push_back({node, hash_of(own.text()), 0, done_.size()});
    }

    void finish() {
        const auto place = open_.back();
        open_.pop_back();
        std::string all(text_of(place.own));
        for (auto i = place.first; i < done_.size(); ++i) {
            all.append(text_of(done_[i]));
        }
        done_.resize(place.first);
        done_.push_back(hash_of(all));
        if (place.node->references() > 1) {
            known_.emplace(place.node, done_.back());
        }
    }

    std::vector<Place> open_;
    std::vector<Hash> done_;
    std::unordered_map<const Node*, Hash> known_;
    SymbolNumbers symbols_;
    ValueHashing values_;
    SchemaHashing schemas_;
};

}  // namespace

ProgramId program_id(const model::NodeRef& program) {
    return Hashing().run(*program);
}

ProgramId value_id(const model::Value& value) {
    return ValueHashing().run(value);
}

}  // namespace zflow::codec
