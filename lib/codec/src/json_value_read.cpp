#include "json_hints.hpp"
#include "json_value.hpp"
#include "name_table.hpp"

#include <zflow/model/limits.hpp>

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <span>
#include <unordered_set>
#include <utility>

namespace zflow::codec {
namespace {

using model::Kind;
using model::Ref;
using model::Value;

/// What a program or a client may send: code lives inside a run only.
constexpr std::size_t kinds_of_json = static_cast<std::size_t>(Kind::enumeration) + 1;

const NameTable& kinds() {
    static const NameTable table = [] {
        std::vector<NameTable::Row> rows;
        for (std::size_t i = 0; i < kinds_of_json; ++i) {
            rows.push_back({model::to_string(static_cast<Kind>(i)), static_cast<std::uint8_t>(i)});
        }
        return NameTable(rows);
    }();
    return table;
}

bool has_parts(Kind kind) {
    return kind >= Kind::some;
}

/// Texts as one key of a hash table.
void add_to_key(std::string& key, std::string_view text) {
    key += std::to_string(text.size());
    key += ':';
    key += text;
}

}  // namespace

Read<Value> JsonValueReader::read(Tape::Index token) {
    open_.clear();
    done_.clear();
    if (auto right = enter(token); !right) {
        return std::unexpected(std::move(right.error()));
    }
    while (!open_.empty()) {
        const auto part = next_part(open_.back());
        if (!part) {
            return std::unexpected(part.error());
        }
        if (*part == absent) {
            const auto frame = open_.back();
            open_.pop_back();
            finish(frame);
        } else if (auto right = enter(*part); !right) {
            return std::unexpected(std::move(right.error()));
        }
    }
    return std::move(done_.back());
}

/// Reads a scalar into `done_`, or opens what has parts.
Read<void> JsonValueReader::enter(Tape::Index token) {
    const auto type = tape_.type(token);
    const auto is_bare = type != Tape::Type::object && type != Tape::Type::array;
    const auto key =
        one_case(tape_, token, is_bare ? R"(a value with its kind, such as {"Int":5})" : "a value");
    if (!key) {
        return std::unexpected(key.error());
    }
    const auto number = tape_.type(*key) == Tape::Type::string ? kinds().find(tape_.raw(*key))
                                                               : kinds().find(tape_.string(*key));
    if (!number) {
        std::array<std::string_view, kinds_of_json> known;
        for (std::size_t i = 0; i < known.size(); ++i) {
            known[i] = model::to_string(static_cast<Kind>(i));
        }
        return failure(*key, unknown_name("kind of value", tape_.string(*key), known));
    }
    const auto kind = static_cast<Kind>(*number);
    if (!has_parts(kind)) {
        auto value = read_scalar(tape_, kind, *key + 1);
        if (!value) {
            return std::unexpected(std::move(value.error()));
        }
        done_.push_back(std::move(*value));
        return {};
    }
    if (open_.size() >= model::max_depth) {
        return failure(*key,
                       fmt::format("values are nested deeper here than max_depth, {}", model::max_depth));
    }
    auto frame = frame_of(kind, *key + 1);
    if (!frame) {
        return std::unexpected(std::move(frame.error()));
    }
    open_.push_back(*frame);
    return {};
}

Read<JsonValueReader::Frame> JsonValueReader::frame_of(Kind kind, Tape::Index payload) {
    using Names = std::array<std::string_view, 2>;
    switch (kind) {
        case Kind::sequence:
        case Kind::set:
            return list_frame(kind, payload, "values");
        case Kind::dictionary:
            return list_frame(kind, payload, "entries");
        case Kind::record:
            return record_frame(payload);
        case Kind::enumeration:
            return enumeration_frame(payload);
        default:
            break;
    }
    Frame frame{kind, {absent, absent}, 0, 0, done_.size()};
    static constexpr Names pair{"left", "right"};
    static constexpr Names inner{"value", ""};
    const auto names = kind == Kind::tuple ? std::span(pair) : std::span(inner).first(1);
    if (auto right = require_fields(tape_, payload, names, frame.pending); !right) {
        return std::unexpected(std::move(right.error()));
    }
    return frame;
}

Read<JsonValueReader::Frame> JsonValueReader::list_frame(Kind kind, Tape::Index payload,
                                                         std::string_view field) {
    Tape::Index items = absent;
    if (auto right = require_fields(tape_, payload, std::span(&field, 1), &items); !right) {
        return std::unexpected(std::move(right.error()));
    }
    if (auto right = require_array(tape_, items); !right) {
        return std::unexpected(std::move(right.error()));
    }
    return Frame{kind, {absent, absent}, items + 1, tape_.after(items), done_.size()};
}

Read<JsonValueReader::Frame> JsonValueReader::record_frame(Tape::Index payload) {
    static constexpr std::array<std::string_view, 2> names{"id", "values"};
    std::array<Tape::Index, 2> found{};
    if (auto right = require_fields(tape_, payload, names, found.data()); !right) {
        return std::unexpected(std::move(right.error()));
    }
    const auto shape = shape_of(found[0], found[1]);
    if (!shape) {
        return std::unexpected(shape.error());
    }
    return Frame{Kind::record, {absent, absent}, found[1] + 1, tape_.after(found[1]), done_.size(), *shape};
}

Read<const model::RecordShape*> JsonValueReader::shape_of(Tape::Index id, Tape::Index values) {
    const auto id_text = read_string(tape_, id);
    if (!id_text) {
        return std::unexpected(id_text.error());
    }
    if (auto right = require_array(tape_, values); !right) {
        return std::unexpected(std::move(right.error()));
    }
    std::string key;
    add_to_key(key, *id_text);
    std::vector<std::string> names;
    for (auto at = values + 1; at < tape_.after(values); at = tape_.after(at)) {
        const auto pair = read_pair(tape_, at, R"(a field as ["name", value])");
        if (!pair) {
            return std::unexpected(pair.error());
        }
        auto name = read_string(tape_, pair->first);
        if (!name) {
            return std::unexpected(std::move(name.error()));
        }
        add_to_key(key, *name);
        names.push_back(std::move(*name));
    }
    const auto [place, is_new] = shapes_.try_emplace(std::move(key));
    if (is_new) {
        std::unordered_set<std::string_view> seen;
        for (const auto& name : names) {
            if (!seen.insert(name).second) {
                auto sentence = fmt::format("the field '{}' is here twice", name);
                shapes_.erase(place);
                return failure(values, std::move(sentence));
            }
        }
        place->second = model::make<const model::RecordShape>(*id_text, std::move(names));
    }
    return place->second.get();
}

Read<JsonValueReader::Frame> JsonValueReader::enumeration_frame(Tape::Index payload) {
    static constexpr std::array<std::string_view, 2> names{"id", "value"};
    std::array<Tape::Index, 2> found{};
    if (auto right = require_fields(tape_, payload, names, found.data()); !right) {
        return std::unexpected(std::move(right.error()));
    }
    auto id = read_string(tape_, found[0]);
    if (!id) {
        return std::unexpected(std::move(id.error()));
    }
    const auto pair = read_pair(tape_, found[1], R"(a case as ["name", value])");
    if (!pair) {
        return std::unexpected(pair.error());
    }
    auto name = read_string(tape_, pair->first);
    if (!name) {
        return std::unexpected(std::move(name.error()));
    }
    std::string key;
    add_to_key(key, *id);
    key += *name;
    const auto [place, is_new] = cases_.try_emplace(std::move(key));
    if (is_new) {
        place->second = model::make<const model::CaseName>(std::move(*id), std::move(*name));
    }
    Frame frame{Kind::enumeration, {pair->second, absent}, 0, 0, done_.size()};
    frame.name = place->second.get();
    return frame;
}

Read<Tape::Index> JsonValueReader::next_part(Frame& frame) {
    if (frame.pending[0] != absent) {
        return std::exchange(frame.pending[0], std::exchange(frame.pending[1], absent));
    }
    if (frame.next == frame.end) {
        return absent;
    }
    const auto token = std::exchange(frame.next, tape_.after(frame.next));
    if (frame.kind == Kind::dictionary) {
        const auto pair = read_pair(tape_, token, "an entry as [key, value]");
        if (!pair) {
            return std::unexpected(pair.error());
        }
        frame.pending[0] = pair->second;
        return pair->first;
    }
    // A record's pairs were checked with its shape.
    return frame.kind == Kind::record ? tape_.after(token + 1) : token;
}

/// Replaces the parts at the end of `done_` by what they make.
void JsonValueReader::finish(const Frame& frame) {
    const auto parts = std::span(done_).subspan(frame.first);
    auto value = [&]() -> Value {
        switch (frame.kind) {
            case Kind::some:
                return Value::some(std::move(parts[0]));
            case Kind::left:
                return Value::left(std::move(parts[0]));
            case Kind::right:
                return Value::right(std::move(parts[0]));
            case Kind::tuple:
                return Value::tuple(std::move(parts[0]), std::move(parts[1]));
            case Kind::set:
                return Value::set(parts);
            case Kind::enumeration:
                return Value::enumeration(Ref(frame.name), std::move(parts[0]));
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
        return frame.kind == Kind::record ? Value::record(Ref(frame.shape), std::move(items))
                                          : Value::sequence(std::move(items));
    }();
    done_.resize(frame.first);
    done_.push_back(std::move(value));
}

}  // namespace zflow::codec
