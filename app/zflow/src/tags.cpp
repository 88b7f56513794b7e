#include "tags.hpp"

#include <zflow/engine/error.hpp>

#include <fmt/format.h>

namespace zflow::app {

engine::Tags read_tags(const std::vector<std::string>& given) {
    engine::Tags tags;
    for (const auto& text : given) {
        const auto equals = text.find('=');
        if (equals == std::string::npos) {
            throw engine::Error(engine::errc::invalid_argument,
                                fmt::format("--tag: '{}' is not of the form NAME=VALUE", text));
        }
        if (!tags.emplace(text.substr(0, equals), text.substr(equals + 1)).second) {
            throw engine::Error(engine::errc::invalid_argument,
                                fmt::format("--tag: '{}' is given twice", text.substr(0, equals)));
        }
    }
    return tags;
}

}  // namespace zflow::app
