#include "services/cli/printing.h"

#include <filesystem>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/signers.h"
#include "services/cli/pin_prompt.h"

namespace rogatoria::cli {
namespace {

// Who signs a page; nullopt when nobody of the profile can.
absl::StatusOr<std::optional<client::SigningKey>> PageSigner(const client::OfficeProfile& profile,
                                                             const std::string& sign_as) {
  const bool known = sign_as.empty() || sign_as == "seal" || sign_as == "user";
  if (!known) {
    return Explained(
        Error(Reason::FIELD_INVALID).Field("--sign-as"), Sentence::ONE_OF, "seal, user");
  }
  if (sign_as == "user" || (sign_as.empty() && !profile.seal.has_value())) {
    if (sign_as == "user" && !profile.user.has_value()) {
      return Error(Reason::SIGNING_KEY_MISSING).Field("user");
    }
    return profile.user;
  }
  if (!profile.seal.has_value()) return Error(Reason::SIGNING_KEY_MISSING).Field("seal");
  return profile.seal;
}

std::string SignatureFile(const std::string& page) {
  return page + ".p7s";
}

}  // namespace

void AddPrintOptions(CLI::App& command, CommandTree& tree, PrintOptions& options) {
  command.add_option("--out", options.out_file, tree.Text(Message::OPT_PAGE_OUT))->required();
  command.add_option("--sign-as", options.sign_as, tree.Text(Message::OPT_SIGN_AS));
}

absl::Status PrintPage(Session& session,
                       const client::OfficeProfile& profile,
                       const PrintOptions& options,
                       const MakePage& make) {
  const std::string signature_file = SignatureFile(options.out_file);
  for (const std::string& file : {options.out_file, signature_file}) {
    ROG_RETURN_IF_ERROR(CheckNewFile(file));
  }
  ROG_ASSIGN_OR_RETURN(const auto signer, PageSigner(profile, options.sign_as));
  ROG_ASSIGN_OR_RETURN(const std::string page,
                       make({profile.authority,
                             profile.trust_domain,
                             profile.log_key,
                             SystemClock().Now(),
                             std::filesystem::path(options.out_file).filename().string(),
                             profile.training}));
  if (!signer.has_value()) {
    ROG_RETURN_IF_ERROR(WriteNewFileDurably(options.out_file, page, 0600));
    session.Note(Message::NOTE_PAGE_UNSIGNED, options.out_file, signature_file);
    return absl::OkStatus();
  }
  ROG_ASSIGN_OR_RETURN(const CmsSigner key, client::OpenSigner(*signer, AskPinOnTerminal(session)));
  ROG_ASSIGN_OR_RETURN(const Bytes signature, key.SignDetached(page));
  ROG_RETURN_IF_ERROR(WriteNewFileDurably(options.out_file, page, 0600));
  ROG_RETURN_IF_ERROR(WriteNewFileDurably(signature_file, signature, 0600));
  session.Note(Message::NOTE_PAGE_SIGNED, options.out_file, signature_file);
  return absl::OkStatus();
}

std::string ReadableInstant(const std::string& rfc3339) {
  constexpr size_t kDay = 10, kSecond = 19;
  if (rfc3339.size() < kSecond || !absl::EndsWith(rfc3339, "Z")) return rfc3339;
  return absl::StrCat(
      rfc3339.substr(0, kDay), " ", rfc3339.substr(kDay + 1, kSecond - kDay - 1), " UTC");
}

Page BeginPage(const Imprint& imprint,
               Language language,
               const std::string& title,
               const std::string& mark,
               const std::string& foot) {
  if (!imprint.training) return Page(language, title, mark, foot);
  const std::string banner = TrainingBanner(language);
  return Page(language, title, mark, banner, banner);
}

// On a terminal it is a comment; on paper it needs no sign for that.
std::string TrainingBanner(Language language) {
  return Say(language, Message::TRAINING_MARK).substr(sizeof("# ") - 1);
}

void AddOrigin(const Imprint& imprint, Language language, Page& page) {
  page.Paragraph({Say(language,
                      Message::PAGE_ORIGIN,
                      ReadableInstant(imprint.made.ToString()),
                      imprint.authority,
                      imprint.trust_domain)});
}

void AddClaims(const PageClaims& claims, Language language, Page& page) {
  page.Heading(2, Say(language, Message::PAGE_ABOUT));
  page.Facts({{Say(language, Message::PAGE_IS), {claims.is}},
              {Say(language, Message::PAGE_PROVES), {claims.proves}},
              {Say(language, Message::PAGE_PROVES_NOT), {claims.proves_not}}});
}

void AddVerifying(const Imprint& imprint, Language language, Page& page) {
  const std::string signature = SignatureFile(imprint.file_name);
  page.Heading(2, Say(language, Message::PAGE_VERIFY));
  page.Paragraph({Say(language, Message::PAGE_VERIFY_SIGNATURE, signature)});
  page.Block(absl::StrCat("openssl cms -verify -cades -binary -inform DER -in ",
                          signature,
                          " -content ",
                          imprint.file_name,
                          " -CAfile signers-ca.pem -purpose any -out /dev/null"));
}

}  // namespace rogatoria::cli
