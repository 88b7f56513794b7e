#pragma once

#include <zflow/dsl/choice.hpp>

namespace zflow {
inline namespace dsl {

class Transaction;
template <class F>
auto transaction(F&& body, detail::Place place = detail::Place::current());

/// What `transaction` hands to its body.
class Transaction {
 public:
    /// Unless the condition holds: undo, wait until a variable that was read here has changed, and run the
    /// transaction again.
    Flow<Unit, Never> retry_until(const Remote<bool>& condition,
                                  detail::Place place = detail::Place::current()) const {
        return Flow<Unit, Never>(detail::tree::retry_until(detail::tree_of(condition), {place}));
    }
    Transaction() ZFLOW_DELETED(
        "retry_until is for the inside of a transaction: zflow::transaction([&](zflow::Transaction tx) -> "
        "zflow::Flow<T> { ... })");

 private:
    explicit Transaction(int) {}
    template <class F>
    friend auto transaction(F&& body, detail::Place place);
};

/// All or nothing: what the body does to variables is seen at once, and its activities are compensated, the
/// newest first, if it fails or must run again.
///
/// Parameters: a Flow, or a function that builds one, of nothing or of a Transaction.
template <class F>
auto transaction(F&& body, detail::Place place) {
    const auto inside = [&] {
        if constexpr (std::invocable<F, Transaction>) {
            const detail::Depth guard;
            return detail::as_flow(body(Transaction(0)));
        } else {
            return detail::built(body);
        }
    }();
    return std::remove_cvref_t<decltype(inside)>(detail::tree::transaction(detail::tree_of(inside), {place}));
}

}  // namespace dsl
}  // namespace zflow
