#pragma once

#include <zflow/codec/binary.hpp>
#include <zflow/interpreter/program.hpp>
#include <zflow/store/key_value_store.hpp>

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <set>

namespace zflow::engine {

namespace asio = boost::asio;

/// The programs of a store: each is put before the first run of it begins, under its id, and never changes.
///
/// Loaded ones are kept as long as a run, or a caller, has them; the last few longer.
/// Thread-safety: any number of calls at once.
class Programs {
 public:
    /// Put a program, unless it was put and acknowledged here before. Errors: store::Error.
    asio::awaitable<void> ensure_stored(std::shared_ptr<store::KeyValueStore> store,
                                        std::shared_ptr<const interpreter::Program> program);

    /// Read a program, unless it is loaded.
    ///
    /// Returns: none if it is not in the store, or is damaged. Errors: store::Error.
    asio::awaitable<std::shared_ptr<const interpreter::Program>> load(
        std::shared_ptr<store::KeyValueStore> store, codec::ProgramId id);

    /// The program if it is loaded.
    [[nodiscard]] std::shared_ptr<const interpreter::Program> find(const codec::ProgramId& id);

 private:
    /// How many programs stay loaded although nobody has them.
    static constexpr std::size_t kept_programs = 64;

    [[nodiscard]] bool is_stored(const codec::ProgramId& id);
    void keep(const codec::ProgramId& id, std::shared_ptr<const interpreter::Program> program);

    std::mutex mutex_;
    std::map<codec::ProgramId, std::weak_ptr<const interpreter::Program>> loaded_;
    std::vector<std::shared_ptr<const interpreter::Program>> kept_;  ///< a ring
    std::size_t next_kept_ = 0;
    std::set<codec::ProgramId> stored_;
};

}  // namespace zflow::engine
