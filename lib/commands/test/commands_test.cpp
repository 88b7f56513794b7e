#include "fixture.hpp"

#include <zflow/codec/json.hpp>
#include <zflow/model/environment.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <variant>

namespace zflow::commands {
namespace {

using engine::GiveUp;
using engine::OperationCall;
using engine::OperationResult;
using model::Schema;
using model::Value;
using testing::ElementsAre;
using testing::HasSubstr;

model::Ref<const Schema> scalar(std::string name) {
    return model::make<const Schema>(Schema::Kind::value, std::move(name), std::vector<Schema::Part>(),
                                     false);
}

model::Ref<const Schema> cart_schema() {
    const auto item =
        model::make<const Schema>(Schema::Kind::product, "shop.Item",
                                  std::vector<Schema::Part>{{"price", scalar("bigDecimal")}}, false);
    const auto items =
        model::make<const Schema>(Schema::Kind::list, "", std::vector<Schema::Part>{{"item", item}}, false);
    return model::make<const Schema>(Schema::Kind::product, "shop.Cart",
                                     std::vector<Schema::Part>{{"items", items}}, false);
}

class CommandTest : public test::DirectoryTest {
 protected:
    /// The operation whose command is a shell script.
    engine::Operation operation(const std::string& text, const std::string& more = "") {
        script("command.sh", text);
        const auto file =
            write("operations.toml", "[operations.charge]\ncommand = [\"./command.sh\"]\n" + more + "\n");
        auto loaded = load(file, [this](const StderrLine& line) {
            lines_.push_back(
                fmt::format("{} {} {}: {}", line.run_id, line.operation_id, line.name, line.text));
        });
        EXPECT_TRUE(loaded.has_value()) << loaded.error().text();
        EXPECT_THAT(loaded->warnings, ElementsAre());
        EXPECT_EQ(loaded->operations.front().name, "charge");
        return loaded->operations.front().operation;
    }

    static OperationCall call(model::Ref<const Schema> result_schema = {}) {
        return {.run_id = "order-7",
                .operation_id = "order-7/9f86/3",
                .attempt = 2,
                .deadline = std::chrono::system_clock::time_point::max(),
                .name = "charge",
                .type_id = "shop.Charge",
                .description = {},
                .input = Value::int_(5),
                .input_schema = {},
                .result_schema = std::move(result_schema)};
    }

    /// `result JSON`, `failure TEXT`, `give up: TEXT` or `again: TEXT`.
    std::string outcome(const std::string& text, const std::string& more = "",
                        model::Ref<const Schema> result_schema = {}) {
        try {
            const auto result = test::run(operation(text, more)(call(std::move(result_schema))));
            return result ? "result " + codec::value_to_json(*result).value()
                          : "failure " + result.error().as_record().find("failure")->as_string();
        } catch (const GiveUp& error) {
            return fmt::format("give up: {}", error.what());
        } catch (const std::exception& error) {
            return fmt::format("again: {}", error.what());
        }
    }

