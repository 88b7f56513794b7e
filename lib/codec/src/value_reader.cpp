#include "binary_scalar.hpp"
#include "utf8.hpp"
#include "value_tags.hpp"

#include <zflow/codec/value_reader.hpp>
#include <zflow/model/limits.hpp>
#include <zflow/model/sequence.hpp>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace zflow::codec {

using model::Environment;
using model::Kind;
using model::Ref;
using model::Sequence;
using model::Value;

/// Important: `ValueWriter::Impl` gives out the same numbers at the same moments.
class ValueReader::Impl : public ByteReader {
 public:
    Impl(std::string_view bytes, Code code)
        : ByteReader(bytes), code_(code), checks_left_(bytes.size() * checks_per_byte) {
        values_.reserve(bytes.size() / bytes_per_value);
    }

    Value read_value() {
        begin();
        run();
        return take(Value());
    }

    Ref<const Environment> read_environment() {
        begin_environment();
        run();
        auto environment = std::exchange(environment_, nullptr);
        return ok() ? environment : nullptr;
    }

 private:
    struct Frame {
        enum class What : std::uint8_t { value, list, environment };
        What what;
        Kind kind = Kind::unit;
        std::uint32_t parts = 0;  // of values: how many are to come; of environments: how many values
        std::uint32_t number =
            0;  // of lists: the buffer; of records and enumerations: the name; of code: the node
        std::uint32_t age = 0;  // of lists: how many items of the buffer are older
        std::uint32_t size = 0;
        std::size_t first = 0;  // where in `done_` the parts begin
        bool is_fresh = false;  // of lists: this frame made the buffer
        bool waits = false;     // of lists: for an item; of environments: for a value
    };

    /// The items of a list's buffer that are read. While the list that made it is read they are in `done_`.
    struct Buffer {
        Ref<const Sequence> covering;
        std::size_t first = 0;
        std::uint32_t count = 0;
        bool newest_first = false;
        bool is_gathering = true;
        bool only_pairs = true;
    };

    /// A value that has a number.
    struct Known {
        Kind kind;
        const model::Shared* part;
    };

    struct Name {
        Ref<const model::RecordShape> shape;
        Ref<const model::CaseName> case_name;
    };

    /// A guess that saves making the table bigger again and again.
    static constexpr std::size_t bytes_per_value = 8;

    /// What is put aside because a header says so, before the bytes were seen.
    static constexpr std::uint64_t most_reserved = 4096;

    /// A map's items must be pairs; a list that many maps are parts of is looked at only so often.
    static constexpr std::size_t checks_per_byte = 64;

    Value take(Value otherwise) {
        auto value = ok() && !done_.empty() ? std::move(done_.back()) : std::move(otherwise);
        done_.clear();
        if (value.shared() != nullptr) {
            roots_.push_back(value);
        }
        return value;
    }

    void run() {
        while (!frames_.empty() && ok()) {
            step();
        }
        if (!ok()) {
            frames_.clear();
        }
    }

    void push(Frame frame) {
        if (frames_.size() >= model::max_depth) {
            return fail(fmt::format("values are nested deeper here than max_depth, {}", model::max_depth));
        }
        frame.first = done_.size();
        frames_.push_back(frame);
    }

