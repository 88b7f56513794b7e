#include "commands.hpp"

#include <zflow/store_rocksdb/backup.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace zflow::app {
namespace {

using store::errc;
using store::Error;
using store::Finding;

struct Arguments {
    std::string directory;
    std::uint32_t id = 0;
    bool list = false;
};

std::string_view to_string(Finding::Severity severity) {
    switch (severity) {
        case Finding::Severity::ok:
            return "ok";
        case Finding::Severity::warning:
            return "warning";
        case Finding::Severity::error:
            return "error";
    }
    return "unknown";
}

Exit check(const Settings& settings) {
    const auto uri = store::Uri::parse(settings.store);
    const auto kinds = store::kinds();
    const auto kind = std::ranges::find(kinds, uri.scheme(), &store::Kind::scheme);
    if (kind == kinds.end() || !kind->check) {
        // Opening says what there is; a kind that cannot be checked can at least be opened.
        (void)store::block_on(store::open(settings.store, {.create_if_missing = false}));
        tell("zflow: this kind of store has no check of its own; it opens");
        return Exit::ok;
    }
    bool sound = true;
    for (const auto& finding : store::block_on(kind->check(uri, {.create_if_missing = false}))) {
        sound &= finding.severity != Finding::Severity::error;
        if (settings.json) {
            print(boost::json::object{
                {"severity", to_string(finding.severity)}, {"what", finding.what}, {"fix", finding.fix}});
        } else {
            print(fmt::format("{:8} {}{}\n", to_string(finding.severity), finding.what,
                              finding.fix.empty() ? "" : "; " + finding.fix));
        }
    }
    return sound ? Exit::ok : Exit::failed;
}

store_rocksdb::Options rocksdb_options(const Settings& settings, const char* operation) {
    const auto uri = store::Uri::parse(settings.store);
    if (uri.scheme() != "rocksdb") {
        throw Error(errc::invalid_argument, {uri.scheme(), operation},
                    "only rocksdb:PATH has backups of its own; servers have theirs");
    }
    return store_rocksdb::Options::from_uri(uri);
}

void print_backup(const Settings& settings, const store_rocksdb::BackupInfo& backup) {
    if (settings.json) {
        print(boost::json::object{
            {"id", backup.id}, {"bytes", backup.bytes}, {"unix_seconds", backup.unix_seconds}});
    } else {
        print(fmt::format("backup {}: {} bytes, made at {} (seconds since 1970)\n", backup.id, backup.bytes,
                          backup.unix_seconds));
    }
}

Exit backup(const Settings& settings, const Arguments& arguments) {
    const auto options = rocksdb_options(settings, "backup");
    ProgressBar bar;
    const auto made = store_rocksdb::backup(
        options, arguments.directory,
        [&](std::uint64_t done, std::uint64_t total) { bar.show(done, total, "copied"); });
    print_backup(settings, made);
    return Exit::ok;
}

Exit restore(const Settings& settings, const Arguments& arguments) {
    const auto options = rocksdb_options(settings, "restore");
    if (arguments.list) {
        for (const auto& one : store_rocksdb::backups(arguments.directory)) {
            print_backup(settings, one);
        }
        return Exit::ok;
    }
    print_backup(settings, store_rocksdb::restore(arguments.directory, options.path, arguments.id));
    return Exit::ok;
}

}  // namespace

void add_maintenance_commands(CLI::App& parent, Command& chosen) {
    add_command(parent, "check", "Look a store over: format, check sums, every row", "zflow store check")
        ->callback([&chosen] { chosen = check; });
    const auto arguments = std::make_shared<Arguments>();
    auto* const backup_command = add_command(parent, "backup", "Copy the store into a backup directory",
                                             "zflow store backup zflow-backups");
    backup_command->add_option("DIRECTORY", arguments->directory, "the backup directory; made if missing")
        ->required();
    backup_command->callback([&chosen, arguments] {
        chosen = [arguments](const Settings& settings) { return backup(settings, *arguments); };
    });
    auto* const restore_command =
        add_command(parent, "restore", "Write a backup back to a new or empty directory",
                    "zflow store restore zflow-backups --store rocksdb:restored");
    restore_command->add_option("DIRECTORY", arguments->directory, "the backup directory")->required();
    add_number(*restore_command, "--id", arguments->id, "which backup; the newest if not given");
    restore_command->add_flag("--list", arguments->list, "list the backups that are whole, restore none");
    restore_command->callback([&chosen, arguments] {
        chosen = [arguments](const Settings& settings) { return restore(settings, *arguments); };
    });
}

}  // namespace zflow::app
