#pragma once

#include <boost/asio/awaitable.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace zflow::store {

namespace asio = boost::asio;

/// An owned string of arbitrary bytes.
using Bytes = std::string;

/// The version number of a value: any signed 64-bit number, chosen by the caller. Greater is newer.
using Timestamp = std::int64_t;

/// The place of an entry in a topic, 1 to `max_index`; the first entry has index 1.
using Index = std::uint64_t;

/// The index of a topic's last entry; 0 for a topic without any.
using Position = std::uint64_t;

/// What separates the keys of one use from those of another: 1 to 255 bytes of UTF-8 without U+0000 and
/// U+0001.
struct Namespace {
    std::string name;
    friend auto operator<=>(const Namespace&, const Namespace&) = default;
};

/// A key inside a namespace: arbitrary bytes.
struct Key {
    Bytes bytes;
    friend auto operator<=>(const Key&, const Key&) = default;
};

/// The name of a log: 1 to 255 bytes of UTF-8 without U+0000 and U+0001.
struct Topic {
    std::string name;
    friend auto operator<=>(const Topic&, const Topic&) = default;
};

/// A value and the version under which it was put.
struct Version {
    Bytes value;
    Timestamp timestamp = 0;
    friend bool operator==(const Version&, const Version&) = default;
};

/// The newest version of a key, as a scan finds it.
struct KeyVersion {
    Key key;
    Timestamp timestamp = 0;
    Bytes value;
    friend bool operator==(const KeyVersion&, const KeyVersion&) = default;
};

/// One entry of a topic.
struct Entry {
    Index index = 0;
    Bytes value;
    friend bool operator==(const Entry&, const Entry&) = default;
};

/// Which part of a listing a call is to return.
struct PageRequest {
    /// How many items at most: 1 to `max_page_items`.
    std::size_t limit = 1'000;
    /// Where to go on: `Page::next` of the page before, empty for the first page.
    Bytes token = {};
};

/// A part of a listing. A page may hold fewer items than the limit, even none, although more follow: only
/// `next` tells.
template <class Item>
struct Page {
    std::vector<Item> items;
    /// The token of the following page; none when this page is the last one. Opaque, and good in another
    /// process too.
    std::optional<Bytes> next;
};

/// What became of an append that was made under a condition.
class [[nodiscard]] AppendResult {
 public:
    /// Not applied, position 0: nobody is told this; Asio needs a result to exist before there is one.
    AppendResult() noexcept = default;

    [[nodiscard]] static AppendResult applied(Index index) noexcept { return {true, index}; }
    [[nodiscard]] static AppendResult conflict(Position position) noexcept { return {false, position}; }

    /// Whether the value is in the topic now, because of this call.
    [[nodiscard]] bool is_applied() const noexcept { return applied_; }
    /// The index of the value, if it was applied; else the topic's position, which differs from the expected
    /// one.
    [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

    friend bool operator==(const AppendResult&, const AppendResult&) = default;

 private:
    AppendResult(bool applied, std::uint64_t position) noexcept : applied_(applied), position_(position) {}

    bool applied_ = false;
    std::uint64_t position_ = 0;
};

}  // namespace zflow::store
