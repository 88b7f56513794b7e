#include <zflow/store/argument_checks.hpp>

#include <fmt/format.h>

namespace zflow::store {
namespace {

/// The bytes as they can stand in a message: printable ASCII as it is, all else as \xNN, cut after 80 bytes.
std::string shown(std::string_view bytes) {
    constexpr std::size_t most = 80;
    std::string text;
    for (const char c : bytes.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7F && c != '\'' && c != '\\') {
            text.push_back(c);
        } else {
            text += fmt::format("\\x{:02x}", byte);
        }
    }
    return bytes.size() > most ? text + ".." : text;
}

}  // namespace

std::string describe(const Namespace& ns) {
    return fmt::format("namespace '{}'", shown(ns.name));
}
std::string describe(const Topic& topic) {
    return fmt::format("topic '{}'", shown(topic.name));
}

bool is_utf8(std::string_view bytes) noexcept {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    for (std::size_t i = 0; i < bytes.size();) {
        const unsigned char lead = at(i);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        // The second byte's range excludes overlong forms, surrogates and what is beyond U+10FFFF.
        std::size_t length = 0;
        unsigned char low = 0x80;
        unsigned char high = 0xBF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            length = 2;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            length = 3;
            low = lead == 0xE0 ? 0xA0 : low;
            high = lead == 0xED ? 0x9F : high;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            length = 4;
            low = lead == 0xF0 ? 0x90 : low;
            high = lead == 0xF4 ? 0x8F : high;
        } else {
            return false;
        }
        if (bytes.size() - i < length || at(i + 1) < low || at(i + 1) > high) {
            return false;
        }
        for (std::size_t k = 2; k < length; ++k) {
            if (at(i + k) < 0x80 || at(i + k) > 0xBF) {
                return false;
            }
        }
        i += length;
    }
    return true;
}

namespace {

/// The names that are right, which is nearly all: one pass, no message made.
bool is_plain_name(std::string_view name, std::size_t limit) noexcept {
    return !name.empty() && name.size() <= limit &&
           name.find_first_of(std::string_view("\0\1", 2)) == std::string_view::npos && is_utf8(name);
}

void check_name(const Where& where, std::string_view what, std::string_view name, std::size_t limit,
                std::string_view limit_name) {
    if (name.empty()) {
        throw Error(errc::invalid_argument, where,
                    fmt::format("the {0} is empty; a {0} has 1 to {1} bytes", what, limit));
    }
    if (name.size() > limit) {
        throw Error(errc::too_large, where,
                    fmt::format("the {} has {} bytes, the limit is {} (limits().{})", what, name.size(),
                                limit, limit_name));
    }
    if (name.find_first_of(std::string_view("\0\1", 2)) != std::string_view::npos) {
        throw Error(errc::invalid_argument, where,
                    fmt::format("the {} holds U+0000 or U+0001, which backends need for themselves", what));
    }
    if (!is_utf8(name)) {
        throw Error(errc::invalid_argument, where, fmt::format("the {} is not valid UTF-8", what));
    }
}

}  // namespace

Where ArgumentChecks::where(std::string_view operation, std::string subject) const {
    return {backend_, std::string(operation), std::move(subject)};
}

void ArgumentChecks::ns(std::string_view operation, const Namespace& ns) const {
    if (!is_plain_name(ns.name, limits_.namespace_bytes)) [[unlikely]] {
        check_name(where(operation, describe(ns)), "namespace", ns.name, limits_.namespace_bytes,
                   "namespace_bytes");
    }
}

void ArgumentChecks::key(std::string_view operation, const Namespace& ns, const Key& key) const {
    this->ns(operation, ns);
    if (key.bytes.empty() && !empty_keys_) {
        throw Error(errc::invalid_argument, where(operation, describe(ns)),
                    "the key is empty, which this backend cannot hold (capabilities().empty_keys)");
    }
    if (const auto bytes = ns.name.size() + key.bytes.size(); bytes > limits_.namespace_and_key_bytes) {
        throw Error(errc::too_large, where(operation, describe(ns)),
                    fmt::format("namespace and key have {} bytes together, the limit is {} "
                                "(limits().namespace_and_key_bytes)",
                                bytes, limits_.namespace_and_key_bytes));
    }
}

void ArgumentChecks::topic(std::string_view operation, const Topic& topic) const {
    if (!is_plain_name(topic.name, limits_.topic_bytes)) [[unlikely]] {
        check_name(where(operation, describe(topic)), "topic", topic.name, limits_.topic_bytes,
                   "topic_bytes");
    }
}

void ArgumentChecks::value(std::string_view operation, std::string subject, const Bytes& value) const {
    if (value.size() > limits_.value_bytes) {
        throw Error(errc::too_large, where(operation, std::move(subject)),
                    fmt::format("the value has {} bytes, the limit is {} (limits().value_bytes)",
                                value.size(), limits_.value_bytes));
    }
}

void ArgumentChecks::page_limit(std::string_view operation, std::string subject, std::size_t limit) const {
    if (limit == 0 || limit > limits_.page_items) {
        throw Error(errc::invalid_argument, where(operation, std::move(subject)),
                    fmt::format("the page limit is {}; it must be 1 to {} (limits().page_items)", limit,
                                limits_.page_items));
    }
}

Error ArgumentChecks::trim_beyond_position(const Topic& topic, Index up_to, Position position) const {
    return {errc::invalid_argument, where("trim", describe(topic)),
            fmt::format("cannot trim up to {}: the topic's position is {}", up_to, position)};
}

Error ArgumentChecks::not_supported(std::string_view operation) const {
    return {errc::invalid_argument, where(operation, {}),
            fmt::format("this store does not have {}; its capabilities() say so", operation)};
}

Error ArgumentChecks::topic_is_full(const Topic& topic) const {
    return {errc::too_large, where("append", describe(topic)),
            fmt::format("the topic has used its last index, {}", max_index)};
}

}  // namespace zflow::store
