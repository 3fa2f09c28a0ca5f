// How commands print a page: into a new file, with its signature beside it; and what every page
// says of itself: when, from which hub and by whom it was printed, what it proves and what it does
// not.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/client/profile.h"
#include "services/cli/command_line.h"
#include "services/cli/page.h"

namespace rogatoria::cli {

struct PrintOptions {
  std::string out_file;
  std::string sign_as;  // seal, user; empty: what there is
};

void AddPrintOptions(CLI::App& command, CommandTree& tree, PrintOptions& options);

// Who printed, from what, when.
struct Imprint {
  std::string authority;     // whose office made the page
  std::string trust_domain;  // of the hub
  std::string log_key;
  Instant made;
  std::string file_name;  // of the page, without folders; its signature has .p7s behind it
  bool training = false;  // of a training domain: the page says so above everything
};

// Makes the page, writes it and signs it. A file that is there is left alone, and then nothing is
// made. The page is written before its signature: half of the two is never the signature alone.
using MakePage = std::function<absl::StatusOr<std::string>(const Imprint&)>;
absl::Status PrintPage(Session& session,
                       const client::OfficeProfile& profile,
                       const PrintOptions& options,
                       const MakePage& make);

// "2026-11-27 10:30:12 UTC", of an instant as 2026-11-27T10:30:12.123Z; empty stays empty.
std::string ReadableInstant(const std::string& rfc3339);

// An empty page with this title (Page::Page).
Page BeginPage(const Imprint& imprint,
               Language language,
               const std::string& title,
               const std::string& mark,
               const std::string& foot = "");
// What stands above everything where nothing has any effect.
std::string TrainingBanner(Language language);
void AddOrigin(const Imprint& imprint, Language language, Page& page);
// The last two parts of a page.
struct PageClaims {
  std::string is, proves, proves_not;
};
void AddClaims(const PageClaims& claims, Language language, Page& page);
void AddVerifying(const Imprint& imprint, Language language, Page& page);

}  // namespace rogatoria::cli
