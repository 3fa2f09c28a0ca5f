// Goal: one grammar for the name of a hub, the strictest that any of its uses needs.
#include "common/base/trust_domain.h"

#include <string>

#include <gtest/gtest.h>

#include "common/base/limits.h"

namespace rogatoria {
namespace {

TEST(TrustDomainTest, HostNamesAreNames) {
  for (const char* good : {"hub", "rogatoria.example", "rogatoria.example-1.org", "1"}) {
    EXPECT_TRUE(IsTrustDomain(good)) << good;
  }
  EXPECT_TRUE(IsTrustDomain(std::string(limits::kMaxIdBytes, 'a')));
}

TEST(TrustDomainTest, NothingElseIs) {
  for (const char* bad :
       {"", ".", ".hub", "hub.", "Hub", "hub_1", "hub/log", "hub 1", "h\xc3\xba"}) {
    EXPECT_FALSE(IsTrustDomain(bad)) << bad;
  }
  EXPECT_FALSE(IsTrustDomain(std::string(limits::kMaxIdBytes + 1, 'a')));
}

}  // namespace
}  // namespace rogatoria
