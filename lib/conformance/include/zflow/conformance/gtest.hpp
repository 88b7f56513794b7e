#pragma once

#include <zflow/conformance/suite.hpp>

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace zflow::conformance {

/// Make each case of the suite a GoogleTest test named `<suite>.<case>`. Call before RUN_ALL_TESTS.
///
/// Parameters: `suite` is the name of the test suite, e.g. "MyStore"; `subject` is the store to test.
/// A case that the store's capabilities do not allow is reported as skipped, with the reason.
inline void register_tests(const std::string& suite, const Subject& subject, const Options& options = {}) {
    class CaseTest : public ::testing::Test {
     public:
        CaseTest(Subject subject, std::string name, Options options)
            : subject_(std::move(subject)), name_(std::move(name)), options_(std::move(options)) {}

        void TestBody() override {
            const auto result = run_case(subject_, name_, options_);
            switch (result.verdict) {
                case Verdict::passed:
                    return;
                case Verdict::skipped:
                    GTEST_SKIP() << result.message;
                case Verdict::warned:
                    RecordProperty("warning", result.message);
                    return;
                case Verdict::failed:
                    FAIL() << result.message << "\nseed: " << result.seed;
            }
        }

     private:
        Subject subject_;
        std::string name_;
        Options options_;
    };
    for (const auto& info : cases()) {
        ::testing::RegisterTest(
            suite.c_str(), info.name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
            [=]() -> ::testing::Test* { return new CaseTest(subject, info.name, options); });
    }
}

}  // namespace zflow::conformance
