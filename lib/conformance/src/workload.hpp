#pragma once

#include <zflow/base/entropy.hpp>
#include <zflow/store/open.hpp>

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace zflow::conformance {

/// One write of a client of the crash workload. It can be put into a line of text and back.
struct Step {
    enum class Kind {
        put,             ///< `target` key, `number` timestamp
        remove,          ///< `target` key
        remove_marker,   ///< `target` key, `number` marker
        remove_through,  ///< `target` key, `number` version
        append,          ///< to the topic that all clients share
        append_own,      ///< to the client's own topic, expecting position `number`
        trim,            ///< the client's own topic up to `number`
        remove_topic,    ///< the client's own topic
    };
    Kind kind = Kind::put;
    int target = 0;
    std::int64_t number = 0;
    std::string token;  ///< makes the value; different for every step of a workload

    [[nodiscard]] std::string to_line() const;
    /// Errors: std::runtime_error for what `to_line` never made.
    [[nodiscard]] static Step from_line(const std::string& line);
};

/// The value that a token stands for: the token, and now and then some kilobytes behind it.
[[nodiscard]] store::Bytes value_of(const std::string& token);

/// Where the workload writes. Both sides make the names from the same base.
struct WorkPlace {
    std::string base;

    [[nodiscard]] store::Namespace ns() const { return {base}; }
    [[nodiscard]] store::Key key(int client, int target) const {
        return {"client-" + std::to_string(client) + "-key-" + std::to_string(target)};
    }
    [[nodiscard]] store::Topic shared() const { return {base + "-shared"}; }
    [[nodiscard]] store::Topic own(int client) const { return {base + "-own-" + std::to_string(client)}; }
};

inline constexpr int clients_per_child = 8;
inline constexpr int keys_per_client = 2;

/// Tells a parent what a child does. Each line is written at once, so a kill never tears one.
class LedgerWriter {
 public:
    explicit LedgerWriter(int descriptor) : descriptor_(descriptor) {}

    /// Before a call: "B client line".
    void begin(int client, const std::string& line) const;
    /// After its acknowledgement: "A client number".
    void acknowledge(int client, std::uint64_t number) const;

 private:
    void write(const std::string& line) const;

    int descriptor_;
};

/// One client of the crash workload: makes random steps, one after the other, for ever or until `steps` are
/// done.
///
/// Errors: std::runtime_error if the store answers what it must not, e.g. a conflict in a topic with one
/// writer.
boost::asio::awaitable<void> run_client(store::Stores& stores, WorkPlace place, LedgerWriter ledger,
                                        int client, std::uint64_t seed, std::uint64_t steps);

}  // namespace zflow::conformance
