// act print: an act of the case folder, or the checklist of a request, on a page.
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/client/guidance.h"
#include "services/cli/act_page.h"
#include "services/cli/commands.h"
#include "services/cli/content_text.h"
#include "services/cli/received.h"

namespace rogatoria::cli {
namespace {

// A practice note of the hub is cited as id/version: co-fgn/case-file/3.
absl::StatusOr<client::TrustedGuidance> FindCited(client::Office& office,
                                                  const std::string& cited) {
  const size_t slash = cited.rfind('/');
  uint32_t version = 0;
  const std::string id = cited.substr(0, slash);
  const bool is_note = slash != std::string::npos && id.find('/') != std::string::npos &&
                       absl::SimpleAtoi(cited.substr(slash + 1), &version) && version > 0;
  if (!is_note) return Error(Reason::NOT_FOUND).Field(cited);
  client::KeptAnswers directory(office.profile().state, &office.connection());
  return client::FetchGuidance(office.profile(), directory, id, version);
}

// The version cited, and whose word its text is: what cannot be proven is not said to be anybody's.
std::vector<PageFact> GuidanceFacts(client::Office& office,
                                    const std::string& cited,
                                    Language language) {
  const auto say = [&](Message message) { return Say(language, message); };
  if (cited.empty()) return {{say(Message::COL_GUIDANCE), {say(Message::CHECKLIST_NO_GUIDANCE)}}};
  const auto found = FindCited(office, cited);
  const PageFact version = {ContentWord("guidance_version", "", language),
                            {cited, PageText::Kind::kWritten}};
  if (!found.ok())
    return {version, {say(Message::COL_SOURCE), {say(Message::CHECKLIST_GUIDANCE_UNSEEN)}}};
  const v1::GuidanceDocument& note = found->document;
  return {version,
          {say(Message::COL_TITLE), {note.title()}},
          {say(Message::COL_COUNTRY), {note.country()}},
          {say(Message::COL_SOURCE),
           {Say(language, Message::CHECKLIST_GUIDANCE_PROVEN, note.id(), note.version())}},
          {say(Message::COL_SEALED_BY), {found->seal_sha256, PageText::Kind::kCode}}};
}

absl::Status Print(Session& session,
                   const std::string& act_id,
                   bool checklist,
                   const PrintOptions& options) {
  ROG_ASSIGN_OR_RETURN(auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const client::OpenedAct opened, office->OpenKept(act_id));
  if (checklist && !opened.content.request().has_checklist()) {
    session.Note(Message::NOTE_NO_CHECKLIST, act_id);
    return Error(Reason::NOT_FOUND).Field("request.checklist");
  }
  const Language language = session.language;
  const client::OfficeProfile& profile = office->profile();
  return PrintPage(
      session, profile, options, [&](const Imprint& imprint) -> absl::StatusOr<std::string> {
        if (!checklist) {
          return ActPage({opened,
                          KeptEffectCode(profile, opened.header),
                          ReceiptEvents(profile, act_id, language)},
                         imprint,
                         language);
        }
        const std::string& cited = opened.content.request().checklist().guidance_version();
        return ChecklistPage(opened, GuidanceFacts(*office, cited, language), imprint, language);
      });
}

}  // namespace

void AddPrintActVerb(CommandTree& tree, CLI::App& noun) {
  auto act_id = std::make_shared<std::string>();
  auto checklist = std::make_shared<bool>(false);
  auto options = std::make_shared<PrintOptions>();
  CLI::App& print = tree.Verb(noun, "print", Message::CMD_ACT_PRINT, [=](Session& session) {
    return Print(session, *act_id, *checklist, *options);
  });
  print.add_option("act", *act_id, tree.Text(Message::OPT_ACT))->required();
  print.add_flag("--checklist", *checklist, tree.Text(Message::OPT_CHECKLIST));
  AddPrintOptions(print, tree, *options);
}

}  // namespace rogatoria::cli
