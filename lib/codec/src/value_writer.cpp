#include "binary_scalar.hpp"
#include "pointer_table.hpp"
#include "value_tags.hpp"

#include <zflow/codec/value_writer.hpp>
#include <zflow/model/limits.hpp>
#include <zflow/model/sequence.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

namespace zflow::codec {

using model::Environment;
using model::Kind;
using model::Ref;
using model::Shared;
using model::Value;

/// Important: `ValueReader::Impl` gives out the same numbers at the same moments.
class ValueWriter::Impl : public ByteWriter {
 public:
    // What the caller writes, it may write again.
    void write(const Value& root) {
        begin(root, true);
        run();
    }

    void write(const Ref<const Environment>& environment) {
        begin(environment, true);
        run();
    }

    [[nodiscard]] bool is_too_long() const noexcept { return size() > model::max_encoded_bytes; }
    [[nodiscard]] bool has_code() const noexcept { return has_code_; }

    // There are less than 2^28 bytes, so a number has at most 4. What has a number here may be one there
    // that was before, and each place of a number is counted where it is written.
    [[nodiscard]] std::size_t size_behind_others() const noexcept {
        return size() + most_added_to_number * (kinds_.size() + numbers_written_);
    }

 private:
    static constexpr std::size_t most_added_to_number = 4;

    /// A value of which some parts are written, or (`value` null) a stack of environments.
    struct Frame {
        const Value* value;
        std::uint32_t next = 0;
        std::uint32_t end = 0;
        std::uint32_t buffer = 0;   // of lists: its number
        bool is_looked_up = false;  // whether the value may be met again
        bool parts_are_shared = false;
    };

    /// Slots of a list's buffer, in the order in which their items came to be.
    struct Buffer {
        std::uint32_t origin;  // the slot of the oldest one; if newest first, the slot after it
        std::uint32_t count;   // how many are written
        bool is_open;          // whether a list of it is being written
    };

    void run() {
        while (!frames_.empty()) {
            if (is_too_long()) {
                frames_.clear();
                return;
            }
            step();
        }
    }

    /// Parameters: `in_shared_list`: two lists may hold the value although it is counted once.
    void begin(const Value& value, bool in_shared_list) {
        const auto* shared = value.shared();
        const auto is_looked_up = shared != nullptr && (in_shared_list || shared->references() > 1);
        if (is_looked_up && repeat(value, *shared)) {
            return;
        }
        byte(static_cast<std::uint8_t>(value.kind()));
        if (value.kind() < Kind::some) {
            write_scalar(*this, value);
            if (shared != nullptr) {
                number(value, is_looked_up);
            }
            return;
        }
        frames_.push_back({.value = &value, .is_looked_up = is_looked_up});
        open(value);
    }

    /// Returns: whether the value was written before.
    bool repeat(const Value& value, const Shared& shared) {
        const auto known = table_.find(&shared);
        if (known == PointerTable::nothing || kinds_[known] != value.kind()) {
            return false;
        }
        byte(repeated_value_tag);
        varint(known);
        ++numbers_written_;
        return true;
    }

    /// A value is complete: the next number is its own.
    void number(const Value& value, bool is_looked_up) {
        if (is_looked_up) {
            table_.set(value.shared(), static_cast<std::uint32_t>(kinds_.size()));
        }
        kinds_.push_back(value.kind());
    }

    void open(const Value& value) {
        auto& frame = frames_.back();
        switch (value.kind()) {
            case Kind::sequence:
            case Kind::set:
            case Kind::dictionary:
                return open_list(value.as_sequence(), frame);
            case Kind::record:
                shape(*value.as_record().shape);
                frame.end = static_cast<std::uint32_t>(value.as_record().values.size());
                return;
            case Kind::enumeration:
                return case_name(*value.as_enumeration().name);
            case Kind::flow_code:
            case Kind::remote_code:
                has_code_ = true;
                return varint(value.as_code().node);
            default:
                return;
        }
    }