    std::vector<std::string> lines_;
};

TEST_F(CommandTest, reads_one_object_and_writes_its_result) {
    EXPECT_EQ(
        outcome("cat > request; pwd -P > where; echo '{\"items\":[{\"price\":1.50}]}'", "", cart_schema()),
        R"(result {"Record":{"id":"shop.Cart","values":[["items",{"Sequence":{"values":[)"
        R"({"Record":{"id":"shop.Item","values":[["price",{"BigDecimal":1.50}]]}}]}}]]}})");
    EXPECT_EQ(read("request"),
              R"({"run_id":"order-7","operation_id":"order-7/9f86/3","attempt":2,"name":"charge",)"
              R"("operation":null,"input":5})"
              "\n");
    EXPECT_EQ(read("where"), std::filesystem::canonical(directory_).string() + "\n");
}

TEST_F(CommandTest, gets_what_a_custom_operation_carries) {
    auto with_description = call();
    with_description.description = Value::left(Value::string("fast"));
    (void)test::run(operation("cat > request; echo null")(with_description));
    EXPECT_THAT(read("request"), HasSubstr(R"("operation":{"left":"fast"},"input":5})"));
    (void)test::run(operation("cat > request; echo '{\"Unit\":{}}'", "values = \"typed\"")(with_description));
    EXPECT_THAT(read("request"),
                HasSubstr(R"("operation":{"LeftValue":{"value":{"String":"fast"}}},"input":{"Int":5}})"));
}

TEST_F(CommandTest, has_no_description_of_an_activity_written_in_cpp) {
    auto activity = call();
    activity.type_id = "zflow.activity";
    activity.description = Value::string("charge");
    (void)test::run(operation("cat > request; echo null")(activity));
    EXPECT_THAT(read("request"), HasSubstr(R"("name":"charge","operation":null,"input":5})"));
}

TEST_F(CommandTest, has_typed_results_where_the_file_says_so) {
    const auto* const typed = "values = \"typed\"";
    EXPECT_EQ(outcome("echo '{\"Int\":6}'", typed, scalar("int")), R"(result {"Int":6})");
    EXPECT_EQ(outcome("echo '{\"Long\":6}'", typed, scalar("int")),
              "give up: the result of the command './command.sh' does not fit: expected int, got Long");
    EXPECT_THAT(outcome("echo 6", typed),
                HasSubstr("give up: the result of the command './command.sh' does not fit"));
}

TEST_F(CommandTest, fails_its_activity_with_exit_code_10) {
    EXPECT_EQ(outcome("echo '\"no funds\"'; exit 10"), "failure no funds");
    EXPECT_EQ(outcome("echo '{\"code\": 7}'; exit 10"), R"(failure {"code": 7})");
    EXPECT_EQ(outcome("echo no funds; exit 10"), "failure no funds");
    EXPECT_EQ(outcome("printf 'a\\377b'; exit 10"),
              "failure a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(outcome("exit 10"), "failure the command './command.sh' has ended with exit code 10");
    EXPECT_EQ(outcome("echo '\"no funds\"'; exit 10", "", scalar("int")), "failure no funds");
}

TEST_F(CommandTest, is_tried_again_if_it_ends_otherwise) {
    EXPECT_EQ(outcome("echo 5; exit 1"), "again: the command './command.sh' has ended with exit code 1");
    EXPECT_EQ(outcome("echo 'no route to \377 host' >&2; exit 255"),
              "again: the command './command.sh' has ended with exit code 255; it said last: no route to "
              "\xEF\xBF\xBD host");
    EXPECT_EQ(outcome("kill -9 $$"), "again: the command './command.sh' was ended by signal 9 (Killed)");
    EXPECT_EQ(outcome("exec sleep 1000", "timeout_ms = 50"),
              "again: the command './command.sh' did not end within 50 ms and was ended");
    const auto gone = operation("echo 5");
    std::filesystem::remove(path("command.sh"));
    EXPECT_THROW((void)test::run(gone(call())), std::runtime_error);
}

TEST_F(CommandTest, gives_up_if_its_result_makes_no_sense) {
    EXPECT_EQ(outcome("true"),
              "give up: the command './command.sh' has written nothing to its standard output: its result is "
              "JSON, null if there is none");
    EXPECT_EQ(outcome("echo 5 6"),
              "give up: the result of the command './command.sh' does not fit: expected the end of the text "
              "after its value, got '6'");
    EXPECT_EQ(outcome("echo '{\"items\":[{\"price\":1},{\"price\":\"2\"}]}'", "", cart_schema()),
              "give up: the result of the command './command.sh' does not fit: .items[1].price: expected a "
              "number, got a string");
}

TEST_F(CommandTest, is_not_started_with_what_has_no_json) {
    auto with_code = call();
    with_code.input = Value::flow_code(1, {});
    EXPECT_THROW((void)test::run(operation("touch started; echo null")(with_code)), GiveUp);
    EXPECT_FALSE(std::filesystem::exists(path("started")));
}

TEST_F(CommandTest, says_its_errors_with_run_and_operation) {
    EXPECT_EQ(outcome("echo one >&2; echo two >&2; echo 5"), R"(result {"Long":5})");
    EXPECT_THAT(lines_,
                ElementsAre("order-7 order-7/9f86/3 charge: one", "order-7 order-7/9f86/3 charge: two"));
}

}  // namespace
}  // namespace zflow::commands
