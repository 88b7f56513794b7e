#include "map_store.hpp"

#include <zflow/conformance/child.hpp>
#include <zflow/conformance/gtest.hpp>

#include <gtest/gtest.h>

int main(int argc, char** argv) {
    map_store::register_kind();
    // The suite starts this program again for its crash and second-process cases.
    if (const auto code = zflow::conformance::child_main(argc, argv)) {
        return *code;
    }
    ::testing::InitGoogleTest(&argc, argv);
    zflow::conformance::register_tests("MapStore", {.uri = "map:"});
    return RUN_ALL_TESTS();
}
