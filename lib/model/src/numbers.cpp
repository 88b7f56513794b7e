#include <zflow/model/limits.hpp>
#include <zflow/model/numbers.hpp>
#include <zflow/model/text.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <type_traits>

namespace zflow::model {

namespace {

// How many decimal digits a number of max_number_bits may have: bits * log10(2), rounded up.
constexpr std::size_t max_number_digits = std::size_t{max_number_bits} * 30103 / 100000 + 1;

// The first character of each run of ten decimal digits outside of ASCII in the basic plane (Unicode category
// Nd): the JVM's integer parsers take them.
constexpr char16_t zeros[] = {0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6,
                              0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090,
                              0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40,
                              0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// The text with other scripts' digits written as ASCII digits; nothing if it has any other character outside
// of ASCII.
std::optional<std::string> with_ascii_digits(std::string_view text) {
    const auto units = to_utf16(text);
    if (!units) {
        return std::nullopt;
    }
    std::string ascii;
    ascii.reserve(units->size());
    for (const char16_t unit : *units) {
        if (unit < 0x80) {
            ascii.push_back(static_cast<char>(unit));
            continue;
        }
        const auto* zero =
            std::ranges::find_if(zeros, [&](char16_t z) { return unit >= z && unit < z + 10; });
        if (zero == std::end(zeros)) {
            return std::nullopt;
        }
        ascii.push_back(static_cast<char>('0' + (unit - *zero)));
    }
    return ascii;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

struct Digits {
    std::string digits;  // without leading zeros in front of the first significant one
    int exponent;        // of the first digit: d.ddd * 10^exponent
};

// The shortest digits that read back the same, two of them at least if one is not the nearest.
template <class Real>
Digits shortest(Real magnitude) {
    char buffer[64];
    auto end = std::to_chars(buffer, std::end(buffer), magnitude, std::chars_format::scientific).ptr;
    std::string_view text(buffer, end);
    if (text[1] == 'e') {
        // Of the two-digit decimals that read back the same, the JVM takes the nearest: 4.9E-324 rather
        // than 5.0E-324.
        char two[64];
        const auto two_end =
            std::to_chars(two, std::end(two), magnitude, std::chars_format::scientific, 1).ptr;
        Real again{};
        const auto read = std::from_chars(two, two_end, again);
        if (read.ec == std::errc{} && again == magnitude) {
            end = std::copy(two, two_end, buffer);
            text = std::string_view(buffer, end);
        }
    }
    const std::size_t e = text.find('e');
    std::string digits(text.substr(0, e));
    std::erase(digits, '.');
    int exponent = 0;
    const char* first = text.data() + e + 1;
    std::from_chars(first + (*first == '+' ? 1 : 0), text.data() + text.size(), exponent);
    while (digits.size() > 1 && digits.back() == '0') {
        digits.pop_back();
    }
    return {std::move(digits), exponent};
}

template <class Real>
std::string real_text(Real number) {
    if (std::isnan(number)) {
        return "NaN";
    }
    std::string text = std::signbit(number) ? "-" : "";
    if (std::isinf(number)) {
        return text + "Infinity";
    }
    if (number == 0) {
        return text + "0.0";
    }
    auto [digits, exponent] = shortest(std::fabs(number));
    if (exponent >= -3 && exponent < 0) {
        return text + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    }
    const bool plain = exponent >= 0 && exponent < 7;
    const auto whole = static_cast<std::size_t>(plain ? exponent + 1 : 1);
    if (digits.size() <= whole) {
        digits.append(whole + 1 - digits.size(), '0');
    }
    digits.insert(whole, 1, '.');
    return text + digits + (plain ? "" : "E" + std::to_string(exponent));
}

// Reads an integer of any length, held within +-limit.
int saturated(std::string_view digits, bool negative, int limit) {
    int value = 0;
    for (const char c : digits) {
        value = std::min(limit, value * 10 + (c - '0'));
    }
    return negative ? -value : value;
}

constexpr int huge_exponent = 100'000'000;

struct Scanner {
    std::string_view text;
    std::size_t at = 0;

    bool done() const { return at == text.size(); }
    bool take(char c) {
        const bool here = !done() && text[at] == c;
        at += static_cast<std::size_t>(here);
        return here;
    }
    bool take_either(char lower) { return take(lower) || take(static_cast<char>(lower - 32)); }
    template <class Is>
    std::string_view take_while(Is is) {
        const std::size_t from = at;
        while (!done() && is(text[at])) {
            ++at;
        }
        return text.substr(from, at - from);
    }
};

// The exponent behind its letter; nothing if there is none.
std::optional<int> take_exponent(Scanner& scanner) {
    const bool negative = scanner.take('-');
    if (!negative) {
        scanner.take('+');
    }
    const auto digits = scanner.take_while(is_digit);
    if (digits.empty()) {
        return std::nullopt;
    }
    return saturated(digits, negative, huge_exponent);
}

// `mantissa` in the given base, times 10^exponent or 2^exponent. from_chars does the rounding; it does not
// say whether what is out of range is too large or too small.
template <class Real>
Real assemble(const std::string& mantissa, std::chars_format format, int exponent) {
    const std::size_t first = mantissa.find_first_not_of("0.");
    if (first == std::string::npos) {
        return 0;
    }
    const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
    const std::int64_t digit_bits = format == std::chars_format::hex ? 4 : 1;
    const std::int64_t size = exponent + (point - static_cast<std::int64_t>(first)) * digit_bits;
    const std::string text =
        mantissa + (format == std::chars_format::hex ? 'p' : 'e') + std::to_string(exponent);
    Real number{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number, format);
    if (read.ec == std::errc{}) {
        return number;
    }
    return size > 0 ? std::numeric_limits<Real>::infinity() : Real{0};
}

template <class Real>
std::optional<Real> parse_hexadecimal(Scanner& scanner) {
    const auto is_hex = [](char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); };
    std::string mantissa(scanner.take_while(is_hex));
    bool any = !mantissa.empty();
    if (scanner.take('.')) {
        const auto fraction = scanner.take_while(is_hex);
        any = any || !fraction.empty();
        mantissa.append(1, '.').append(fraction);
    }
    if (!any || !scanner.take_either('p')) {
        return std::nullopt;
    }
    const auto exponent = take_exponent(scanner);
    if (!exponent) {
        return std::nullopt;
    }
    return assemble<Real>("0" + mantissa, std::chars_format::hex, *exponent);
}

template <class Real>
std::optional<Real> parse_decimal(Scanner& scanner) {
    std::string mantissa(scanner.take_while(is_digit));
    bool any = !mantissa.empty();
    if (scanner.take('.')) {
        const auto fraction = scanner.take_while(is_digit);
        any = any || !fraction.empty();
        mantissa.append(1, '.').append(fraction);
    }
    if (!any) {
        return std::nullopt;
    }
    int exponent = 0;
    if (scanner.take_either('e')) {
        const auto taken = take_exponent(scanner);
        if (!taken) {
            return std::nullopt;
        }
        exponent = *taken;
    }
    return assemble<Real>("0" + mantissa, std::chars_format::scientific, exponent);
}

template <class Real>
std::optional<Real> parse_real(std::string_view text) {
    const auto is_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    Scanner scanner{text};
    const bool negative = scanner.take('-');
    if (!negative) {
        scanner.take('+');
    }
    const auto rest = text.substr(scanner.at);
    std::optional<Real> number;
    if (rest == "NaN") {
        return std::numeric_limits<Real>::quiet_NaN();
    }
    if (rest == "Infinity") {
        number = std::numeric_limits<Real>::infinity();
        scanner.at = text.size();
    } else if (rest.starts_with("0x") || rest.starts_with("0X")) {
        scanner.at += 2;
        number = parse_hexadecimal<Real>(scanner);
    } else {
        number = parse_decimal<Real>(scanner);
    }
    if (!number) {
        return std::nullopt;
    }
    if (!scanner.done() && !scanner.take_either('d')) {
        scanner.take_either('f');
    }
    if (!scanner.done()) {
        return std::nullopt;
    }
    return negative ? -*number : *number;
}

// A number from decimal digits only.
std::optional<BigInteger> from_digits(std::string_view digits) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.size() > max_number_digits) {
        return std::nullopt;
    }
    // Not cpp_int's own parser: it takes a leading 0 for octal and throws.
    constexpr std::size_t step = 18;
    BigInteger number;
    for (std::size_t at = 0; at < digits.size();) {
        const std::size_t count = std::min(step, digits.size() - at);
        std::uint64_t part = 0;
        std::uint64_t power = 1;
        for (std::size_t i = 0; i < count; ++i) {
            part = part * 10 + static_cast<std::uint64_t>(digits[at + i] - '0');
            power *= 10;
        }
        number = number * power + part;
        at += count;
    }
    return number;
}

BigInteger power_of_ten(unsigned exponent) {
    return boost::multiprecision::pow(BigInteger(10), exponent);
}

// How many decimal digits a positive number may have: one too many at most.
std::int64_t digits_at_most(const BigInteger& magnitude) {
    const auto bits = static_cast<std::int64_t>(boost::multiprecision::msb(magnitude)) + 1;
    return bits * 30103 / 100000 + 1;
}

}  // namespace

