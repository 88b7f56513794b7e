#include "sample.hpp"

#include <zflow/codec/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace zflow::test {
namespace {

/// The object that begins at `begin`.
std::string_view object_at(std::string_view text, std::size_t begin) {
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
    throw std::runtime_error("no object");
}

}  // namespace

model::NodeRef sample(std::string_view name) {
    for (const auto& entry : std::filesystem::directory_iterator(ZFLOW_PROGRAMS_DIRECTORY)) {
        const auto file = entry.path().filename().string();
        if (file.size() < 4 || file.substr(4) != std::string(name) + ".json") {
            continue;
        }
        std::ifstream in(entry.path());
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        auto program = codec::program_from_json(object_at(text, text.find("\"flow\":{") + 7));
        if (!program) {
            throw std::runtime_error(file + ": " + program.error().text());
        }
        return *program;
    }
    throw std::runtime_error("there is no sample program " + std::string(name));
}

}  // namespace zflow::test
