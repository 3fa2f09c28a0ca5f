#include "services/agent/shown_act.h"

#include <algorithm>
#include <set>
#include <vector>

#include <google/protobuf/util/json_util.h>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/client/attached.h"
#include "common/client/draft.h"
#include "common/client/typed_content.h"
#include "common/crypto/digest.h"
#include "common/model/header.h"
#include "services/agent/agent_limits.h"
#include "services/agent/code_of.h"
#include "services/agent/kept_receipts.h"

namespace rogatoria::agent {
namespace {

// Those that have bytes, here or attached.
std::vector<const content::v1::Document*> DocumentsIn(const content::v1::ActContent& content) {
  std::vector<const content::v1::Document*> documents;
  for (const auto& found : client::All<content::v1::Document>(content, "")) {
    if (client::HasBytes(*found.message)) documents.push_back(found.message);
  }
  return documents;
}

// Without bytes, and without the keys of what is attached.
std::string ContentJson(content::v1::ActContent content) {
  for (const content::v1::Document* document : DocumentsIn(content)) {
    auto& own = *const_cast<content::v1::Document*>(document);  // of our copy
    own.clear_content();
    if (!own.has_attached()) continue;
    own.mutable_attached()->clear_kek();
    own.mutable_attached()->clear_manifest();
  }
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  return google::protobuf::util::MessageToJsonString(content, &json, options).ok() ? json : "";
}

void FillFromHeader(const hub::ActHeader& header, v1::ReceivedAct& act) {
  act.set_act_id(header.act_id());
  act.set_case_id(header.case_id());
  act.set_sender(header.sender());
  act.set_kind(CodeOf(header.kind()));
  act.set_in_reply_to(header.in_reply_to());
  act.set_channel(CodeOf(header.channel_class()));
  act.set_instrument(header.legal_basis().instrument());
  act.set_article(header.legal_basis().article());
  act.set_channel_basis(header.channel_basis());
  for (const hub::MeasureRef& measure : header.measures()) {
    v1::Measure& shown = *act.add_measures();
    shown.set_ordinal(measure.ordinal());
    shown.set_code(measure.code());
    shown.set_outcome(CodeOf(measure.outcome()));
  }
  act.set_urgency(CodeOf(UrgencyOf(header)));
  act.set_urgency_reason(CodeOf(header.urgency().reason()));
  act.set_data_class(CodeOf(header.data_class()));
  act.set_language(header.language());
  act.set_created_unix_ms(header.created_unix_ms());
}

// Each once: a code is a byte on the wire and many as a word, and nobody is to fill a message with
// one said a million times. Those that we do not know are left to the content.
template <typename Enum>
void AddEach(const google::protobuf::RepeatedField<int>& codes,
             google::protobuf::RepeatedPtrField<std::string>& words) {
  std::set<int> said;
  for (const int code : codes) {
    const std::string word = CodeOf(static_cast<Enum>(code));
    if (!word.empty() && said.insert(code).second) *words.Add() = word;
  }
}

// What has to be seen before the content is; LeaveOut keeps it.
void FillFromSlip(const content::v1::CoverSlip& slip, v1::ReceivedAct& act) {
  AddEach<content::v1::HandlingCode>(slip.handling(), *act.mutable_handling());
  act.set_handling_restriction(slip.handling_restriction());
  AddEach<content::v1::Precaution>(slip.precautions(), *act.mutable_precautions());
  AddEach<content::v1::ContactManner>(slip.do_not_contact(), *act.mutable_do_not_contact());
}

void FillFromContent(const client::OpenedAct& opened, const Words& words, v1::ReceivedAct& act) {
  act.set_subject(opened.cover_slip.subject());
  act.set_reference(opened.cover_slip.sender_reference());
  act.set_text(opened.content.letter().text());
  const size_t count = DocumentsIn(opened.content).size();
  const size_t shown = std::min(count, limits::kMaxShownDocuments);
  for (uint32_t number = 1; number <= shown; ++number) {
    *act.add_documents() = ShownDocument(opened, number);
  }
  if (shown < count) act.add_left_out("documents");
  act.set_content_json(ContentJson(opened.content));
  for (const content::v1::Discrepancy& one : opened.contradictions) {
    act.add_contradictions(words.Contradiction(one));
  }
}

}  // namespace

v1::ReceivedAct ShownAct(const client::OpenedAct& opened,
                         const std::string& state,
                         const Words& words) {
  v1::ReceivedAct act;
  FillFromHeader(opened.header, act);
  const Progress progress = ProgressOf(ReceiptsOf(state, opened.header.act_id()));
  if (progress.accepted) act.set_effect(std::string(StatedEffectName(progress.first.effect)));
  act.set_signed_by(opened.signer.subject_common_name());
  FillFromSlip(opened.cover_slip, act);
  FillFromContent(opened, words, act);
  act.set_in_words(words.Opened(opened, act.effect()));
  return act;
}

void LeaveOut(v1::ReceivedAct& act, size_t most) {
  struct Field {
    absl::string_view name;
    void (v1::ReceivedAct::*clear)();
  };
  // What says the same as others, or is for programs, goes first.
  static constexpr Field kFields[] = {{"content_json", &v1::ReceivedAct::clear_content_json},
                                      {"in_words", &v1::ReceivedAct::clear_in_words},
                                      {"text", &v1::ReceivedAct::clear_text}};
  for (const Field& field : kFields) {
    if (act.ByteSizeLong() <= most) return;
    (act.*field.clear)();
    act.add_left_out(std::string(field.name));
  }
}

const content::v1::Document* DocumentOf(const client::OpenedAct& opened, uint32_t number) {
  const auto documents = DocumentsIn(opened.content);
  return number == 0 || number > documents.size() ? nullptr : documents[number - 1];
}

v1::DocumentInfo ShownDocument(const client::OpenedAct& opened, uint32_t number) {
  v1::DocumentInfo info;
  const content::v1::Document* document = DocumentOf(opened, number);
  if (document == nullptr) return info;
  info.set_number(number);
  info.set_name(document->file_name());
  info.set_title(document->title());
  info.set_media_type(document->media_type());
  if (document->has_attached()) {
    const auto manifest = client::ManifestOf(document->attached(), opened.header);
    if (manifest.ok()) info.set_size(manifest->clear_size);
    return info;
  }
  info.set_size(document->content().size());
  info.set_sha256(ToHex(Sha256(document->content())));
  info.set_here(true);
  return info;
}

}  // namespace rogatoria::agent
