#include "chunks.hpp"

#include "keys.hpp"

#include <algorithm>
#include <utility>

namespace zflow::engine {

namespace {

constexpr std::size_t count_bytes = 4;

std::string count_to_bytes(std::uint32_t count) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(count >> shift));
    }
    return out;
}

std::uint32_t count_from_bytes(std::string_view bytes) {
    std::uint32_t count = 0;
    for (const char each : bytes.substr(0, count_bytes)) {
        count = count << 8U | static_cast<std::uint8_t>(each);
    }
    return count;
}

}  // namespace

std::uint32_t chunks_for(std::size_t bytes, std::size_t value_limit) {
    return static_cast<std::uint32_t>(
        std::max<std::size_t>(1, (bytes + count_bytes + value_limit - 1) / value_limit));
}

asio::awaitable<void> put_chunks(store::KeyValueStore& store, store::Namespace ns, store::Key key,
                                 std::string bytes, store::Timestamp version) {
    const auto limit = store.limits().value_bytes;
    const auto count = chunks_for(bytes.size(), limit);
    const auto first = std::min(bytes.size(), limit - count_bytes);
    for (std::uint32_t chunk = 1; chunk < count; ++chunk) {
        const auto begin = first + (chunk - 1) * limit;
        co_await store.put(ns, chunk_key(key, chunk), bytes.substr(begin, limit), version);
    }
    co_await store.put(std::move(ns), chunk_key(key, 0), count_to_bytes(count) + bytes.substr(0, first),
                       version);
}

asio::awaitable<std::optional<std::string>> get_chunks(store::KeyValueStore& store, store::Namespace ns,
                                                       store::Key key, store::Timestamp version) {
    std::string bytes;
    std::uint32_t count = 1;
    for (std::uint32_t chunk = 0; chunk < count; ++chunk) {
        auto found = co_await store.get_latest(ns, chunk_key(key, chunk), version);
        if (!found || found->timestamp != version) {
            co_return std::nullopt;
        }
        if (chunk == 0) {
            if (found->value.size() < count_bytes) {
                co_return std::nullopt;
            }
            count = count_from_bytes(found->value);
            bytes = found->value.substr(count_bytes);
        } else {
            bytes += found->value;
        }
    }
    co_return bytes;
}

}  // namespace zflow::engine
