// Opening an identity part: the office's side of two custodians' OPENING acts.
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/identity.h"
#include "common/client/key_trust.h"
#include "common/client/office.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"
#include "common/directory/key_statement.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

constexpr v1::CustodianGroup OtherThan(v1::CustodianGroup group) {
  return group == v1::CUSTODIAN_GROUP_FIRST ? v1::CUSTODIAN_GROUP_SECOND
                                            : v1::CUSTODIAN_GROUP_FIRST;
}

ActDraft DraftOpening(const v1::ActHeader& header,
                      const std::string& language,
                      const std::string& reasons) {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_OPENING;
  draft.to.emplace_back().set_authority(header.sender());
  draft.case_id = header.case_id();
  draft.in_reply_to = header.act_id();
  draft.language = language.empty() ? header.language() : language;
  draft.data_class = v1::DATA_CLASS_NONE;
  content::v1::Opening& opening = *draft.content.mutable_opening();
  opening.set_act_id(header.act_id());
  opening.set_opened_at(SystemClock().Now().ToString());
  opening.set_reasons(reasons);
  return draft;
}

// What the authority says of this certificate; an empty statement when it says nothing.
v1::KeyStatement StatementAbout(const v1::GetAuthorityResponse& authority,
                                const Bytes& certificate) {
  const Bytes digest = Sha256(certificate);
  v1::KeyStatement found;
  for (const v1::KeyStatement& statement : authority.key_statements()) {
    const auto body = VerifyKeyStatement(statement);
    if (body.ok() && body->certificate_sha256() == digest) found = statement;
  }
  return found;
}

// The custodians' group that the authority states this key for; unspecified when it is of none.
v1::KeyPurpose StatedGroup(const v1::GetAuthorityResponse& authority, const Certificate& sealing) {
  for (const v1::AuthorityCertificate& stated : authority.certificates()) {
    const bool custodians = stated.purpose() == v1::KEY_PURPOSE_FIRST_CUSTODIAN ||
                            stated.purpose() == v1::KEY_PURPOSE_SECOND_CUSTODIAN;
    if (custodians && ToHex(Sha256(stated.certificate())) == sealing.fingerprint_sha256())
      return stated.purpose();
  }
  return v1::KEY_PURPOSE_UNSPECIFIED;
}

// As a route would name it, so that it is held against the same rules.
v1::ResolveRecipientsResponse RouteOf(const v1::GetAuthorityResponse& authority,
                                      const v1::AuthorityCertificate& custodian) {
  v1::ResolveRecipientsResponse routes;
  v1::Route& route = *routes.add_routes();
  *route.mutable_authority() = authority.authority();
  v1::SealingCertificate& sealing = *route.add_sealing_certificates();
  sealing.set_purpose(custodian.purpose() == v1::KEY_PURPOSE_FIRST_CUSTODIAN
                          ? v1::SEALING_PURPOSE_FIRST_CUSTODIAN
                          : v1::SEALING_PURPOSE_SECOND_CUSTODIAN);
  sealing.set_certificate(custodian.certificate());
  *sealing.mutable_statement() = StatementAbout(authority, custodian.certificate());
  return routes;
}

}  // namespace

// Both halves of it are asked for here, before the first act is sent.
absl::StatusOr<Office::CustodianAtWork> Office::CallCustodian(v1::CustodianGroup group) {
  const bool first = group == v1::CUSTODIAN_GROUP_FIRST;
  const auto& keys = first ? profile_.first_custodian : profile_.second_custodian;
  if (!keys.has_value()) {
    return Error(Reason::SIGNING_KEY_MISSING).Field(first ? "custodian.first" : "custodian.second");
  }
  ROG_ASSIGN_OR_RETURN(KeyPair sealing, LoadKeyPair(keys->sealing));
  ROG_ASSIGN_OR_RETURN(CmsSigner signer, signing_.OpenOther(keys->user));
  return CustodianAtWork{group, std::move(signer), std::move(sealing)};
}

// The signature is looked at before anything is done on its account. The part is bound by it.
absl::StatusOr<Office::ActToOpen> Office::FetchToOpen(const std::string& act_id,
                                                      const std::string& reasons) {
  const absl::string_view said = absl::StripAsciiWhitespace(reasons);
  if (said.empty()) return Error(Reason::FIELD_REQUIRED).Field("opening.reasons");
  v1::GetActRequest request;
  request.set_act_id(act_id);
  ROG_ASSIGN_OR_RETURN(
      v1::GetActResponse found,
      connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::GetAct, request));
  if (found.act().header().empty()) return Error(Reason::IDENTITY_PART_ERASED).Field(act_id);
  ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(found.act().header()));
  if (Know(found.act(), found.receipts()).signer_sha256.empty()) {
    return Error(Reason::SIGNATURE_INVALID).Field(act_id);
  }
  if (!header.has_identity_part()) return Error(Reason::IDENTITY_PART_ABSENT).Field(act_id);
  return ActToOpen{std::move(*found.mutable_act()), std::move(header), std::string(said)};
}

