#include "common/client/measure_codes.h"

#include <algorithm>

#include "common/client/typed_content.h"
#include "common/model/ids.h"

namespace rogatoria::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kOther[] = "OTHER";
constexpr char kCodesOfConsultation[] = "measure_codes";

std::vector<std::string> CodesNamed(const ActDraft& draft) {
  std::vector<std::string> codes;
  for (const v1::Addressee& addressee : draft.to) codes.push_back(addressee.competence().measure());
  if (draft.case_id.empty() || draft.kind == v1::ACT_KIND_SUPPLEMENT) {
    for (const v1::MeasureRef& measure : draft.measures) codes.push_back(measure.code());
  }
  EachField(draft.content,
            "",
            [&](const Message& message, const FieldDescriptor& field, const std::string&) {
              if (field.name() != kCodesOfConsultation) return;
              const auto& values = *message.GetReflection();
              for (int i = 0; i < values.FieldSize(message, &field); ++i)
                codes.push_back(values.GetRepeatedString(message, &field, i));
            });
  return codes;
}

}  // namespace

const std::vector<MeasureGroup>& MeasureGroups() {
  static const auto& groups = *new std::vector<MeasureGroup>{
      {"hearing",
       {"TESTIMONY",
        "SUSPECT_STATEMENT",
        "EXPERT_OPINION",
        "CONFRONTATION",
        "VIDEO_HEARING",
        "PHONE_HEARING"}},
      {"service", {"SERVICE_OF_DOCUMENTS", "SUMMONS_WITNESS_EXPERT"}},
      {"location", {"LOCATE_IDENTIFY_PERSON", "IDENTIFY_VICTIM"}},
      {"records", {"DOCUMENTS_RECORDS", "CRIMINAL_RECORD", "CORPORATE_REGISTRY"}},
      {"bank", {"BANK_ACCOUNT_IDENTIFICATION", "BANK_TRANSACTIONS", "BANK_MONITORING"}},
      {"search", {"SEARCH", "SEIZURE", "EXAMINE_SITE_OBJECT"}},
      {"forensic", {"FORENSIC_DNA_FINGERPRINT"}},
      {"asset", {"ASSET_TRACING", "ASSET_FREEZING", "CONFISCATION", "ASSET_RETURN_SHARING"}},
      {"data",
       {"DATA_PRESERVATION", "SUBSCRIBER_DATA", "TRAFFIC_DATA", "CONTENT_DATA", "EMERGENCY_DATA"}},
      {"interception", {"INTERCEPTION", "REALTIME_TRAFFIC"}},
      {"covert", {"CONTROLLED_DELIVERY", "COVERT_INVESTIGATION", "SURVEILLANCE"}},
      {"transfer", {"TRANSFER_IN_CUSTODY", "VOLUNTARY_APPEARANCE"}},
      {"protection", {"PROTECTION_MEASURE"}},
      {"team", {"JIT"}},
      {"proceedings_transfer", {"TRANSFER_OF_PROCEEDINGS"}},
      {"law", {"INFO_ON_LAW"}}};
  return groups;
}

const std::vector<std::string>& KnownMeasureCodes() {
  static const auto& known = *[] {
    auto* codes = new std::vector<std::string>;
    for (const MeasureGroup& group : MeasureGroups())
      for (const absl::string_view code : group.codes) codes->emplace_back(code);
    codes->push_back(kOther);
    return codes;
  }();
  return known;
}

// Of what is no code at all another rule speaks.
std::vector<std::string> UnknownMeasureCodes(const ActDraft& draft) {
  const auto& known = KnownMeasureCodes();
  std::vector<std::string> unknown;
  for (const std::string& code : CodesNamed(draft)) {
    const bool listed = std::find(known.begin(), known.end(), code) != known.end();
    const bool named = std::find(unknown.begin(), unknown.end(), code) != unknown.end();
    if (!listed && !named && IsMeasureCode(code)) unknown.push_back(code);
  }
  return unknown;
}

}  // namespace rogatoria::client
