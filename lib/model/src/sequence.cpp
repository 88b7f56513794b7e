#include <zflow/base/assert.hpp>
#include <zflow/model/environment.hpp>
#include <zflow/model/limits.hpp>
#include <zflow/model/sequence.hpp>

#include <algorithm>
#include <memory>

namespace zflow::model {

/// Slots of which those from `front` to `back` hold items. A list that reaches to an end of the used slots
/// may claim the next one with a compare-and-set: no other list sees it, for each list knows its own first
/// and last item.
class Sequence::Buffer final : public Shared {
 public:
    Buffer(std::uint32_t capacity, std::uint32_t front, bool newest_first = false)
        : slots_(std::make_unique_for_overwrite<Slot[]>(capacity)),
          capacity_(capacity),
          newest_first_(newest_first),
          front_(front),
          back_(front) {}

    ~Buffer() override {
        std::destroy(slot(front_.load(std::memory_order_relaxed)),
                     slot(back_.load(std::memory_order_relaxed)));
    }

    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    [[nodiscard]] Value* slot(std::uint32_t index) const noexcept {
        return reinterpret_cast<Value*>(slots_.get()) + index;
    }

    /// While a buffer belongs to its maker alone.
    void add(Value item) noexcept {
        const auto back = back_.load(std::memory_order_relaxed);
        new (slot(back)) Value(std::move(item));
        back_.store(back + 1, std::memory_order_relaxed);
    }

    /// Parameters: `item` is taken only if the slot before `begin` was free.
    [[nodiscard]] bool claim_front(std::uint32_t begin, Value& item) noexcept {
        auto expected = begin;
        if (begin == 0 || !front_.compare_exchange_strong(expected, begin - 1, std::memory_order_acq_rel)) {
            return false;
        }
        new (slot(begin - 1)) Value(std::move(item));
        return true;
    }

    [[nodiscard]] bool claim_back(std::uint32_t end, Value& item) noexcept {
        auto expected = end;
        if (end == capacity_ ||
            !back_.compare_exchange_strong(expected, end + 1, std::memory_order_acq_rel)) {
            return false;
        }
        new (slot(end)) Value(std::move(item));
        return true;
    }

    [[nodiscard]] bool newest_first() const noexcept { return newest_first_; }

    [[nodiscard]] std::uint32_t used() const noexcept {
        return back_.load(std::memory_order_relaxed) - front_.load(std::memory_order_relaxed);
    }

 private:
    struct alignas(Value) Slot {
        std::byte bytes[sizeof(Value)];
    };
    std::unique_ptr<Slot[]> slots_;
    std::uint32_t capacity_;
    bool newest_first_;
    std::atomic<std::uint32_t> front_;
    std::atomic<std::uint32_t> back_;
};

namespace {

/// A part of a buffer that is smaller than this share of it is copied.
constexpr std::uint32_t worth_keeping = 8;

constexpr std::uint32_t least_room = 4;

/// How many parts of a new item are looked at for the list itself.
constexpr std::size_t max_parts_looked_at = 1024;

/// Whether `item` holds a list on this buffer, or is too big to tell. Put into the buffer it would keep it
/// for ever.
class HoldsBuffer {
 public:
    explicit HoldsBuffer(const Shared* buffer) : buffer_(buffer) {}

    bool operator()(const Value& item) {
        add(item);
        while (!todo_.empty() && !found_) {
            const auto& next = *todo_.back();
            todo_.pop_back();
            look_into(next);
        }
        return found_;
    }

 private:
    void add(const Value& part) {
        found_ = found_ || ++looked_at_ > max_parts_looked_at;
        if (!found_ && part.kind() >= Kind::some && Value::is_shared(part.kind())) {
            todo_.push_back(&part);
        }
    }