    void begin() {
        const auto tag = byte();
        if (tag == repeated_value_tag) {
            const auto number = varint();
            if (number >= values_.size()) {
                return fail("a value that was not there yet is repeated");
            }
            done_.push_back(Value::with_shared(values_[number].kind, *values_[number].part));
            return;
        }
        const auto kind = static_cast<Kind>(tag);
        if (kind == Kind::int_ || kind == Kind::long_) {
            return whole_number(kind);
        }
        if (kind < Kind::some) {
            done_.push_back(read_scalar(*this, kind));
            if (done_.back().shared() != nullptr) {
                values_.push_back({kind, done_.back().shared()});
            }
            return;
        }
        switch (kind) {
            case Kind::some:
            case Kind::left:
            case Kind::right:
                return push({.what = Frame::What::value, .kind = kind, .parts = 1});
            case Kind::tuple:
                return push({.what = Frame::What::value, .kind = kind, .parts = 2});
            case Kind::sequence:
            case Kind::set:
            case Kind::dictionary:
                return begin_list(kind);
            case Kind::record:
                return begin_record();
            case Kind::enumeration: {
                const auto name = read_name(false);
                return push({.what = Frame::What::value, .kind = kind, .parts = 1, .number = name});
            }
            case Kind::flow_code:
            case Kind::remote_code: {
                if (code_ == Code::refused) {
                    return fail("code of a run has no place here");
                }
                const auto node = static_cast<std::uint32_t>(varint_up_to(0xFFFFFFFFU, "a node's number"));
                push({.what = Frame::What::value, .kind = kind, .number = node});
                return begin_environment();
            }
            default:
                break;
        }
        fail(fmt::format("there is no kind of value with the number {}", tag));
    }

    /// The most frequent scalars, without a step in between.
    void whole_number(Kind kind) {
        const auto number = signed_varint();
        if (kind == Kind::long_) {
            done_.push_back(Value::long_(number));
        } else if (number == static_cast<std::int32_t>(number)) {
            done_.push_back(Value::int_(static_cast<std::int32_t>(number)));
        } else {
            fail(fmt::format("an Int is {}", number));
        }
    }

    void begin_list(Kind kind) {
        const auto header = varint();
        const auto size = header >> list_flag_bits;
        if (size > model::max_collection_size) {
            return fail(fmt::format("a list has {} items, more than max_collection_size, {}", size,
                                    model::max_collection_size));
        }
        if (size == 0) {
            if (header != 0) {
                return fail("an empty list has no flags");
            }
            return finish_list(kind, Sequence::empty());
        }
        Frame frame{.what = Frame::What::list, .kind = kind, .size = static_cast<std::uint32_t>(size)};
        const auto newest_first = (header & list_is_newest_first) != 0;
        if ((header & list_is_in_known_buffer) != 0) {
            frame.number = static_cast<std::uint32_t>(varint_up_to(0xFFFFFFFFU, "a list's number"));
            if (frame.number >= buffers_.size() || buffers_[frame.number].newest_first != newest_first) {
                return fail("a list that was not there yet is referred to");
            }
            auto& buffer = buffers_[frame.number];
            frame.age = static_cast<std::uint32_t>(varint_up_to(buffer.count, "a list's beginning"));
            if (frame.age + frame.size > model::max_collection_size) {
                return fail(fmt::format("a list has more items than max_collection_size, {}",
                                        model::max_collection_size));
            }
            if (buffer.is_gathering) {
                return fail("a list holds a part of itself");
            }
        } else {
            frame.number = static_cast<std::uint32_t>(buffers_.size());
            frame.is_fresh = true;
            if (size > left()) {
                return fail("a list has more items than there are bytes left");
            }
            if (const auto wanted = done_.size() + std::min(size, most_reserved); wanted > done_.capacity()) {
                done_.reserve(std::max(wanted, 2 * done_.capacity()));
            }
            buffers_.push_back({.covering = nullptr, .first = done_.size(), .newest_first = newest_first});
        }
        push(frame);
    }

    void begin_record() {
        const auto number = read_name(true);
        if (!ok()) {
            return;
        }
        const auto size = names_[number].shape->names.size();
        if (size > left()) {
            return fail("a record has more values than there are bytes left");
        }
        push({.what = Frame::What::value,
              .kind = Kind::record,
              .parts = static_cast<std::uint32_t>(size),
              .number = number});
    }

    std::string read_text() {
        const auto text = bytes();
        if (find_invalid_utf8(text) != std::string_view::npos) {
            fail("a name is not UTF-8");
        }
        return std::string(text);
    }

