// Goal: a name that a sender gave harms nobody's folder, terminal or command.
#include "common/client/safe_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rogatoria::client {
namespace {

TEST(SafeNameTest, IsNoOptionOfACommandAndNoHiddenFile) {
  EXPECT_EQ(SafeFileName("-rf", 1), "_rf");
  EXPECT_EQ(SafeFileName("--help.pdf", 1), "_-help.pdf");
  EXPECT_EQ(SafeFileName("a-b.pdf", 1), "a-b.pdf");
  EXPECT_EQ(SafeFileName(".bashrc", 7), "document-7");
  EXPECT_EQ(SafeFileName("../../-x", 1), "_x");
}

}  // namespace
}  // namespace rogatoria::client
