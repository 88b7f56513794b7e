#pragma once

#include "operators/support.hpp"

namespace zflow::interpreter {

/// A regular expression of java.util.regex as one of PCRE2 that matches the same.
///
/// Written differently: line ends (`.`, `^`, `$`, `\Z` know \n, \r\n, \r, U+0085, U+2028 and U+2029), word
/// boundaries (letters and digits of all scripts), classes in classes and `&&`, `\p{..}` names, `\uXXXX`,
/// `\0n`, references.
///
/// Errors: what the JVM refuses, in its words (e.g. `Unclosed group near index 1`); what PCRE2 cannot do
/// (`\N{..}`,
/// `\p{In..}`, the flags d and U), in ours.
[[nodiscard]] Or<std::string> to_pcre(std::string_view java);

}  // namespace zflow::interpreter
