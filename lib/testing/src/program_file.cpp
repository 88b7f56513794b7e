#include <zflow/codec/json.hpp>
#include <zflow/testing/program_file.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace zflow::testing {
namespace {

/// The first and the second element of the JSON array that `text` is.
std::pair<std::string_view, std::string_view> elements(std::string_view text) {
    std::size_t depth = 0;
    std::size_t comma = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = text[i];
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0 && comma != 0) {
            const auto begin = text.find('[') + 1;
            return {text.substr(begin, comma - begin), text.substr(comma + 1, i - comma - 1)};
        } else if (c == ',' && depth == 1 && comma == 0) {
            comma = i;
        }
    }
    return {};
}

/// Part `index` (from 1) of a tuple of `arity` parts, written as arrays that are nested to the left.
std::string_view tuple_part(std::string_view text, int index, int arity) {
    for (; arity > 2 && index < arity; --arity) {
        text = elements(text).first;
    }
    const auto [left, right] = elements(text);
    return index == 1 ? left : right;
}

}  // namespace

std::size_t offset_of(std::string_view text, std::string_view path) {
    auto place = text;
    int arity = 0;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto name = path.substr(0, path.find('.'));
        path.remove_prefix(name.size());
        auto part = json_field(place, name);
        if (name == "Tuple") {
            for (arity = 22; part.empty() && arity >= 2; part.empty() ? --arity : arity) {
                part = json_field(place, fmt::format("Tuple{}", arity));
            }
        } else if (part.empty() && name.starts_with('_') && arity != 0) {
            part = tuple_part(place, std::atoi(std::string(name.substr(1)).c_str()), arity);
        }
        // Some nodes have their part in place of an object with a field: then there is no step to take.
        place = part.empty() ? place : part;
    }
    const auto begin = place.find_first_not_of(" \t\r\n");
    return static_cast<std::size_t>(place.data() - text.data()) +
           (begin == std::string_view::npos ? 0 : begin);
}

std::string_view json_field(std::string_view text, std::string_view name) {
    const auto key = fmt::format("\"{}\"", name);
    std::size_t depth = 0;
    std::size_t string_begin = 0;
    bool in_string = false;
    std::size_t found = 0;  // where the member's value begins
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = text[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
                if (depth == 1 && found == 0 && text.substr(string_begin, i + 1 - string_begin) == key) {
                    const auto colon = text.find_first_not_of(" \t\r\n", i + 1);
                    found = colon != std::string_view::npos && text[colon] == ':' ? colon + 1 : 0;
                }
            }
        } else if (c == '"') {
            in_string = true;
            string_begin = i;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (depth == 1 && found != 0) {
                return text.substr(found, i - found);
            }
            --depth;
        } else if (c == ',' && depth == 1 && found != 0) {
            return text.substr(found, i - found);
        }
    }
    return {};
}

std::expected<ProgramFile, model::Error> read_program(std::string_view text) {
    const auto flow = json_field(text, "flow");
    const auto in_file = [&](model::Error error, std::string_view part, std::string_view field) {
        error.offset = error.offset.value_or(0) + static_cast<std::size_t>(part.data() - text.data());
        error.path = fmt::format(".{}{}", field, error.path);
        return std::unexpected(std::move(error));
    };
    ProgramFile file;
    auto program = codec::program_from_json(flow.empty() ? text : flow);
    if (!program) {
        return flow.empty() ? std::unexpected(std::move(program.error()))
                            : in_file(std::move(program.error()), flow, "flow");
    }
    file.flow = std::move(*program);
    if (const auto schema = json_field(text, "inputSchema"); !flow.empty() && !schema.empty()) {
        auto read = codec::schema_from_json(schema);
        if (!read) {
            return in_file(std::move(read.error()), schema, "inputSchema");
        }
        file.input_schema = std::move(*read);
    }
    return file;
}

}  // namespace zflow::testing
