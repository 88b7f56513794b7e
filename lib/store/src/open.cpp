#include <zflow/store/open.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace zflow::store {
namespace {

/// The kinds of store of this process.
class Registry {
 public:
    static Registry& instance() {
        static Registry registry;
        return registry;
    }

    void add(Kind kind) {
        const std::scoped_lock lock(mutex_);
        const auto scheme = kind.scheme;
        if (!kinds_.emplace(scheme, std::move(kind)).second) {
            throw Error(errc::invalid_argument, {"store", "register_kind"},
                        fmt::format("the kind '{}' is registered already", scheme));
        }
    }

    std::optional<Kind> find(const std::string& scheme) const {
        const std::scoped_lock lock(mutex_);
        const auto found = kinds_.find(scheme);
        return found == kinds_.end() ? std::nullopt : std::optional(found->second);
    }

    std::vector<Kind> all() const {
        const std::scoped_lock lock(mutex_);
        std::vector<Kind> all;
        for (const auto& [scheme, kind] : kinds_) {
            all.push_back(kind);
        }
        return all;
    }

 private:
    mutable std::mutex mutex_;
    std::map<std::string, Kind> kinds_;
};

Kind kind_of(const Uri& uri) {
    if (auto kind = Registry::instance().find(uri.scheme())) {
        return *std::move(kind);
    }
    std::vector<std::string> usages;
    for (const auto& kind : kinds()) {
        usages.push_back(kind.usage);
    }
    throw Error(
        errc::invalid_argument, {"store", "open", fmt::format("'{}'", uri.text())},
        fmt::format("there is no kind of store '{}' in this program; there are: {}", uri.scheme(),
                    usages.empty() ? "none (link a backend)" : fmt::format("{}", fmt::join(usages, ", "))));
}

}  // namespace

void register_kind(Kind kind) {
    if (kind.scheme != Uri::parse(kind.scheme + ":").scheme() || !kind.open) {
        throw Error(
            errc::invalid_argument, {"store", "register_kind"},
            fmt::format("the kind '{}' needs a scheme [a-z][a-z0-9+.-]* and an open function", kind.scheme));
    }
    Registry::instance().add(std::move(kind));
}

std::vector<Kind> kinds() {
    return Registry::instance().all();
}

asio::awaitable<Stores> open(std::string uri, OpenOptions options) {
    if (options.deadline <= std::chrono::milliseconds::zero()) {
        throw Error(errc::invalid_argument, {"store", "open", fmt::format("'{}'", uri)},
                    "the deadline of calls must be more than zero");
    }
    auto parsed = Uri::parse(uri);
    const auto kind = kind_of(parsed);
    co_return co_await kind.open(std::move(parsed), options);
}

asio::awaitable<Stores> open_apart(std::string key_value_uri, std::string indexed_uri, OpenOptions options) {
    if (key_value_uri == indexed_uri) {
        co_return co_await open(std::move(key_value_uri), options);
    }
    auto key_value = co_await open(std::move(key_value_uri), options);
    auto indexed = co_await open(std::move(indexed_uri), options);
    co_return Stores{std::move(key_value.key_value), std::move(indexed.indexed)};
}

}  // namespace zflow::store
