#include "show.hpp"

#include <fmt/format.h>

namespace zflow::conformance {

std::string show(bool value) {
    return value ? "true" : "false";
}
std::string show(std::uint64_t value) {
    return std::to_string(value);
}
std::string show(std::int64_t value) {
    return std::to_string(value);
}

std::string show(const std::string& bytes) {
    constexpr std::size_t most = 40;
    std::string text = "'";
    for (const char c : bytes.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        text += byte >= 0x20 && byte < 0x7F && c != '\'' && c != '\\' ? std::string(1, c)
                                                                      : fmt::format("\\x{:02x}", byte);
    }
    return bytes.size() > most ? fmt::format("{}..' ({} bytes)", text, bytes.size()) : text + "'";
}

std::string show(const store::Key& key) {
    return show(key.bytes);
}
std::string show(const store::Version& version) {
    return fmt::format("{}@{}", show(version.value), version.timestamp);
}

std::string show(const store::KeyVersion& version) {
    return fmt::format("{} -> {}@{}", show(version.key), show(version.value), version.timestamp);
}

std::string show(const store::Entry& entry) {
    return fmt::format("{}: {}", entry.index, show(entry.value));
}

std::string show(const store::AppendResult& result) {
    return fmt::format("{}({})", result.is_applied() ? "applied" : "conflict", result.position());
}

}  // namespace zflow::conformance
