#include "programs.hpp"

#include "json_tape.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

namespace zflow::codec::test {
namespace {

std::string normal_form(const Tape& tape, Tape::Index token) {
    switch (tape.type(token)) {
        case Tape::Type::object: {
            std::map<std::string, std::string> fields;
            for (auto key = token + 1; key < tape.after(token); key = tape.after(key + 1)) {
                const auto name = tape.string(key);
                fields[name] = name == "stackTrace" ? "[]" : normal_form(tape, key + 1);
            }
            std::string text = "{";
            for (const auto& [name, value] : fields) {
                text += '"' + name + "\":" + value + ',';
            }
            return text + '}';
        }
        case Tape::Type::array: {
            std::string text = "[";
            for (auto at = token + 1; at < tape.after(token); at = tape.after(at)) {
                text += normal_form(tape, at) + ',';
            }
            return text + ']';
        }
        case Tape::Type::string:
        case Tape::Type::escaped:
            return '"' + tape.string(token) + '"';
        default:
            return std::string(tape.raw(token));
    }
}

/// The value that begins at `begin`: an object.
std::string object_at(const std::string& text, std::size_t begin) {
    std::size_t depth = 0;
    auto in_string = false;
    for (auto end = begin; end < text.size(); ++end) {
        const auto c = text[end];
        if (c == '\\' && in_string) {
            ++end;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && c == '{') {
            ++depth;
        } else if (!in_string && c == '}' && --depth == 0) {
            return text.substr(begin, end + 1 - begin);
        }
    }
    throw std::runtime_error("an object without end");
}

std::string raw_value(std::string_view outcome) {
    const auto tape = *Tape::read(outcome);
    for (auto key = Tape::root + 1; key < tape.after(Tape::root); key = tape.after(key + 1)) {
        if (tape.is(key, "raw")) {
            return tape.string(key + 1);
        }
    }
    return {};
}

}  // namespace

std::vector<SampleProgram> sample_programs() {
    std::vector<SampleProgram> all;
    for (const auto& entry : std::filesystem::directory_iterator(ZFLOW_PROGRAMS_DIRECTORY)) {
        const auto name = entry.path().filename().string();
        if (entry.path().extension() != ".json" || name == "INDEX.json") {
            continue;
        }
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(file), {});
        const auto flow = text.find("\"flow\":{") + 7;
        const auto outcome = text.find(",\"outcome\":{", flow) + 11;
        SampleProgram program{name, object_at(text, flow), object_at(text, outcome), {}};
        program.raw = raw_value(program.outcome);
        all.push_back(std::move(program));
    }
    std::ranges::sort(all, {}, &SampleProgram::file);
    return all;
}

std::string normal_form(std::string_view json) {
    const auto tape = Tape::read(json);
    if (!tape) {
        throw std::runtime_error(tape.error().text());
    }
    return normal_form(*tape, Tape::root);
}

}  // namespace zflow::codec::test
