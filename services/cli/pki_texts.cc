#include "services/cli/pki_texts.h"

#include <toml++/toml.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/directory/key_statement.h"
#include "common/directory/parse_toml.h"

namespace rogatoria::cli {
namespace {

constexpr char kMadeBy[] =
    "# Written by `rogatoria pki`, and written anew by `pki issue` and by `pki init` with new "
    "options.\n";

// key = "value" lines and [tables], nothing more.
class TomlWriter {
 public:
  TomlWriter() : text_(kMadeBy) {}
  TomlWriter& Table(absl::string_view header) { return Line(absl::StrCat("\n", header)); }
  TomlWriter& Line(absl::string_view line) {
    absl::StrAppend(&text_, line, "\n");
    return *this;
  }
  TomlWriter& Text(absl::string_view key, absl::string_view value) {
    return Line(absl::StrCat(key, " = ", TomlText(value)));
  }
  TomlWriter& List(absl::string_view key, absl::string_view only_value) {
    return Line(absl::StrCat(key, " = [", TomlText(only_value), "]"));
  }
  TomlWriter& Pair(absl::string_view table, absl::string_view stem) {
    return Table(table)
        .Text("certificate", absl::StrCat(stem, ".pem"))
        .Text("key", absl::StrCat(stem, "-key.pem"));
  }
  std::string Finish() { return std::move(text_); }

