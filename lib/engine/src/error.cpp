#include <zflow/engine/error.hpp>

#include <fmt/format.h>

#include <utility>

namespace zflow::engine {
namespace {

class Category final : public boost::system::error_category {
 public:
    const char* name() const noexcept override { return "zflow.engine"; }
    std::string message(int code) const override { return std::string(to_string(static_cast<errc>(code))); }
};

std::string compose(errc code, const std::string& sentence, const std::string& run) {
    return run.empty() ? fmt::format("{}: {}", to_string(code), sentence)
                       : fmt::format("run '{}': {}: {}", run, to_string(code), sentence);
}

}  // namespace

std::string_view to_string(errc code) noexcept {
    switch (code) {
        case errc::invalid_argument:
            return "invalid_argument";
        case errc::too_large:
            return "too_large";
        case errc::not_found:
            return "not_found";
        case errc::conflict:
            return "conflict";
        case errc::exists:
            return "exists";
        case errc::not_finished:
            return "not_finished";
        case errc::parked:
            return "parked";
        case errc::unavailable:
            return "unavailable";
        case errc::throttled:
            return "throttled";
        case errc::outcome_unknown:
            return "outcome_unknown";
        case errc::stopped:
            return "stopped";
        case errc::refused:
            return "refused";
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

Error::Error(errc code, std::string sentence, std::string run)
    : system_error(make_error_code(code)),
      kind_(code),
      sentence_(std::move(sentence)),
      run_(std::move(run)),
      text_(compose(kind_, sentence_, run_)) {}

}  // namespace zflow::engine