    void open_list(const model::Sequence& list, Frame& frame) {
        const auto size = list.size();
        if (size == 0) {
            varint(0);
            return;
        }
        numbers_written_ += 2;  // its buffer may be known there
        const auto newest_first = list.newest_first();
        const auto header = std::uint64_t{size} << list_flag_bits | (newest_first ? list_is_newest_first : 0);
        const auto slot = list.begin_in_buffer();
        const auto oldest = newest_first ? slot + size : slot;
        frame.parts_are_shared = list.buffer()->references() > 1;
        const auto known = frame.parts_are_shared ? table_.find(list.buffer()) : PointerTable::nothing;
        if (known != PointerTable::nothing) {
            const auto& buffer = buffers_[known];
            const auto age = newest_first ? buffer.origin - oldest : oldest - buffer.origin;
            // What is before the origin gives a number beyond all counts.
            if (age <= buffer.count && age + size <= model::max_collection_size && !buffer.is_open &&
                are_scalars(list, age + size - std::min(buffer.count, age + size))) {
                buffers_[known].is_open = true;
                varint(header | list_is_in_known_buffer);
                varint(known);
                varint(age);
                frame.buffer = known;
                frame.end = age + size;
                return;
            }
        }
        varint(header);
        frame.buffer = static_cast<std::uint32_t>(buffers_.size());
        frame.end = size;
        if (frame.parts_are_shared) {
            table_.set(list.buffer(), frame.buffer);
        }
        buffers_.push_back({oldest, 0, true});
    }

    /// Whether the newest items of a list are scalars, so that they cannot hold a part of the list's buffer:
    /// what holds itself would never be freed after reading.
    static bool are_scalars(const model::Sequence& list, std::uint32_t count) {
        const auto items = list.newest_first() ? list.items().first(count) : list.items().last(count);
        return std::ranges::all_of(items, [](const Value& item) { return item.kind() < Kind::some; });
    }

    void shape(const model::RecordShape& shape) {
        if (!name_parts(shape, [&](std::string& key) {
                add_to_key(key, shape.id);
                for (const auto& name : shape.names) {
                    add_to_key(key, name);
                }
            })) {
            return;
        }
        bytes(shape.id);
        varint(shape.names.size());
        for (const auto& name : shape.names) {
            bytes(name);
        }
    }

    void case_name(const model::CaseName& name) {
        if (!name_parts(name, [&](std::string& key) {
                add_to_key(key, name.id);
                add_to_key(key, name.name);
                key += '!';  // never a shape's key
            })) {
            return;
        }
        bytes(name.id);
        bytes(name.name);
    }

    static void add_to_key(std::string& key, std::string_view text) {
        key += std::to_string(text.size());
        key += ':';
        key += text;
    }

    /// Write the number of a shape or a case: equal ones are the same whatever object they are.
    ///
    /// Returns: whether it is new, so that what it is follows.
    template <class Part, class MakeKey>
    bool name_parts(const Part& part, MakeKey make_key) {
        ++numbers_written_;
        if (&part == last_name_) {
            varint(last_number_ + 1);
            return false;
        }
        auto known = table_.find(&part);
        auto is_new = false;
        if (known == PointerTable::nothing) {
            std::string key;
            make_key(key);
            const auto [place, inserted] =
                names_.try_emplace(std::move(key), static_cast<std::uint32_t>(names_.size()));
            known = place->second;
            is_new = inserted;
            table_.set(&part, known);
        }
        last_name_ = &part;
        last_number_ = known;
        varint(is_new ? 0 : std::uint64_t{known} + 1);
        return is_new;
    }

    void begin(const Ref<const Environment>& top, bool is_root) {
        numbers_written_ += 2;
        const auto first = chain_.size();
        const auto* place = top.get();
        auto known = PointerTable::nothing;
        while (place != nullptr) {
            const auto is_looked_up = place->references() > 1 || (is_root && place == top.get());
            known = is_looked_up ? table_.find(place) : PointerTable::nothing;
            if (known != PointerTable::nothing) {
                break;
            }
            chain_.push_back(place);
            place = place->below().get();
        }
        varint(chain_.size() - first);
        varint(known == PointerTable::nothing ? 0 : std::uint64_t{known} + 1);
        if (chain_.size() > first) {
            frames_.push_back({.value = nullptr,
                               .end = static_cast<std::uint32_t>(chain_.size() - first),
                               .is_looked_up = is_root});
        }
    }

