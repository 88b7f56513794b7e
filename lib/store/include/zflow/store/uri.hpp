#pragma once

#include <zflow/store/error.hpp>

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace zflow::store {

/// The place of a store: `scheme:rest?option=value&option=value`.
///
/// `rest` is taken as it stands, spaces included, up to the first '?'; what it means is the backend's
/// business. Option values may hold %XX escapes. Secrets never stand in a URI.
class Uri {
 public:
    /// Errors: invalid_argument with a sentence that shows the right form.
    [[nodiscard]] static Uri parse(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const std::string& scheme() const noexcept { return scheme_; }
    [[nodiscard]] const std::string& rest() const noexcept { return rest_; }
    [[nodiscard]] const std::map<std::string, std::string>& options() const noexcept { return options_; }

    /// The value of an option, none if it is not given.
    [[nodiscard]] std::optional<std::string> option(std::string_view name) const;

    /// Refuse options that the backend does not know.
    ///
    /// Errors: invalid_argument that names the unknown option and lists those that there are.
    void allow_options(std::initializer_list<std::string_view> known) const;

    /// The error for an option whose value is not one of those allowed.
    [[nodiscard]] Error bad_option(std::string_view name, std::string_view what_is_allowed) const;

 private:
    std::string text_;
    std::string scheme_;
    std::string rest_;
    std::map<std::string, std::string> options_;
};

}  // namespace zflow::store
