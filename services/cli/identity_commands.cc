// identity: who the persons of an act are, opened by two custodians together.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/cli/commands.h"
#include "services/cli/content_text.h"

namespace rogatoria::cli {
namespace {

struct Order {
  std::string act_id, reasons, share, out;
};

const std::vector<Column> kColumns = {{Message::COL_PSEUDONYM, "pseudonym"},
                                      {Message::COL_NAME, "name"},
                                      {Message::COL_ALSO_KNOWN_AS, "also_known_as"},
                                      {Message::COL_BORN, "born"},
                                      {Message::COL_IDENTITY_DOCUMENTS, "documents"},
                                      {Message::COL_REACHED_BY, "reached_by"}};

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return absl::StrJoin(texts, "; ");
}

std::string DocumentsOf(const content::v1::IdentityRecord& record) {
  std::vector<std::string> documents;
  for (const content::v1::IdentityDocument& document : record.identity_documents()) {
    documents.push_back(
        absl::StrJoin({document.title(), document.number(), document.country()}, " "));
  }
  return absl::StrJoin(documents, "; ");
}

// For people one line a person; programs get the record as it was sent.
Json Row(const content::v1::IdentityRecord& record) {
  std::string born = record.birth_day();
  if (!record.birth_place().empty())
    absl::StrAppend(&born, born.empty() ? "" : ", ", record.birth_place());
  return {{"pseudonym", record.pseudonym()},
          {"name", record.name()},
          {"also_known_as", Joined(record.also_known_as())},
          {"born", born},
          {"documents", DocumentsOf(record)},
          {"reached_by", Joined(record.reached_by())}};
}

void ShowIdentity(const Session& session, const content::v1::IdentityPart& part) {
  Json rows = Json::array();
  for (const content::v1::IdentityRecord& record : part.records()) {
    rows.push_back(IsForPrograms(session.format) ? MessageView(record) : Row(record));
  }
  session.Rows(rows, kColumns, "pseudonym");
  session.Note(Message::NOTE_IDENTITY_OPENED);
}

absl::StatusOr<v1::IdentityShare> ReadShare(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const Bytes bytes, ReadFile(path, 2 * limits::kMaxEnvelopeBytes));
  v1::IdentityShare share;
  if (!share.ParseFromString(bytes) || !v1::CustodianGroup_IsValid(share.group()) ||
      share.group() == v1::CUSTODIAN_GROUP_UNSPECIFIED) {
    return Error(Reason::SEAL_MALFORMED).Field("--share");
  }
  return share;
}

absl::Status Open(Session& session, const Order& order) {
  ROG_ASSIGN_OR_RETURN(const auto office, session.Office());
  if (order.share.empty()) {
    session.Note(Message::NOTE_IDENTITY_BOTH);
    ROG_ASSIGN_OR_RETURN(const auto part, office->OpenIdentity(order.act_id, order.reasons));
    ShowIdentity(session, part);
    return absl::OkStatus();
  }
  ROG_ASSIGN_OR_RETURN(const v1::IdentityShare share, ReadShare(order.share));
  ROG_ASSIGN_OR_RETURN(const auto part,
                       office->OpenIdentityWith(share, order.act_id, order.reasons));
  ShowIdentity(session, part);
  return absl::OkStatus();
}

absl::Status HandOver(Session& session, const Order& order) {
  ROG_RETURN_IF_ERROR(CheckNewFile(order.out));
  ROG_ASSIGN_OR_RETURN(const auto office, session.Office());
  ROG_ASSIGN_OR_RETURN(const v1::IdentityShare share,
                       office->HandOverShare(order.act_id, order.reasons));
  ROG_RETURN_IF_ERROR(WriteNewFileDurably(order.out, share.SerializeAsString(), 0600));
  session.Note(Message::NOTE_IDENTITY_SHARED, order.out);
  return absl::OkStatus();
}

void AddOrder(CommandTree& tree, CLI::App& verb, Order& order) {
  verb.add_option("act", order.act_id, tree.Text(Message::OPT_ACT))->required();
  verb.add_option("--reasons", order.reasons, tree.Text(Message::OPT_REASONS))->required();
}

}  // namespace

void AddIdentityCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("identity", Message::CMD_IDENTITY);
  auto opening = std::make_shared<Order>();
  CLI::App& open = tree.Verb(noun, "open", Message::CMD_IDENTITY_OPEN, [=](Session& session) {
    return Open(session, *opening);
  });
  AddOrder(tree, open, *opening);
  open.add_option("--share", opening->share, tree.Text(Message::OPT_SHARE));
  auto sharing = std::make_shared<Order>();
  CLI::App& share = tree.Verb(noun, "share", Message::CMD_IDENTITY_SHARE, [=](Session& session) {
    return HandOver(session, *sharing);
  });
  AddOrder(tree, share, *sharing);
  share.add_option("--out", sharing->out, tree.Text(Message::OPT_SHARE_OUT))->required();
}

}  // namespace rogatoria::cli
