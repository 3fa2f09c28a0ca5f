#include "common/client/addressee_rules.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Nobody is kept from knowing how to handle what comes.
constexpr absl::string_view kAlways[] = {"written_for",
                                         "cover_slip.subject",
                                         "cover_slip.sender_reference",
                                         "cover_slip.handling",
                                         "cover_slip.handling_restriction",
                                         "cover_slip.minors",
                                         "cover_slip.precautions",
                                         "cover_slip.do_not_contact"};

// "persons[0].name" stands for every person.
std::string WithoutNumbers(absl::string_view path) {
  std::string plain;
  bool inside = false;
  for (const char c : path) {
    if (c == '[') inside = true;
    if (!inside) plain += c;
    if (c == ']') inside = false;
  }
  return plain;
}

bool Covers(absl::string_view allowed, absl::string_view path) {
  return absl::StartsWith(path, allowed) &&
         (path.size() == allowed.size() || path[allowed.size()] == '.');
}

bool MayBeSent(const v1::Authority& authority, const std::string& path) {
  const std::string plain = WithoutNumbers(path);
  const auto covers = [&](absl::string_view allowed) { return Covers(allowed, plain); };
  return std::any_of(std::begin(kAlways), std::end(kAlways), covers) ||
         std::any_of(authority.allowed_fields().begin(),
                     authority.allowed_fields().end(),
                     [&](const std::string& allowed) { return covers(WithoutNumbers(allowed)); });
}

// Only values count: a table is there for what is in it.
void Look(const Message& message,
          const std::string& root,
          const v1::Authority& authority,
          std::vector<std::string>& outside) {
  EachField(
      message, root, [&](const Message&, const FieldDescriptor& field, const std::string& at) {
        if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return;
        const std::string path = JoinPath(at, field.name());
        if (!MayBeSent(authority, path)) outside.push_back(path);
      });
}

}  // namespace

std::vector<std::string> OutsideProfile(const ActDraft& draft, const v1::Authority& authority) {
  std::vector<std::string> outside;
  if (authority.allowed_fields().empty()) return outside;
  Look(draft.content, "", authority, outside);
  Look(draft.cover_slip, "cover_slip", authority, outside);
  return outside;
}

absl::Status CheckAllowedField(absl::string_view path) {
  constexpr absl::string_view kSlip = "cover_slip";
  std::string plain = WithoutNumbers(path);
  const google::protobuf::Descriptor* type = content::v1::ActContent::descriptor();
  if (Covers(kSlip, plain)) {
    type = content::v1::CoverSlip::descriptor();
    plain.erase(0, std::min(plain.size(), kSlip.size() + 1));
    if (plain.empty()) return absl::OkStatus();
  }
  const std::vector<std::string> steps = absl::StrSplit(plain, '.');
  for (const std::string& step : steps) {
    const FieldDescriptor* field = type == nullptr ? nullptr : type->FindFieldByName(step);
    if (field == nullptr) {
      return Explained(Error(Reason::FIELD_INVALID).Field(path), Sentence::STEP_OF_PATH, step);
    }
    type = field->message_type();
  }
  return absl::OkStatus();
}

absl::Status CheckAddressee(const ActDraft& draft, const v1::Authority& authority) {
  const std::vector<std::string> outside = OutsideProfile(draft, authority);
  if (outside.empty()) return absl::OkStatus();
  return Explained(Error(Reason::FIELD_OUTSIDE_PROFILE).Field(outside.front()),
                   Sentence::MAY_BE_SENT,
                   authority.id(),
                   absl::StrJoin(authority.allowed_fields(), ", "));
}

absl::Status CheckAddressees(const ActDraft& draft, const v1::ResolveRecipientsResponse& resolved) {
  for (const v1::Route& route : resolved.routes()) {
    ROG_RETURN_IF_ERROR(CheckAddressee(draft, route.authority()));
  }
  return absl::OkStatus();
}

bool IsCoordinator(const v1::Authority& authority) {
  return std::find(authority.kinds().begin(),
                   authority.kinds().end(),
                   v1::AUTHORITY_KIND_VICTIM_COORDINATOR) != authority.kinds().end();
}

absl::Status CheckPlacement(const ActDraft& draft,
                            const v1::ResolveRecipientsResponse& resolved,
                            bool opens_case) {
  if (draft.kind != v1::ACT_KIND_SHELTER_PLACEMENT) return absl::OkStatus();
  const auto step = draft.content.shelter_placement().placement_step();
  const bool asks =
      step == content::v1::PLACEMENT_STEP_REQUEST || step == content::v1::PLACEMENT_STEP_CONFIRM;
  if (!opens_case && !asks) return absl::OkStatus();
  for (const v1::Route& route : resolved.routes()) {
    if (!IsCoordinator(route.authority()))
      return Error(Reason::ADDRESSEE_NOT_COORDINATOR).Field("to");
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::client
