#include "services/cli/training_notes.h"

#include "common/base/clock.h"
#include "common/base/error.h"
#include "services/cli/views.h"
#include "services/training/journal.h"

namespace rogatoria::cli {
namespace {

void Note(const client::OfficeProfile& profile, training::Entry entry) {
  if (!profile.training) return;
  entry.at_unix_ms = SystemClock().Now().unix_ms;
  training::Append(training::NotesPath(profile.state), entry).IgnoreError();
}

training::Entry EntryOf(const char* what, v1::ActKind kind) {
  training::Entry entry;
  entry.what = what;
  entry.kind = KindCode(kind);
  return entry;
}

}  // namespace

void NoteLint(const client::OfficeProfile& profile,
              v1::ActKind kind,
              const std::vector<client::Finding>& findings) {
  training::Entry errors = EntryOf(training::kLint, kind);
  training::Entry advice = EntryOf(training::kAdvice, kind);
  for (const client::Finding& finding : findings)
    (finding.error ? errors : advice).codes.push_back(finding.field);
  for (training::Entry* entry : {&errors, &advice}) {
    if (!entry->codes.empty()) Note(profile, std::move(*entry));
  }
}

void NoteRefusal(const client::OfficeProfile& profile,
                 v1::ActKind kind,
                 const absl::Status& status) {
  if (status.ok()) return;
  const auto details = GetErrorDetails(status);
  training::Entry entry = EntryOf(training::kRefused, kind);
  entry.codes = {details.has_value() ? std::string(ReasonName(details->reason))
                                     : absl::StatusCodeToString(status.code())};
  Note(profile, std::move(entry));
}

void NoteRead(const client::OfficeProfile& profile, const std::string& exercise) {
  training::Entry entry;
  entry.what = training::kRead;
  entry.exercise = exercise;
  Note(profile, std::move(entry));
}

void NoteHint(const client::OfficeProfile& profile,
              const std::string& exercise,
              const std::string& step,
              uint32_t attempt) {
  training::Entry entry;
  entry.what = training::kHint;
  entry.exercise = exercise;
  entry.step = step;
  entry.attempt = attempt;
  Note(profile, std::move(entry));
}

}  // namespace rogatoria::cli
