#pragma once

#include "operators/support.hpp"

/// The rows of each family: `x_rows()` is in x.cpp.
namespace zflow::interpreter {

[[nodiscard]] Rows boolean_rows() noexcept;
[[nodiscard]] Rows character_rows() noexcept;
[[nodiscard]] Rows collection_rows() noexcept;
[[nodiscard]] Rows conversion_rows() noexcept;
[[nodiscard]] Rows fractional_rows() noexcept;
[[nodiscard]] Rows integral_rows() noexcept;
[[nodiscard]] Rows numeric_rows() noexcept;
[[nodiscard]] Rows optic_rows() noexcept;
[[nodiscard]] Rows option_rows() noexcept;
[[nodiscard]] Rows regex_rows() noexcept;
[[nodiscard]] Rows relational_rows() noexcept;
[[nodiscard]] Rows text_rows() noexcept;
[[nodiscard]] Rows time_rows() noexcept;
[[nodiscard]] Rows to_string_rows() noexcept;

}  // namespace zflow::interpreter
