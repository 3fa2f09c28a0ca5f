// A large directory, one core: how long it takes to read (a hub does so at its start and at each
// load) and how long a route takes to resolve, by id and by competence, and to be refused with what
// would work instead. Instruments have all their pairs; each authority has a sealing key that it
// stated, a territory and ten designations.
//
//   route_bench [INSTRUMENTS AUTHORITIES QUESTIONS [FOLDER]]     # 500 5000 20000
//
// FOLDER: the files are written there, too, for a hub to load (tests/bench/start).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/check.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/crypto/pki.h"
#include "common/crypto/private_key.h"
#include "common/directory/key_statement.h"
#include "common/directory/load.h"
#include "common/directory/routing.h"

namespace rogatoria {
namespace {

constexpr char kTrustDomain[] = "rogatoria.example";
constexpr Instant kNow{1795521600000};  // 2026-11-24T12:00:00Z
constexpr int64_t kYearMs = 365LL * 24 * 3600 * 1000;
constexpr const char* kCountries[] = {"AD", "AR", "BO", "BR", "CL", "CO", "CR", "CU",
                                      "DO", "EC", "ES", "GT", "HN", "MX", "NI", "PA",
                                      "PE", "PT", "PY", "SV", "UY", "VE"};
constexpr int kCountryCount = 22;
constexpr int kDesignations = 10;

struct Size {
  int instruments = 500, authorities = 5000, questions = 20000;
};

std::string CountryOf(int authority) {
  return kCountries[authority % kCountryCount];
}
std::string AuthorityId(int authority) {
  return absl::StrFormat("a-%05d", authority);
}
std::string InstrumentId(int instrument) {
  return absl::StrFormat("LAW-%03d", instrument);
}
// Each of a country has its own, in base 36.
std::string TerritoryOf(int authority) {
  constexpr char kDigits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const int n = authority / kCountryCount;
  return absl::StrCat(CountryOf(authority),
                      "-",
                      std::string{kDigits[n / 1296 % 36], kDigits[n / 36 % 36], kDigits[n % 36]});
}
// The k-th instrument that an authority is designated for: the same for every tenth of them.
int InstrumentOf(int authority, int k, const Size& size) {
  const int step = std::max(size.instruments / kDesignations, 1);
  return (authority % step + k * step) % size.instruments;
}

std::string InstrumentText(int instrument) {
  std::string text = absl::StrCat("[[instrument]]\nid = \"",
                                  InstrumentId(instrument),
                                  "\"\ntitle = \"t\"\nlegal_basis = true\n[instrument.parties]\n");
  for (const char* country : kCountries) absl::StrAppend(&text, country, " = 2004-09-03\n");
  return text;
}

std::string AuthorityText(int authority, const Size& size) {
  std::string text = absl::StrCat("[[authority]]\nid = \"",
                                  AuthorityId(authority),
                                  "\"\ncountry = \"",
                                  CountryOf(authority),
                                  "\"\nkinds = [\"PROSECUTION_SERVICE\", \"CENTRAL_AUTHORITY\"]\n"
                                  "name = \"n\"\ntime_zone = \"UTC\"\ncalendar = \"all\"\n"
                                  "languages = [\"es\"]\ndata_class_ceiling = \"SENSITIVE\"\n"
                                  "technical_contact = \"x@a.example\"\n"
                                  "[[authority.competence]]\nterritories = [\"",
                                  TerritoryOf(authority),
                                  "\"]\n");
  for (int k = 0; k < kDesignations; ++k) {
    absl::StrAppend(&text,
                    "[[authority.designation]]\ninstrument = \"",
                    InstrumentId(InstrumentOf(authority, k, size)),
                    "\"\n");
  }
  return text;
}

// An authority's own files: identity key, sealing certificate, and the statement between them.
class KeyMaker {
 public:
  KeyMaker() : ca_(MakeCa()), sealing_(*PrivateKey::Generate(KeyAlgorithm::kP256)) {}

