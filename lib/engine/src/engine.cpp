#include "crossing.hpp"
#include "keys.hpp"
#include "meta.hpp"
#include "partition.hpp"

#include <zflow/engine/engine.hpp>
#include <zflow/model/text.hpp>
#include <zflow/store/decorators/metrics.hpp>
#include <zflow/store/uri.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

namespace zflow::engine {

namespace {

constexpr std::size_t longest_id = 256;
constexpr std::size_t most_tags = 32;
constexpr std::size_t longest_tag = 256;
constexpr std::uint32_t most_partitions = 4'096;
constexpr std::chrono::milliseconds first_pause_before_reopening{100};
constexpr std::chrono::milliseconds longest_pause_before_reopening{5'000};

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "?";
}

bool is_plain_text(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; }) &&
           model::is_utf8(text);
}

void check_id(const std::string& id) {
    if (id.empty() || id.size() > longest_id || !is_plain_text(id)) {
        throw Error(
            errc::invalid_argument,
            fmt::format("a run's id has 1 to {} bytes of UTF-8 without control characters", longest_id));
    }
}

void check_tags(const Tags& tags) {
    const auto wrong = [](const std::string& text) {
        return text.size() > longest_tag || !is_plain_text(text);
    };
    for (const auto& [name, value] : tags) {
        if (name.empty() || wrong(name) || wrong(value)) {
            throw Error(errc::invalid_argument,
                        fmt::format("names and values of tags have at most {} bytes of UTF-8 "
                                    "without control characters, names at least one",
                                    longest_tag));
        }
    }
    if (tags.size() > most_tags) {
        throw Error(errc::invalid_argument, fmt::format("a run has at most {} tags", most_tags));
    }
}

void check_options(const Options& options) {
    const auto refuse = [](bool wrong, const char* sentence) {
        if (wrong) {
            throw Error(errc::invalid_argument, sentence);
        }
    };
    refuse(options.partitions == 0 || options.partitions > most_partitions, "partitions is 1 to 4,096");
    refuse(options.retention.count() < 0, "retention is not negative");
    refuse(options.call_deadline.count() <= 0 || options.lease.count() <= 0,
           "call_deadline and lease are more than 0");
    refuse(options.checkpoint_age.count() <= 0 || options.checkpoint_bytes == 0 || options.loaded_runs == 0 ||
               options.queued_calls == 0,
           "checkpoint_age, checkpoint_bytes, loaded_runs and queued_calls are more than 0");
    refuse(options.limits.turn < 1'000, "limits.turn is at least 1,000");
}

/// The run's id belongs to every error of a call about it.
///
/// Parameters: `keep` is there until the call is over, also when the engine goes before it.
template <class T>
asio::awaitable<T> named([[maybe_unused]] std::shared_ptr<const void> keep, asio::awaitable<T> call,
                         std::string id) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(call);
            co_return;
        } else {
            co_return co_await std::move(call);
        }
    } catch (const Error& error) {
        throw Error(error.kind(), error.sentence(), std::move(id));
    }
}

}  // namespace

void Context::warn(const std::string& sentence) const {
    if (options.on_warning) {
        options.on_warning(sentence);
    } else {
        fmt::print(stderr, "zflow: {}\n", sentence);
    }
}

/// The partitions and the stores that they work on.
class Engine::Impl : public std::enable_shared_from_this<Engine::Impl> {
 public:
    Impl(OpenStores open_stores, std::shared_ptr<Context> context)
        : open_stores_(std::move(open_stores)),
          context_(std::move(context)),
          strand_(asio::make_strand(context_->executor)),
          changed_(strand_) {}

    asio::awaitable<void> open();
    asio::awaitable<void> stop(std::chrono::milliseconds grace);
    void abandon();

    [[nodiscard]] std::shared_ptr<Partition> partition_of(const std::string& id) {
        return partitions_[engine::partition_of(id, context_->meta.partitions)];
    }
    [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return strand_; }
    [[nodiscard]] Context& context() noexcept { return *context_; }
    [[nodiscard]] const std::vector<std::shared_ptr<Partition>>& partitions() const noexcept {
        return partitions_;
    }
    [[nodiscard]] std::string store_metrics() const { return store_metrics_->text(); }
    [[nodiscard]] Ownership ownership();

 private:
    asio::awaitable<void> open_stores();
    asio::awaitable<void> serve();
    asio::awaitable<void> reopen();
    void halt();

    OpenStores open_stores_;
    std::shared_ptr<Context> context_;
    asio::any_io_executor strand_;
    Condition changed_;  ///< a partition came back, or everything has stopped
    std::shared_ptr<store::MetricsRegistry> store_metrics_ = std::make_shared<store::MetricsRegistry>();
    std::shared_ptr<store::KeyValueStore> key_value_;
    std::shared_ptr<store::IndexedStore> indexed_;
    std::vector<std::shared_ptr<Partition>> partitions_;
    std::size_t serving_ = 0;
    bool stopping_ = false;
    bool stopped_ = false;
};

