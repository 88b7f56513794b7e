#include "binary_scalar.hpp"
#include "program_binary.hpp"

#include <zflow/codec/binary.hpp>

#include <xxhash.h>

#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Node;
using model::Operator;
using model::Schema;

using Hash = ProgramId;

Hash hash_of(std::string_view bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    Hash hash;
    std::memcpy(hash.data(), canonical.digest, hash.size());
    return hash;
}

/// Takes what is a node's own. Each value begins anew: what it shares with the rest of the program counts for
/// nothing.
class OwnBytes : public ByteWriter {
 public:
    void write(const model::Value& value) {
        if (value.kind() < model::Kind::some) {
            byte(static_cast<std::uint8_t>(value.kind()));
            return write_scalar(*this, value);
        }
        ValueWriter out;
        out.write(value);
        raw(out.text());
    }

    void write(const Schema* schema) {
        ValueWriter out;
        SchemaWriter().write(out, schema);
        raw(out.text());
    }

    void write(const Operator& op) {
        bytes(op.path);
        bytes(op.type);
        write(op.schema.get());
    }
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
        OwnBytes own;
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
        std::string all(reinterpret_cast<const char*>(place.own.data()), place.own.size());
        for (auto i = place.first; i < done_.size(); ++i) {
            all.append(reinterpret_cast<const char*>(done_[i].data()), done_[i].size());
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
};

}  // namespace

ProgramId program_id(const model::NodeRef& program) {
    return Hashing().run(*program);
}

}  // namespace zflow::codec
