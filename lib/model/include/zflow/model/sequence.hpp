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
    /// Parameters: `newest_first`: see there.
    [[nodiscard]] static Ref<const Sequence> of(std::vector<Value> items, bool newest_first = false);
    /// The items are moved out of where they are.
    [[nodiscard]] static Ref<const Sequence> of_moved(std::span<Value> items, bool newest_first = false);

    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
    [[nodiscard]] std::span<const Value> items() const noexcept;
    [[nodiscard]] const Value& operator[](std::size_t index) const noexcept { return items()[index]; }

    /// Cost: amortised constant when the newest list is extended; linear when an older one is, when the item
    /// holds the list itself, and when it has more than a thousand parts.
    [[nodiscard]] Ref<const Sequence> prepended(Value item) const;
    [[nodiscard]] Ref<const Sequence> appended(Value item) const;

    /// `count` items from `from` on.
    ///
    /// Parameters: `from + count` at most `size()`.
    /// Cost: constant; a small part of a big buffer is copied, so that it does not keep the buffer.
    [[nodiscard]] Ref<const Sequence> part(std::uint32_t from, std::uint32_t count) const;

    /// As `part`, but shares the buffer however small the part is: for readers, which must not take more
    /// memory than what they read.
    [[nodiscard]] Ref<const Sequence> view(std::uint32_t from, std::uint32_t count) const;

    /// Whether the buffer grows at its front: then the items before another one came after it. Tells writers
    /// which of the items were there first.
    [[nodiscard]] bool newest_first() const noexcept;

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
