#pragma once

#include <zflow/store/types.hpp>

#include <optional>
#include <string>
#include <vector>

/// How the suite's messages show what a store answered.
namespace zflow::conformance {

[[nodiscard]] std::string show(bool value);
[[nodiscard]] std::string show(std::uint64_t value);
[[nodiscard]] std::string show(std::int64_t value);
[[nodiscard]] std::string show(const std::string& bytes);
[[nodiscard]] std::string show(const store::Key& key);
[[nodiscard]] std::string show(const store::Version& version);
[[nodiscard]] std::string show(const store::KeyVersion& version);
[[nodiscard]] std::string show(const store::Entry& entry);
[[nodiscard]] std::string show(const store::AppendResult& result);

template <class T>
[[nodiscard]] std::string show(const std::optional<T>& value) {
    return value ? show(*value) : "none";
}

template <class T>
[[nodiscard]] std::string show(const std::vector<T>& items) {
    constexpr std::size_t most = 12;
    std::string text = "[";
    for (std::size_t i = 0; i < items.size() && i < most; ++i) {
        text += (i > 0 ? ", " : "") + show(items[i]);
    }
    return text + (items.size() > most ? ", .. " + std::to_string(items.size()) + " in all]" : "]");
}

}  // namespace zflow::conformance