// The act is the custodian's own: signed by that person, whatever else this office signs with.
absl::StatusOr<CustodianShare> Office::TakeShare(const ActToOpen& act,
                                                 const CustodianAtWork& custodian) {
  ActDraft draft = DraftOpening(act.header, profile_.language, act.reasons);
  ROG_ASSIGN_OR_RETURN(PreparedAct prepared, Prepare(draft));
  ROG_RETURN_IF_ERROR(Sign(prepared, custodian.signer));
  ROG_RETURN_IF_ERROR(Submit(prepared).status());
  v1::GetIdentityShareRequest request;
  request.set_act_id(act.header.act_id());
  request.set_opening_act_id(prepared.header.act_id());
  ROG_ASSIGN_OR_RETURN(
      const v1::GetIdentityShareResponse answer,
      connection_->Call(
          connection_->exchange(), &v1::ExchangeService::Stub::GetIdentityShare, request));
  return OpenShare(answer.share(), custodian.sealing);
}

absl::StatusOr<std::vector<Certificate>> Office::OwnCustodians(v1::CustodianGroup group) {
  const v1::KeyPurpose wanted = group == v1::CUSTODIAN_GROUP_FIRST
                                    ? v1::KEY_PURPOSE_FIRST_CUSTODIAN
                                    : v1::KEY_PURPOSE_SECOND_CUSTODIAN;
  ROG_ASSIGN_OR_RETURN(const v1::GetAuthorityResponse us, AskAuthority(profile_.authority));
  std::vector<Certificate> found;
  absl::Status why = Error(Reason::CUSTODIANS_MISSING).Field(profile_.authority);
  for (const v1::AuthorityCertificate& custodian : us.certificates()) {
    if (custodian.purpose() != wanted) continue;
    const absl::Status trusted =
        CheckRoutes(profile_, *connection_, RouteOf(us, custodian), SystemClock().Now());
    if (!trusted.ok()) why = trusted;
    if (!trusted.ok()) continue;
    ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromDer(custodian.certificate()));
    found.push_back(std::move(certificate));
  }
  if (found.empty()) return why;
  return found;
}

// The same hand in both places, or two of one group as our authority states their keys: said before
// either has signed that it opened something.
absl::Status Office::CheckTwoCustodians(const CustodianAtWork& one, const CustodianAtWork& other) {
  const auto same = [](const Certificate& first, const Certificate& second) {
    return first.fingerprint_sha256() == second.fingerprint_sha256();
  };
  if (same(one.signer.certificate(), other.signer.certificate()) ||
      same(one.sealing.certificate, other.sealing.certificate)) {
    return Error(Reason::CUSTODIAN_TWICE).Field("custodian.second");
  }
  ROG_ASSIGN_OR_RETURN(const v1::GetAuthorityResponse us, AskAuthority(profile_.authority));
  const v1::KeyPurpose first = StatedGroup(us, one.sealing.certificate);
  if (first != v1::KEY_PURPOSE_UNSPECIFIED && first == StatedGroup(us, other.sealing.certificate)) {
    return Error(Reason::CUSTODIAN_TWICE).Field("custodian.second");
  }
  return absl::OkStatus();
}

absl::StatusOr<content::v1::IdentityPart> Office::OpenIdentity(const std::string& act_id,
                                                               const std::string& reasons) {
  ROG_ASSIGN_OR_RETURN(const ActToOpen act, FetchToOpen(act_id, reasons));
  ROG_ASSIGN_OR_RETURN(const CustodianAtWork first, CallCustodian(v1::CUSTODIAN_GROUP_FIRST));
  ROG_ASSIGN_OR_RETURN(const CustodianAtWork second, CallCustodian(v1::CUSTODIAN_GROUP_SECOND));
  ROG_RETURN_IF_ERROR(CheckTwoCustodians(first, second));
  ROG_ASSIGN_OR_RETURN(const CustodianShare one, TakeShare(act, first));
  ROG_ASSIGN_OR_RETURN(const CustodianShare other, TakeShare(act, second));
  return OpenIdentityPart(act.act, one, other);
}

absl::StatusOr<v1::IdentityShare> Office::HandOverShare(const std::string& act_id,
                                                        const std::string& reasons) {
  const v1::CustodianGroup group =
      profile_.first_custodian.has_value() || !profile_.second_custodian.has_value()
          ? v1::CUSTODIAN_GROUP_FIRST
          : v1::CUSTODIAN_GROUP_SECOND;
  ROG_ASSIGN_OR_RETURN(const ActToOpen act, FetchToOpen(act_id, reasons));
  ROG_ASSIGN_OR_RETURN(const CustodianAtWork custodian, CallCustodian(group));
  ROG_ASSIGN_OR_RETURN(const auto readers, OwnCustodians(OtherThan(group)));
  ROG_ASSIGN_OR_RETURN(const CustodianShare opened, TakeShare(act, custodian));
  v1::IdentityShare share;
  share.set_group(group);
  ROG_ASSIGN_OR_RETURN(*share.mutable_envelope(), SealKek(opened.secret, readers));
  return share;
}

absl::StatusOr<content::v1::IdentityPart> Office::OpenIdentityWith(
    const v1::IdentityShare& handed_over, const std::string& act_id, const std::string& reasons) {
  ROG_ASSIGN_OR_RETURN(const ActToOpen act, FetchToOpen(act_id, reasons));
  ROG_ASSIGN_OR_RETURN(const CustodianAtWork custodian,
                       CallCustodian(OtherThan(handed_over.group())));
  ROG_ASSIGN_OR_RETURN(const CustodianShare other, OpenShare(handed_over, custodian.sealing));
  ROG_ASSIGN_OR_RETURN(const CustodianShare one, TakeShare(act, custodian));
  return OpenIdentityPart(act.act, one, other);
}

}  // namespace rogatoria::client