  void Add(int authority, std::vector<DirectoryFile>& files) {
    const std::string id = AuthorityId(authority);
    const PrivateKey identity = *PrivateKey::Generate(KeyAlgorithm::kP256);
    const Bytes key = identity.PublicKeyDer();
    const Certificate certificate =
        *ca_.Issue(sealing_.PublicKeyDer(), Request(CertificateProfile::kSealing));
    const v1::KeyStatement statement =
        *SignKeyStatement(MakeKeyStatementBody(kTrustDomain,
                                               id,
                                               certificate,
                                               v1::KEY_PURPOSE_SEALING,
                                               {kNow.unix_ms - kYearMs},
                                               {kNow.unix_ms + kYearMs},
                                               ""),
                          identity);
    files.push_back({absl::StrCat("keys/", id, ".pem"), certificate.ToPem()});
    files.push_back({absl::StrCat("keys/", id, ".toml"),
                     absl::StrCat("[[identity_key]]\nauthority = \"",
                                  id,
                                  "\"\nsha256 = \"",
                                  IdentityFingerprint(key),
                                  "\"\npublic_key = \"",
                                  ToBase64(key),
                                  "\"\n[[key_statement]]\nauthority = \"",
                                  id,
                                  "\"\nstatement = \"",
                                  ToBase64(statement.statement()),
                                  "\"\nsignature = \"",
                                  ToBase64(statement.signature()),
                                  "\"\ncertificate = \"",
                                  id,
                                  ".pem\"\n")});
  }

 private:
  static CertificateRequest Request(CertificateProfile profile) {
    CertificateRequest request;
    request.profile = profile;
    request.common_name = "bench";
    request.not_before = {kNow.unix_ms - kYearMs};
    request.not_after = {kNow.unix_ms + 2 * kYearMs};
    return request;
  }
  CertificateAuthority MakeCa() {
    return *CertificateAuthority::Create(Request(CertificateProfile::kAuthority), random_);
  }

