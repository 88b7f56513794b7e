#include <zflow/store/error.hpp>

#include <fmt/format.h>

#include <utility>

namespace zflow::store {
namespace {

class Category final : public boost::system::error_category {
 public:
    const char* name() const noexcept override { return "zflow.store"; }
    std::string message(int code) const override { return std::string(to_string(static_cast<errc>(code))); }
};

std::string compose(errc code, const Where& where, const std::string& sentence,
                    const std::string& server_text) {
    auto text = fmt::format("{} {}", where.backend, where.operation);
    if (!where.subject.empty()) {
        text += fmt::format(" ({})", where.subject);
    }
    text += fmt::format(": {}: {}", to_string(code), sentence);
    if (!server_text.empty()) {
        text += fmt::format(" [{}]", server_text);
    }
    return text;
}

}  // namespace

std::string_view to_string(errc code) noexcept {
    switch (code) {
        case errc::invalid_argument:
            return "invalid_argument";
        case errc::too_large:
            return "too_large";
        case errc::not_open:
            return "not_open";
        case errc::unavailable:
            return "unavailable";
        case errc::throttled:
            return "throttled";
        case errc::outcome_unknown:
            return "outcome_unknown";
        case errc::corruption:
            return "corruption";
        case errc::schema_mismatch:
            return "schema_mismatch";
        case errc::denied:
            return "denied";
        case errc::cancelled:
            return "cancelled";
        case errc::read_only:
            return "read_only";
    }
    return "unknown";
}

const boost::system::error_category& error_category() noexcept {
    static const Category category;
    return category;
}

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), error_category()};
}

Error::Error(errc code, Where where, std::string sentence, std::string server_text)
    : system_error(make_error_code(code)),
      kind_(code),
      where_(std::move(where)),
      sentence_(std::move(sentence)),
      server_text_(std::move(server_text)),
      text_(compose(kind_, where_, sentence_, server_text_)) {}

bool is_transient(const Error& error) noexcept {
    return error.kind() == errc::unavailable || error.kind() == errc::throttled;
}

bool may_have_happened(const Error& error) noexcept {
    return error.kind() == errc::outcome_unknown || error.kind() == errc::cancelled;
}

}  // namespace zflow::store
