#pragma once

#include <zflow/model/value.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace zflow::model {

/// An immutable list: a view on a buffer that other lists may share.
///
/// A list made from another one by adding at its front or its end, or by taking a part of it, shares its
/// buffer where it can, so building a list element by element is linear in all, and taking the rest of a list
/// costs the same whatever its length.
///
/// Thread-safety: any number of threads may read, extend and cut lists that share a buffer.
class Sequence final : public Shared {
 public:
    [[nodiscard]] static Ref<const Sequence> empty();
    [[nodiscard]] static Ref<const Sequence> of(std::vector<Value> items);

    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
    [[nodiscard]] std::span<const Value> items() const noexcept;
    [[nodiscard]] const Value& operator[](std::size_t index) const noexcept { return items()[index]; }

    /// Cost: amortised constant when the newest list is extended; linear when an older one is.
    [[nodiscard]] Ref<const Sequence> prepended(Value item) const;
    [[nodiscard]] Ref<const Sequence> appended(Value item) const;

    /// `count` items from `from` on.
    ///
    /// Parameters: `from + count` at most `size()`.
    /// Cost: constant; a small part of a big buffer is copied, so that it does not keep the buffer.
    [[nodiscard]] Ref<const Sequence> part(std::uint32_t from, std::uint32_t count) const;

    /// What tells writers that two lists share: the buffer's identity, and where in it this list begins.
    [[nodiscard]] const Shared* buffer() const noexcept;
    [[nodiscard]] std::uint32_t begin_in_buffer() const noexcept { return begin_; }

    class Buffer;
    Sequence(Ref<Buffer> buffer, std::uint32_t begin, std::uint32_t size);
    ~Sequence() override;

 private:
    Ref<Buffer> buffer_;
    std::uint32_t begin_ = 0;
    std::uint32_t size_ = 0;
};

}  // namespace zflow::model
