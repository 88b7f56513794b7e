#include "errors.hpp"

#include <fmt/format.h>
#include <rocksdb/status.h>

#include <string_view>
#include <utility>

namespace zflow::store_rocksdb {
namespace {

using store::errc;
using store::Error;

bool says(const rocksdb::Status& status, std::string_view words) {
    return status.ToString().find(words) != std::string::npos;
}

errc kind_of(const rocksdb::Status& status) {
    if (status.IsCorruption() || status.IsNotFound()) {
        return errc::corruption;
    }
    if (says(status, "Permission denied") || says(status, "Operation not permitted")) {
        return errc::denied;
    }
    return errc::unavailable;
}

}  // namespace

Error read_error(const rocksdb::Status& status, std::string operation, std::string subject) {
    const auto kind = kind_of(status);
    return {kind,
            {backend_name, std::move(operation), std::move(subject)},
            kind == errc::corruption
                ? "a file of the store is damaged; restore a backup, or run `zflow store check`"
            : kind == errc::denied ? "a file of the store may not be read by this user"
                                   : "a file of the store could not be read; acknowledged data is untouched",
            status.ToString()};
}

Error open_error(const rocksdb::Status& status, const std::string& path) {
    const store::Where where{backend_name, "open", fmt::format("directory '{}'", path)};
    if (says(status, "LOCK") &&
        (says(status, "lock hold by current process") || says(status, "Resource temporarily unavailable"))) {
        return {errc::unavailable, where,
                "another process has this directory open (it holds the file LOCK). RocksDB serves one "
                "process at a time: "
                "end that process, or let it do the work",
                status.ToString()};
    }
    const auto kind = kind_of(status);
    return {kind, where,
            kind == errc::corruption
                ? "a file of the store is damaged or missing; nothing was changed. Restore a backup "
                  "with `zflow store restore`, or look with `zflow store check`"
            : kind == errc::denied ? "this user may not read and write the directory and its files"
                                   : "the directory could not be opened",
            status.ToString()};
}

Error failed_batch_error(const rocksdb::Status& status, std::string operation) {
    return {errc::outcome_unknown,
            {backend_name, std::move(operation)},
            "writing failed, and the write may or may not be there after the directory is opened again; "
            "until then the "
            "store is read-only",
            status.ToString()};
}

Error read_only_error(const std::string& reason, std::string operation) {
    return {errc::read_only,
            {backend_name, std::move(operation)},
            "an earlier write failed, so nothing more is written until the directory is opened again; this "
            "call changed "
            "nothing",
            reason};
}

Error bad_row_error(std::string operation, std::string subject, std::string sentence) {
    return {errc::corruption, {backend_name, std::move(operation), std::move(subject)}, std::move(sentence)};
}

}  // namespace zflow::store_rocksdb
