#include "place_fixture.hpp"

#include <zflow/control/place.hpp>

#include <fcntl.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

namespace zflow::control {
namespace {

/// A process that holds a lock until it is killed.
class Holder {
 public:
    explicit Holder(const std::string& directory) {
        std::array<int, 2> ready{};
        EXPECT_EQ(::pipe(ready.data()), 0);
        process_ = ::fork();
        if (process_ == 0) {
            const int file = ::open((directory + "/LOCK").c_str(), O_RDWR | O_CREAT, 0600);
            struct flock lock{};
            lock.l_type = F_WRLCK;
            (void)::fcntl(file, F_SETLK, &lock);
            (void)!::write(ready[1], "x", 1);
            ::pause();
            ::_exit(0);
        }
        char byte = 0;
        EXPECT_EQ(::read(ready[0], &byte, 1), 1);
        ::close(ready[0]);
        ::close(ready[1]);
    }
    ~Holder() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    [[nodiscard]] pid_t process() const noexcept { return process_; }

 private:
    pid_t process_ = 0;
};

TEST(Place, only_embedded_stores_have_a_directory) {
    EXPECT_EQ(directory_of("rocksdb:/a b/c?durability=none"), "/a b/c");
    EXPECT_FALSE(directory_of("memory:"));
}

TEST(Place, the_process_that_holds_the_lock_is_found) {
    const Directory directory;
    EXPECT_FALSE(find_owner(directory.path()));
    {
        const Holder holder(directory.path());
        const auto owner = find_owner(directory.path());
        ASSERT_TRUE(owner);
        EXPECT_EQ(owner->process, holder.process());
        EXPECT_NE(owner->command.find("zflow_control_test"), std::string::npos);
        EXPECT_NE(to_text(owner).find(std::to_string(holder.process())), std::string::npos);
    }
    EXPECT_FALSE(find_owner(directory.path()));
    EXPECT_EQ(to_text(std::nullopt), "another process");
}

}  // namespace
}  // namespace zflow::control
