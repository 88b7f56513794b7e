#include "json_fields.hpp"

#include <fmt/format.h>

namespace zflow::codec {

std::string_view describe(const Tape& tape, Tape::Index token) noexcept {
    switch (tape.type(token)) {
        case Tape::Type::object:
            return tape.after(token) == token + 1 ? "{}" : "an object";
        case Tape::Type::array:
            return tape.after(token) == token + 1 ? "[]" : "an array";
        case Tape::Type::string:
        case Tape::Type::escaped:
            return "a string";
        case Tape::Type::number:
            return "a number";
        case Tape::Type::true_:
            return "true";
        case Tape::Type::false_:
            return "false";
        case Tape::Type::null:
            break;
    }
    return "null";
}

Read<void> require_object(const Tape& tape, Tape::Index token) {
    if (tape.type(token) != Tape::Type::object) {
        return failure(token, fmt::format("expected an object, got {}", describe(tape, token)));
    }
    return {};
}

Read<void> require_array(const Tape& tape, Tape::Index token) {
    if (tape.type(token) != Tape::Type::array) {
        return failure(token, fmt::format("expected an array, got {}", describe(tape, token)));
    }
    return {};
}

Read<void> find_fields(const Tape& tape, Tape::Index object, std::span<const std::string_view> names,
                       Tape::Index* found) {
    if (auto right = require_object(tape, object); !right) {
        return right;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        found[i] = absent;
    }
    const auto end = tape.after(object);
    for (auto key = object + 1; key < end; key = tape.after(key + 1)) {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (!tape.is(key, names[i])) {
                continue;
            }
            if (found[i] != absent) {
                return failure(key, fmt::format("the field '{}' is here twice", names[i]));
            }
            found[i] = key + 1;
            break;
        }
    }
    return {};
}

Read<void> require_fields(const Tape& tape, Tape::Index object, std::span<const std::string_view> names,
                          Tape::Index* found) {
    if (auto right = find_fields(tape, object, names, found); !right) {
        return right;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (found[i] == absent) {
            return failure(object, fmt::format("the field '{}' is missing", names[i]));
        }
    }
    return {};
}

Read<Tape::Index> one_case(const Tape& tape, Tape::Index object, std::string_view what) {
    if (tape.type(object) != Tape::Type::object || tape.after(object) == object + 1) {
        return failure(object, fmt::format("expected {}, got {}", what, describe(tape, object)));
    }
    const auto key = object + 1;
    if (const auto second = tape.after(key + 1); second != tape.after(object)) {
        return failure(
            second, fmt::format("{} has one case: after '{}' there is nothing more", what, tape.string(key)));
    }
    return key;
}

Read<std::string> read_string(const Tape& tape, Tape::Index token) {
    if (!tape.is_string(token)) {
        return failure(token, fmt::format("expected a string, got {}", describe(tape, token)));
    }
    return tape.string(token);
}

Read<bool> read_boolean(const Tape& tape, Tape::Index token) {
    const auto type = tape.type(token);
    if (type != Tape::Type::true_ && type != Tape::Type::false_) {
        return failure(token, fmt::format("expected true or false, got {}", describe(tape, token)));
    }
    return type == Tape::Type::true_;
}

Read<TwoTokens> read_pair(const Tape& tape, Tape::Index token, std::string_view what) {
    const auto first = token + 1;
    const auto end = tape.after(token);
    if (tape.type(token) == Tape::Type::array && first < end) {
        if (const auto second = tape.after(first); second < end && tape.after(second) == end) {
            return TwoTokens{first, second};
        }
    }
    return failure(token, fmt::format("expected {}", what));
}

}  // namespace zflow::codec
