#pragma once

#include <zflow/model/limits.hpp>

#include <string>
#include <string_view>

namespace zflow::codec {

/// A JSON text that is being written.
class JsonText {
 public:
    void raw(std::string_view text) { text_.append(text); }
    void raw(char c) { text_.push_back(c); }
    void string(std::string_view utf8);

    [[nodiscard]] bool is_too_long() const noexcept { return text_.size() > model::max_encoded_bytes; }
    [[nodiscard]] std::string take() { return std::move(text_); }

 private:
    std::string text_;
};

/// What is said of a text beyond model::max_encoded_bytes.
[[nodiscard]] std::string too_long_sentence();

}  // namespace zflow::codec
