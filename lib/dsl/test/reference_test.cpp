// The flows that ZIO Flow's own face builds, built here: the same trees.

#include "sample.hpp"
#include "trees.hpp"

#include <gtest/gtest.h>

using namespace zflow;
using namespace std::chrono_literals;

namespace oracle {
struct Person {
    std::string name;
    std::int32_t age{};
};
ZFLOW_STRUCT(Person, name, age)
struct Team {
    std::string title;
    Person lead;
    std::vector<Person> members;
    std::set<std::string> tags;
    std::optional<std::string> extra;
};
ZFLOW_STRUCT(Team, title, lead, members, tags, extra)
}  // namespace oracle

namespace {

using oracle::Person;
using List = Remote<std::vector<std::int32_t>>;

template <class T, class E>
void expect_sample(const char* name, const Flow<T, E>& flow) {
    const auto built = test::node_of(flow);
    const auto wanted = test::sample(name);
    EXPECT_TRUE(model::equal(built, wanted))
        << name << "\n  wanted " << codec::program_to_json(wanted).value() << "\n  built  "
        << codec::program_to_json(built).value();
}

const std::vector<std::int32_t> numbers{3, 1, 2, 3};

Flow<std::int32_t, Never> read_a_variable() {
    auto v = co_await variable("v", 10);
    auto x = co_await v.get();
    co_return x + 1;
}

TEST(Reference, values) {
    expect_sample("flow-return-unit", done());
    expect_sample("flow-fail-case-class", fail(Person{"A", 3}));
    expect_sample("lit-case-class", value(Person{"Ann", 41}));
    expect_sample("lit-case-class-none-field", value(oracle::Team{"t", {"Ann", 41}, {}, {}, {}}));
    expect_sample("lit-unit", value(unit));
    expect_sample("lit-option-of-unit", value(std::optional<Unit>(unit)));
    expect_sample("lit-tuple-of-all", value(std::tuple(std::int32_t{1}, std::int64_t{2}, u'c',
                                                       std::string("s"), true, 1.5, 2.5F)));
    expect_sample("char-literal", value(u'x'));
    expect_sample("num-long-literal", value(std::int64_t{17'000'000'000}));
    expect_sample("num-short-literal", value(std::int16_t{17}));
    expect_sample("list-empty-literal", value(std::vector<std::int32_t>()));
    expect_sample("tuple-t2-literal", value(std::tuple(std::int32_t{1}, std::string("a"))));
}

TEST(Reference, expressions) {
    expect_sample("optic-lens-update", [] {
        const Remote<Person> ann = Person{"Ann", 41};
        return value(ann.with(&Person::age, ann.age + 1));
    }());
    expect_sample("list-map-to-case-class-field", [] {
        const Remote<std::vector<Person>> people = std::vector<Person>{{"a", 1}, {"b", 2}};
        return value(people.transform([](auto person) { return person.age; }));
    }());
    const List list = numbers;
    expect_sample("list-count", value(list.count_if([](auto x) { return x == 3; })));
    expect_sample("list-append-prepend", value(list.prepend(0).append(9)));
    expect_sample("list-toMap",
                  value(Remote<std::vector<std::pair<std::int32_t, std::string>>>(
                            std::vector<std::pair<std::int32_t, std::string>>{{1, "a"}, {2, "b"}, {1, "c"}})
                            .to_map()));
    const Remote<std::vector<std::vector<std::int32_t>>> lists =
        std::vector<std::vector<std::int32_t>>{{1}, {}, {2, 3}};
    expect_sample("list-flatten", value(lists.flat_map([](auto inner) { return inner; })));
    expect_sample("str-headOption-empty", [] {
        const Remote<std::string> text = "";
        return value(text.to_vector().front());
    }());
    expect_sample("more-list-to-string",
                  value(Remote<std::string>(detail::tree::list_to_text(
                      detail::literal(std::vector<std::string>{"a", "b"}), detail::tree::text("<"),
                      detail::tree::text(","), detail::tree::text(">")))));
}

TEST(Reference, optionals_and_expecteds) {
    const Remote<std::optional<std::int32_t>> some = std::optional(3);
    const Remote<std::optional<std::int32_t>> none = std::optional<std::int32_t>();
    expect_sample("option-get-none", value(none.value()));
    expect_sample("option-map", value(tuple(some.transform([](auto x) { return x.to_string(); }),
                                            none.transform([](auto x) { return x.to_string(); }))));
    const auto twice = [](const auto& option) { return match(option, [](auto x) { return x * 2; }, 0); };
    expect_sample("option-fold", value(tuple(twice(some), twice(none))));
    using Either = std::expected<std::int32_t, std::string>;
    const Remote<Either> right = Either(3);
    const Remote<Either> left = Either(std::unexpected("bad"));
    const auto plus_one = [](const auto& either) { return either.transform([](auto x) { return x + 1; }); };
    expect_sample("either-map", value(tuple(plus_one(right), plus_one(left))));
}

TEST(Reference, steps) {
    expect_sample("flow-newvar-get", read_a_variable());
    expect_sample("flow-newvar-get",
                  variable("v", 10).then([](auto v) { return v.get().then([](auto x) { return x + 1; }); }));
    expect_sample("flow-zip", []() -> Flow<std::tuple<std::int32_t, std::string>, Never> {
        auto a = co_await value(1);
        auto b = co_await value("a");
        co_return tuple(a, b);
    }());
    expect_sample("flow-orElse", fail("boom").or_else(value(2)));
    expect_sample("flow-catchAll-error", fail("boom").catch_([](auto error) { return error.size(); }));
    expect_sample("flow-fold-error", fail(15).fold([](auto e) { return e + 1; }, [](auto) { return 0; }));
    expect_sample("flow-iterate-count",
                  iterate(1, [](auto x) { return x != 10; }, [](auto x) { return x + 1; }));
    expect_sample("flow-randomUUID-differs", []() -> Flow<bool, Never> {
        auto a = co_await random_uuid();
        auto b = co_await random_uuid();
        co_return a == b;
    }());
}

TEST(Reference, variables_and_transactions) {
    expect_sample("flow-getAndUpdate", []() -> Flow<std::tuple<std::int32_t, std::int32_t>, Never> {
        auto v = co_await variable("v", 10);
        auto old = co_await v.modify([](auto x) { return tuple(x, x + 1); });
        auto x = co_await v.get();
        co_return tuple(old, x);
    }());
    expect_sample("flow-tx-retryUntil-true", transaction([](Transaction tx) -> Flow<std::int32_t, Never> {
                      co_await tx.retry_until(true);
                      co_return 5;
                  }));
    expect_sample("flow-tx-fail-uncaught", transaction(fail("no")));
}

TEST(Reference, fibers_and_time) {
    expect_sample("flow-fork-id", value(5).fork());
    expect_sample("more-timeout-provide", input<std::int32_t>().timeout(5s).provide(7));
    expect_sample(
        "more-provide-across-fork",
        input<std::int32_t>()
            .fork()
            .then([](auto fiber) { return fiber.await().then([](auto outcome) { return outcome; }); })
            .provide(7));
}

}  // namespace
