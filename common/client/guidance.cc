#include "common/client/guidance.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/act_file.h"
#include "common/crypto/cms_signature.h"
#include "common/directory/guidance.h"
#include "common/directory/key_statement.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxPemBytes = 1024 * 1024;

absl::Status GuidanceNotTrusted(const std::string& field, Sentence why) {
  return Explained(Error(Reason::GUIDANCE_NOT_TRUSTED).Field(field), why);
}

absl::Status ReadText(ActFileReader& reader, const ActFile& file, v1::GuidanceDocument& document) {
  document.set_text(reader.String("text"));
  const std::string name = reader.String("text_file");
  if (name.empty()) return absl::OkStatus();
  const std::string path = name[0] == '/' ? name : absl::StrCat(file.folder, "/", name);
  ROG_ASSIGN_OR_RETURN(*document.mutable_text(), ReadFile(path, limits::kMaxGuidanceTextBytes));
  return absl::OkStatus();
}

// The statement that makes this certificate a seal of the authority at that instant.
absl::Status CheckStated(const OfficeProfile& profile,
                         const std::string& authority,
                         const Certificate& signer,
                         absl::Span<const v1::KeyStatement> statements,
                         int64_t at_unix_ms) {
  const auto pinned = profile.identities.find(authority);
  if (pinned == profile.identities.end()) {
    return GuidanceNotTrusted(authority, Sentence::IDENTITY_NOT_FIXED);
  }
  const auto chain =
      VerifyKeyStatementChain(statements, profile.trust_domain, authority, pinned->second);
  if (!chain.ok()) return GuidanceNotTrusted(authority, Sentence::STATEMENT_SIGNATURE);
  for (const size_t index : StandingStatements(*chain)) {
    const v1::KeyStatementBody& body = (*chain)[index];
    if (body.purpose() == v1::KEY_PURPOSE_ORGANISATION_SEAL &&
        body.certificate_sha256() == signer.fingerprint_bytes() &&
        body.not_before_unix_ms() <= at_unix_ms && at_unix_ms <= body.not_after_unix_ms()) {
      return absl::OkStatus();
    }
  }
  return GuidanceNotTrusted(authority, Sentence::SEAL_NOT_STATED);
}

absl::StatusOr<TrustAnchors> LoadAnchors(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const Bytes pem, ReadFile(path, kMaxPemBytes));
  ROG_ASSIGN_OR_RETURN(std::vector<Certificate> authorities, Certificate::BundleFromPem(pem));
  return TrustAnchors::Create(std::move(authorities));
}

std::string KeptName(const std::string& id, uint32_t version) {
  return absl::StrCat("guidance/", id, "/", version == 0 ? "latest" : absl::StrCat(version));
}

}  // namespace

absl::StatusOr<v1::GuidanceDocument> ReadGuidanceFile(const std::string& path,
                                                      const OfficeProfile& profile,
                                                      Instant now) {
  ROG_ASSIGN_OR_RETURN(const ActFile file, LoadActFile(path));
  ActFileReader reader(file, file.root, "");
  v1::GuidanceDocument document;
  document.set_trust_domain(profile.trust_domain);
  document.set_id(reader.String("id"));
  document.set_version(reader.Number("version"));
  document.set_country(reader.String("country"));
  document.set_instrument(reader.String("instrument"));
  std::vector<std::string> measures = reader.Strings("measures");
  std::sort(measures.begin(), measures.end());
  for (std::string& measure : measures) document.add_measures(std::move(measure));
  document.set_language(reader.String("language"));
  document.set_title(reader.String("title"));
  ROG_RETURN_IF_ERROR(ReadText(reader, file, document));
  document.set_published_unix_ms(now.unix_ms);
  ROG_RETURN_IF_ERROR(reader.Finish());
  return document;
}

absl::StatusOr<TrustedGuidance> VerifyGuidance(const OfficeProfile& profile,
                                               const TrustAnchors& anchors,
                                               const v1::Guidance& guidance,
                                               absl::Span<const v1::KeyStatement> statements) {
  auto document = ParseGuidance(guidance.document());
  if (!document.ok() || document->trust_domain() != profile.trust_domain) {
    return GuidanceNotTrusted("document", Sentence::OTHER_GUIDANCE);
  }
  const Instant recorded{guidance.recorded_unix_ms()};
  SignatureVerifier verifier;
  const auto signer =
      verifier.VerifyDetached(guidance.signature(), guidance.document(), anchors, recorded);
  if (!signer.ok()) return GuidanceNotTrusted("signature", Sentence::GUIDANCE_SIGNATURE);
  ROG_RETURN_IF_ERROR(CheckStated(
      profile, GuidanceAuthority(document->id()), *signer, statements, recorded.unix_ms));
  return TrustedGuidance{*std::move(document), signer->fingerprint_sha256()};
}

absl::StatusOr<TrustedGuidance> FetchGuidance(const OfficeProfile& profile,
                                              KeptAnswers& directory,
                                              const std::string& id,
                                              uint32_t version) {
  if (!IsGuidanceId(id)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("id"), Sentence::GUIDANCE_ID);
  }
  v1::GetGuidanceRequest wanted;
  wanted.set_id(id);
  wanted.set_version(version);
  ROG_ASSIGN_OR_RETURN(
      const v1::GetGuidanceResponse found,
      directory.Ask(&v1::DirectoryService::Stub::GetGuidance, wanted, KeptName(id, version)));
  v1::GetAuthorityRequest issuer;
  issuer.set_authority(GuidanceAuthority(id));
  ROG_ASSIGN_OR_RETURN(const v1::GetAuthorityResponse authority,
                       directory.Ask(&v1::DirectoryService::Stub::GetAuthority,
                                     issuer,
                                     absl::StrCat("authority/", issuer.authority())));
  ROG_ASSIGN_OR_RETURN(const TrustAnchors anchors, LoadAnchors(profile.signer_ca));
  const std::vector<v1::KeyStatement> statements(authority.key_statements().begin(),
                                                 authority.key_statements().end());
  ROG_ASSIGN_OR_RETURN(TrustedGuidance trusted,
                       VerifyGuidance(profile, anchors, found.guidance(), statements));
  if (trusted.document.id() != id || (version != 0 && trusted.document.version() != version)) {
    return GuidanceNotTrusted("document", Sentence::OTHER_GUIDANCE);
  }
  return trusted;
}

}  // namespace rogatoria::client
