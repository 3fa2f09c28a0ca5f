#include "common/model/ids.h"

#include <string>

#include <gtest/gtest.h>

#include "common/model/case_record.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

TEST(IdsTest, AuthorityIds) {
  for (const char* good : {"pt-pgr", "co-fgn", "br", "a2"}) {
    EXPECT_TRUE(IsAuthorityId(good)) << good;
  }
  for (const char* bad :
       {"", "p", "2a", "-a", "PT", "pt_pgr", "pt pgr", "pt/pgr", "pt.pgr", "ñu"}) {
    EXPECT_FALSE(IsAuthorityId(bad)) << bad;
  }
  EXPECT_TRUE(IsAuthorityId(std::string(32, 'a')));
  EXPECT_FALSE(IsAuthorityId(std::string(33, 'a')));
}

TEST(IdsTest, ActIds) {
  const std::string uuid = "6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  EXPECT_TRUE(IsActId("pt-pgr/" + uuid));
  for (const std::string& bad : {uuid,
                                 "/" + uuid,
                                 "pt-pgr" + uuid,
                                 "pt-pgr/" + uuid + "/",
                                 "pt-pgr//" + uuid,
                                 "Pt/" + uuid,
                                 "pt-pgr/" + uuid.substr(1) + "g"}) {
    EXPECT_FALSE(IsActId(bad)) << bad;
  }
  const auto parts = ParseActId(MakeActId("pt-pgr", uuid));
  ASSERT_THAT(parts, IsOk());
  EXPECT_EQ(parts->authority, "pt-pgr");
  EXPECT_EQ(parts->uuid, uuid);
  EXPECT_THAT(ParseActId("x"), HasReason(Reason::FIELD_INVALID));
}

TEST(IdsTest, InstrumentsAndMeasures) {
  EXPECT_TRUE(IsInstrumentId("UN-TIP-2000"));
  EXPECT_TRUE(IsInstrumentId("RECIPROCITY"));
  for (const char* bad : {"", "un", "UN TIP", "UN_TIP", "-UN", "2000-UN"}) {
    EXPECT_FALSE(IsInstrumentId(bad)) << bad;
  }
  EXPECT_FALSE(IsInstrumentId(std::string(41, 'A')));
  EXPECT_TRUE(IsMeasureCode("VIDEO_HEARING"));
  EXPECT_FALSE(IsMeasureCode("VIDEO-HEARING"));
  EXPECT_FALSE(IsMeasureCode("_VIDEO"));
}

TEST(IdsTest, Languages) {
  for (const char* good : {"es", "quz", "es-CO", "pt-PT", "zh-Hant", "zh-Hant-TW", "es-419"}) {
    EXPECT_TRUE(IsLanguageTag(good)) << good;
  }
  for (const char* bad : {"",
                          "e",
                          "ES",
                          "es_CO",
                          "es-co",
                          "es-",
                          "es-CO-",
                          "es-CO-x",
                          "español",
                          "es-Hant-TW-x",
                          "zh-hant",
                          "es--CO"}) {
    EXPECT_FALSE(IsLanguageTag(bad)) << bad;
  }
}

TEST(IdsTest, Days) {
  EXPECT_TRUE(IsCivilDate("2026-12-31"));
  EXPECT_TRUE(IsCivilDate("2028-02-29"));
  for (const char* bad : {"2026-02-29",
                          "2026-13-01",
                          "2026-00-01",
                          "2026-1-01",
                          "26-12-31",
                          "2026/12/31",
                          "2026-12-31 ",
                          "",
                          "0000-01-01",
                          "+026-01-01"}) {
    EXPECT_FALSE(IsCivilDate(bad)) << bad;
  }
}

TEST(IdsTest, Countries) {
  EXPECT_TRUE(IsCountryCode("PT"));
  EXPECT_FALSE(IsCountryCode("pt"));
  EXPECT_FALSE(IsCountryCode("PRT"));
}

TEST(CaseRecordTest, FindsRolesAndMeasures) {
  CaseRecord record;
  record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
  record.measures = {{1, "VIDEO_HEARING", v1::MEASURE_STATE_RECEIVED}};
  EXPECT_EQ(record.RoleOf("co-fgn"), v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(record.RoleOf("br-pgr"), v1::CASE_ROLE_UNSPECIFIED);
  EXPECT_EQ(record.FindMeasure(1)->code, "VIDEO_HEARING");
  EXPECT_EQ(record.FindMeasure(2), nullptr);
}

}  // namespace
}  // namespace rogatoria
