#include "services/admin/guidance_publication.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/directory/guidance.h"
#include "common/directory/signer.h"

namespace rogatoria::admin {
namespace {

absl::Status Invalid(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::GUIDANCE_INVALID).Field(field).Accepted(accepted);
}

absl::Status CheckScope(const v1::GuidanceDocument& document, const Directory& directory) {
  const AuthorityEntry* issuer = directory.FindAuthority(GuidanceAuthority(document.id()));
  if (issuer == nullptr) return Error(Reason::AUTHORITY_NOT_FOUND).Field("document.id");
  if (issuer->record.country() != document.country()) {
    return Invalid("document.country", "the issuing authority's own country");
  }
  if (!document.instrument().empty() &&
      directory.FindInstrument(document.instrument()) == nullptr) {
    return Error(Reason::INSTRUMENT_UNKNOWN).Field("document.instrument");
  }
  return absl::OkStatus();
}

// The first version, or the one that follows the latest and says so.
absl::Status CheckSuccession(const v1::GuidanceDocument& document, const GuidanceRecord* latest) {
  const uint32_t next = latest == nullptr ? 1 : latest->about.version() + 1;
  if (document.version() != next) {
    return Error(Reason::GUIDANCE_OUTDATED)
        .Field("document.version")
        .Accepted(absl::StrCat("version ", next));
  }
  if (latest != nullptr && document.supersedes_sha256() != latest->document_sha256) {
    return Error(Reason::GUIDANCE_OUTDATED)
        .Field("document.supersedes_sha256")
        .Accepted(ToHex(latest->document_sha256));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::GuidanceDocument> ReadPublication(const v1::PublishGuidanceRequest& request,
                                                     const std::string& trust_domain) {
  auto document = ParseGuidance(request.document());
  if (!document.ok()) return WithFieldPrefix(document.status(), "document");
  if (document->trust_domain() != trust_domain) {
    return Invalid("document.trust_domain", trust_domain);
  }
  return document;
}

absl::Status CheckPublication(const v1::PublishGuidanceRequest& request,
                              const v1::GuidanceDocument& document,
                              const RegistryState& registry,
                              const VerifySignature& verify,
                              Instant now) {
  ROG_RETURN_IF_ERROR(CheckScope(document, *registry.directory));
  if (document.published_unix_ms() > now.unix_ms + limits::kMaxCreatedSkewMs) {
    return Invalid("document.published_unix_ms", "an instant that has been");
  }
  const std::string authority(GuidanceAuthority(document.id()));
  if (!registry.standings->IsActive(v1::STANDING_SUBJECT_AUTHORITY, authority)) {
    return Error(Reason::SIGNER_NOT_ACTIVE).Field("signature");
  }
  ROG_ASSIGN_OR_RETURN(const Certificate signer, verify(request.signature(), request.document()));
  return CheckSealSigner(
      *registry.directory, *registry.standings, authority, signer.fingerprint_sha256(), now);
}

Change MakePublication(const v1::PublishGuidanceRequest& request,
                       const v1::GuidanceDocument& document,
                       absl::Status verdict) {
  return [request, document, verdict = std::move(verdict)](
             Draft& draft, std::string& object) -> absl::StatusOr<Bytes> {
    ROG_RETURN_IF_ERROR(verdict);
    ROG_RETURN_IF_ERROR(CheckSuccession(document, draft.FindGuidance(document.id())));
    GuidanceRecord record{.about = Summarize(document),
                          .document_sha256 = GuidanceDigest(request.document()),
                          .recorded = draft.now(),
                          .document = request.document(),
                          .signature = request.signature()};
    object = absl::StrCat(
        "guidance/", document.id(), "/", document.version(), "/", ToHex(record.document_sha256));
    draft.AddGuidance(std::move(record));
    v1::PublishGuidanceResponse response;
    response.set_id(document.id());
    response.set_version(document.version());
    return response.SerializeAsString();
  };
}

}  // namespace rogatoria::admin