    void step() {
        auto& frame = frames_.back();
        if (frame.value == nullptr) {
            return step_environment(frame);
        }
        const auto& value = *frame.value;
        switch (value.kind()) {
            case Kind::tuple: {
                const auto part = frame.next++;
                const auto& pair = value.as_tuple();
                return part == 2 ? finish() : begin(part == 0 ? pair.left : pair.right, false);
            }
            case Kind::sequence:
            case Kind::set:
            case Kind::dictionary:
                return step_list(frame, value.as_sequence());
            case Kind::record:
                return frame.next == frame.end ? finish()
                                               : begin(value.as_record().values[frame.next++], false);
            case Kind::enumeration:
                return frame.next++ == 0 ? begin(value.as_enumeration().inner, false) : finish();
            case Kind::flow_code:
            case Kind::remote_code:
                return frame.next++ == 0 ? begin(value.as_code().captured, false) : finish();
            default:
                return frame.next++ == 0 ? begin(value.inner(), false) : finish();
        }
    }

    /// Write what is not written of a list's buffer, the oldest first: an item may hold a part of the same
    /// buffer.
    void step_list(Frame& frame, const model::Sequence& list) {
        if (list.size() == 0) {
            return finish();
        }
        const auto depth = frames_.size();
        const auto items = list.items();
        const auto newest_first = list.newest_first();
        const auto shared = frame.parts_are_shared;
        // `next` is 1 while an item is being written.
        if (frame.next == 1) {
            ++buffers_[frame.buffer].count;
            frame.next = 0;
        }
        for (;;) {
            auto& buffer = buffers_[frame.buffer];
            if (buffer.count >= frame.end) {
                buffer.is_open = false;
                if (shared) {
                    // An item may have held a part of the same buffer, which then was written as another one.
                    table_.set(list.buffer(), frame.buffer);
                }
                return finish();
            }
            const auto place = frame.end - 1 - buffer.count;
            const auto& item = items[newest_first ? place : items.size() - 1 - place];
            begin(item, shared);
            if (frames_.size() != depth) {
                frames_[depth - 1].next = 1;
                return;
            }
            ++buffers_[frame.buffer].count;
        }
    }

    void step_environment(Frame& frame) {
        if (frame.next > 0) {
            const auto* complete = chain_.back();
            chain_.pop_back();
            if (complete->references() > 1 || (frame.is_looked_up && frame.next == frame.end)) {
                table_.set(complete, environments_);
            }
            ++environments_;
        }
        if (frame.next == frame.end) {
            frames_.pop_back();
            return;
        }
        ++frame.next;
        begin(chain_.back()->value(), false);
    }

    void finish() {
        const auto frame = frames_.back();
        frames_.pop_back();
        number(*frame.value, frame.is_looked_up);
    }

    std::vector<Frame> frames_;
    std::vector<const Environment*> chain_;
    std::vector<Kind> kinds_;  // of the values that have numbers
    std::vector<Buffer> buffers_;
    std::uint32_t environments_ = 0;
    PointerTable table_;
    std::unordered_map<std::string, std::uint32_t> names_;
    const Shared* last_name_ = nullptr;
    std::uint32_t last_number_ = 0;
    bool has_code_ = false;
    std::size_t numbers_written_ = 0;
};

ValueWriter::ValueWriter() : impl_(std::make_unique<Impl>()) {}
ValueWriter::ValueWriter(ValueWriter&&) noexcept = default;
ValueWriter& ValueWriter::operator=(ValueWriter&&) noexcept = default;
ValueWriter::~ValueWriter() = default;

void ValueWriter::write(const Value& value) {
    impl_->write(value);
}
void ValueWriter::write(const Ref<const Environment>& environment) {
    impl_->write(environment);
}
void ValueWriter::byte(std::uint8_t number) {
    impl_->byte(number);
}
void ValueWriter::varint(std::uint64_t number) {
    impl_->varint(number);
}
void ValueWriter::signed_varint(std::int64_t number) {
    impl_->signed_varint(number);
}
void ValueWriter::fixed32(std::uint32_t number) {
    impl_->fixed32(number);
}
void ValueWriter::fixed64(std::uint64_t number) {
    impl_->fixed64(number);
}
void ValueWriter::bytes(std::string_view text) {
    impl_->bytes(text);
}
std::size_t ValueWriter::size() const noexcept {
    return impl_->size();
}
bool ValueWriter::is_too_long() const noexcept {
    return impl_->is_too_long();
}
std::size_t ValueWriter::size_behind_others() const noexcept {
    return impl_->size_behind_others();
}
bool ValueWriter::has_code() const noexcept {
    return impl_->has_code();
}
std::string_view ValueWriter::text() const noexcept {
    return impl_->text();
}
std::string ValueWriter::take() {
    return impl_->take();
}

}  // namespace zflow::codec