  SystemRandom random_;
  CertificateAuthority ca_;
  PrivateKey sealing_;
};

std::vector<DirectoryFile> MakeFiles(const Size& size) {
  std::vector<DirectoryFile> files;
  std::string law;
  for (int i = 0; i < size.instruments; ++i) absl::StrAppend(&law, InstrumentText(i));
  files.push_back({"instruments/all.toml", law});
  files.push_back({"calendars/all.toml",
                   "[[calendar]]\nid = \"all\"\nversion = 1\nweekly_rest = [\"SUNDAY\"]\n"
                   "years = [2026]\n"});
  KeyMaker keys;
  for (int i = 0; i < size.authorities; ++i) {
    files.push_back(
        {absl::StrCat("authorities/", AuthorityId(i), ".toml"), AuthorityText(i, size)});
    keys.Add(i, files);
  }
  return files;
}

// Of this thread's CPU: what else the machine does is left out.
double NowMicroseconds() {
  timespec now{};
  ROG_CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0, "the thread has a clock");
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double MicrosecondsOf(const std::function<void()>& work) {
  const double start = NowMicroseconds();
  work();
  return NowMicroseconds() - start;
}

void Report(const char* what, std::vector<double> microseconds) {
  std::sort(microseconds.begin(), microseconds.end());
  const auto at = [&microseconds](double share) {
    return microseconds[static_cast<size_t>(share * static_cast<double>(microseconds.size() - 1))];
  };
  std::printf("%-34s p50 %8.1f us   p99 %8.1f us   max %8.1f us\n", what, at(0.5), at(0.99), at(1));
}

// Two of different countries that are designated for the same instruments.
struct Pair {
  int sender, recipient;
};

Pair PickPair(std::mt19937& random, const Size& size) {
  const int step = std::max(size.instruments / kDesignations, 1);
  while (true) {
    const int recipient = static_cast<int>(random() % static_cast<unsigned>(size.authorities));
    const int sender =
        recipient % step +
        static_cast<int>(random() % static_cast<unsigned>(std::max(size.authorities / step, 1))) *
            step;
    if (sender < size.authorities && CountryOf(sender) != CountryOf(recipient)) {
      return {sender, recipient};
    }
  }
}

RouteQuery QueryFor(const Pair& pair, const Size& size) {
  RouteQuery query;
  query.sender = AuthorityId(pair.sender);
  query.channel_class = v1::CHANNEL_CLASS_FORMAL;
  query.instrument = InstrumentId(InstrumentOf(pair.recipient, pair.sender % kDesignations, size));
  query.kind = v1::ACT_KIND_REQUEST;
  query.measures = {"VIDEO_HEARING"};
  query.now = kNow;
  return query;
}

void MeasureRoutes(const Directory& directory, const Size& size) {
  const Standings standings;
  std::mt19937 random(20261124);
  std::vector<double> by_id, by_competence, refused;
  for (int i = 0; i < size.questions; ++i) {
    const Pair pair = PickPair(random, size);
    RouteQuery query = QueryFor(pair, size);
    query.country = CountryOf(pair.recipient);
    query.territory = TerritoryOf(pair.recipient);
    by_competence.push_back(MicrosecondsOf([&] {
      const auto route = Resolve(directory, standings, query);
      ROG_CHECK(route.ok() && route->authority->record.id() == AuthorityId(pair.recipient),
                "a competence finds its authority");
    }));
    query.authority = AuthorityId(pair.recipient);
    by_id.push_back(MicrosecondsOf(
        [&] { ROG_CHECK(Resolve(directory, standings, query).ok(), "an authority is found"); }));
    if (i % 100 != 0) continue;
    query.authority = query.sender;
    refused.push_back(MicrosecondsOf([&] {
      ROG_CHECK(!Explain(directory, standings, query, Language::kSpanish).possible, "refused");
    }));
  }
  Report("resolve, by id", std::move(by_id));
  Report("resolve, by competence", std::move(by_competence));
  Report("explain a refusal, alternatives", std::move(refused));
}

// For a real hub to load.
void WriteFiles(const std::vector<DirectoryFile>& files, const std::string& folder) {
  for (const DirectoryFile& file : files) {
    const std::filesystem::path path = std::filesystem::path(folder) / file.name;
    std::filesystem::create_directories(path.parent_path());
    const absl::Status written = WriteFileDurably(path.string(), file.content);
    ROG_CHECK(written.ok(), "the folder can be written");
  }
}

int Main(int argc, char** argv) {
  Size size;
  if (argc >= 4) size = {std::atoi(argv[1]), std::atoi(argv[2]), std::atoi(argv[3])};
  const std::vector<DirectoryFile> files = MakeFiles(size);
  size_t bytes = 0;
  for (const DirectoryFile& file : files) bytes += file.content.size();
  if (argc == 5) WriteFiles(files, argv[4]);
  std::shared_ptr<const Directory> directory;
  const double parse = MicrosecondsOf([&] {
    auto parsed = ParseDirectory(files, kTrustDomain);
    if (!parsed.ok()) std::printf("%s\n", std::string(parsed.status().message()).c_str());
    ROG_CHECK(parsed.ok(), "the files are good");
    directory = *parsed;
  });
  std::printf(
      "%d instruments of %d pairs, %d authorities: %.1f MB of files read in %.0f ms of CPU\n",
      size.instruments,
      kCountryCount * (kCountryCount - 1) / 2,
      size.authorities,
      static_cast<double>(bytes) / 1e6,
      parse / 1e3);
  MeasureRoutes(*directory, size);
  return 0;
}

}  // namespace
}  // namespace rogatoria

int main(int argc, char** argv) {
  return rogatoria::Main(argc, argv);
}