std::string to_text(double number) {
    return real_text(number);
}

std::string to_text(float number) {
    return real_text(number);
}

std::string to_text(const BigInteger& number) {
    return number.str();
}

std::string to_text(const BigDecimal& number) {
    std::string digits = number.unscaled.str();
    std::string sign;
    if (digits.front() == '-') {
        sign = "-";
        digits.erase(0, 1);
    }
    const std::int64_t scale = number.scale;
    const auto count = static_cast<std::int64_t>(digits.size());
    const std::int64_t adjusted = count - 1 - scale;
    if (scale == 0) {
        return sign + digits;
    }
    if (scale > 0 && adjusted >= -6) {
        if (scale >= count) {
            return sign + "0." + std::string(static_cast<std::size_t>(scale - count), '0') + digits;
        }
        digits.insert(static_cast<std::size_t>(count - scale), 1, '.');
        return sign + digits;
    }
    if (count > 1) {
        digits.insert(1, 1, '.');
    }
    std::string text = sign + digits;
    if (adjusted != 0) {
        text += adjusted > 0 ? "E+" : "E";
        text += std::to_string(adjusted);
    }
    return text;
}

std::optional<double> parse_double(std::string_view text) {
    return parse_real<double>(text);
}

std::optional<float> parse_float(std::string_view text) {
    return parse_real<float>(text);
}

