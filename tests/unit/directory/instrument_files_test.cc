// Instruments as files: the set that is shipped, reading them without a whole directory, comparing.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "common/directory/instrument_changes.h"
#include "common/directory/load.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/directory/test_directory.h"

namespace rogatoria {
namespace {

// deploy/ibero-american: everything says where it comes from, nothing claims to be verified.
TEST(IberoAmericanTest, LoadsWholeAndSaysItsSources) {
  const auto loaded = ParseDirectory(FilesOf("ibero-american"), kTrustDomain);
  ASSERT_THAT(loaded, IsOk());
  const Directory& directory = **loaded;
  EXPECT_EQ(directory.authorities().size(), 26U);  // 22 members, PR, GQ, Eurojust, Interpol
  EXPECT_EQ(directory.calendars().size(), 26U);
  EXPECT_EQ(directory.instruments().size(), 16U);
  for (const AuthorityEntry& entry : directory.authorities()) {
    EXPECT_FALSE(entry.record.source().empty()) << entry.record.id();
    EXPECT_EQ(entry.record.mark(), v1::DATA_MARK_CHECK_BEFORE_PRODUCTION) << entry.record.id();
    EXPECT_TRUE(entry.keys.empty());
    EXPECT_TRUE(entry.record.technical_contact().empty())
        << "an invented one: " << entry.record.id();
  }
  for (const v1::Instrument& instrument : directory.instruments()) {
    EXPECT_FALSE(instrument.source().empty()) << instrument.id();
    EXPECT_EQ(instrument.mark(), v1::DATA_MARK_CHECK_BEFORE_PRODUCTION) << instrument.id();
    EXPECT_EQ(instrument.version(), 1U) << instrument.id();
  }
  for (const char* barred : {"eurojust", "interpol", "pr-justicia", "gq-fgr"}) {
    ASSERT_NE(directory.FindAuthority(barred), nullptr) << barred;
    EXPECT_EQ(directory.FindAuthority(barred)->record.data_class_ceiling(),
              v1::DATA_CLASS_ADMINISTRATIVE);
  }
}

// They are shown in every language as they stand: names and articles, no prose.
TEST(IberoAmericanTest, SourcesOfRequirementsAreReadInEveryLanguage) {
  const auto loaded = ParseDirectory(FilesOf("ibero-american"), kTrustDomain);
  ASSERT_THAT(loaded, IsOk());
  ASSERT_FALSE((*loaded)->requirements().empty());
  for (const v1::Requirement& requirement : (*loaded)->requirements()) {
    for (const char* word : {" by ", " of ", " the ", " with ", " and ", " see "}) {
      EXPECT_FALSE(absl::StrContains(requirement.source(), word))
          << requirement.id() << ": " << requirement.source();
    }
  }
}

TEST(IberoAmericanTest, SaysOfEachInstrumentWhatIsKnown) {
  const auto loaded = ParseDirectory(FilesOf("ibero-american"), kTrustDomain);
  ASSERT_THAT(loaded, IsOk());
  const auto find = [&loaded](const char* id) { return (*loaded)->FindInstrument(id); };
  for (const char* id : {"UN-UNTOC-2000",
                         "UN-TIP-2000",
                         "UN-SOM-2000",
                         "UN-UNCAC-2003",
                         "UN-1988",
                         "OAS-A55-1992",
                         "MERCOSUR-BO-CL-2002",
                         "IBER-VC-2010",
                         "COE-185",
                         "COE-030",
                         "AIAMP-TIP-REV",
                         "AIAMP-COOP-2018",
                         "RECIPROCITY"}) {
    EXPECT_NE(find(id), nullptr) << id;
  }
  EXPECT_EQ(find("COMJIB-MEDELLIN-2019")->effect(), v1::CHANNEL_EFFECT_FORMAL_ORIGINAL);
  EXPECT_EQ(find("COMJIB-MEDELLIN-2019")->relations_size(), 21);  // seven parties
  EXPECT_EQ(RelationsBetween(*find("COMJIB-MEDELLIN-2019"), "PT", "CO")[0]->from(), "2024-05-15");
  EXPECT_EQ(find("AIAMP-TIP-2011")->effect(), v1::CHANNEL_EFFECT_INTERINSTITUTIONAL);
  EXPECT_EQ(find("MERCOSUR-CMC-2-96")->confirm_within(), "10 DAYS");
  EXPECT_EQ(find("IBER-VC-2010")->measures(0), "VIDEO_HEARING");
  EXPECT_EQ(find("UN-TIP-2000")->relations_size(), 0);  // no list of parties was read
}

TEST(LoadTest, InstrumentsAreReadWithoutTheRest) {
  const auto instruments = ParseInstruments(ExampleFiles());
  ASSERT_THAT(instruments, IsOk());
  EXPECT_EQ(instruments->size(), 7U);
  const std::vector<DirectoryFile> broken = {{"x.toml", "[[instrument]]\nid = \"A-1\"\n"}};
  EXPECT_TRUE(absl::StrContains(GetErrorDetails(ParseInstruments(broken).status())->accepted,
                                "x.toml:1:1: instrument: `title` is missing"));
}

TEST(InstrumentVersionsTest, AnEditRaisesTheVersion) {
  const std::string file = "instruments/reciprocity.toml";
  const std::string id = "id = \"RECIPROCITY\"\n";
  FileSet before(ExampleFiles());
  before.Replace(file, id, id + "version = 2\n");
  const auto current = before.Parse();
  ASSERT_THAT(current, IsOk());
  const auto load = [&](const std::string& keys, const std::string& title) {
    FileSet after(ExampleFiles());
    after.Replace(file, id, id + keys).Replace(file, "title = \"Reciprocity\"", title);
    return ParseDirectory(after.files(), kTrustDomain, current->get());
  };
  EXPECT_THAT(load("version = 2\n", "title = \"Reciprocity\""), IsOk());
  EXPECT_THAT(load("version = 3\n", "title = \"Another\""), IsOk());
  const auto refused = load("version = 2\n", "title = \"Another\"");
  ASSERT_THAT(refused, HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_TRUE(absl::StrContains(GetErrorDetails(refused.status())->accepted,
                                "instruments/reciprocity.toml:4:1: instrument RECIPROCITY is not "
                                "what version 2 says"));
}

TEST(InstrumentChangesTest, EachFieldAndPairIsToldApart) {
  const auto parse = [](const std::string& text) {
    return *ParseInstruments(std::vector<DirectoryFile>{{"x.toml", text}});
  };
  const std::string head = "[[instrument]]\nid = \"A-1\"\nlegal_basis = true\n";
  const auto before = parse(head +
                            "title = \"t\"\n[instrument.parties]\nPT = 2020-01-01\nCO = \"\"\n"
                            "[[instrument]]\nid = \"B-1\"\nlegal_basis = true\n"
                            "title = \"b\"\n");
  const auto after = parse(head +
                           "title = \"u\"\n[[instrument.relation]]\nbetween = [\"PT\", \"CO\"]\n"
                           "status = \"SUSPENDED\"\nfrom = 2026-01-01\n");
  const auto changes = ChangesOfInstruments(before, after);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].field, "relation CO-PT");
  EXPECT_EQ(changes[0].before, "IN_FORCE 2020-01-01..");
  EXPECT_EQ(changes[0].after, "SUSPENDED 2026-01-01..");
  EXPECT_EQ(changes[1].field, "title");
  EXPECT_EQ(changes[2].instrument, "B-1");
  EXPECT_EQ(changes[2].after, "");
  EXPECT_TRUE(ChangesOfInstruments(before, before).empty());
}

}  // namespace
}  // namespace rogatoria
