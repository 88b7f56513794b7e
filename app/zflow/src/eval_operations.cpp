#include "eval_operations.hpp"

#include "output.hpp"

#include <zflow/base/entropy.hpp>
#include <zflow/interpreter/apply.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <string>
#include <utility>

namespace zflow::app {
namespace {

namespace asio = boost::asio;

/// Errors: what the operation throws.
engine::OperationResult run_blocking(const engine::Operation& operation, engine::OperationCall call) {
    asio::io_context context;
    asio::cancellation_signal cancel;
    asio::signal_set interrupts(context, SIGINT, SIGTERM, SIGHUP);
    auto interrupted = 0;
    std::exception_ptr thrown;
    engine::OperationResult result;
    // Commands are in process groups of their own, so an interrupt of the terminal does not reach them.
    interrupts.async_wait([&](const boost::system::error_code& error, int signal) {
        if (!error) {
            interrupted = signal;
            cancel.emit(asio::cancellation_type::terminal);
        }
    });
    asio::co_spawn(context, operation(std::move(call)),
                   asio::bind_cancellation_slot(cancel.slot(),
                                                [&](std::exception_ptr error, engine::OperationResult got) {
                                                    thrown = std::move(error);
                                                    result = std::move(got);
                                                    interrupts.cancel();
                                                }));
    context.run();
    if (interrupted != 0) {
        interrupts.clear();
        (void)std::raise(interrupted);
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return result;
}

testing::OperationAnswer activity_error(std::string text) {
    return std::unexpected(interpreter::activity_error(std::move(text)));
}

/// All attempts of one call.
testing::OperationAnswer answer(const commands::NamedOperation& named, const std::string& evaluation,
                                const interpreter::Program& program, const interpreter::Call& made) {
    const auto& node = *program.at(made.node).node;
    engine::OperationCall call{.run_id = testing::Options().run_id,
                               .operation_id = fmt::format("eval/{}/{}", evaluation, made.operation),
                               .attempt = 1,
                               .deadline = std::chrono::system_clock::time_point::max(),
                               .name = made.name,
                               .type_id = made.type_id,
                               .description = made.description,
                               .input = made.input,
                               .input_schema = node.schema,
                               .result_schema = node.result_schema};
    const auto most =
        named.options.retry.max_attempts == 0 ? eval_attempts : named.options.retry.max_attempts;
    while (true) {
        std::string why;
        try {
            return run_blocking(named.operation, call);
        } catch (const engine::GiveUp& error) {
            return activity_error(error.what());
        } catch (const std::exception& error) {
            why = error.what();
        }
        tell(fmt::format("{}: attempt {} of {} failed: {}", named.name, call.attempt, most, why));
        if (call.attempt == most) {
            return activity_error(fmt::format("all {} attempts failed, the last one: {}", most, why));
        }
        ++call.attempt;
    }
}

}  // namespace

void add_operations(testing::Runner& runner, const commands::Operations& operations,
                    const std::shared_ptr<const interpreter::Program>& program) {
    // An operation's id is never that of another one, also not of a second eval.
    const auto evaluation = base::system_entropy().identifier();
    for (const auto& named : operations.operations) {
        runner.operation(named.name, [named, evaluation, program](const interpreter::Call& call) {
            return answer(named, evaluation, *program, call);
        });
    }
}

}  // namespace zflow::app