std::optional<std::int64_t> parse_integer(std::string_view text, std::int64_t least, std::int64_t most) {
    std::string other;
    if (!is_ascii(text)) {
        auto ascii = with_ascii_digits(text);
        if (!ascii) {
            return std::nullopt;
        }
        other = *std::move(ascii);
        text = other;
    }
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) {
            return std::nullopt;
        }
    }
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || number < least || number > most) {
        return std::nullopt;
    }
    return number;
}

std::optional<BigInteger> parse_big_integer(std::string_view text) {
    std::string other;
    if (!is_ascii(text)) {
        auto ascii = with_ascii_digits(text);
        if (!ascii) {
            return std::nullopt;
        }
        other = *std::move(ascii);
        text = other;
    }
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    if (text.empty() || !std::ranges::all_of(text, is_digit)) {
        return std::nullopt;
    }
    auto number = from_digits(text);
    if (number && negative) {
        *number = -*number;
    }
    return number;
}

std::optional<BigDecimal> parse_big_decimal(std::string_view text) {
    std::string other;
    if (!is_ascii(text)) {
        auto ascii = with_ascii_digits(text);
        if (!ascii) {
            return std::nullopt;
        }
        other = *std::move(ascii);
        text = other;
    }
    Scanner scanner{text};
    const bool negative = scanner.take('-');
    if (!negative) {
        scanner.take('+');
    }
    std::string digits(scanner.take_while(is_digit));
    std::int64_t scale = 0;
    if (scanner.take('.')) {
        const auto fraction = scanner.take_while(is_digit);
        digits += fraction;
        scale = static_cast<std::int64_t>(fraction.size());
    }
    if (digits.empty()) {
        return std::nullopt;
    }
    if (scanner.take_either('e')) {
        const bool exponent_negative = scanner.take('-');
        if (!exponent_negative) {
            scanner.take('+');
        }
        auto exponent = scanner.take_while(is_digit);
        if (exponent.empty()) {
            return std::nullopt;
        }
        exponent.remove_prefix(std::min(exponent.find_first_not_of('0'), exponent.size()));
        if (exponent.size() > 10) {
            return std::nullopt;
        }
        std::int64_t value = 0;
        std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
        scale -= exponent_negative ? -value : value;
    }
    using Limits = std::numeric_limits<std::int32_t>;
    if (!scanner.done() || scale < Limits::min() || scale > Limits::max()) {
        return std::nullopt;
    }
    auto unscaled = from_digits(digits);
    if (!unscaled) {
        return std::nullopt;
    }
    return BigDecimal{negative ? BigInteger(-*unscaled) : *std::move(unscaled),
                      static_cast<std::int32_t>(scale)};
}

int compare(const BigDecimal& a, const BigDecimal& b) {
    const int sign = a.unscaled.sign();
    if (sign != b.unscaled.sign()) {
        return sign < b.unscaled.sign() ? -1 : 1;
    }
    if (sign == 0 || a.scale == b.scale) {
        return a.unscaled.compare(b.unscaled);
    }
    const BigInteger left = abs(a.unscaled);
    const BigInteger right = abs(b.unscaled);
    // First by size, so that 1E+2000000000 is never written out.
    const std::int64_t left_most = digits_at_most(left) - a.scale;
    const std::int64_t right_most = digits_at_most(right) - b.scale;
    if (left_most < right_most - 1) {
        return -sign;
    }
    if (right_most < left_most - 1) {
        return sign;
    }
    const std::int64_t shift = std::int64_t{a.scale} - b.scale;
    const int order = shift < 0
                          ? BigInteger(left * power_of_ten(static_cast<unsigned>(-shift))).compare(right)
                          : left.compare(BigInteger(right * power_of_ten(static_cast<unsigned>(shift))));
    return order * sign;
}

}  // namespace zflow::model
