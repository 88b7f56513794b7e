#include <zflow/store/decorators/faults.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <utility>

namespace zflow::store {

class Faults::Injector final : public Interceptor {
 public:
    explicit Injector(FaultPlan plan) : plan_(std::move(plan)) {}

    asio::awaitable<void> before(Call call) override {
        ++calls_;
        const auto fault = fault_of(call);
        if (fault != Fault::none) {
            ++injected_;
        }
        if (fault == Fault::error_before) {
            throw Error(errc::unavailable, where(call), "injected before the call was made");
        }
        if (fault == Fault::delay || fault == Fault::hang) {
            asio::steady_timer timer(co_await asio::this_coro::executor);
            if (fault == Fault::hang) {
                timer.expires_at(asio::steady_timer::time_point::max());
            } else {
                timer.expires_after(plan_.delay);
            }
            boost::system::error_code ignored;
            co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            if (fault == Fault::hang) {
                throw Error(errc::cancelled, where(call),
                            "injected: the call did not answer until it was cancelled");
            }
        }
    }

    asio::awaitable<void> after_success(Call call) override {
        if (fault_of(call) == Fault::error_after) {
            throw Error(is_write(call.operation) ? errc::outcome_unknown : errc::unavailable, where(call),
                        "injected after the call was made");
        }
        co_return;
    }

    void after_failure(Call, const Error&) override {}

    std::uint64_t calls() const noexcept { return calls_; }
    std::uint64_t injected() const noexcept { return injected_; }
    void stop() noexcept { stopped_ = true; }

 private:
    static Where where(const Call& call) {
        return {"faults", std::string(to_string(call.operation)), "call " + std::to_string(call.number)};
    }

    Fault fault_of(const Call& call) const {
        if (stopped_) {
            return Fault::none;
        }
        if (const auto chosen = plan_.by_number.find(call.number); chosen != plan_.by_number.end()) {
            return chosen->second;
        }
        // The n-th call meets the same fault whatever the other calls do: its chance follows from seed and n
        // alone.
        base::SeededEntropy entropy(plan_.seed ^ (call.number * 0x9E3779B97F4A7C15U));
        double chance = static_cast<double>(entropy.number() >> 11) * 0x1.0p-53;
        for (const auto& [probability, fault] : {std::pair{plan_.error_before, Fault::error_before},
                                                 std::pair{plan_.error_after, Fault::error_after},
                                                 std::pair{plan_.delay_probability, Fault::delay}}) {
            if (chance < probability) {
                return fault;
            }
            chance -= probability;
        }
        return Fault::none;
    }

    FaultPlan plan_;
    std::atomic<std::uint64_t> calls_{0};
    std::atomic<std::uint64_t> injected_{0};
    std::atomic<bool> stopped_{false};
};

Faults::Faults(FaultPlan plan) : injector_(std::make_shared<Injector>(std::move(plan))) {}
Faults::~Faults() = default;

std::uint64_t Faults::calls() const noexcept {
    return injector_->calls();
}
std::uint64_t Faults::injected() const noexcept {
    return injector_->injected();
}
void Faults::stop() noexcept {
    injector_->stop();
}
Stores Faults::around(Stores stores) {
    return intercept(std::move(stores), injector_);
}

}  // namespace zflow::store
