#include "common/client/identity.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

constexpr size_t kSaltBytes = 32;

absl::Status Mismatch(absl::string_view field) {
  return Error(Reason::IDENTITY_PART_MISMATCH).Field(field);
}

// REQUIRES: of one size.
SecretBytes Xor(const SecretBytes& one, const SecretBytes& other) {
  std::string mixed(one.RevealForUse());
  const absl::string_view mask = other.RevealForUse();
  for (size_t i = 0; i < mixed.size(); ++i) mixed[i] = static_cast<char>(mixed[i] ^ mask[i]);
  SecretBytes result(mixed);
  EraseBytes(mixed);
  return result;
}

absl::StatusOr<std::vector<Certificate>> CertificatesFor(const v1::Route& route,
                                                         v1::SealingPurpose purpose) {
  std::vector<Certificate> found;
  for (const v1::SealingCertificate& custodian : route.custodian_certificates()) {
    if (custodian.purpose() != purpose) continue;
    ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromDer(custodian.certificate()));
    found.push_back(std::move(certificate));
  }
  return found;
}

// The hub says so too, when it loads its directory; but this is not the hub's word to give.
bool ServesOnce(const v1::Route& route, const v1::SealingCertificate& custodian) {
  int uses = 0;
  const auto count = [&](const auto& certificates) {
    for (const v1::SealingCertificate& one : certificates) {
      uses += one.certificate() == custodian.certificate() ? 1 : 0;
    }
  };
  count(route.sealing_certificates());
  count(route.custodian_certificates());
  return uses == 1;
}

absl::Status CheckRecords(const content::v1::IdentityPart& part) {
  for (int i = 0; i < part.records_size(); ++i) {
    const auto missing = [i](absl::string_view field) {
      return Error(Reason::FIELD_REQUIRED).Field(absl::StrCat("identity[", i, "].", field));
    };
    if (part.records(i).pseudonym().empty()) return missing("pseudonym");
    if (part.records(i).name().empty()) return missing("name");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::IdentityShare> SealShare(const SecretBytes& secret,
                                            v1::CustodianGroup group,
                                            v1::SealingPurpose purpose,
                                            const v1::Route& route) {
  ROG_ASSIGN_OR_RETURN(const auto custodians, CertificatesFor(route, purpose));
  v1::IdentityShare share;
  share.set_group(group);
  ROG_ASSIGN_OR_RETURN(*share.mutable_envelope(), SealKek(secret, custodians));
  return share;
}

}  // namespace

absl::Status CheckCustodians(const v1::Route& route) {
  bool first = false;
  bool second = false;
  bool apart = true;
  for (const v1::SealingCertificate& custodian : route.custodian_certificates()) {
    first |= custodian.purpose() == v1::SEALING_PURPOSE_FIRST_CUSTODIAN;
    second |= custodian.purpose() == v1::SEALING_PURPOSE_SECOND_CUSTODIAN;
    apart &= ServesOnce(route, custodian);
  }
  if (first && second && apart) return absl::OkStatus();
  return Error(Reason::CUSTODIANS_MISSING).Field(route.authority().id());
}

absl::StatusOr<SealedIdentityPart> SealIdentityPart(const content::v1::IdentityPart& part,
                                                    const v1::Route& route,
                                                    Random& random) {
  ROG_RETURN_IF_ERROR(CheckRecords(part));
  ROG_RETURN_IF_ERROR(CheckCustodians(route));
  const SecretBytes first = GenerateKek(random);
  const SecretBytes second = GenerateKek(random);
  content::v1::SealedIdentity clear;
  clear.set_salt(random.Generate(kSaltBytes));
  clear.set_identity_part(part.SerializeAsString());
  SealedIdentityPart made;
  ROG_ASSIGN_OR_RETURN(made.sealed, SealSegment(Xor(first, second), clear.SerializeAsString()));
  if (made.sealed.size() > limits::kMaxIdentityPartBytes) {
    return Explained(Error(Reason::LIMIT_EXCEEDED).Field("identity"),
                     Sentence::CONTENT_AT_MOST,
                     limits::kMaxIdentityPartBytes);
  }
  made.digest.set_sealed_sha256(Sha256(made.sealed));
  made.digest.set_sealed_size(made.sealed.size());
  made.digest.set_clear_hmac_sha256(HmacSha256(clear.salt(), clear.identity_part()));
  ROG_ASSIGN_OR_RETURN(
      made.shares.emplace_back(),
      SealShare(first, v1::CUSTODIAN_GROUP_FIRST, v1::SEALING_PURPOSE_FIRST_CUSTODIAN, route));
  ROG_ASSIGN_OR_RETURN(
      made.shares.emplace_back(),
      SealShare(second, v1::CUSTODIAN_GROUP_SECOND, v1::SEALING_PURPOSE_SECOND_CUSTODIAN, route));
  return made;
}

absl::StatusOr<CustodianShare> OpenShare(const v1::IdentityShare& share, const KeyPair& custodian) {
  ROG_ASSIGN_OR_RETURN(SecretBytes secret,
                       OpenKek(share.envelope(), custodian.key, custodian.certificate));
  return CustodianShare{share.group(), std::move(secret)};
}

absl::StatusOr<content::v1::IdentityPart> OpenIdentityPart(const v1::Act& act,
                                                           const CustodianShare& one,
                                                           const CustodianShare& other) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
  if (!header.has_identity_part()) return Error(Reason::IDENTITY_PART_ABSENT);
  if (header.identity_part().sealed_sha256() != Sha256(act.identity_part())) {
    return Mismatch("identity_part");
  }
  if (one.group == other.group) return Error(Reason::CUSTODIAN_TWICE);
  if (one.secret.size() != kKekBytes || other.secret.size() != kKekBytes) {
    return Error(Reason::SEAL_MALFORMED).Field("identity_shares");
  }
  ROG_ASSIGN_OR_RETURN(const Bytes clear,
                       OpenSegment(Xor(one.secret, other.secret), act.identity_part()));
  content::v1::SealedIdentity sealed;
  content::v1::IdentityPart part;
  if (!sealed.ParseFromString(clear) || sealed.salt().size() != kSaltBytes ||
      header.identity_part().clear_hmac_sha256() !=
          HmacSha256(sealed.salt(), sealed.identity_part()) ||
      !part.ParseFromString(sealed.identity_part()) || part.act_id() != header.act_id()) {
    return Mismatch("identity_part");
  }
  return part;
}

}  // namespace rogatoria::client
