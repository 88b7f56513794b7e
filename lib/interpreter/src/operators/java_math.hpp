#pragma once

/// java.lang.Math's functions of real numbers.
///
/// Those that the JVM computes with more digits than it keeps are computed so here; the others follow the
/// standard library and may differ from the JVM's in the last digit.
namespace zflow::interpreter::java_math {

[[nodiscard]] double sin(double x);
[[nodiscard]] double cos(double x);
[[nodiscard]] double tan(double x);
[[nodiscard]] double asin(double x);
[[nodiscard]] double acos(double x);
[[nodiscard]] double atan(double x);
[[nodiscard]] double atan2(double y, double x);
[[nodiscard]] double sinh(double x);
[[nodiscard]] double cosh(double x);
[[nodiscard]] double tanh(double x);
[[nodiscard]] double exp(double x);
[[nodiscard]] double expm1(double x);
[[nodiscard]] double log(double x);
[[nodiscard]] double log1p(double x);
[[nodiscard]] double log10(double x);
[[nodiscard]] double pow(double x, double y);
[[nodiscard]] double hypot(double x, double y);
[[nodiscard]] double cbrt(double x);

/// To the nearest whole number, half up, within the range of Long or Int.
[[nodiscard]] double round(double x);
[[nodiscard]] float round(float x);

}  // namespace zflow::interpreter::java_math
