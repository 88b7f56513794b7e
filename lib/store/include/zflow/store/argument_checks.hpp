#pragma once

#include <zflow/store/capabilities.hpp>
#include <zflow/store/error.hpp>
#include <zflow/store/limits.hpp>
#include <zflow/store/types.hpp>

#include <string>
#include <string_view>

namespace zflow::store {

/// The checks that every backend makes before it does anything, so that all refuse the same things in the
/// same words.
///
/// Errors: each throws invalid_argument or too_large; the sentence names the limit.
/// Thread-safety: any number of calls at once.
class ArgumentChecks {
 public:
    ArgumentChecks(std::string backend, Limits limits, bool empty_keys)
        : backend_(std::move(backend)), limits_(limits), empty_keys_(empty_keys) {}

    [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

    void ns(std::string_view operation, const Namespace& ns) const;
    void key(std::string_view operation, const Namespace& ns, const Key& key) const;
    void topic(std::string_view operation, const Topic& topic) const;
    void value(std::string_view operation, std::string subject, const Bytes& value) const;
    void page_limit(std::string_view operation, std::string subject, std::size_t limit) const;

    /// The error of `trim` beyond the end of a topic.
    [[nodiscard]] Error trim_beyond_position(const Topic& topic, Index up_to, Position position) const;

    /// The error of a call that the store declares not to have, e.g. "trim".
    [[nodiscard]] Error not_supported(std::string_view operation) const;

    /// The error of a topic that has used up all indices.
    [[nodiscard]] Error topic_is_full(const Topic& topic) const;

    [[nodiscard]] Where where(std::string_view operation, std::string subject) const;

 private:
    std::string backend_;
    Limits limits_;
    bool empty_keys_;
};

/// How messages name things: "namespace 'orders'", "topic 'log'"; bytes that cannot be shown are escaped.
[[nodiscard]] std::string describe(const Namespace& ns);
[[nodiscard]] std::string describe(const Topic& topic);

/// Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7).
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

}  // namespace zflow::store
