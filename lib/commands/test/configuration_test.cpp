#include "fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace zflow::commands {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class ConfigurationFile : public test::DirectoryTest {
 protected:
    /// What a text is, or why it is none, without the name of the file.
    std::expected<Configuration, std::string> read_toml(const std::string& text) {
        const auto file = write("operations.toml", text);
        auto read = read_configuration(file);
        if (!read) {
            const auto message = read.error().text();
            return std::unexpected(message.starts_with(file + ":") ? message.substr(file.size() + 1)
                                                                   : message);
        }
        return std::move(*read);
    }
    std::string refused(const std::string& text) {
        const auto read = read_toml(text);
        return read ? "it was taken" : read.error();
    }
};

TEST_F(ConfigurationFile, has_the_options_of_each_operation) {
    script("charge.sh", "");
    const auto read = read_toml(R"(
[operations."charge-card"]
command = ["./charge.sh", "--fast"]
timeout_ms = 5000
max_attempts = 5
concurrency = 8
first_delay_ms = 100
max_delay_ms = 1000
values = "typed"

[operations."shop.Mail"]
command = ["sh"]
)");
    ASSERT_TRUE(read.has_value()) << read.error();
    EXPECT_THAT(read->warnings, ElementsAre());
    ASSERT_EQ(read->commands.size(), 2);
    const auto& charge = read->commands[0];
    EXPECT_EQ(charge.name, "charge-card");
    EXPECT_THAT(charge.words, ElementsAre("./charge.sh", "--fast"));
    EXPECT_EQ(charge.program, path("charge.sh"));
    EXPECT_EQ(charge.directory, directory_.string());
    EXPECT_EQ(charge.options.timeout, milliseconds(5000));
    EXPECT_EQ(charge.options.concurrency, 8);
    EXPECT_EQ(charge.options.retry.max_attempts, 5);
    EXPECT_EQ(charge.options.retry.first_delay, milliseconds(100));
    EXPECT_EQ(charge.options.retry.max_delay, milliseconds(1000));
    EXPECT_EQ(charge.values, Values::typed);
    const auto& mail = read->commands[1];
    EXPECT_EQ(mail.name, "shop.Mail");
    EXPECT_EQ(mail.program, "sh");
    EXPECT_EQ(mail.options.timeout, milliseconds(30'000));
    EXPECT_EQ(mail.options.retry.max_attempts, 0);
    EXPECT_EQ(mail.values, Values::plain);
}

TEST_F(ConfigurationFile, that_is_empty_has_no_operations) {
    const auto read = read_toml("# nothing yet\n");
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->commands.empty());
}

TEST_F(ConfigurationFile, is_refused_with_line_and_column) {
    EXPECT_EQ(refused("[operations.a]\ncommand = [\"sh\"]\ntimeout = 5\n"),
              "3:1: there is no key 'timeout' of an operation; there are: command, timeout_ms, max_attempts, "
              "concurrency, first_delay_ms, max_delay_ms, values");
    EXPECT_EQ(
        refused("[operation.a]\n"),
        "1:2: there is no key 'operation' here: operations are tables such as [operations.\"charge-card\"]");
    EXPECT_EQ(refused("[operations]\na = 5\n"), "2:5: the operation 'a' is a table: [operations.\"a\"]");
    EXPECT_EQ(refused("[operations.a]\n"),
              "1:13: the operation 'a' has no command: 'command' is a list of texts: the program and its "
              "arguments, "
              "e.g. [\"./charge.sh\"]");
    EXPECT_EQ(refused("[operations.a]\ncommand = \"sh\"\n").substr(0, 35),
              "2:11: 'command' is a list of texts:");
    EXPECT_EQ(refused("[operations.a]\ncommand = [\"sh\", 5]\n").substr(0, 35),
              "2:18: 'command' is a list of texts:");
    EXPECT_EQ(refused("[operations.a]\ncommand = [\"\"]\n").substr(0, 20), "2:12: 'command' is a");
    EXPECT_EQ(refused("[operations.a]\ncommand = [\"sh\", \"\\u0000\"]\n"),
              "2:18: no argument of a program can hold the character U+0000");
    EXPECT_EQ(refused("[operations.a]\ncommand = [\"sh\"]\nvalues = 5\n"),
              "3:10: 'values' is \"plain\" or \"typed\"");
    EXPECT_THAT(refused("[operations.a]\ncommand = [\n"), testing::StartsWith("2:"));
    EXPECT_THAT(refused("[operations.a]\ncommand = [\"sh\"]\n[operations.a]\ncommand = [\"sh\"]\n"),
                testing::StartsWith("3:"));
}

TEST_F(ConfigurationFile, is_refused_if_a_number_is_out_of_its_bounds) {
    const auto with = [&](const std::string& line) {
        return refused("[operations.a]\ncommand = [\"sh\"]\n" + line + "\n");
    };
    EXPECT_EQ(with("concurrency = 0"), "3:15: 'concurrency' is a whole number from 1 to 10000");
    EXPECT_EQ(with("timeout_ms = -1"), "3:14: 'timeout_ms' is a whole number from 0 to 2592000000");
    EXPECT_EQ(with("timeout_ms = 1.5"), "3:14: 'timeout_ms' is a whole number from 0 to 2592000000");
    EXPECT_EQ(with("max_attempts = 4294967296"),
              "3:16: 'max_attempts' is a whole number from 0 to 4294967295");
    EXPECT_EQ(with("first_delay_ms = \"1\""), "3:18: 'first_delay_ms' is a whole number from 0 to 604800000");
    EXPECT_EQ(with("max_delay_ms = 100"), "3:16: max_delay_ms, 100, is less than first_delay_ms, 200");
    EXPECT_EQ(with("first_delay_ms = 60001"),
              "3:18: max_delay_ms, 60000, is less than first_delay_ms, 60001");
}

TEST_F(ConfigurationFile, warns_of_commands_that_cannot_be_started) {
    const auto read = read_toml("[operations.a]\ncommand = [\"./charge.sh\"]\n");
    ASSERT_TRUE(read.has_value());
    EXPECT_THAT(
        read->warnings,
        ElementsAre(path("operations.toml") +
                    ":2:11: the command './charge.sh' of 'a' cannot be started now: there is no such file"));
}

TEST_F(ConfigurationFile, that_cannot_be_read_is_told_with_the_reason) {
    EXPECT_EQ(read_configuration(path("none.toml")).error().text(),
              path("none.toml") + ": it cannot be read: No such file or directory");
    EXPECT_EQ(read_configuration(directory_).error().text(),
              directory_.string() + ": it cannot be read: Is a directory");
}

}  // namespace
}  // namespace zflow::commands
