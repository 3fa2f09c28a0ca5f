// Notices of certificates that expire.
#include "common/base/bytes.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"
#include "tests/unit/deadlines/scheduler_fixture.h"

namespace rogatoria::deadlines {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Of keys that an authority stated; those of the hub's own are told by its status.
class CertificatesTest : public SchedulerTest {
 protected:
  // A key of pt-pgr whose certificate and statement end so many days after the start.
  void Give(int certificate_ends, int statement_ends) {
    CertificateRequest request;
    request.common_name = "sealing";
    request.not_before = kStart + absl::Hours(-24);
    request.not_after = kStart + absl::Hours(24 * certificate_ends);
    keys_.push_back({v1::KEY_PURPOSE_SEALING,
                     pki_.Issue(TestPki::Ca::kPublic, request).certificate,
                     {},
                     request.not_before,
                     kStart + absl::Hours(24 * statement_ends)});
  }
  void Load() {
    Directory::Contents contents = SomeContents();
    contents.authorities[0].keys = keys_;
    registry_.SetDirectory(Make(std::move(contents)), ++version_);
  }
  void TickOnDay(int day) { TickAt(kStart + absl::Hours(24 * day)); }

  TemporaryFolder folder_;
  TestPki pki_{folder_.path()};
  std::vector<StatedKey> keys_;
  uint64_t version_ = 1;
};

TEST_F(CertificatesTest, AnAuthorityIsWarnedOnceOfACertificateThatExpires) {
  Give(100, 3650);
  Load();
  TickOnDay(0);
  TickAt(kStart + absl::Hours(24 * 70) + absl::Milliseconds(-1));
  EXPECT_THAT(Told("pt-pgr"), IsEmpty()) << "more than thirty days are left";
  for (int day = 70; day < 130; ++day) {
    if (day % 7 == 0) Restart();
    TickOnDay(day);
  }
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("CERTIFICATE_EXPIRING"));
  EXPECT_THAT(Told("co-fgn"), IsEmpty());
  const v1::Notice notice = Notices("pt-pgr")[0];
  EXPECT_EQ(notice.issued_unix_ms(), (kStart + absl::Hours(24 * 70)).unix_ms);
  EXPECT_EQ(notice.due_unix_ms(), (kStart + absl::Hours(24 * 100)).unix_ms);
  EXPECT_EQ(notice.authority(), "pt-pgr");
  EXPECT_EQ(ToHex(notice.certificate_sha256()), keys_[0].certificate.fingerprint_sha256());
}

TEST_F(CertificatesTest, TheEarlierEndOfStatementAndCertificateCounts) {
  Give(3650, 40);
  Load();
  TickOnDay(9);
  EXPECT_THAT(Told("pt-pgr"), IsEmpty());
  TickOnDay(10);
  ASSERT_THAT(Told("pt-pgr"), ElementsAre("CERTIFICATE_EXPIRING"));
  EXPECT_EQ(Notices("pt-pgr")[0].due_unix_ms(), (kStart + absl::Hours(24 * 40)).unix_ms);
}

TEST_F(CertificatesTest, OneThatCameSinceIsToldToo) {
  Give(20, 3650);
  Load();
  TickOnDay(1);
  Give(25, 3650);
  Load();
  TickOnDay(1);
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("CERTIFICATE_EXPIRING", "CERTIFICATE_EXPIRING"));
}

TEST_F(CertificatesTest, OneThatHasExpiredIsNoNews) {
  Give(100, 3650);
  Load();
  TickOnDay(101);
  EXPECT_THAT(Told("pt-pgr"), IsEmpty());
}

}  // namespace
}  // namespace rogatoria::deadlines
