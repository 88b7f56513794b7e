#include "context.hpp"

#include <boost/asio/executor_work_guard.hpp>

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace zflow::conformance {
namespace {

/// Pages that a listing may have before the suite gives up on it.
constexpr int max_pages = 100'000;

/// Keep what a store that hangs may still touch. It is never destroyed: a late answer must find it.
template <class T>
void keep_for_ever(T thing) {
    static std::mutex mutex;
    static auto* const kept = new std::vector<T>();
    const std::scoped_lock lock(mutex);
    kept->push_back(std::move(thing));
}

}  // namespace

Context::Context(const Subject& subject, const Options& options, std::uint64_t seed)
    : subject_(subject),
      options_(options),
      seed_(seed),
      entropy_(seed),
      name_("zflow-conformance-" + base::system_entropy().identifier().substr(0, 16)),
      deadline_(base::system_clock().steady_now() + options.case_timeout),
      context_(std::make_unique<asio::io_context>()) {
    open();
}

Context::~Context() {
    try {
        clean_up();
        close();
    } catch (...) {  // The case's own verdict is what counts.
    }
    if (hangs_) {
        keep_for_ever(std::move(stores_));
        keep_for_ever(std::move(context_));
    }
}

void Context::close() {
    if (!hangs_) {
        stores_ = {};
    }
}

void Context::open() {
    stores_ = await(store::open(subject_.uri, subject_.open_options));
    require(stores_.key_value != nullptr && stores_.indexed != nullptr,
            "opening gave no key-value or no indexed store");
    capabilities_ = stores_.key_value->capabilities();
}

store::Namespace Context::ns(const std::string& tail) {
    namespaces_.push_back({fmt::format("{}-{}{}", name_, ++names_, tail)});
    return namespaces_.back();
}

store::Topic Context::topic(const std::string& tail) {
    topics_.push_back({fmt::format("{}-{}{}", name_, ++names_, tail)});
    return topics_.back();
}

void Context::run_until_done(const bool& done) {
    context_->restart();
    while (!done) {
        const auto now = base::system_clock().steady_now();
        if (now >= deadline_ || (context_->run_one_until(deadline_) == 0 && !done)) {
            hangs_ = true;
            out_of_time();
        }
    }
}

void Context::out_of_time() {
    throw Failure(
        fmt::format("the store did not answer within the case's {} s", options_.case_timeout.count()));
}

namespace {

/// Clients that run at once, shared with completion handlers that may come after the waiting has ended.
struct Together {
    asio::io_context context;
    std::mutex mutex;
    std::condition_variable ended;
    std::size_t running = 0;
    std::exception_ptr error;
};

}  // namespace

void Context::run_together(std::vector<std::function<asio::awaitable<void>()>> clients, unsigned threads) {
    auto together = std::make_shared<Together>();
    together->running = clients.size();
    for (const auto& client : clients) {
        asio::co_spawn(together->context, client(), [together](std::exception_ptr error) {
            const std::scoped_lock lock(together->mutex);
            if (error && !together->error) {
                together->error = std::move(error);
            }
            --together->running;
            together->ended.notify_all();
        });
    }
    auto guard = asio::make_work_guard(together->context);
    std::vector<std::thread> runners;
    for (unsigned i = 0; i < threads; ++i) {
        runners.emplace_back([together] { together->context.run(); });
    }
    std::unique_lock lock(together->mutex);
    const bool all = together->ended.wait_until(lock, deadline_, [&] { return together->running == 0; });
    lock.unlock();
    if (all) {
        guard.reset();
        for (auto& runner : runners) {
            runner.join();
        }
    } else {
        hangs_ = true;
        for (auto& runner : runners) {
            runner.detach();
        }
        keep_for_ever(std::move(clients));
        keep_for_ever(together);
        out_of_time();
    }
    if (together->error) {
        std::rethrow_exception(together->error);
    }
}

std::vector<store::Timestamp> Context::timestamps(const store::Namespace& ns, const store::Key& key,
                                                  std::size_t limit) {
    std::vector<store::Timestamp> all;
    store::Bytes token;
    for (int pages = 0; pages < max_pages; ++pages) {
        const auto page = await(kv().get_all_timestamps(ns, key, {limit, token}));
        require(page.items.size() <= limit, "a page of timestamps holds more than its limit");
        all.insert(all.end(), page.items.begin(), page.items.end());
        if (!page.next) {
            return all;
        }
        token = *page.next;
    }
    throw Failure("the listing of timestamps does not end");
}

std::vector<store::KeyVersion> Context::scan_all(const store::Namespace& ns, std::size_t limit) {
    std::vector<store::KeyVersion> all;
    store::Bytes token;
    for (int pages = 0; pages < max_pages; ++pages) {
        auto page = await(kv().scan_all(ns, {limit, token}));
        require(page.items.size() <= limit, "a page of scan_all holds more than its limit");
        std::move(page.items.begin(), page.items.end(), std::back_inserter(all));
        if (!page.next) {
            return all;
        }
        token = *page.next;
    }
    throw Failure("scan_all does not end");
}

std::vector<store::Key> Context::scan_all_keys(const store::Namespace& ns, std::size_t limit) {
    std::vector<store::Key> all;
    store::Bytes token;
    for (int pages = 0; pages < max_pages; ++pages) {
        auto page = await(kv().scan_all_keys(ns, {limit, token}));
        require(page.items.size() <= limit, "a page of scan_all_keys holds more than its limit");
        std::move(page.items.begin(), page.items.end(), std::back_inserter(all));
        if (!page.next) {
            return all;
        }
        token = *page.next;
    }
    throw Failure("scan_all_keys does not end");
}

std::vector<store::Entry> Context::scan(const store::Topic& topic, store::Index from, store::Index to,
                                        std::size_t limit) {
    std::vector<store::Entry> all;
    for (int pages = 0; pages < max_pages; ++pages) {
        auto entries = await(idx().scan(topic, from, to, limit));
        if (entries.empty()) {
            return all;
        }
        require(entries.size() <= limit, "a scan returns more than its limit");
        require(entries.front().index >= from && entries.back().index <= to,
                "a scan returns indices outside its range");
        from = entries.back().index + 1;
        std::move(entries.begin(), entries.end(), std::back_inserter(all));
        if (from > to) {
            return all;
        }
    }
    throw Failure("scanning a topic does not end");
}

void Context::clean_up() {
    if (hangs_ || !stores_.key_value) {
        return;
    }
    for (const auto& topic : topics_) {
        await(idx().remove(topic));
    }
    for (const auto& ns : namespaces_) {
        for (const auto& key : scan_all_keys(ns)) {
            await(kv().remove(ns, key));
        }
    }
}

}  // namespace zflow::conformance