    /// The number of a record's shape or an enumeration's case.
    std::uint32_t read_name(bool is_shape) {
        const auto number = varint();
        if (number > 0) {
            if (number > names_.size() || (names_[number - 1].shape.get() != nullptr) != is_shape) {
                fail("a name that was not there yet is repeated");
                return 0;
            }
            return static_cast<std::uint32_t>(number - 1);
        }
        auto id = read_text();
        Name made;
        if (is_shape) {
            const auto count = varint_up_to(left(), "the number of fields");
            std::vector<std::string> names;
            for (std::uint64_t i = 0; i < count && ok(); ++i) {
                names.push_back(read_text());
            }
            made.shape = model::make<const model::RecordShape>(std::move(id), std::move(names));
        } else {
            auto name = read_text();
            made.case_name = model::make<const model::CaseName>(std::move(id), std::move(name));
        }
        names_.push_back(std::move(made));
        return static_cast<std::uint32_t>(names_.size() - 1);
    }

    void begin_environment() {
        const auto count = varint_up_to(left(), "the number of environments");
        const auto known = varint();
        if (known > environments_.size()) {
            return fail("an environment that was not there yet is referred to");
        }
        environment_ = known == 0 ? nullptr : environments_[known - 1];
        const auto depth = known == 0 ? 0U : environment_->depth();
        if (count > model::max_depth - std::min(depth, model::max_depth)) {
            return fail(
                fmt::format("environments are nested deeper here than max_depth, {}", model::max_depth));
        }
        if (count > 0) {
            push({.what = Frame::What::environment,
                  .parts = static_cast<std::uint32_t>(count),
                  .number = static_cast<std::uint32_t>(known)});
        }
    }

    void step() {
        auto& frame = frames_.back();
        switch (frame.what) {
            case Frame::What::value:
                return done_.size() - frame.first < frame.parts ? begin() : finish(frame);
            case Frame::What::list:
                return step_list();
            case Frame::What::environment:
                return step_environment(frame);
        }
    }

    void step_list() {
        const auto depth = frames_.size();
        for (;;) {
            auto& frame = frames_[depth - 1];
            auto& buffer = buffers_[frame.number];
            if (std::exchange(frame.waits, false)) {
                add_item(buffer);
            }
            if (buffer.count >= frame.age + frame.size) {
                return finish_view(frame, buffer);
            }
            frame.waits = true;
            begin();
            if (frames_.size() != depth || !ok()) {
                return;
            }
        }
    }

    /// The item at the end of `done_` is complete.
    void add_item(Buffer& buffer) {
        auto& item = done_.back();
        buffer.only_pairs = buffer.only_pairs && item.is(Kind::tuple);
        if (!buffer.is_gathering) {
            if (!(item.kind() < Kind::some)) {
                // It might hold a part of the buffer, and then neither would ever be freed.
                return fail("what is added to a list that was there is a scalar");
            }
            buffer.covering = buffer.newest_first ? buffer.covering->prepended(std::move(item))
                                                  : buffer.covering->appended(std::move(item));
            done_.pop_back();
        }
        ++buffer.count;
    }

    void finish_view(const Frame frame, Buffer& buffer) {
        if (buffer.is_gathering) {
            const auto items = std::span(done_).subspan(buffer.first, buffer.count);
            if (buffer.newest_first) {
                std::ranges::reverse(items);
            }
            buffer.covering = Sequence::of_moved(items, buffer.newest_first);
            buffer.is_gathering = false;
        }
        done_.resize(frame.first);
        frames_.pop_back();
        const auto from = buffer.newest_first ? buffer.count - frame.age - frame.size : frame.age;
        auto list = frame.size == buffer.count ? buffer.covering : buffer.covering->view(from, frame.size);
        if (frame.kind == Kind::dictionary && !buffer.only_pairs && !are_pairs(*list)) {
            return;
        }
        finish_list(frame.kind, std::move(list));
    }

    bool are_pairs(const Sequence& list) {
        const auto is_affordable = list.size() <= checks_left_;
        checks_left_ -= is_affordable ? list.size() : 0;
        if (!is_affordable ||
            !std::ranges::all_of(list.items(), [](const Value& item) { return item.is(Kind::tuple); })) {
            fail("a map has items that are not pairs");
            return false;
        }
        return true;
    }