asio::awaitable<void> Engine::Impl::open_stores() {
    auto stores = co_await open_stores_();
    check_capabilities(*stores.key_value, *stores.indexed);
    stores =
        store::with_metrics(std::move(stores), "store", store_metrics_, "zflow", *context_->options.clock);
    key_value_ = std::move(stores.key_value);
    indexed_ = std::move(stores.indexed);
}

asio::awaitable<void> Engine::Impl::open() {
    co_await open_stores();
    context_->shared = indexed_->capabilities().shared;
    context_->meta = co_await read_or_write_meta(key_value_, indexed_, context_->options);
    for (std::uint32_t number = 0; number < context_->meta.partitions; ++number) {
        partitions_.push_back(std::make_shared<Partition>(context_, number));
    }
    asio::co_spawn(strand_, serve(), [self = shared_from_this()](const std::exception_ptr& error) {
        if (error) {
            std::rethrow_exception(error);
        }
    });
    for (const auto& partition : partitions_) {
        co_await cross(partition->executor(), partition->settled());
    }
    for (const auto& partition : partitions_) {
        if (partition->is_unrecoverable()) {
            throw Error(errc::refused, partition->broken());
        }
    }
}

/// Let all partitions serve; when the stores have failed for good, open them again.
asio::awaitable<void> Engine::Impl::serve() {
    for (;;) {
        bool broken = false;
        serving_ = partitions_.size();
        for (const auto& partition : partitions_) {
            asio::co_spawn(partition->executor(), partition->serve(key_value_, indexed_),
                           [self = shared_from_this(), partition, &broken](const std::exception_ptr& error,
                                                                           Partition::End end) {
                               if (error) {
                                   std::rethrow_exception(error);
                               }
                               asio::post(self->strand_, [self, partition, end, &broken] {
                                   --self->serving_;
                                   if (end == Partition::End::broken && !std::exchange(broken, true)) {
                                       self->context_->warn(partition->broken());
                                       self->halt();
                                   }
                                   self->changed_.notify_all();
                               });
                           });
        }
        while (serving_ != 0) {
            co_await changed_.wait();
        }
        if (!broken || stopping_ || context_->abandoned) {
            break;
        }
        if (std::ranges::any_of(partitions_, [](const auto& each) { return each->is_unrecoverable(); })) {
            break;
        }
        co_await reopen();
    }
    for (const auto& partition : partitions_) {
        asio::post(partition->executor(), [partition] { partition->close(); });
    }
    key_value_.reset();
    indexed_.reset();
    stopped_ = true;
    changed_.notify_all();
}

/// The stores take no more: the other partitions stop as well, so that all handles are closed.
void Engine::Impl::halt() {
    for (const auto& partition : partitions_) {
        asio::post(partition->executor(), [partition] { partition->halt(); });
    }
}

asio::awaitable<void> Engine::Impl::reopen() {
    key_value_.reset();
    indexed_.reset();
    for (auto pause = first_pause_before_reopening; !stopping_ && !context_->abandoned;
         pause = std::min(pause * 2, longest_pause_before_reopening)) {
        co_await context_->options.alarm->wait_until(context_->options.clock->steady_now() + pause);
        std::string wrong;
        try {
            co_await open_stores();
            co_return;
        } catch (const std::exception& error) {
            wrong = error.what();
        }
        context_->warn(fmt::format("the store cannot be opened again yet: {}", wrong));
    }
}

asio::awaitable<void> Engine::Impl::stop(std::chrono::milliseconds grace) {
    stopping_ = true;
    for (const auto& partition : partitions_) {
        asio::co_spawn(partition->executor(), partition->stop(grace),
                       [partition](const std::exception_ptr&) {});
    }
    while (!stopped_) {
        co_await changed_.wait();
    }
}

void Engine::Impl::abandon() {
    context_->abandoned = true;
    for (const auto& partition : partitions_) {
        asio::post(partition->executor(), [partition] { partition->abandon(); });
    }
}

Engine::Ownership Engine::Impl::ownership() {
    Ownership out{.partitions = context_->meta.partitions};
    for (const auto& partition : partitions_) {
        const auto [serves, other] = partition->owner();
        out.owned += serves ? 1 : 0;
        if (!serves && out.other.empty()) {
            out.other = other;
        }
    }
    return out;
}

// --- the public face
// -------------------------------------------------------------------------------------------

