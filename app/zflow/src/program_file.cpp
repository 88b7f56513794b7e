#include "program_file.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/codec/program_file.hpp>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace zflow::app {
namespace {

/// Errors: the reason of the system.
std::expected<std::string, std::string> read_text(const std::string& name) {
    const auto is_standard_input = name == "-";
    auto* const file = is_standard_input ? stdin : std::fopen(name.c_str(), "rb");
    if (file == nullptr) {
        return std::unexpected(std::strerror(errno));
    }
    std::string text;
    std::array<char, 1U << 16U> buffer{};
    for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), file)) != 0;) {
        text.append(buffer.data(), got);
    }
    const auto failed = std::ferror(file) != 0 ? errno : 0;
    if (!is_standard_input) {
        (void)std::fclose(file);
    }
    if (failed != 0) {
        return std::unexpected(std::strerror(failed));
    }
    return text;
}

}  // namespace

Refusal refusal(std::string where, std::string_view text, model::Error error) {
    const auto place = model::line_and_column(text, error.offset.value_or(0));
    return {std::move(where), place, std::move(error)};
}

Exit refuse(const Settings& settings, const Refusal& refusal) {
    if (settings.json) {
        boost::json::object row{{"ok", false}, {"where", refusal.where}};
        if (refusal.place) {
            row["line"] = refusal.place->line;
            row["column"] = refusal.place->column;
        }
        row["message"] = refusal.error.text();
        print(row);
    } else {
        const auto place =
            refusal.place ? fmt::format(":{}:{}", refusal.place->line, refusal.place->column) : std::string();
        tell(fmt::format("{}{}: {}", refusal.where, place, refusal.error.text()));
    }
    return Exit::usage;
}

std::expected<Loaded, Refusal> load_program(const std::string& name) {
    const std::string where = name == "-" ? "standard input" : name;
    const auto text = read_text(name);
    if (!text) {
        return std::unexpected(Refusal{where, {}, {fmt::format("it cannot be read: {}", text.error())}});
    }
    auto file = codec::program_file_from_json(*text);
    if (!file) {
        return std::unexpected(refusal(where, *text, std::move(file.error())));
    }
    auto program = interpreter::Program::load(file->flow);
    if (!program) {
        auto error = std::move(program.error());
        error.offset = codec::offset_in_program(*text, error.path);
        return std::unexpected(refusal(where, *text, std::move(error)));
    }
    return Loaded{std::move(*program), file->input_schema};
}

std::expected<model::Value, Refusal> read_input(const std::optional<std::string>& given,
                                                const Loaded& loaded) {
    model::Value input;
    if (given) {
        auto read = codec::value_from_json(*given);
        if (!read) {
            return std::unexpected(refusal("--input", *given, std::move(read.error())));
        }
        input = std::move(*read);
    }
    if (loaded.input_schema) {
        if (auto fits = model::fits(input, *loaded.input_schema); !fits) {
            auto error = std::move(fits.error());
            error.sentence =
                given ? fmt::format("it does not fit the program's inputSchema: {}", error.sentence)
                      : fmt::format("the program's inputSchema wants an input: {}", error.sentence);
            return std::unexpected(Refusal{"--input", {}, std::move(error)});
        }
    }
    return input;
}

}  // namespace zflow::app
