#pragma once

#include "show.hpp"

#include <zflow/base/entropy.hpp>
#include <zflow/conformance/suite.hpp>
#include <zflow/store/error.hpp>
#include <zflow/store/open.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace zflow::conformance {

namespace asio = boost::asio;

/// A store broke a promise; the message says which, what was expected and what was found.
class Failure : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// The case cannot be run on this store; the message says why.
class Skipped : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// Works although it was declared missing.
class Warned : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// What a case works with: the opened stores with calls that wait, fresh names, seeded randomness, and
/// checks.
///
/// Everything that a case writes is in namespaces and topics from `ns` and `topic`, which are removed at its
/// end.
class Context {
 public:
    Context(const Subject& subject, const Options& options, std::uint64_t seed);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    [[nodiscard]] const Subject& subject() const noexcept { return subject_; }
    [[nodiscard]] const Options& options() const noexcept { return options_; }
    [[nodiscard]] unsigned effort() const noexcept { return options_.effort; }
    [[nodiscard]] const store::Capabilities& capabilities() const noexcept { return capabilities_; }

    [[nodiscard]] store::KeyValueStore& kv() { return *stores_.key_value; }
    [[nodiscard]] store::IndexedStore& idx() { return *stores_.indexed; }
    [[nodiscard]] store::Stores& stores() { return stores_; }

    /// Close the stores, so that another process may open them, and open them again.
    void close();
    void open();

    /// A name that nobody has used; it is removed at the end of the case. `tail` is added to it.
    [[nodiscard]] store::Namespace ns(const std::string& tail = "");
    [[nodiscard]] store::Topic topic(const std::string& tail = "");

    /// Remove this topic, too, at the end of the case.
    void forget_at_the_end(store::Topic topic) { topics_.push_back(std::move(topic)); }

    /// A number from 0 to below `bound`.
    [[nodiscard]] std::uint64_t random(std::uint64_t bound) { return entropy_.number() % bound; }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

    /// Wait for a call. Errors: what it throws; Failure when the case has run out of time.
    template <class T>
    T await(asio::awaitable<T> call);

    /// Run clients at once on several threads and wait for all; the first error of any is thrown.
    void run_together(std::vector<std::function<asio::awaitable<void>()>> clients, unsigned threads = 2);

    // --- checks
    // -------------------------------------------------------------------------------------------------------

    /// Fail with the sentence unless the condition holds.
    static void require(bool condition, const std::string& sentence) {
        if (!condition) {
            throw Failure(sentence);
        }
    }

    template <class T>
    static void require_equal(const T& found, const T& expected, const std::string& what) {
        if (!(found == expected)) {
            throw Failure(what + ": expected " + show(expected) + ", found " + show(found));
        }
    }

    /// The token of a page that is not the last one.
    template <class Item>
    static store::Bytes require_token(const store::Page<Item>& page, const std::string& what) {
        if (!page.next) {
            throw Failure(what + " has no token, although it is not the last page");
        }
        return *page.next;
    }

    /// The call must end with an error of this kind.
    template <class T>
    void require_error(store::errc kind, asio::awaitable<T> call, const std::string& what);

    // --- whole listings, page by page
    // ---------------------------------------------------------------------------------

    [[nodiscard]] std::vector<store::Timestamp> timestamps(const store::Namespace& ns, const store::Key& key,
                                                           std::size_t limit = 1'000);
    [[nodiscard]] std::vector<store::KeyVersion> scan_all(const store::Namespace& ns,
                                                          std::size_t limit = 1'000);
    [[nodiscard]] std::vector<store::Key> scan_all_keys(const store::Namespace& ns,
                                                        std::size_t limit = 1'000);
    [[nodiscard]] std::vector<store::Entry> scan(const store::Topic& topic, store::Index from = 1,
                                                 store::Index to = store::max_index,
                                                 std::size_t limit = 1'000);

 private:
    using Deadline = std::chrono::steady_clock::time_point;

    void run_until_done(const bool& done);
    [[noreturn]] void out_of_time();
    void clean_up();

    Subject subject_;
    Options options_;
    std::uint64_t seed_;
    base::SeededEntropy entropy_;
    std::string name_;
    unsigned names_ = 0;
    std::vector<store::Namespace> namespaces_;
    std::vector<store::Topic> topics_;
    Deadline deadline_;

    std::unique_ptr<asio::io_context> context_;
    store::Stores stores_;
    store::Capabilities capabilities_;
    bool hangs_ = false;
};

template <class T>
T Context::await(asio::awaitable<T> call) {
    if (hangs_) {
        out_of_time();
    }
    bool done = false;
    std::exception_ptr error;
    if constexpr (std::is_void_v<T>) {
        asio::co_spawn(*context_, std::move(call), [&](std::exception_ptr e) {
            error = std::move(e);
            done = true;
        });
        run_until_done(done);
        if (error) {
            std::rethrow_exception(error);
        }
    } else {
        std::optional<T> result;
        asio::co_spawn(*context_, std::move(call), [&](std::exception_ptr e, T value) {
            error = std::move(e);
            result = std::move(value);
            done = true;
        });
        run_until_done(done);
        if (error) {
            std::rethrow_exception(error);
        }
        return *std::move(result);
    }
}

template <class T>
void Context::require_error(store::errc kind, asio::awaitable<T> call, const std::string& what) {
    try {
        (void)await(std::move(call));
    } catch (const store::Error& error) {
        if (error.kind() != kind) {
            throw Failure(what + ": expected the error " + std::string(to_string(kind)) + ", found " +
                          error.what());
        }
        return;
    }
    throw Failure(what + ": expected the error " + std::string(to_string(kind)) + ", but the call succeeded");
}

}  // namespace zflow::conformance