    void look_into(const Value& value) {
        switch (value.kind()) {
            case Kind::some:
            case Kind::left:
            case Kind::right:
                return add(value.inner());
            case Kind::tuple:
                add(value.as_tuple().left);
                return add(value.as_tuple().right);
            case Kind::sequence:
            case Kind::set:
            case Kind::dictionary:
                found_ = value.as_sequence().buffer() == buffer_;
                return add_all(value.as_sequence().items());
            case Kind::record:
                return add_all(value.as_record().values);
            case Kind::enumeration:
                return add(value.as_enumeration().inner);
            default:
                for (const auto* place = value.as_code().captured.get(); place != nullptr && !found_;
                     place = place->below().get()) {
                    add(place->value());
                }
        }
    }

    void add_all(std::span<const Value> parts) {
        for (std::size_t i = 0; i < parts.size() && !found_; ++i) {
            add(parts[i]);
        }
    }

    const Shared* buffer_;
    bool found_ = false;
    std::size_t looked_at_ = 0;
    std::vector<const Value*> todo_;
};

}  // namespace

Sequence::Sequence(Ref<Buffer> buffer, std::uint32_t begin, std::uint32_t size)
    : buffer_(std::move(buffer)), begin_(begin), size_(size) {}

Sequence::~Sequence() = default;

Ref<const Sequence> Sequence::empty() {
    static const Ref<const Sequence> nothing = make<const Sequence>(make<Buffer>(0U, 0U), 0U, 0U);
    return nothing;
}

Ref<const Sequence> Sequence::of(std::vector<Value> items, bool newest_first) {
    return of_moved(items, newest_first);
}

Ref<const Sequence> Sequence::of_moved(std::span<Value> items, bool newest_first) {
    if (items.empty()) {
        return empty();
    }
    ZFLOW_ASSERT(items.size() <= max_collection_size,
                 "who makes a list has compared its size with the limit");
    const auto size = static_cast<std::uint32_t>(items.size());
    auto buffer = make<Buffer>(size, 0U, newest_first);
    for (auto& item : items) {
        buffer->add(std::move(item));
    }
    return make<const Sequence>(std::move(buffer), 0U, size);
}

std::span<const Value> Sequence::items() const noexcept {
    return {buffer_->slot(begin_), size_};
}

bool Sequence::newest_first() const noexcept {
    return buffer_->newest_first();
}

const Shared* Sequence::buffer() const noexcept {
    return buffer_.get();
}

Ref<const Sequence> Sequence::prepended(Value item) const {
    if (!HoldsBuffer(buffer_.get())(item) && buffer_->claim_front(begin_, item)) {
        return make<const Sequence>(buffer_, begin_ - 1, size_ + 1);
    }
    const auto room = std::max(least_room, size_);
    auto buffer = make<Buffer>(room + size_, room - 1, true);
    buffer->add(std::move(item));
    for (const auto& old : items()) {
        buffer->add(old);
    }
    return make<const Sequence>(std::move(buffer), room - 1, size_ + 1);
}

Ref<const Sequence> Sequence::appended(Value item) const {
    if (!HoldsBuffer(buffer_.get())(item) && buffer_->claim_back(begin_ + size_, item)) {
        return make<const Sequence>(buffer_, begin_, size_ + 1);
    }
    auto buffer = make<Buffer>(size_ + std::max(least_room, size_), 0U);
    for (const auto& old : items()) {
        buffer->add(old);
    }
    buffer->add(std::move(item));
    return make<const Sequence>(std::move(buffer), 0U, size_ + 1);
}

Ref<const Sequence> Sequence::part(std::uint32_t from, std::uint32_t count) const {
    ZFLOW_ASSERT(from <= size_ && count <= size_ - from,
                 "who takes a part of a list has compared it with its size");
    if (count == 0) {
        return empty();
    }
    if (count < buffer_->used() / worth_keeping) {
        const auto kept = items().subspan(from, count);
        return of({kept.begin(), kept.end()});
    }
    return view(from, count);
}

Ref<const Sequence> Sequence::view(std::uint32_t from, std::uint32_t count) const {
    ZFLOW_ASSERT(from <= size_ && count <= size_ - from,
                 "who takes a part of a list has compared it with its size");
    return make<const Sequence>(buffer_, begin_ + from, count);
}

}  // namespace zflow::model
