#include "keys.hpp"

#include <zflow/base/assert.hpp>

#include <cstdint>

namespace zflow::store_rocksdb {
namespace {

constexpr char escape = '\0';
constexpr char escaped_zero = '\xFF';
constexpr char terminator = '\x01';
constexpr char topic_record_version = '\x01';

void append_escaped(std::string& out, std::string_view text) {
    while (true) {
        const auto zero = text.find(escape);
        if (zero == std::string_view::npos) {
            break;
        }
        out.append(text.substr(0, zero + 1));
        out.push_back(escaped_zero);
        text.remove_prefix(zero + 1);
    }
    out.append(text);
    out.push_back(escape);
    out.push_back(terminator);
}

void append_big_endian(std::string& out, std::uint64_t number) {
    char bytes[8];
    for (int i = 7; i >= 0; --i, number >>= 8) {
        bytes[i] = static_cast<char>(number);
    }
    out.append(bytes, sizeof bytes);
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes.substr(bytes.size() - suffix_bytes)) {
        number = number << 8 | static_cast<unsigned char>(byte);
    }
    return number;
}

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

}  // namespace

std::string namespace_prefix(const store::Namespace& ns) {
    std::string prefix;
    prefix.reserve(ns.name.size() + 2);
    append_escaped(prefix, ns.name);
    return prefix;
}

std::string key_prefix(const store::Namespace& ns, const store::Key& key) {
    std::string prefix;
    prefix.reserve(ns.name.size() + key.bytes.size() + 4 + suffix_bytes);
    append_escaped(prefix, ns.name);
    append_escaped(prefix, key.bytes);
    return prefix;
}

std::string topic_prefix(const store::Topic& topic) {
    std::string prefix;
    prefix.reserve(topic.name.size() + 2 + suffix_bytes);
    append_escaped(prefix, topic.name);
    return prefix;
}

std::string after_prefix(std::string prefix) {
    ZFLOW_ASSERT(!prefix.empty() && prefix.back() == terminator, "a prefix ends with an escaped string");
    ++prefix.back();
    return prefix;
}

void append_timestamp(std::string& row, store::Timestamp timestamp) {
    append_big_endian(row, ~(static_cast<std::uint64_t>(timestamp) ^ sign_bit));
}

void append_index(std::string& row, store::Index index) {
    append_big_endian(row, index);
}

store::Timestamp timestamp_of(std::string_view row) {
    return static_cast<store::Timestamp>(~big_endian(row) ^ sign_bit);
}

store::Index index_of(std::string_view row) {
    return big_endian(row);
}

std::optional<std::string> take_escaped(std::string_view& bytes) {
    std::string text;
    for (std::size_t begin = 0; begin < bytes.size();) {
        // Nearly all strings have no zero byte, and are one copy.
        const auto zero = bytes.find(escape, begin);
        if (zero == std::string_view::npos || zero + 1 == bytes.size()) {
            return std::nullopt;
        }
        text.append(bytes, begin, zero - begin);
        if (bytes[zero + 1] == terminator) {
            bytes.remove_prefix(zero + 2);
            return text;
        }
        if (bytes[zero + 1] != escaped_zero) {
            return std::nullopt;
        }
        text.push_back(escape);
        begin = zero + 2;
    }
    return std::nullopt;
}

std::string TopicRecord::encode() const {
    std::string bytes(1, topic_record_version);
    append_big_endian(bytes, trimmed_through);
    return bytes;
}

std::optional<TopicRecord> TopicRecord::decode(std::string_view bytes) {
    if (bytes.size() != 1 + suffix_bytes || bytes.front() != topic_record_version) {
        return std::nullopt;
    }
    return TopicRecord{.trimmed_through = big_endian(bytes)};
}

}  // namespace zflow::store_rocksdb
