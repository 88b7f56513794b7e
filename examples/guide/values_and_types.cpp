#include "shop.hpp"

using namespace zflow;
using namespace std::chrono_literals;

// [types]
struct Card {
    std::string number;
};
ZFLOW_STRUCT(Card, number)
struct Invoice {
    std::string address;
    std::int32_t days{};
};
ZFLOW_STRUCT(Invoice, address, days)

using Payment = std::variant<Card, Invoice>;
ZFLOW_NAME(Payment, "guide.Payment")

enum class Size { small, large };
BOOST_DESCRIBE_ENUM(Size, small, large)

struct Parcel {
    std::string id;
    std::int64_t grams{};
    Size size{};
    Payment payment;
    std::optional<std::string> note;
    std::vector<std::int32_t> prices;
};
ZFLOW_STRUCT(Parcel, id, grams, size, payment, note, prices)
// [types end]

// [expressions]
Flow<std::string, Never> describe(Remote<Parcel> parcel) {
    auto heavy = parcel.grams > 20'000 || parcel.size == Size::large;
    auto fee = when(heavy, 900, 400);  // both values are built, one is computed
    auto total = parcel.prices.fold_left(0, [](auto sum, auto price) { return sum + price; }) + fee;
    auto cheap = parcel.prices.filter([](auto price) { return price < 100; });
    auto note = parcel.note.transform([](auto text) { return ", " + text; }).value_or("");
    auto kilograms = to<double>(parcel.grams) / 1000;  // numbers change their type only when told
    co_return format("{}: {} kg, {} cents, {} cheap{}", parcel.id, kilograms, total, cheap.size(), note);
}
// [expressions end]

// [records]
Flow<Parcel, Never> lighter(Remote<Parcel> parcel) {
    auto half = parcel.with(&Parcel::grams, parcel.grams / 2);  // a new parcel
    auto packed = make<Parcel>({.id = half.id, .grams = half.grams, .payment = make<Card>({.number = "7"})});
    co_return when(half.grams > 100, half, packed);
}
// [records end]

// [match]
Flow<std::string, Never> payer(Remote<Parcel> parcel) {
    co_return match(
        parcel.payment, [](Remote<Card> card) { return "card " + card.number; },
        [](Remote<Invoice> invoice) { return "invoice to " + invoice.address; });
}
// [match end]

std::vector<AnyDefinition> guide::values_and_types() {
    return {flow("describe", describe), flow("lighter", lighter), flow("payer", payer)};
}
