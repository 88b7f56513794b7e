#pragma once

#include <zflow/store/types.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

/// How keys and values are written on the command line, and shown.
namespace zflow::app {

/// Read a key or value as it was given: text, `hex:6b31`, `@file`, `-` for standard input, `text:..` for
/// anything literally.
///
/// Errors: store::Error invalid_argument for bad hexadecimal digits or a file that cannot be read.
[[nodiscard]] store::Bytes read_form(const std::string& given);

/// Lower-case hexadecimal digits.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Bytes on a line of text: printable UTF-8 as it is; backslash, control and all other bytes as \\, \t, \n,
/// \r, \xNN.
[[nodiscard]] std::string to_line(std::string_view bytes);

/// A text on one line for people: its line ends as spaces.
[[nodiscard]] std::string one_line(std::string text);

/// Put bytes into a row: `<name>_hex` always, `<name>` if they are valid UTF-8.
void add_bytes(boost::json::object& row, std::string_view name, const store::Bytes& bytes);

}  // namespace zflow::app