Engine::Engine(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Engine::~Engine() {
    impl_->abandon();
}

asio::awaitable<std::unique_ptr<Engine>> Engine::open(std::string uri, Options options) {
    store::OpenOptions store_options{.clock = options.clock, .entropy = options.entropy};
    OpenStores open_stores = [uri = std::move(uri), store_options] {
        return store::open(uri, store_options);
    };
    co_return co_await open(std::move(open_stores), std::move(options));
}

asio::awaitable<std::unique_ptr<Engine>> Engine::open(OpenStores open_stores, Options options) {
    check_options(options);
    auto context = std::make_shared<Context>();
    context->owner = fmt::format("{} on {}, process {}", options.owner_name, host_name(), ::getpid());
    context->options = std::move(options);
    context->executor = co_await asio::this_coro::executor;
    const auto impl = std::make_shared<Impl>(std::move(open_stores), std::move(context));
    std::unique_ptr<Engine> engine(new Engine(impl));
    co_await impl->open();
    co_return engine;
}

void Engine::operation(std::string name, Operation function, OperationOptions options) {
    impl_->context().operations.add(std::move(name), std::move(function), options);
}

asio::awaitable<StartResult> Engine::start(std::shared_ptr<const interpreter::Program> program,
                                           model::Value input, StartOptions options) {
    if (program == nullptr) {
        throw Error(errc::invalid_argument, "a run needs a program");
    }
    const auto fresh = options.id.empty();
    if (fresh) {
        options.id = impl_->context().options.entropy->identifier();
    }
    check_id(options.id);
    check_tags(options.tags);
    const auto partition = impl_->partition_of(options.id);
    const auto id = options.id;
    co_return co_await cross(
        partition->executor(),
        named(partition, partition->start(std::move(program), std::move(input), std::move(options), fresh),
              id));
}

asio::awaitable<model::Outcome> Engine::result(std::string id) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_return co_await cross(partition->executor(), named(partition, partition->result(id), id));
}

asio::awaitable<std::optional<model::Outcome>> Engine::poll(std::string id) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_return co_await cross(partition->executor(), named(partition, partition->poll(id), id));
}

asio::awaitable<RunView> Engine::show(std::string id) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_return co_await cross(partition->executor(), named(partition, partition->show(id), id));
}

asio::awaitable<model::Value> Engine::get_variable(std::string id, std::string name) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_return co_await cross(partition->executor(),
                             named(partition, partition->get_variable(id, std::move(name)), id));
}

asio::awaitable<void> Engine::set_variable(std::string id, std::string name, model::Value value) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_await cross(partition->executor(),
                   named(partition, partition->set_variable(id, std::move(name), std::move(value)), id));
}

asio::awaitable<void> Engine::pause(std::string id) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_await cross(partition->executor(), named(partition, partition->command(id, interpreter::Pause{}), id));
}

asio::awaitable<void> Engine::resume(std::string id) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_await cross(partition->executor(),
                   named(partition, partition->command(id, interpreter::Resume{}), id));
}

asio::awaitable<void> Engine::abort(std::string id) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_await cross(partition->executor(), named(partition, partition->command(id, interpreter::Abort{}), id));
}

asio::awaitable<void> Engine::remove(std::string id) {
    check_id(id);
    const auto partition = impl_->partition_of(id);
    co_await cross(partition->executor(), named(partition, partition->remove(id), id));
}

asio::awaitable<RunPage> Engine::list(Filter filter, ListRequest request) {
    const auto impl = impl_;
    constexpr std::size_t longest_page = 10'000;
    if (request.limit == 0 || request.limit > longest_page) {
        throw Error(errc::invalid_argument, "the limit of a page is 1 to 10,000");
    }
    // A token is the partition's number, a colon, and the partition's token.
    std::size_t number = 0;
    if (!request.token.empty()) {
        const auto colon = request.token.find(':');
        const auto digits = request.token.substr(0, colon);
        const auto good = colon != std::string::npos && !digits.empty() && digits.size() < 6 &&
                          std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
        number = good ? std::stoul(digits) : SIZE_MAX;
        if (number >= impl->partitions().size()) {
            throw Error(errc::invalid_argument, "this is not the token of a page of runs");
        }
        request.token = request.token.substr(colon + 1);
        if (!request.token.empty() && request.token.front() != 'm' && request.token.front() != 'r') {
            throw Error(errc::invalid_argument, "this is not the token of a page of runs");
        }
    }
    RunPage page;
    while (page.items.size() < request.limit && number < impl->partitions().size()) {
        const auto partition = impl->partitions()[number];
        auto part = co_await cross(partition->executor(),
                                   named(partition,
                                         partition->list(filter, {.limit = request.limit - page.items.size(),
                                                                  .token = request.token}),
                                         {}));
        std::ranges::move(part.items, std::back_inserter(page.items));
        number += part.next ? 0 : 1;
        request.token = part.next.value_or("");
    }
    if (number < impl->partitions().size()) {
        page.next = fmt::format("{}:{}", number, request.token);
    }
    co_return page;
}

asio::awaitable<void> Engine::checkpoint() {
    const auto impl = impl_;
    for (const auto& partition : impl->partitions()) {
        co_await cross(partition->executor(), named(partition, partition->checkpoint(), {}));
    }
}

asio::awaitable<void> Engine::stop(std::chrono::milliseconds grace) {
    const auto impl = impl_;
    co_await cross(impl->executor(), named(impl, impl->stop(grace), {}));
}

Engine::Ownership Engine::ownership() const {
    return impl_->ownership();
}

std::string Engine::metrics() const {
    return impl_->context().metrics.text() + impl_->store_metrics();
}

}  // namespace zflow::engine
