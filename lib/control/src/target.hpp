#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zflow::control {

/// Every byte but letters, digits and `-._~` as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view bytes);

/// Errors: engine::Error (invalid_argument) for a '%' without two hexadecimal digits.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// What a request is about: `/v1/runs/order%207?limit=3` in its parts, decoded.
class Target {
 public:
    /// Errors: engine::Error (invalid_argument).
    [[nodiscard]] static Target parse(std::string_view text);

    /// E.g. "v1", "runs", "order 7".
    [[nodiscard]] const std::vector<std::string>& path() const noexcept { return path_; }

    /// A value of the query; nothing if it is not there.
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;

 private:
    std::vector<std::string> path_;
    std::vector<std::pair<std::string, std::string>> query_;
};

/// Builds one.
class TargetText {
 public:
    TargetText& part(std::string_view part);
    TargetText& query(std::string_view name, std::string_view value);
    [[nodiscard]] std::string take() { return std::move(text_); }

 private:
    std::string text_ = "/v1";
    bool has_query_ = false;
};

}  // namespace zflow::control
