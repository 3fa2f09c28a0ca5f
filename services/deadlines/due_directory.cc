#include "services/deadlines/due_directory.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/ledger/notices.h"

namespace rogatoria::deadlines {
namespace {

constexpr int kAttestationMonths = 6;
constexpr absl::Duration kExpiryWarning = absl::Hours(30 * 24);
// The principal of the keys: no operator's identity looks like it.
constexpr char kPrincipal[] = "hub/notices";

// The day of the month where it has fewer days: its last.
absl::CivilDay MonthsAfter(absl::CivilDay day, int months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  const absl::CivilDay same(month.year(), month.month(), day.day());
  return absl::CivilMonth(same) == month ? same : last;
}

// The latest day until now on which an attestation was due.
std::optional<absl::CivilDay> LastDue(absl::CivilDay attested, absl::CivilDay today) {
  std::optional<absl::CivilDay> due;
  for (int period = 1;; ++period) {
    const absl::CivilDay next = MonthsAfter(attested, period * kAttestationMonths);
    if (next > today) return due;
    due = next;
  }
}

void AddAttestation(const v1::Authority& record, Instant now, std::vector<DueNotice>& due) {
  absl::CivilDay attested;
  if (!absl::ParseCivilTime(record.attested(), &attested)) return;
  const absl::CivilDay today = absl::ToCivilDay(now.ToTime(), absl::UTCTimeZone());
  const auto day = LastDue(attested, today);
  if (!day.has_value()) return;
  DueNotice& one = due.emplace_back();
  one.key = absl::StrCat("attestation/", record.id(), "/", absl::FormatCivilTime(*day));
  one.authority = record.id();
  one.notice.set_kind(v1::NOTICE_KIND_ATTESTATION_DUE);
  one.notice.set_authority(record.id());
  one.notice.set_due_unix_ms(Instant::FromTime(absl::FromCivil(*day, absl::UTCTimeZone())).unix_ms);
}

void AddCertificates(const AuthorityEntry& entry, Instant now, std::vector<DueNotice>& due) {
  for (const StatedKey& key : entry.keys) {
    const Instant expires = std::min(key.not_after, key.certificate.not_after());
    if (!key.HoldsAt(now) || expires <= now || expires - now > kExpiryWarning) continue;
    DueNotice& one = due.emplace_back();
    const std::string sha256 = key.certificate.fingerprint_sha256();
    one.key = absl::StrCat("certificate/", sha256);
    one.authority = entry.record.id();
    one.notice.set_kind(v1::NOTICE_KIND_CERTIFICATE_EXPIRING);
    one.notice.set_authority(entry.record.id());
    one.notice.set_due_unix_ms(expires.unix_ms);
    one.notice.set_certificate_sha256(absl::HexStringToBytes(sha256));
  }
}

}  // namespace

std::vector<DueNotice> DueNoticesOf(const Directory& directory, Instant now) {
  std::vector<DueNotice> due;
  for (const AuthorityEntry& entry : directory.authorities()) {
    AddAttestation(entry.record, now, due);
    AddCertificates(entry, now, due);
  }
  return due;
}

void DueNoticesCommand::Declare(BatchKeys& keys) const {
  for (const DueNotice& one : due_) {
    keys.requests.push_back({kPrincipal, one.key});
    keys.mailboxes.push_back(one.authority);
  }
}

void DueNoticesCommand::Decide(Draft& draft) {
  for (const DueNotice& one : due_) {
    const RequestKey key{kPrincipal, one.key};
    if (draft.FindRequest(key) != nullptr) continue;
    draft.AddRequest({key, "", ""});
    PutNotice(draft, one.authority, one.notice);
  }
}

}  // namespace rogatoria::deadlines
