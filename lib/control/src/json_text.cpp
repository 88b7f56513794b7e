#include "json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace zflow::control {
namespace {

using engine::errc;
using engine::Error;

/// More than any object here has: fields are looked for one by one.
constexpr std::size_t max_fields = 64;

Error broken(std::size_t at, std::string_view expected) {
    return {errc::invalid_argument, fmt::format("the JSON is broken at byte {}: expected {}", at, expected)};
}

/// Finds where the parts of a text end. What is inside of a part is left to its reader.
class Scanner {
 public:
    explicit Scanner(std::string_view text) : text_(text) {}

    /// Step over space, and over `c` if it stands there.
    bool take(char c) {
        space();
        if (at_ == text_.size() || text_[at_] != c) {
            return false;
        }
        ++at_;
        return true;
    }

    void want(char c, std::string_view expected) {
        if (!take(c)) {
            throw broken(at_, expected);
        }
    }

    void end() {
        space();
        if (at_ != text_.size()) {
            throw broken(at_, "the end of the text");
        }
    }

    /// The text of the value that comes next.
    std::string_view value() {
        space();
        const auto begin = at_;
        std::size_t depth = 0;
        do {
            if (at_ == text_.size()) {
                throw broken(at_, "the rest of a value");
            }
            step(depth);
        } while (depth != 0);
        if (at_ == begin) {
            throw broken(at_, "a value");
        }
        return text_.substr(begin, at_ - begin);
    }

 private:
    void space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    /// Over a string, a bracket, or whatever stands up to the next of these.
    void step(std::size_t& depth) {
        const char c = text_[at_];
        if (c == '"') {
            string();
        } else if (c == '{' || c == '[') {
            ++depth;
            ++at_;
        } else if (c == '}' || c == ']') {
            if (depth != 0) {
                --depth;
                ++at_;
            }
        } else if (depth == 0) {
            at_ = std::min(text_.find_first_of(" \t\r\n,:{}[]\"", at_), text_.size());
        } else {
            at_ = std::min(text_.find_first_of("{}[]\"", at_), text_.size());
        }
    }

    void string() {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                return;
            }
        }
        at_ = text_.size();
        throw broken(at_, "the end of a string");
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string text_of(const boost::json::value& value) {
    return std::string(value.as_string());
}

}  // namespace

boost::json::value small_json(std::string_view text) {
    boost::system::error_code status;
    auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), status);
    if (status) {
        throw Error(errc::invalid_argument,
                    fmt::format("'{}' is not JSON: {}", text.substr(0, 100), status.message()));
    }
    return value;
}

JsonObject::JsonObject(std::string_view text, std::string_view what) : what_(what) {
    Scanner scanner(text);
    scanner.want('{', fmt::format("the object of {}", what));
    if (!scanner.take('}')) {
        do {
            const auto name = small_json(scanner.value());
            if (!name.is_string()) {
                throw Error(errc::invalid_argument, fmt::format("a name in {} is not a string", what));
            }
            scanner.want(':', "':'");
            const auto value = scanner.value();
            if (find(text_of(name))) {
                throw Error(errc::invalid_argument,
                            fmt::format("the field '{}' of {} is there twice", text_of(name), what));
            }
            if (fields_.size() == max_fields) {
                throw Error(errc::invalid_argument, fmt::format("{} has too many fields", what));
            }
            fields_.emplace_back(text_of(name), value);
        } while (scanner.take(','));
        scanner.want('}', "',' or '}'");
    }
    scanner.end();
}

void JsonObject::allow(std::initializer_list<std::string_view> known) const {
    for (const auto& [name, text] : fields_) {
        if (std::ranges::find(known, name) == known.end()) {
            throw Error(errc::invalid_argument, fmt::format("{} has no field '{}'; there are: {}", what_,
                                                            name, fmt::join(known, ", ")));
        }
    }
}

std::optional<std::string_view> JsonObject::find(std::string_view name) const {
    const auto found =
        std::ranges::find(fields_, name, [](const auto& field) -> std::string_view { return field.first; });
    return found == fields_.end() || found->second == "null" ? std::nullopt : std::optional(found->second);
}

std::string_view JsonObject::at(std::string_view name) const {
    if (const auto text = find(name)) {
        return *text;
    }
    throw Error(errc::invalid_argument, fmt::format("the field '{}' of {} is missing", name, what_));
}

Error JsonObject::wrong(std::string_view name, std::string_view what_is_right) const {
    return {errc::invalid_argument,
            fmt::format("the field '{}' of {} is {}, but it must be {}", name, what_,
                        find(name).value_or("missing").substr(0, 100), what_is_right)};
}

std::string JsonObject::string(std::string_view name) const {
    const auto text = find(name);
    if (!text) {
        return {};
    }
    const auto value = small_json(*text);
    if (!value.is_string()) {
        throw wrong(name, "a string");
    }
    return text_of(value);
}

std::uint64_t JsonObject::number(std::string_view name) const {
    const auto text = find(name);
    if (!text) {
        return 0;
    }
    boost::system::error_code status;
    const auto value = small_json(*text);
    const auto number = value.to_number<std::uint64_t>(status);
    if (status) {
        throw wrong(name, "a whole number");
    }
    return number;
}

bool JsonObject::boolean(std::string_view name) const {
    const auto text = find(name);
    if (text && *text != "true" && *text != "false") {
        throw wrong(name, "true or false");
    }
    return text == "true";
}

std::vector<std::string_view> items_of(std::string_view text) {
    std::vector<std::string_view> items;
    Scanner scanner(text);
    scanner.want('[', "an array");
    if (!scanner.take(']')) {
        do {
            items.push_back(scanner.value());
        } while (scanner.take(','));
        scanner.want(']', "',' or ']'");
    }
    scanner.end();
    return items;
}

Error refused_value(std::string_view what, const model::Error& error) {
    return {errc::invalid_argument, fmt::format("{}: {}", what, error.text())};
}

void JsonWriter::name(std::string_view name) {
    if (text_.size() > 1) {
        text_ += ',';
    }
    text_ += '"';
    text_ += name;
    text_ += "\":";
}

JsonWriter& JsonWriter::string(std::string_view name, std::string_view value) {
    return raw(name, boost::json::serialize(boost::json::string_view(value.data(), value.size())));
}

JsonWriter& JsonWriter::raw(std::string_view name, std::string_view json) {
    this->name(name);
    text_ += json;
    return *this;
}

JsonWriter& JsonWriter::number(std::string_view name, std::uint64_t value) {
    return raw(name, fmt::format("{}", value));
}

JsonWriter& JsonWriter::boolean(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
}

std::string JsonWriter::take() {
    text_ += '}';
    return std::move(text_);
}

std::string array_of(const std::vector<std::string>& items) {
    return fmt::format("[{}]", fmt::join(items, ","));
}

}  // namespace zflow::control
