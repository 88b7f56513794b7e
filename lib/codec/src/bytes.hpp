#pragma once

#include <zflow/model/error.hpp>

#include <fmt/format.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace zflow::codec {

/// Bytes that are being written.
class ByteWriter {
 public:
    void byte(std::uint8_t number) { text_.push_back(static_cast<char>(number)); }

    void varint(std::uint64_t number) {
        if (number < 0x80) {
            byte(static_cast<std::uint8_t>(number));
            return;
        }
        char all[10];
        std::size_t size = 0;
        while (number >= 0x80) {
            all[size++] = static_cast<char>(number | 0x80U);
            number >>= 7U;
        }
        all[size++] = static_cast<char>(number);
        text_.append(all, size);
    }

    void signed_varint(std::int64_t number) {
        varint((static_cast<std::uint64_t>(number) << 1U) ^ static_cast<std::uint64_t>(number >> 63));
    }

    void fixed32(std::uint32_t number) { fixed(number, 4); }
    void fixed64(std::uint64_t number) { fixed(number, 8); }

    void bytes(std::string_view text) {
        varint(text.size());
        text_.append(text);
    }
    void raw(std::string_view text) { text_.append(text); }

    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] std::string take() { return std::move(text_); }

 private:
    void fixed(std::uint64_t number, unsigned count) {
        char all[8];
        for (unsigned i = 0; i < count; ++i) {
            all[i] = static_cast<char>(number >> (8 * i));
        }
        text_.append(all, count);
    }

    std::string text_;
};

/// Bytes that are being read. After the first error everything is zero.
class ByteReader {
 public:
    explicit ByteReader(std::string_view bytes)
        : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    std::uint8_t byte() {
        if (at_ == end_) {
            fail("the bytes end here, in the middle of something");
            return 0;
        }
        return static_cast<std::uint8_t>(*at_++);
    }

    std::uint64_t varint() {
        if (at_ != end_ && static_cast<signed char>(*at_) >= 0) {
            return static_cast<std::uint8_t>(*at_++);
        }
        return long_varint();
    }

    std::uint64_t varint_up_to(std::uint64_t most, std::string_view what) {
        const auto begin = at_;
        const auto number = varint();
        if (number > most) {
            fail_at(begin, fmt::format("{} is {}, at most {} is possible here", what, number, most));
            return 0;
        }
        return number;
    }

    std::int64_t signed_varint() {
        const auto number = varint();
        return static_cast<std::int64_t>(number >> 1U) ^ -static_cast<std::int64_t>(number & 1U);
    }

    std::uint32_t fixed32() { return static_cast<std::uint32_t>(fixed(4)); }
    std::uint64_t fixed64() { return fixed(8); }

    std::string_view bytes() { return raw(varint_up_to(left(), "a length")); }

    std::string_view raw(std::size_t size) {
        if (size > left()) {
            fail("the bytes end here, in the middle of something");
            return {};
        }
        const std::string_view text(at_, size);
        at_ += size;
        return text;
    }

    [[nodiscard]] std::size_t offset() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

    void fail(std::string sentence) { fail_at(at_, std::move(sentence)); }
    [[nodiscard]] bool ok() const noexcept { return error_ == nullptr; }
    [[nodiscard]] const model::Error& error() const noexcept { return *error_; }

 private:
    std::uint64_t long_varint() {
        const auto begin = at_;
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto next = byte();
            number |= std::uint64_t{next & 0x7FU} << shift;
            if (next < 0x80) {
                // One number has one form, and 64 bits.
                if ((next == 0 && shift > 0) || (shift == 63 && next > 1)) {
                    break;
                }
                return number;
            }
        }
        fail_at(begin, "this is no number of at most 64 bits in its shortest form");
        return 0;
    }

    std::uint64_t fixed(unsigned count) {
        const auto text = raw(count);
        std::uint64_t number = 0;
        for (unsigned i = 0; i < text.size(); ++i) {
            number |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
        }
        return number;
    }

    void fail_at(const char* place, std::string sentence) {
        if (error_ == nullptr) {
            error_ = std::make_unique<model::Error>(
                model::Error{std::move(sentence), {}, static_cast<std::size_t>(place - begin_)});
            at_ = end_;
        }
    }

    const char* begin_;
    const char* at_;
    const char* end_;
    std::unique_ptr<model::Error> error_;
};

}  // namespace zflow::codec
