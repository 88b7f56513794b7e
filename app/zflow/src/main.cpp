#include "commands.hpp"

#include <zflow/base/version.hpp>
#include <zflow/conformance/child.hpp>

#include <fmt/format.h>

namespace zflow::app {

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& what,
                      const std::string& example) {
    auto* const command = parent.add_subcommand(name, what);
    command->footer("Example: " + example);
    command->fallthrough();
    return command;
}

namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 ok, 1 failed, 2 usage or invalid argument, 3 not found, 4 conflict,\n"
    "5 unavailable, throttled or held by another process, 6 outcome unknown.";

Exit print_version(const Settings& settings) {
    if (settings.json) {
        print(boost::json::object{{"version", base::version()}});
    } else {
        print(fmt::format("zflow {}\n", base::version()));
    }
    return Exit::ok;
}

int run(int argc, char** argv) {
    Settings settings;
    Command chosen;
    CLI::App app("zflow: durable flows for C++ programs, on the storage that you already trust", "zflow");
    app.footer(exit_codes);
    app.require_subcommand(1);
    app.add_option("--store", settings.store, "the store: memory:, rocksdb:PATH?durability=sync|process|none")
        ->envname("ZFLOW_STORE")
        ->capture_default_str();
    app.add_flag("--json", settings.json, "write data as JSON, one object a line");

    auto* const store_family =
        add_command(app, "store", "Read and write stores", "zflow store put orders 42 paid --timestamp 1");
    store_family->require_subcommand(1);
    add_store_commands(*store_family, chosen);
    add_maintenance_commands(*store_family, chosen);
    add_conformance_command(app, chosen);
    add_program_commands(app, chosen);
    add_run_command(app, chosen);
    add_work_command(app, chosen);
    add_inspect_commands(app, chosen);
    auto* const bench_family = add_command(app, "bench", "Measure speed", "zflow bench store");
    bench_family->require_subcommand(1);
    add_bench_commands(*bench_family, chosen);
    add_command(app, "version", "Print the version", "zflow version")->callback([&chosen] {
        chosen = print_version;
    });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const bool asked_for_help = error.get_exit_code() == 0;
        (void)app.exit(error);
        return static_cast<int>(asked_for_help ? Exit::ok : Exit::usage);
    }
    return run_command(chosen, settings);
}

}  // namespace
}  // namespace zflow::app

int main(int argc, char** argv) {
    if (const auto code = zflow::conformance::child_main(argc, argv)) {
        return *code;
    }
    return zflow::app::run(argc, argv);
}
