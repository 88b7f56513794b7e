#include "base64.hpp"
#include "json_value.hpp"
#include "plain_json.hpp"

#include <zflow/codec/plain_json.hpp>
#include <zflow/model/sequence.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace zflow::codec {
namespace {

using model::Error;
using model::Kind;
using model::Value;

/// Whether a value is written as null, or as an option that could be taken for one around it.
bool hides_in_an_option(const Value& value) {
    return value.is(Kind::unit) || value.is(Kind::none) || value.is(Kind::some);
}

bool has_names(const model::Sequence& entries) {
    return std::ranges::all_of(entries.items(),
                               [](const Value& entry) { return entry.as_tuple().left.is(Kind::string); });
}

/// Writes values with a stack of its own: each place on it is a value of which some parts are written.
class Writer {
 public:
    std::expected<std::string, Error> run(const Value& value) {
        begin(value);
        while (!open_.empty() && !error_) {
            if (out_.is_too_long()) {
                break;
            }
            step(open_.back());
        }
        if (error_) {
            return std::unexpected(std::move(*error_));
        }
        if (out_.is_too_long()) {
            return std::unexpected(Error{too_long_sentence()});
        }
        return out_.take();
    }

 private:
    struct Place {
        const Value* value;
        std::size_t next = 0;
        std::vector<const Value*> items = {};  ///< of a tuple
        bool wrapped = false;                  ///< an option of its own inside, a map as an object
    };

    void begin(const Value& value) {
        switch (value.kind()) {
            case Kind::unit:
            case Kind::none:
                return out_.raw("null");
            case Kind::binary:
                return out_.string(to_base64(value.as_binary()));
            case Kind::some:
            case Kind::left:
            case Kind::right:
                return begin_one(value);
            case Kind::tuple:
                return begin_tuple(value);
            case Kind::sequence:
            case Kind::set:
                out_.raw('[');
                return open_.push_back({.value = &value});
            case Kind::dictionary: {
                const auto wrapped = has_names(value.as_sequence());
                out_.raw(wrapped ? '{' : '[');
                return open_.push_back({.value = &value, .wrapped = wrapped});
            }
            case Kind::record:
            case Kind::enumeration:
                out_.raw('{');
                return open_.push_back({.value = &value});
            case Kind::flow_code:
            case Kind::remote_code:
                error_ = Error{"a part of the value is code of a run, which has no JSON outside of the run",
                               path()};
                return;
            default:
                return write_payload(out_, value);
        }
    }

    void begin_one(const Value& value) {
        const auto wrapped = !value.is(Kind::some) || hides_in_an_option(value.inner());
        if (wrapped) {
            begin_object(value.is(Kind::some) ? plain_some : value.is(Kind::left) ? plain_left : plain_right);
        }
        open_.push_back({.value = &value, .wrapped = wrapped});
    }

    void begin_object(std::string_view name) {
        out_.raw('{');
        out_.string(name);
        out_.raw(':');
    }

    void begin_tuple(const Value& value) {
        std::vector<const Value*> items;
        const auto* pair = &value;
        while (pair->is(Kind::tuple)) {
            items.push_back(&pair->as_tuple().right);
            pair = &pair->as_tuple().left;
        }
        items.push_back(pair);
        std::ranges::reverse(items);
        out_.raw('[');
        open_.push_back({.value = &value, .items = std::move(items)});
    }

    void close(std::string_view text) {
        out_.raw(text);
        open_.pop_back();
    }

    void step(Place& place) {
        const auto& value = *place.value;
        const auto part = place.next++;
        switch (value.kind()) {
            case Kind::tuple:
                return item(part, place.items.size(),
                            [&](std::size_t i) -> const Value& { return *place.items[i]; });
            case Kind::sequence:
            case Kind::set: {
                const auto& items = value.as_sequence();
                return item(part, items.size(), [&](std::size_t i) -> const Value& { return items[i]; });
            }
            case Kind::dictionary:
                return place.wrapped ? named_entry(value.as_sequence(), part)
                                     : entry(value.as_sequence(), part);
            case Kind::record: {
                const auto& record = value.as_record();
                return part == record.values.size()
                           ? close("}")
                           : member(part, record.shape->names[part], record.values[part]);
            }
            case Kind::enumeration: {
                const auto& chosen = value.as_enumeration();
                return part == 1 ? close("}") : member(part, chosen.name->name, chosen.inner);
            }
            default:
                return part == 0 ? begin(value.inner()) : close(place.wrapped ? "}" : "");
        }
    }

    template <class At>
    void item(std::size_t part, std::size_t count, At at) {
        if (part == count) {
            return close("]");
        }
        if (part > 0) {
            out_.raw(',');
        }
        begin(at(part));
    }

    void member(std::size_t part, std::string_view name, const Value& value) {
        if (part > 0) {
            out_.raw(',');
        }
        out_.string(name);
        out_.raw(':');
        begin(value);
    }

    void named_entry(const model::Sequence& entries, std::size_t part) {
        if (part == entries.size()) {
            return close("}");
        }
        const auto& entry = entries[part].as_tuple();
        member(part, entry.left.as_string(), entry.right);
    }

    /// Parameters: `part` counts keys and values.
    void entry(const model::Sequence& entries, std::size_t part) {
        if (part % 2 == 1) {
            out_.raw(',');
            return begin(entries[part / 2].as_tuple().right);
        }
        if (part > 0) {
            out_.raw(']');
        }
        if (part / 2 == entries.size()) {
            return close("]");
        }
        out_.raw(part > 0 ? ",[" : "[");
        begin(entries[part / 2].as_tuple().left);
    }

    /// Of the part that was begun last.
    [[nodiscard]] std::string path() const {
        constexpr std::size_t most_steps = 100;
        std::string path;
        const auto first = open_.size() > most_steps ? open_.size() - most_steps : 0;
        for (auto i = first; i < open_.size(); ++i) {
            const auto& place = open_[i];
            const auto part = place.next - 1;
            switch (place.value->kind()) {
                case Kind::record:
                    path += "." + place.value->as_record().shape->names[part];
                    break;
                case Kind::enumeration:
                    path += "." + place.value->as_enumeration().name->name;
                    break;
                case Kind::some:
                case Kind::left:
                case Kind::right:
                    break;
                case Kind::dictionary:
                    path += fmt::format("[{}]", place.wrapped ? part : part / 2);
                    break;
                default:
                    path += fmt::format("[{}]", part);
            }
        }
        return path;
    }

    JsonText out_;
    std::vector<Place> open_;
    std::optional<Error> error_;
};

}  // namespace

std::expected<std::string, Error> value_to_plain_json(const Value& value) {
    return Writer().run(value);
}

}  // namespace zflow::codec
