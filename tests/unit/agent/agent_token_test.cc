// Goal: the port is for who shows the token, and the token is its owner's.
#include "services/agent/agent_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "common/base/files.h"
#include "services/agent/agent_server.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::agent {
namespace {

using testing::Not;

TEST(AgentTokenTest, IsMadeOnceAndKept) {
  const TemporaryFolder folder;
  const std::string path = folder / "below/token";
  const auto made = LoadOrMakeToken(path);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->size(), 64U);
  struct stat found;
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  const auto again = LoadOrMakeToken(path);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(made->EqualsInConstantTime(*again));
}

TEST(AgentTokenTest, AFileThatOthersReadOrThatHoldsNoneIsRefused) {
  const TemporaryFolder folder;
  const std::string path = folder / "token";
  ASSERT_THAT(LoadOrMakeToken(path), IsOk());
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_THAT(LoadOrMakeToken(path), Not(IsOk()));
  for (const char* text : {"", "short\n", "no hexadecimal digits"}) {
    ASSERT_THAT(WriteFileDurably(path, text, 0600), IsOk());
    EXPECT_THAT(LoadOrMakeToken(path), Not(IsOk())) << text;
  }
}

TEST(AgentTokenTest, OnlyTheWholeTokenAfterBearerOpens) {
  const SecretBytes token("0123456789abcdef");
  EXPECT_THAT(CheckToken(token, "Bearer 0123456789abcdef"), IsOk());
  for (const char* shown : {"",
                            "0123456789abcdef",
                            "bearer 0123456789abcdef",
                            "Bearer ",
                            "Bearer 0123456789abcde",
                            "Bearer 0123456789abcdef0",
                            "Bearer 0123456789abcdeF"}) {
    EXPECT_THAT(CheckToken(token, shown), Not(IsOk())) << shown;
  }
  EXPECT_THAT(CheckToken(SecretBytes(), "Bearer "), Not(IsOk()));
}

TEST(AgentServerTest, ListensOnTheLoopbackOnly) {
  for (const char* address : {"127.0.0.1:7700", "[::1]:7700", "127.0.0.1:0"}) {
    EXPECT_THAT(CheckLoopback(address, "agent.listen"), IsOk()) << address;
  }
  for (const char* address : {"",
                              "7700",
                              "0.0.0.0:7700",
                              "localhost:7700",
                              "[::]:7700",
                              "127.0.0.1:x",
                              "127.0.0.1:70000",
                              "127.0.0.1"}) {
    EXPECT_THAT(CheckLoopback(address, "agent.listen"), Not(IsOk())) << address;
  }
}

TEST(AgentServerTest, ASocketsPathIsAsLongAsTheSystemTakes) {
  EXPECT_THAT(CheckSocketPath("/" + std::string(106, 'a')), IsOk());
  EXPECT_THAT(CheckSocketPath("/" + std::string(107, 'a')), Not(IsOk()));
}

}  // namespace
}  // namespace rogatoria::agent
