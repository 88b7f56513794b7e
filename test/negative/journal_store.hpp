#pragma once

#include <zflow/store/open.hpp>

namespace zflow::negative {

/// What is wrong with a journal store, if anything.
enum class JournalFault { none, no_lock };

/// Both stores in one file that processes share: each call locks it, replays what others added, and adds its
/// own record.
[[nodiscard]] store::Stores open_journal(const std::string& path, JournalFault fault);

}  // namespace zflow::negative
