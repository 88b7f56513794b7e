#include "process.hpp"

#include "fixture.hpp"

#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <sstream>
#include <thread>
#include <vector>

namespace zflow::commands {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using How = ProcessEnd::How;

constexpr std::size_t big = std::size_t{4} << 20;
constexpr std::chrono::milliseconds short_time(50);

class Process : public test::DirectoryTest {
 protected:
    ~Process() override { EXPECT_TRUE(test::has_no_child()); }

    [[nodiscard]] ProcessRequest request(std::vector<std::string> words) const {
        return {.program = words.front(), .words = words, .directory = directory_, .output_limit = 2 * big};
    }
    [[nodiscard]] ProcessRequest shell(const std::string& text) const {
        return request({"/bin/sh", "-c", text});
    }
    [[nodiscard]] std::string output(const std::string& text) const {
        return test::run(run_process(shell(text))).output;
    }
    [[nodiscard]] std::string why_not(const std::string& program) const {
        try {
            (void)test::run(run_process(request({program})));
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "it was started";
    }
};

/// Whether a process runs: one that has ended may wait for whoever adopted it.
bool is_alive(const std::string& pid) {
    std::ifstream stream("/proc/" + pid + "/stat");
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    return !text.empty() && text.find(") Z ") == std::string::npos && text.find(") X ") == std::string::npos;
}

void wait_for_the_end_of(std::string pid) {
    pid.erase(std::remove(pid.begin(), pid.end(), '\n'), pid.end());
    ASSERT_FALSE(pid.empty());
    while (is_alive(pid)) {
        std::this_thread::yield();
    }
}

std::size_t count_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

TEST_F(Process, gives_its_output_and_its_exit_code) {
    const auto end = test::run(run_process(shell("echo out; echo err >&2; exit 7")));
    EXPECT_EQ(end.how, How::exited);
    EXPECT_EQ(end.code, 7);
    EXPECT_EQ(end.output, "out\n");
    EXPECT_EQ(end.last_error_line, "err");
}

TEST_F(Process, gets_its_input_whatever_its_size_while_its_output_is_read) {
    auto echo = request({"cat"});
    echo.input = std::string(big, 'x') + "end";
    const auto end = test::run(run_process(echo));
    EXPECT_EQ(end.output, echo.input);
}

TEST_F(Process, need_not_read_its_input) {
    auto deaf = shell("exec <&-; exit 3");
    deaf.input = std::string(big, 'x');
    const auto end = test::run(run_process(deaf));
    EXPECT_EQ(end.how, How::exited);
    EXPECT_EQ(end.code, 3);
}

TEST_F(Process, tells_its_errors_line_by_line) {
    auto talking = shell("printf 'a\\r\\n\\nb' >&2; head -c 70000 /dev/zero | tr '\\0' z >&2");
    std::vector<std::string> lines;
    talking.on_error_line = [&](std::string_view line) { lines.emplace_back(line); };
    const auto end = test::run(run_process(talking));
    constexpr std::size_t line = 65'536;
    EXPECT_THAT(lines,
                ElementsAre("a", "", "b" + std::string(line - 1, 'z'), std::string(70'001 - line, 'z')));
    EXPECT_EQ(end.last_error_line, std::string(500, 'z'));
}

TEST_F(Process, that_a_signal_ends_is_told_with_it) {
    const auto end = test::run(run_process(shell("kill -USR1 $$")));
    EXPECT_EQ(end.how, How::signalled);
    EXPECT_EQ(end.code, SIGUSR1);
}

TEST_F(Process, whose_end_was_taken_by_somebody_else_has_no_exit_code) {
    std::signal(SIGCHLD, SIG_IGN);
    auto echo = request({"cat"});
    echo.input = "x";
    EXPECT_EQ(test::run(run_process(echo)).how, How::unknown);
    std::signal(SIGCHLD, SIG_DFL);
}

TEST_F(Process, that_writes_more_than_it_may_is_ended) {
    auto talking = shell("exec cat /dev/zero");
    talking.output_limit = 100'000;
    const auto end = test::run(run_process(talking));
    EXPECT_EQ(end.how, How::output_too_long);
    EXPECT_EQ(end.output, "");
}

TEST_F(Process, may_write_as_much_as_it_may) {
    auto talking = shell("head -c 100000 /dev/zero");
    talking.output_limit = 100'000;
    EXPECT_EQ(test::run(run_process(talking)).output.size(), 100'000);
}

TEST_F(Process, whose_time_is_over_is_ended_even_if_it_ignores_sigterm) {
    auto stubborn = shell("trap '' TERM; echo $$; while :; do sleep 1000; done");
    stubborn.timeout = short_time;
    stubborn.grace = short_time;
    const auto end = test::run(run_process(stubborn));
    EXPECT_EQ(end.how, How::timed_out);
    wait_for_the_end_of(end.output);
}

TEST_F(Process, that_is_cancelled_is_asked_first) {
    auto polite = shell("trap 'echo bye >&2; exit 0' TERM; echo ready >&2; while :; do sleep 0.01; done");
    polite.grace = std::chrono::hours(1);
    std::vector<std::string> lines;
    asio::cancellation_signal signal;
    polite.on_error_line = [&](std::string_view line) {
        lines.emplace_back(line);
        if (line == "ready") {
            signal.emit(asio::cancellation_type::terminal);
        }
    };
    EXPECT_THROW((void)test::run(run_process(polite), &signal), boost::system::system_error);
    // The shell may say that the signal ended its sleep, too.
    EXPECT_EQ(lines.back(), "bye");
}

TEST_F(Process, that_is_cancelled_and_ignores_it_is_killed_with_its_group) {
    auto stubborn = shell("trap '' TERM; sleep 1000 & echo $! > sleeper; echo ready >&2; wait; wait");
    stubborn.grace = short_time;
    asio::cancellation_signal signal;
    stubborn.on_error_line = [&](std::string_view) { signal.emit(asio::cancellation_type::terminal); };
    try {
        (void)test::run(run_process(stubborn), &signal);
        FAIL() << "it was not cancelled";
    } catch (const boost::system::system_error& error) {
        EXPECT_EQ(error.code(), asio::error::operation_aborted);
    }
    wait_for_the_end_of(read("sleeper"));
}

TEST_F(Process, leaves_nothing_of_its_group_behind) {
    wait_for_the_end_of(output("sleep 1000 > /dev/null 2>&1 & echo $!"));
}

TEST_F(Process, whose_output_somebody_keeps_open_ends_after_the_grace) {
    auto leaving = shell("sleep 1000 & echo $!");
    leaving.grace = short_time;
    const auto end = test::run(run_process(leaving));
    EXPECT_EQ(end.how, How::exited);
    wait_for_the_end_of(end.output);
}

TEST_F(Process, whose_output_somebody_outside_of_the_group_keeps_open_ends_after_the_grace) {
    auto leaving = shell("setsid sleep 1000 & echo $!");
    leaving.grace = short_time;
    const auto end = test::run(run_process(leaving));
    EXPECT_EQ(end.how, How::exited);
    (void)::kill(std::stoi(end.output), SIGKILL);
}

TEST_F(Process, has_the_output_of_what_outlives_it_until_that_is_closed) {
    auto leaving = shell("( until grep -q ') Z' /proc/$$/stat; do :; done; echo late ) & echo early");
    leaving.grace = std::chrono::hours(1);
    EXPECT_EQ(test::run(run_process(leaving)).output, "early\nlate\n");
}

TEST_F(Process, has_no_open_descriptors_but_the_three) {
    const auto open = ::open("/dev/null", O_RDONLY);
    ASSERT_GT(::fcntl(open, F_DUPFD, 100), 99);
    // The fourth is the directory that is listed.
    EXPECT_EQ(test::run(run_process(request({"ls", "/proc/self/fd"}))).output, "0\n1\n2\n3\n");
}

TEST_F(Process, has_our_environment_its_directory_and_no_ignored_or_blocked_signals) {
    ASSERT_EQ(::setenv("ZFLOW_TEST", "seen", 1), 0);
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(output("echo $ZFLOW_TEST; pwd -P"),
              "seen\n" + std::filesystem::canonical(directory_).string() + "\n");
    for (const std::string field : {"SigIgn", "SigBlk"}) {
        const auto line = test::run(run_process(request({"grep", field, "/proc/self/status"}))).output;
        // Those beyond 31 are the C library's own.
        EXPECT_EQ(std::stoull(line.substr(field.size() + 1), nullptr, 16) & 0x7FFF'FFFFU, 0) << line;
    }
}

TEST_F(Process, that_cannot_be_started_is_named_with_the_reason) {
    EXPECT_EQ(why_not("./nothing"), "the command './nothing' cannot be started: there is no such file");
    EXPECT_EQ(why_not("zflow-no-such-program"),
              "the command 'zflow-no-such-program' cannot be started: PATH has no such program");
    const auto plain = write("plain.sh", "#!/bin/sh\n");
    EXPECT_EQ(why_not(directory_),
              fmt::format("the command '{}' cannot be started: it is a directory", directory_.string()));
    EXPECT_THAT(why_not("plain.sh"), HasSubstr("the file beside the configuration is './plain.sh'"));
    if (::access(plain.c_str(), X_OK) != 0) {
        EXPECT_THAT(why_not(plain), HasSubstr("chmod +x"));
    }
    std::filesystem::permissions(script("no_line", ""), std::filesystem::perms::owner_all);
    write("no_line", "no program at all");
    EXPECT_THAT(why_not(path("no_line")), HasSubstr("#!/bin/sh"));
    script("bad_line", "");
    write("bad_line", "#!/no/such/interpreter\n");
    EXPECT_THAT(why_not(path("bad_line")), HasSubstr("interpreter"));
}

TEST_F(Process, is_killed_if_nobody_waits_for_it_any_more) {
    auto endless = shell("echo $$ > pid; echo ready >&2; exec sleep 1000");
    {
        asio::io_context context;
        endless.on_error_line = [&](std::string_view) { context.stop(); };
        asio::co_spawn(context, run_process(endless), [](const std::exception_ptr&, const ProcessEnd&) {});
        context.run();
    }
    EXPECT_TRUE(test::has_no_child());
    wait_for_the_end_of(read("pid"));
}

TEST_F(Process, leaves_no_descriptor_open_here) {
    (void)output("exit 0");
    const auto before = count_descriptors();
    (void)output("echo x");
    EXPECT_THAT(why_not("./nothing"), HasSubstr("no such file"));
    EXPECT_EQ(count_descriptors(), before);
}

}  // namespace
}  // namespace zflow::commands
