#include "services/daemon/config.h"

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/daemon/config_keys.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::daemon {
namespace {

using testing::HasSubstr;

constexpr char kLeast[] = "trust_domain = \"rogatoria.example\"\ngoverning_law = \"ES\"\n";

std::string Example() {
  std::ifstream file(ROGATORIA_SOURCE_DIR "/deploy/rogatoriad.toml");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The example with every default written out.
std::string ExampleInFull() {
  return std::regex_replace(Example(), std::regex("\n# ([a-z_0-9]+ = )"), "\n$1");
}

// All values of a configuration, by the table of keys.
std::vector<std::string> Values(Config config) {
  std::vector<std::string> values;
  struct Show {
    Config& config;
    std::string operator()(const TextKey& key) { return key.place(config); }
    std::string operator()(const ListKey& key) { return absl::StrJoin(key.place(config), "|"); }
    std::string operator()(const NumberKey& key) { return absl::StrCat(key.place(config)); }
    std::string operator()(const SwitchKey& key) { return key.place(config) ? "true" : "false"; }
  };
  for (const ConfigKey& key : AllConfigKeys()) {
    values.push_back(
        absl::StrCat(key.section, ".", key.name, "=", std::visit(Show{config}, key.kind)));
  }
  return values;
}

std::string Problem(absl::string_view more) {
  const auto config = ParseConfig(absl::StrCat(kLeast, more), "hub.toml");
  EXPECT_THAT(config, HasReason(Reason::CONFIGURATION_INVALID));
  const auto details = GetErrorDetails(config.status());
  return details.has_value() ? details->accepted : "";
}

TEST(ConfigExample, ReadsAsItIs) {
  const auto config = ParseConfig(Example(), "rogatoriad.toml");
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(Values(*config), Values(*ParseConfig(kLeast, "x")));
}

TEST(ConfigExample, ShowsTheDefaults) {
  const auto config = ParseConfig(ExampleInFull(), "rogatoriad.toml");
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(Values(*config), Values(*ParseConfig(kLeast, "x")));
}

TEST(ConfigExample, HasEveryKey) {
  std::set<std::string> shown;
  std::string section;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(ExampleInFull(), '\n'))) {
    std::smatch match;
    if (std::regex_match(line, match, std::regex("\\[([a-z]+)\\]"))) section = match.str(1) + ".";
    if (std::regex_match(line, match, std::regex("([a-z_0-9]+) = .*"))) {
      shown.insert(section + match.str(1));
    }
  }
  const std::vector<std::string> keys = ConfigKeys();
  EXPECT_EQ(shown, std::set<std::string>(keys.begin(), keys.end()));
}

TEST(ParseConfigTest, ValuesTakeTheirPlaces) {
  const auto config = ParseConfig(absl::StrCat(kLeast,
                                               "training = true\n"
                                               "[public]\nlisten = [\"[::]:1\", \"127.0.0.1:2\"]\n"
                                               "[limits]\nlease_ms = 5000\n"),
                                  "hub.toml");
  ASSERT_THAT(config, IsOk());
  EXPECT_TRUE(config->training);
  EXPECT_THAT(config->public_listener.listen, testing::ElementsAre("[::]:1", "127.0.0.1:2"));
  EXPECT_EQ(config->limits.lease_ms, 5000);
}

TEST(ParseConfigTest, SyntaxErrorsHaveTheirPlace) {
  EXPECT_THAT(Problem("[public\n"), HasSubstr("hub.toml:3:"));
}

TEST(ParseConfigTest, UnknownKeysAreRefusedWithTheirPlace) {
  EXPECT_THAT(Problem("[public]\nlissten = 1\n"), HasSubstr("hub.toml:4:11: public.lissten"));
  EXPECT_THAT(Problem("[publik]\nlisten = []\n"), HasSubstr("hub.toml:3:1: publik"));
  EXPECT_THAT(Problem("colour = \"red\"\n"), HasSubstr("colour"));
}

TEST(ParseConfigTest, RequiredKeysAreAskedFor) {
  const auto config = ParseConfig("", "hub.toml");
  EXPECT_THAT(config, HasReason(Reason::CONFIGURATION_INVALID));
  EXPECT_THAT(GetErrorDetails(config.status())->accepted, HasSubstr("trust_domain"));
  EXPECT_THAT(GetErrorDetails(config.status())->accepted, HasSubstr("governing_law"));
}

TEST(ParseConfigTest, EveryProblemIsNamedAtOnce) {
  const std::string problems = Problem("[limits]\nlease_ms = 1\nmax_connections = \"many\"\n");
  EXPECT_THAT(problems, HasSubstr("hub.toml:4:12: limits.lease_ms: expected 1000 to 3600000"));
  EXPECT_THAT(problems, HasSubstr("hub.toml:5:19: limits.max_connections"));
}

struct BadValue {
  const char* toml;
  const char* names;
};
class BadValues : public testing::TestWithParam<BadValue> {};

TEST_P(BadValues, AreRefused) {
  EXPECT_THAT(Problem(GetParam().toml), HasSubstr(GetParam().names));
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    BadValues,
    testing::Values(
        BadValue{"training = \"yes\"\n", "training"},
        BadValue{"[store]\ndirectory = \"relative\"\n", "store.directory"},
        BadValue{"[store]\ndirectory = 7\n", "store.directory"},
        BadValue{"[store]\ncase_keys = \"/var/lib/rogatoria/store/keys\"\n", "store.case_keys"},
        BadValue{"[store]\ncase_keys = \"/var/backups/rogatoria/keys\"\n", "store.case_keys"},
        BadValue{"[log]\nwitnesses = [\"not a key\"]\n", "log.witnesses"},
        BadValue{"[log]\nnew_log = \"yes\"\n", "log.new_log"},
        BadValue{"[public]\nlisten = [\"localhost:7443\"]\n", "public.listen"},
        BadValue{"[public]\nlisten = \"127.0.0.1:7443\"\n", "public.listen"},
        BadValue{"[public]\nlisten = [7443]\n", "public.listen"},
        BadValue{"[admin]\ncrl_grace_hours = -1\n", "admin.crl_grace_hours"},
        BadValue{"[admin]\ncrl_grace_hours = 1.5\n", "admin.crl_grace_hours"},
        BadValue{"[metrics]\nlisten = \"0.0.0.0:7445\"\n", "metrics.listen"},
        BadValue{"[logging]\nlevel = \"loud\"\n", "logging.level"},
        BadValue{"[bootstrap]\nidentity = \"spiffe://rogatoria.example/operator/o\"\n",
                 "bootstrap"},
        BadValue{"[bootstrap]\nidentity = \"spiffe://else.example/operator/o\"\n",
                 "bootstrap.identity"},
        BadValue{"[bootstrap]\ncertificate_sha256 = \"ABC\"\n", "bootstrap.certificate_sha256"}));

TEST(ParseConfigTest, TrustDomainsAndLawsHaveAForm) {
  for (const char* bad : {"", "UPPER.example", ".a", "a.", "a b", "a/b"}) {
    const auto config = ParseConfig(
        absl::StrCat("trust_domain = \"", bad, "\"\ngoverning_law = \"ES\"\n"), "hub.toml");
    EXPECT_THAT(config, HasReason(Reason::CONFIGURATION_INVALID)) << bad;
  }
  EXPECT_FALSE(ParseConfig("trust_domain = \"a\"\ngoverning_law = \"es\"\n", "hub.toml").ok());
}

// A longer one could be in no header: the hub would run and refuse every act.
TEST(ParseConfigTest, ATrustDomainIsNoLongerThanHeadersHaveRoomFor) {
  const auto parse = [](size_t size) {
    return ParseConfig(
        absl::StrCat("trust_domain = \"", std::string(size, 'a'), "\"\ngoverning_law = \"ES\"\n"),
        "hub.toml");
  };
  EXPECT_THAT(parse(limits::kMaxIdBytes), IsOk());
  EXPECT_THAT(parse(limits::kMaxIdBytes + 1), HasReason(Reason::CONFIGURATION_INVALID));
}

TEST(AlertConfigTest, EachWayIsRead) {
  const auto config = ParseConfig(absl::StrCat(kLeast,
                                               "[alert.pager]\nprogram = [\"/bin/page\", \"a b\"]\n"
                                               "[alert.mail]\nmail_to = \"duty@a.example\"\n"
                                               "mail_from = \"hub@h.example\"\n"
                                               "[alert.web-1]\nwebhook = \"https://a.example/x\"\n"
                                               "webhook_ca = \"/etc/ca.pem\"\n"),
                                  "hub.toml");
  ASSERT_THAT(config, IsOk());
  EXPECT_EQ(config->alerts.at("pager").program, (std::vector<std::string>{"/bin/page", "a b"}));
  EXPECT_EQ(config->alerts.at("mail").mail_to, "duty@a.example");
  EXPECT_EQ(config->alerts.at("mail").sendmail, "/usr/sbin/sendmail");
  EXPECT_EQ(config->alerts.at("web-1").webhook, "https://a.example/x");
}

TEST(AlertConfigTest, WhatIsWrongIsNamedWithItsPlace) {
  const std::string http = "[alert.web]\nwebhook = \"http://a.example\"\n";
  EXPECT_THAT(Problem(http),
              HasSubstr("hub.toml:4:11: alert.web.webhook: expected a URL that begins"));
  EXPECT_THAT(Problem("[alert.none]\n"),
              HasSubstr("hub.toml:3:1: alert.none: expected one of program, mail_to and webhook"));
  EXPECT_THAT(Problem("[alert.two]\nprogram = [\"/bin/a\"]\nwebhook = \"https://a\"\n"),
              HasSubstr("alert.two: expected one of"));
  EXPECT_THAT(Problem("[alert.p]\nprogram = [\"page\"]\n"),
              HasSubstr("alert.p.program: expected a list"));
  EXPECT_THAT(Problem("[alert.p]\nprogramme = [\"/bin/page\"]\n"), HasSubstr("alert.p.programme"));
  EXPECT_THAT(Problem("[alert.UPPER]\nprogram = [\"/bin/page\"]\n"),
              HasSubstr("alert.UPPER: expected a section, named by [a-z0-9-]"));
  for (const char* address : {"a@b\\nBcc: c@d", "a@b,c@d", "-oQ@x", "nobody"}) {
    EXPECT_THAT(
        Problem(absl::StrCat("[alert.m]\nmail_from = \"h@h\"\nmail_to = \"", address, "\"\n")),
        HasSubstr("alert.m.mail_to: expected one e-mail address"))
        << address;
  }
}

TEST(LoadConfigTest, AMissingFileIsNamed) {
  EXPECT_THAT(LoadConfig("/nonexistent/rogatoriad.toml"), HasReason(Reason::FILE_UNREADABLE));
}

TEST(CheckFilesTest, NamesEverySectionWithMissingFiles) {
  TemporaryFolder folder;
  Config config = *ParseConfig(kLeast, "hub.toml");
  for (ListenerConfig* listener : {&config.public_listener, &config.admin_listener}) {
    listener->certificate = listener->key = listener->client_ca = folder / "none";
  }
  config.log.key = config.signers.ca = folder / "none";
  config.alerts["desk"].program = {folder / "none"};
  const absl::Status checked = CheckFiles(config);
  EXPECT_THAT(checked, HasReason(Reason::CONFIGURATION_INVALID));
  for (const char* section : {"public: ", "admin: ", "signers: ", "log.key: ", "alert.desk: "}) {
    EXPECT_THAT(std::string(checked.message()), HasSubstr(section));
  }
}

}  // namespace
}  // namespace rogatoria::daemon
