#include <zflow/dsl/vector.hpp>

#include <array>

namespace zflow {
inline namespace dsl {
namespace detail {
namespace {

/// `a < b` of two ints, as ZIO Flow writes it.
Tree less_int(const Tree& a, const Tree& b) {
    return tree::binary(tree::less_equal(a, b, type_of<std::int32_t>()), tree::not_(tree::equal(a, b)),
                        "Bool.And");
}
Tree plus_one(const Tree& number) {
    return tree::binary(number, tree::int_(1), "Numeric.Add", "NumericInt");
}

}  // namespace

namespace tree {

Tree reversed(Tree list) {
    const auto state = fresh();
    const auto s = symbol(state);
    return fold_list(std::move(list), empty_list(), function(state, cons(access(s, 0, 2), access(s, 1, 2))));
}

Tree concat(std::span<const Tree> texts) {
    auto list = empty_list();
    for (auto i = texts.rbegin(); i != texts.rend(); ++i) {
        list = cons(std::move(list), *i);
    }
    return list_to_text(std::move(list), text(""), text(""), text(""));
}

}  // namespace tree

Tree list_size(const Tree& list) {
    const auto state = fresh();
    return tree::fold_list(list, tree::int_(0),
                           tree::function(state, plus_one(tree::access(tree::symbol(state), 0, 2))));
}

Tree list_front(const Tree& list) {
    const auto cell = fresh();
    return tree::fold_option(tree::uncons(list), tree::none(),
                             tree::function(cell, tree::some(tree::access(tree::symbol(cell), 0, 2))));
}

Tree list_concat(const Tree& front, const Tree& back) {
    // The front, turned round, is put before the back item by item.
    const auto state = fresh();
    const auto s = tree::symbol(state);
    return tree::fold_list(tree::reversed(front), back,
                           tree::function(state, tree::cons(tree::access(s, 0, 2), tree::access(s, 1, 2))));
}

Tree list_drop(const Tree& list, const Tree& count) {
    const auto loop = fresh(), state = fresh(), cell = fresh();
    const auto dropped = tree::access(tree::symbol(state), 0, 2);
    const auto rest = tree::access(tree::symbol(state), 1, 2);
    auto again =
        tree::recurse_with(loop, tree::tuple({plus_one(dropped), tree::access(tree::symbol(cell), 1, 2)}));
    auto more = tree::branch(less_int(dropped, count), std::move(again), tree::tuple({tree::int_(0), rest}));
    auto body = tree::fold_option(tree::uncons(rest), tree::tuple({tree::int_(0), tree::empty_list()}),
                                  tree::function(cell, std::move(more)));
    return tree::access(
        tree::recurse(loop, tree::tuple({tree::int_(0), list}), tree::function(state, std::move(body))), 1,
        2);
}

Tree list_take(const Tree& list, const Tree& count) {
    const auto state = fresh();
    const auto taken = tree::access(tree::symbol(state), 0, 2);
    const auto size = tree::access(taken, 0, 2);
    auto more = tree::tuple(
        {plus_one(size), tree::cons(tree::access(taken, 1, 2), tree::access(tree::symbol(state), 1, 2))});
    auto folded =
        tree::fold_list(list, tree::tuple({tree::int_(0), tree::empty_list()}),
                        tree::function(state, tree::branch(less_int(size, count), std::move(more), taken)));
    return tree::reversed(tree::access(std::move(folded), 1, 2));
}

Tree list_search(const Tree& list, Symbol cell, const Tree& condition, bool stop_at, const Tree& found,
                 const Tree& otherwise) {
    const auto loop = fresh(), state = fresh();
    const auto rest = tree::access(tree::symbol(state), 1, 2);
    auto stop = tree::tuple({found, tree::empty_list()});
    auto go_on = tree::recurse_with(loop, tree::tuple({otherwise, tree::access(tree::symbol(cell), 1, 2)}));
    auto next = stop_at ? tree::branch(condition, std::move(stop), std::move(go_on))
                        : tree::branch(condition, std::move(go_on), std::move(stop));
    auto body = tree::fold_option(tree::uncons(rest), tree::tuple({otherwise, tree::empty_list()}),
                                  tree::function(cell, std::move(next)));
    return tree::access(
        tree::recurse(loop, tree::tuple({otherwise, list}), tree::function(state, std::move(body))), 0, 2);
}

Tree list_zip(const Tree& a, const Tree& b) {
    const auto state = fresh(), cell = fresh();
    const auto so_far = tree::access(tree::symbol(state), 0, 2);
    const auto other = tree::symbol(cell);
    auto pair = tree::tuple({tree::access(tree::symbol(state), 1, 2), tree::access(other, 0, 2)});
    auto next =
        tree::tuple({tree::access(other, 1, 2), tree::cons(tree::access(so_far, 1, 2), std::move(pair))});
    auto step = tree::fold_option(tree::uncons(tree::access(so_far, 0, 2)), so_far,
                                  tree::function(cell, std::move(next)));
    auto folded =
        tree::fold_list(a, tree::tuple({b, tree::empty_list()}), tree::function(state, std::move(step)));
    return tree::reversed(tree::access(std::move(folded), 1, 2));
}

}  // namespace detail
}  // namespace dsl
}  // namespace zflow
