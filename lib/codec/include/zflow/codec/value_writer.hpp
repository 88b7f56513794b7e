#pragma once

#include <zflow/model/environment.hpp>
#include <zflow/model/value.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace zflow::codec {

/// Writes values, environments and plain numbers one after the other into one buffer: docs/formats/value.md.
///
/// What is shared is written once, over all calls: a run's whole state can be written with one writer, and
/// read with one ValueReader that is asked for the same things in the same order. Lists that are parts of one
/// another share.
///
/// The bytes depend on what is written and on what of it is shared inside, not on who else holds a part of
/// it. Lifetime: what is shared is kept until the writer goes. Cost: linear in what was not written before;
/// constant stack whatever the depth.
class ValueWriter {
 public:
    ValueWriter();
    ValueWriter(ValueWriter&&) noexcept;
    ValueWriter& operator=(ValueWriter&&) noexcept;
    ~ValueWriter();

    void write(const model::Value& value);

    /// Parameters: may be empty.
    void write(const model::Ref<const model::Environment>& environment);

    void byte(std::uint8_t number);
    /// 7 bits a byte, the lowest first.
    void varint(std::uint64_t number);
    /// As varint, with 0, -1, 1, -2 as 0, 1, 2, 3.
    void signed_varint(std::int64_t number);
    /// 4 or 8 bytes, the lowest first.
    void fixed32(std::uint32_t number);
    void fixed64(std::uint64_t number);
    /// The length as a varint, then the bytes.
    void bytes(std::string_view text);

    /// How many bytes there are so far. Beyond model::max_encoded_bytes nothing is added for a value: who
    /// made the writer asks `is_too_long()` at the end.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool is_too_long() const noexcept;
    /// At least as many bytes as the same takes behind other things in another writer: there it may be shared
    /// with them, and then the numbers of what is shared are longer.
    [[nodiscard]] std::size_t size_behind_others() const noexcept;
    /// Whether there is code of a run among what was written: only in a run's state it has a meaning.
    [[nodiscard]] bool has_code() const noexcept;

    [[nodiscard]] std::string_view text() const noexcept;
    [[nodiscard]] std::string take();

 private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace zflow::codec