    void finish_list(Kind kind, Ref<const Sequence> list) {
        complete(kind == Kind::sequence ? Value::sequence(std::move(list))
                 : kind == Kind::set    ? Value::set_of_distinct(std::move(list))
                                        : Value::dictionary_of_distinct(std::move(list)));
    }

    void complete(Value value) {
        values_.push_back({value.kind(), value.shared()});
        done_.push_back(std::move(value));
    }

    void finish(const Frame frame) {
        frames_.pop_back();
        const auto parts = std::span(done_).subspan(frame.first);
        auto value = [&]() -> Value {
            switch (frame.kind) {
                case Kind::some:
                    return Value::some(std::move(parts[0]));
                case Kind::left:
                    return Value::left(std::move(parts[0]));
                case Kind::right:
                    return Value::right(std::move(parts[0]));
                case Kind::tuple:
                    return Value::tuple(std::move(parts[0]), std::move(parts[1]));
                case Kind::enumeration:
                    return Value::enumeration(names_[frame.number].case_name, std::move(parts[0]));
                case Kind::flow_code:
                    return Value::flow_code(frame.number, std::exchange(environment_, nullptr));
                case Kind::remote_code:
                    return Value::remote_code(frame.number, std::exchange(environment_, nullptr));
                default:
                    return Value::record(names_[frame.number].shape, {std::move_iterator(parts.begin()),
                                                                      std::move_iterator(parts.end())});
            }
        }();
        done_.resize(frame.first);
        complete(std::move(value));
    }

    /// `environment_` is the stack so far; nested ones use the same member, so it is kept in the table.
    void step_environment(Frame& frame) {
        if (std::exchange(frame.waits, false)) {
            auto below = frame.number == 0 ? Ref<const Environment>() : environments_[frame.number - 1];
            environments_.push_back(Environment::push(std::move(done_.back()), std::move(below)));
            done_.pop_back();
            frame.number = static_cast<std::uint32_t>(environments_.size());
            --frame.parts;
        }
        if (frame.parts == 0) {
            environment_ = environments_[frame.number - 1];
            frames_.pop_back();
            return;
        }
        frame.waits = true;
        begin();
    }

    std::vector<Frame> frames_;
    std::vector<Value> done_;
    std::vector<Known> values_;  // kept alive by `roots_`, `environments_` and `buffers_`
    std::vector<Value> roots_;
    std::vector<Buffer> buffers_;
    std::vector<Name> names_;
    std::vector<Ref<const Environment>> environments_;
    Ref<const Environment> environment_;  // that was read last
    Code code_;
    std::size_t checks_left_;
};

ValueReader::ValueReader(std::string_view bytes, Code code) : impl_(std::make_unique<Impl>(bytes, code)) {}
ValueReader::ValueReader(ValueReader&&) noexcept = default;
ValueReader& ValueReader::operator=(ValueReader&&) noexcept = default;
ValueReader::~ValueReader() = default;

Value ValueReader::read_value() {
    return impl_->read_value();
}
Ref<const Environment> ValueReader::read_environment() {
    return impl_->read_environment();
}
std::uint8_t ValueReader::byte() {
    return impl_->byte();
}
std::uint64_t ValueReader::varint() {
    return impl_->varint();
}
std::uint64_t ValueReader::varint_up_to(std::uint64_t most, std::string_view what) {
    return impl_->varint_up_to(most, what);
}
std::int64_t ValueReader::signed_varint() {
    return impl_->signed_varint();
}
std::uint32_t ValueReader::fixed32() {
    return impl_->fixed32();
}
std::uint64_t ValueReader::fixed64() {
    return impl_->fixed64();
}
std::string_view ValueReader::bytes() {
    return impl_->bytes();
}
std::size_t ValueReader::offset() const noexcept {
    return impl_->offset();
}
std::size_t ValueReader::left() const noexcept {
    return impl_->left();
}
void ValueReader::fail(std::string sentence) {
    impl_->fail(std::move(sentence));
}
bool ValueReader::ok() const noexcept {
    return impl_->ok();
}
const model::Error& ValueReader::error() const noexcept {
    return impl_->error();
}

}  // namespace zflow::codec
