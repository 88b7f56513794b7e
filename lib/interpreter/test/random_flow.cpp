#include "random_flow.hpp"

namespace zflow::interpreter::test {
namespace {

constexpr int deepest = 6;

}  // namespace

NodeRef RandomFlow::make() {
    auto body = flow({});
    while (!choices_.is_empty()) {
        body = all({body, flow({})});
    }
    return all({new_var("x0", 0), new_var("x1", 0), new_var("x2", 0), body});
}

NodeRef RandomFlow::flow(Around around) {
    if (++around.depth > deepest || choices_.is_empty()) {
        return simple(around);
    }
    switch (choices_.below(14)) {
        case 0:
            return simple(around);
        case 1:
        case 2: {
            auto first = flow(around);
            return all({first, flow(around)});
        }
        case 3: {
            auto tried = flow(around);
            return caught(tried, flow(around));
        }
        case 4: {
            const auto name = fresh("g");
            auto body = flow(around);
            around.waits = false;
            return guarded(name, body, choices_.below(2) == 0 ? nullptr : flow(around));
        }
        case 5:
        case 6:
            return transaction_of(around);
        case 7: {
            auto inside = around;
            inside.in_or_try = true;
            auto left = flow(inside);
            return or_try(left, flow(around));
        }
        case 8: {
            const auto after = choices_.below(12);
            return timeout(flow(around), after);
        }
        case 9:
        case 10:
            return forked(around);
        case 11: {
            const auto most = static_cast<std::int32_t>(choices_.below(3));
            auto body = flow(around);
            return iterate(
                num(0), [&](const NodeRef& n) { return all({body, give(add(n, num(1)))}); },
                [&](const NodeRef& n) { return at_most(n, num(most)); });
        }
        case 12: {
            auto value = num(static_cast<std::int32_t>(choices_.below(5)));
            return provide(value, flow(around));
        }
        default: {
            auto computed = then(read(variable_name()), [&](const NodeRef& is) {
                auto low = flow(around);
                return if_(at_most(is, num(1)), low, flow(around));
            });
            return computed;
        }
    }
}

NodeRef RandomFlow::simple(const Around& around) {
    switch (choices_.below(13)) {
        case 0:
            return give(0);
        case 1:
            return activity("ok plain", num(1));
        case 2:
            return around.in_transaction ? undoable("do " + fresh("a")) : activity("flaky", num(2));
        case 3: {
            const auto name = variable_name();
            return around.writes ? increase(name) : read(name);
        }
        case 4:
            return sleep_until(choices_.below(40));
        case 5:
            return read(variable_name());
        case 6:
            return failing("e");
        case 7:
            return activity("bad", num(3));
        case 8: {
            if (!around.waits || (!around.in_transaction && !around.in_or_try)) {
                return input();
            }
            const auto name = variable_name();
            return await_value(name, static_cast<std::int32_t>(choices_.below(3)));
        }
        case 9:
            return new_var(variable_name(), 1);
        case 10:
            return around.in_transaction ? undoable("do " + fresh("a")) : random();
        case 11: {
            const auto number = choices_.below(8);
            const auto name = variable_name();
            return number == 7     ? die()
                   : around.writes ? set(name, static_cast<std::int32_t>(number))
                                   : read(name);
        }
        default:
            return handles_.empty()
                       ? now()
                       : await(handles_[choices_.below(static_cast<std::uint32_t>(handles_.size()))]);
    }
}

NodeRef RandomFlow::transaction_of(Around around) {
    const auto is_outermost = !around.in_transaction;
    around.in_transaction = true;
    auto body = flow(around);
    body = all({body, flow(around)});
    return is_outermost ? outermost(body) : transaction(body);
}

NodeRef RandomFlow::forked(Around around) {
    auto child = around;
    child.writes = around.writes && !around.in_transaction;
    child.in_transaction = false;
    child.in_or_try = false;
    auto body = flow(child);
    return then(fork(body), [&](const NodeRef& handle) {
        handles_.push_back(handle);
        auto rest = flow(around);
        switch (choices_.below(4)) {
            case 0:
                break;
            case 1:
                rest = around.waits ? all({rest, await(handle)}) : rest;
                break;
            default:
                rest = all({rest, caught(interrupt(handle), give(1))});
                break;
        }
        handles_.pop_back();
        return rest;
    });
}

}  // namespace zflow::interpreter::test