 private:
  std::string text_;
};

bool IsNumericHost(absl::string_view host) {
  return host.find_first_not_of("0123456789.") == absl::string_view::npos ||
         host.substr(0, 1) == "[";
}

// Where to listen so that `endpoint` reaches us: itself if it is numeric, else every address.
std::string ListenFor(const std::string& endpoint) {
  const size_t colon = endpoint.rfind(':');
  const std::string port = colon == std::string::npos ? "" : endpoint.substr(colon);
  return IsNumericHost(endpoint.substr(0, colon)) ? endpoint : absl::StrCat("0.0.0.0", port);
}

void AddHub(const ProfileFacts& facts, TomlWriter& out) {
  out.Text("trust_domain", facts.settings.trust_domain)
      .Text("server_name", facts.settings.host)
      .Text("log_key", facts.log_key)
      .Text("hub_ca", "../../ca/transport/ca.pem")
      .Text("signer_ca", "../../ca/signing/ca.pem")
      .Text("state", "state");
  if (facts.settings.training) out.Line("training = true");
  if (!facts.settings.language.empty()) out.Text("language", facts.settings.language);
}

void AddIdentities(const ProfileFacts& facts, TomlWriter& out) {
  out.Table("[identities]");
  for (const auto& [authority, fingerprint] : facts.identities) out.Text(authority, fingerprint);
}

void AddListener(const std::string& root,
                 absl::string_view name,
                 absl::string_view ca,
                 const std::string& endpoint,
                 TomlWriter& out) {
  out.Table(absl::StrCat("[", name, "]"))
      .List("listen", ListenFor(endpoint))
      .Text("certificate", absl::StrCat(root, "/hub/", name, ".pem"))
      .Text("key", absl::StrCat(root, "/hub/", name, "-key.pem"))
      .Text("client_ca", absl::StrCat(root, "/ca/", ca, "/ca.pem"))
      .Text("client_crl", absl::StrCat(root, "/ca/", ca, "/crl.pem"));
}

}  // namespace

std::string TomlText(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppend(&out, "\\u", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad4));
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string AuthorityKeysToml(const AuthorityKeys& keys) {
  TomlWriter out;
  out.Table("[[identity_key]]")
      .Text("authority", keys.authority)
      .Text("sha256", IdentityFingerprint(keys.identity_key))
      .Text("public_key", ToBase64(keys.identity_key));
  out.Table("[[system]]")
      .Text("authority", keys.authority)
      .Text("name", keys.system.name)
      .List("certificates", keys.system.file);
  for (const NamedCertificate& user : keys.users) {
    out.Table("[[user]]")
        .Text("authority", keys.authority)
        .Text("id", user.name)
        .Line(absl::StrCat("from = ", user.from))
        .List("certificates", user.file);
    if (!user.custodian.empty()) out.Text("custodian", user.custodian);
  }
  for (const StatedCertificate& stated : keys.stated) {
    out.Table("[[key_statement]]")
        .Text("authority", keys.authority)
        .Text("statement", ToBase64(stated.statement.statement()))
        .Text("signature", ToBase64(stated.statement.signature()))
        .Text("certificate", stated.file);
  }
  return out.Finish();
}

std::string OperatorsToml(const std::vector<OperatorEntry>& operators) {
  TomlWriter out;
  for (const OperatorEntry& entry : operators) {
    out.Table("[[operator]]")
        .Text("id", entry.id)
        .Text("role", entry.role)
        .List("certificates", entry.file);
  }
  return out.Finish();
}

std::string OfficeProfileToml(const ProfileFacts& facts,
                              const std::string& authority,
                              const std::vector<std::string>& users,
                              const Custodians& custodians) {
  TomlWriter out;
  out.Text("authority", authority).List("endpoints", facts.settings.endpoint);
  AddHub(facts, out);
  out.Pair("[tls]", "system");
  if (!users.empty()) out.Pair("[user]", absl::StrCat("user-", users.front()));
  out.Pair("[seal]", "seal").Pair("[[sealing]]", "sealing");
  for (const auto& [group, members] :
       {std::pair("first", &custodians.first), std::pair("second", &custodians.second)}) {
    if (members->empty()) continue;
    const std::string& user = members->front();
    out.Pair(absl::StrCat("[custodian.", group, ".user]"), absl::StrCat("user-", user));
    out.Pair(absl::StrCat("[custodian.", group, ".sealing]"),
             absl::StrCat("custodian-", group, "-", user));
  }
  AddIdentities(facts, out);
  return out.Finish();
}

std::string OperatorProfileToml(const ProfileFacts& facts) {
  TomlWriter out;
  out.Text("admin_endpoint", facts.settings.admin_endpoint);
  AddHub(facts, out);
  out.Text("admin_ca", "../../ca/admin/ca.pem").Pair("[tls]", "tls");
  return out.Finish();
}

std::string SettingsToml(const PkiSettings& settings) {
  TomlWriter out;
  out.Text("trust_domain", settings.trust_domain)
      .Text("host", settings.host)
      .Text("endpoint", settings.endpoint)
      .Text("admin_endpoint", settings.admin_endpoint)
      .Text("operator", settings.operator_id);
  if (settings.training) out.Line("training = true");
  if (!settings.language.empty()) out.Text("language", settings.language);
  return out.Finish();
}

absl::StatusOr<PkiSettings> ParseSettings(absl::string_view toml_text, const std::string& path) {
  toml::table table;
  try {
    table = ParseToml(std::string_view(toml_text.data(), toml_text.size()), path);
  } catch (const toml::parse_error& error) {
    return Explained(
        Error(Reason::FIELD_INVALID).Field(path), Sentence::PKI_TOML, error.source().begin.line);
  }
  const auto text = [&table](const char* key) { return table[key].value_or(std::string()); };
  PkiSettings settings{text("trust_domain"),
                       text("host"),
                       text("endpoint"),
                       text("admin_endpoint"),
                       text("operator"),
                       table["training"].value_or(false),
                       text("language")};
  if (settings.trust_domain.empty() || settings.operator_id.empty()) {
    return Explained(Error(Reason::FIELD_REQUIRED).Field(path), Sentence::PKI_FILE);
  }
  return settings;
}

std::string DaemonToml(const std::string& root,
                       const PkiSettings& settings,
                       const std::string& operator_sha256) {
  TomlWriter out;
  out.Line("# deploy/rogatoriad.toml explains every key and names those left out here.\n")
      .Text("trust_domain", settings.trust_domain)
      .Text("governing_law", "ES");
  if (settings.training) out.Line("training = true");
  out.Table("[store]")
      .Text("directory", root + "/store")
      .Text("case_keys", root + "/case-keys/case-keys")
      .Text("tiles", root + "/tiles")
      .Text("backups", root + "/backups");
  out.Table("[log]").Text("key", root + "/hub/log-key.pem");
  AddListener(root, "public", "transport", settings.endpoint, out);
  AddListener(root, "admin", "admin", settings.admin_endpoint, out);
  out.Table("[signers]")
      .Text("ca", root + "/ca/signing/ca.pem")
      .Text("crl", root + "/ca/signing/crl.pem");
  out.Table("[bootstrap]")
      .Text("identity",
            absl::StrCat("spiffe://", settings.trust_domain, "/operator/", settings.operator_id))
      .Text("certificate_sha256", operator_sha256);
  out.Table("[metrics]").Text("listen", "");
  return out.Finish();
}

}  // namespace rogatoria::cli
