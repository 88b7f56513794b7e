#include "json_value.hpp"
#include "plain_json.hpp"

#include <zflow/model/limits.hpp>
#include <zflow/model/sequence.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>

namespace zflow::codec {

using model::Kind;
using model::Schema;
using model::Value;

Read<Value> PlainJsonReader::read() {
    if (auto right = enter({Tape::root, root_}); !right) {
        return std::unexpected(std::move(right.error()));
    }
    while (!open_.empty()) {
        const auto part = next_part(open_.back());
        if (!part) {
            return std::unexpected(part.error());
        }
        if (*part) {
            if (auto right = enter(**part); !right) {
                return std::unexpected(std::move(right.error()));
            }
            continue;
        }
        const auto frame = std::move(open_.back());
        open_.pop_back();
        if (auto right = finish(frame); !right) {
            return std::unexpected(std::move(right.error()));
        }
    }
    return std::move(done_.back());
}

Read<void> PlainJsonReader::open(Tape::Index token, Frame frame) {
    if (open_.size() >= model::max_depth) {
        return failure(token,
                       fmt::format("values are nested deeper here than max_depth, {}", model::max_depth));
    }
    frame.place = token;
    open_.push_back(std::move(frame));
    return {};
}

Read<std::optional<PlainJsonReader::Part>> PlainJsonReader::next_part(Frame& frame) {
    switch (frame.form) {
        case Form::one:
            // Taken once: the root is nobody's part, but what an option holds may be the root.
            if (std::exchange(frame.end, 1) == absent) {
                return Part{frame.next, frame.schema, frame.inside_option};
            }
            return std::nullopt;
        case Form::items:
            if (frame.next == frame.end) {
                return std::nullopt;
            }
            return Part{std::exchange(frame.next, tape_.after(frame.next)), frame.schema};
        case Form::entries:
            return next_entry(frame);
        default:
            break;
    }
    while (frame.queue_next < frame.queue_end) {
        const auto part = queue_[frame.queue_next++];
        if (part.token != absent) {
            return part;
        }
        done_.push_back(Value::none());
    }
    return std::nullopt;
}

Read<std::optional<PlainJsonReader::Part>> PlainJsonReader::next_entry(Frame& frame) {
    const auto* value = frame.schema->parts[1].schema.get();
    if (frame.pending != absent) {
        return Part{std::exchange(frame.pending, absent), value};
    }
    if (frame.next == frame.end) {
        return std::nullopt;
    }
    if (frame.of_pairs) {
        const auto pair = read_pair(tape_, frame.next, "an entry as [key, value]");
        if (!pair) {
            return std::unexpected(pair.error());
        }
        frame.next = tape_.after(frame.next);
        frame.pending = pair->second;
        return Part{pair->first, frame.schema->parts[0].schema.get()};
    }
    auto key = read_scalar(tape_, Kind::string, frame.next);
    if (!key) {
        return std::unexpected(std::move(key.error()));
    }
    done_.push_back(std::move(*key));
    const auto token = frame.next + 1;
    frame.next = tape_.after(token);
    return Part{token, value};
}

/// Replaces the parts at the end of `done_` by what they make.
Read<void> PlainJsonReader::finish(const Frame& frame) {
    const auto parts = std::span(done_).subspan(frame.first);
    auto value = [&]() -> Value {
        switch (frame.kind) {
            case Kind::some:
                return Value::some(std::move(parts[0]));
            case Kind::left:
                return Value::left(std::move(parts[0]));
            case Kind::right:
                return Value::right(std::move(parts[0]));
            case Kind::enumeration:
                return Value::enumeration(frame.name, std::move(parts[0]));
            case Kind::tuple:
                return Value::tuple(parts);
            case Kind::set:
                return Value::set(parts);
            case Kind::dictionary: {
                std::vector<Value> pairs;
                pairs.reserve(parts.size() / 2);
                for (std::size_t i = 0; i < parts.size(); i += 2) {
                    pairs.push_back(Value::tuple(std::move(parts[i]), std::move(parts[i + 1])));
                }
                return Value::dictionary(pairs);
            }
            default:
                break;
        }
        std::vector<Value> items(std::move_iterator(parts.begin()), std::move_iterator(parts.end()));
        return frame.kind == Kind::record ? Value::record(frame.shape, std::move(items))
                                          : Value::sequence(std::move(items));
    }();
    if (frame.kind == Kind::dictionary && value.as_sequence().size() != parts.size() / 2) {
        return failure(frame.place, "a key of the map is here twice");
    }
    if (frame.form == Form::record || frame.form == Form::tuple) {
        queue_.resize(frame.queue);
    }
    done_.resize(frame.first);
    done_.push_back(std::move(value));
    return {};
}

Read<const Schema*> PlainJsonReader::resolve(Tape::Index token, const Schema& schema) {
    if (schema.kind != Schema::Kind::ref) {
        return &schema;
    }
    const auto [known, is_new] = targets_.try_emplace(&schema, nullptr);
    if (!is_new) {
        return known->second;
    }
    const auto* place = root_;
    std::string_view rest = schema.id;
    while (!rest.empty()) {
        const auto name = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        const auto part = std::ranges::find(place->parts, name, &Schema::Part::name);
        if (part == place->parts.end()) {
            return failure(token,
                           fmt::format("the schema refers to '{}', which it does not have", schema.id));
        }
        place = part->schema.get();
    }
    if (place->kind == Schema::Kind::ref) {
        return failure(token,
                       fmt::format("the schema refers to '{}', which is a reference itself", schema.id));
    }
    known->second = place;
    return place;
}

}  // namespace zflow::codec
