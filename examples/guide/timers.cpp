#include "shop.hpp"

using namespace zflow;
using namespace std::chrono_literals;
using namespace shop;

// [sleep]
Flow<Unit> reminders(Remote<Order> order, Remote<Instant> due) {
    co_await wait_until(due - Remote<Duration>(std::chrono::days(7)));
    co_await mail("a week left for " + order.id);
    co_await sleep(6 * 24h);
    auto time = co_await now();
    co_await when(time < due, mail("a day left for " + order.id));
}
// [sleep end]

// [timeout]
Flow<std::string> impatient(Remote<Order> order) {
    auto parcel = co_await ship(order).timeout(48h);  // an optional: nothing if it took too long
    co_return parcel.value_or("still waiting");
}
// [timeout end]

std::vector<AnyDefinition> guide::timers() {
    return {flow("reminders", reminders), flow("impatient", impatient)};
}
