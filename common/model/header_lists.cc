// The rules of header_rules.h for lists: whom the act is for, and what is sealed in it.
#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/model/act_kind.h"
#include "common/model/header_rules.h"
#include "common/model/ids.h"

namespace rogatoria::header_rules {
namespace {

using v1::ActHeader;

constexpr size_t kDigestBytes = 32;

// Custodians hold shares of an identity part and do not read the body.
bool ReadsBody(v1::SealingPurpose purpose) {
  return purpose >= v1::SEALING_PURPOSE_PRIMARY && purpose <= v1::SEALING_PURPOSE_ARCHIVE;
}

absl::Status CheckSealedTo(const v1::Recipient& recipient, int index) {
  const int size = recipient.sealed_to_size();
  if (size == 0) {
    return Missing(Indexed("recipients", index, "sealed_to"),
                   "the certificates sealed to, as the route gave them");
  }
  if (static_cast<size_t>(size) > limits::kMaxSealedTo) {
    return Error(Reason::LIMIT_EXCEEDED)
        .Field(Indexed("recipients", index, "sealed_to"))
        .Accepted(absl::StrCat("at most ", limits::kMaxSealedTo, " certificates"));
  }
  for (int i = 0; i < size; ++i) {
    const v1::SealedTo& to = recipient.sealed_to(i);
    const auto field = [&](absl::string_view name) {
      return absl::StrCat(Indexed("recipients", index), ".", Indexed("sealed_to", i, name));
    };
    if (to.certificate_sha256().size() != kDigestBytes) {
      return Invalid(field("certificate_sha256"), "32 bytes");
    }
    if (!ReadsBody(to.purpose())) {
      return Invalid(field("purpose"), "PRIMARY, DUTY, SUBSTITUTE or ARCHIVE");
    }
    for (int j = 0; j < i; ++j) {
      if (recipient.sealed_to(j).certificate_sha256() == to.certificate_sha256() &&
          recipient.sealed_to(j).purpose() == to.purpose()) {
        return Invalid(field("certificate_sha256"), "each certificate once for a purpose");
      }
    }
  }
  return absl::OkStatus();
}

bool IsRouteId(absl::string_view text) {
  return !text.empty() && text.size() <= limits::kMaxIdBytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

absl::Status CheckRecipient(const ActHeader& header, int index) {
  const v1::Recipient& recipient = header.recipients(index);
  if (!IsAuthorityId(recipient.authority())) {
    return Invalid(Indexed("recipients", index, "authority"), "an authority id, such as co-fgn");
  }
  if (recipient.authority() == header.sender()) {
    return Invalid(Indexed("recipients", index, "authority"), "an authority other than the sender");
  }
  for (int j = 0; j < index; ++j) {
    if (header.recipients(j).authority() == recipient.authority()) {
      return Invalid(Indexed("recipients", index, "authority"), "each recipient once");
    }
  }
  if (!IsRouteId(recipient.route_id())) {
    return Invalid(Indexed("recipients", index, "route_id"),
                   "the route id that ResolveRecipients gave");
  }
  return CheckSealedTo(recipient, index);
}

absl::Status CheckDigest(const v1::SealedDigest& digest, uint64_t most, absl::string_view field) {
  if (digest.sealed_sha256().size() != kDigestBytes) {
    return Invalid(absl::StrCat(field, ".sealed_sha256"), "32 bytes");
  }
  if (digest.sealed_size() == 0 || digest.sealed_size() > most) {
    return Invalid(absl::StrCat(field, ".sealed_size"), absl::StrCat("1 to ", most, " bytes"));
  }
  if (digest.clear_hmac_sha256().size() != kDigestBytes) {
    return Invalid(absl::StrCat(field, ".clear_hmac_sha256"), "32 bytes");
  }
  return absl::OkStatus();
}

// Its key is shared between the custodians of one authority.
absl::Status CheckIdentityPart(const ActHeader& header) {
  if (!header.has_identity_part()) return absl::OkStatus();
  if (header.recipients_size() != 1) {
    return Invalid("identity_part", "only in an act with exactly one recipient");
  }
  return CheckDigest(header.identity_part(), limits::kMaxIdentityPartBytes, "identity_part");
}

}  // namespace

absl::Status CheckRecipients(const ActHeader& header) {
  const ActKindTraits& kind = *FindActKind(header.kind());
  const auto size = static_cast<size_t>(header.recipients_size());
  const size_t least = kind.min_recipients;
  const size_t most = MostRecipients(kind, header.case_type());
  if (size < least || size > most) {
    return Error(Reason::RECIPIENT_COUNT)
        .Field("recipients")
        .Accepted(least == most
                      ? (most == 1 ? std::string("exactly one") : absl::StrCat("exactly ", most))
                      : absl::StrCat(least, " to ", most));
  }
  for (int i = 0; i < header.recipients_size(); ++i) {
    ROG_RETURN_IF_ERROR(CheckRecipient(header, i));
  }
  return absl::OkStatus();
}

absl::Status CheckSealed(const ActHeader& header) {
  if (!header.has_content()) return Missing("content", "digest and size of the sealed body");
  ROG_RETURN_IF_ERROR(CheckDigest(header.content(), limits::kMaxInlineBodyBytes, "content"));
  if (static_cast<size_t>(header.documents_size()) > limits::kMaxDocuments) {
    return Error(Reason::LIMIT_EXCEEDED)
        .Field("documents")
        .Accepted(absl::StrCat("at most ", limits::kMaxDocuments));
  }
  for (int i = 0; i < header.documents_size(); ++i) {
    ROG_RETURN_IF_ERROR(
        CheckDigest(header.documents(i), limits::kMaxSealedObjectBytes, Indexed("documents", i)));
  }
  return CheckIdentityPart(header);
}

absl::Status CheckRelatedCases(const ActHeader& header) {
  if (static_cast<size_t>(header.related_cases_size()) > limits::kMaxRelatedCases) {
    return Error(Reason::LIMIT_EXCEEDED)
        .Field("related_cases")
        .Accepted(absl::StrCat("at most ", limits::kMaxRelatedCases));
  }
  for (int i = 0; i < header.related_cases_size(); ++i) {
    const std::string& related = header.related_cases(i);
    if (!IsActId(related)) return Invalid(Indexed("related_cases", i), "a case id");
    if (related == header.case_id()) {
      return Invalid(Indexed("related_cases", i), "a case other than this one");
    }
    for (int j = 0; j < i; ++j) {
      if (header.related_cases(j) == related) {
        return Invalid(Indexed("related_cases", i), "each case once");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::header_rules
