#pragma once

/// Everything to write flows: one include. Not here, because most files that define flows do not need it:
/// conversions.hpp (C++ values to and from model::Value), big_numbers.hpp (BigInteger, BigDecimal), fmt.hpp
/// (a better message for fmt::format of a Remote), activity_operation.hpp (for hosts).

#include <zflow/dsl/activity.hpp>
#include <zflow/dsl/choice.hpp>
#include <zflow/dsl/coroutine.hpp>
#include <zflow/dsl/definition.hpp>
#include <zflow/dsl/fan_out.hpp>
#include <zflow/dsl/fiber.hpp>
#include <zflow/dsl/flow.hpp>
#include <zflow/dsl/format.hpp>
#include <zflow/dsl/repetition.hpp>
#include <zflow/dsl/transaction.hpp>
#include <zflow/dsl/variable.hpp>
