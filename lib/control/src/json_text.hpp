#pragma once

#include <zflow/engine/error.hpp>
#include <zflow/model/error.hpp>

#include <boost/json/value.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JSON whose parts may be programs and values of any depth: those are passed on as text and read by codec.
namespace zflow::control {

/// The fields of a JSON object, each with its text.
///
/// Errors: all: engine::Error (invalid_argument).
class JsonObject {
 public:
    /// Parameters: `text` outlives the object; `what` says in messages what it should be, e.g. "a run".
    JsonObject(std::string_view text, std::string_view what);

    /// Refuse fields that nobody knows.
    void allow(std::initializer_list<std::string_view> known) const;

    /// The text of a field; nothing if it is not there, or null.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    /// The text of a field that must be there.
    [[nodiscard]] std::string_view at(std::string_view name) const;

    /// A field as a string; empty if it is not there.
    [[nodiscard]] std::string string(std::string_view name) const;
    /// A field as a whole number; 0 if it is not there.
    [[nodiscard]] std::uint64_t number(std::string_view name) const;
    /// A field as a boolean; false if it is not there.
    [[nodiscard]] bool boolean(std::string_view name) const;

    /// The error for a field that is not what it should be.
    [[nodiscard]] engine::Error wrong(std::string_view name, std::string_view what_is_right) const;

 private:
    std::vector<std::pair<std::string, std::string_view>> fields_;
    std::string_view what_;
};

/// The texts of the items of a JSON array. Errors: engine::Error (invalid_argument).
[[nodiscard]] std::vector<std::string_view> items_of(std::string_view text);

/// A small part, of a bounded depth, as Boost.JSON reads it. Errors: engine::Error (invalid_argument).
[[nodiscard]] boost::json::value small_json(std::string_view text);

/// The error for what codec could not read or write.
[[nodiscard]] engine::Error refused_value(std::string_view what, const model::Error& error);

/// Writes a JSON object whose parts may be texts of JSON.
class JsonWriter {
 public:
    JsonWriter& string(std::string_view name, std::string_view value);
    JsonWriter& raw(std::string_view name, std::string_view json);
    JsonWriter& number(std::string_view name, std::uint64_t value);
    JsonWriter& boolean(std::string_view name, bool value);

    [[nodiscard]] std::string take();

 private:
    void name(std::string_view name);

    std::string text_ = "{";
};

/// Texts of JSON as a JSON array.
[[nodiscard]] std::string array_of(const std::vector<std::string>& items);

}  // namespace zflow::control
