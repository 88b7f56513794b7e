#pragma once

#include <zflow/model/environment.hpp>
#include <zflow/model/error.hpp>
#include <zflow/model/value.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace zflow::codec {

/// Reads what a ValueWriter wrote: the same things in the same order. What was shared is shared again.
///
/// Errors: none are returned by the calls: after the first wrong byte every call gives zero, unit or nothing,
/// and `error()` says what was wrong and at which offset. Whatever the bytes, nothing is read beyond their
/// end, and memory is at most a fixed multiple of their number. Lifetime: the bytes outlive the reader.
class ValueReader {
 public:
    /// Whether values may have code inside: outside of a run's state nothing refers to the nodes of a
    /// program.
    enum class Code : std::uint8_t { allowed, refused };

    explicit ValueReader(std::string_view bytes, Code code = Code::allowed);
    ValueReader(ValueReader&&) noexcept;
    ValueReader& operator=(ValueReader&&) noexcept;
    ~ValueReader();

    [[nodiscard]] model::Value read_value();
    [[nodiscard]] model::Ref<const model::Environment> read_environment();

    [[nodiscard]] std::uint8_t byte();
    [[nodiscard]] std::uint64_t varint();
    /// A varint that must be at most `most`, e.g. how many of something follow.
    [[nodiscard]] std::uint64_t varint_up_to(std::uint64_t most, std::string_view what);
    [[nodiscard]] std::int64_t signed_varint();
    [[nodiscard]] std::uint32_t fixed32();
    [[nodiscard]] std::uint64_t fixed64();
    /// Into the bytes that are read.
    [[nodiscard]] std::string_view bytes();

    [[nodiscard]] std::size_t offset() const noexcept;
    /// How many bytes are left: no count of anything that takes a byte or more can be greater.
    [[nodiscard]] std::size_t left() const noexcept;

    /// Say that what was read makes no sense; the first error stays.
    void fail(std::string sentence);
    [[nodiscard]] bool ok() const noexcept;
    [[nodiscard]] const model::Error& error() const noexcept;

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace zflow::codec
