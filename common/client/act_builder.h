// Composing an act in a program, kind by kind: what a kind does not admit does not compile, and its
// typed content has the type of its kind. What it makes is an ActDraft, for Office::Send.
//
//   ActBuilder<v1::ACT_KIND_REQUEST> request;
//   request.To("co-fgn").LegalBasis("COMJIB-MEDELLIN-2019", "4").Channel(v1::CHANNEL_CLASS_FORMAL)
//       .Measure("BANK_TRANSACTIONS").Subject("Accounts of a company").Letter("letter.pdf");
//   request.content().set_...;
//   ROG_ASSIGN_OR_RETURN(ActDraft draft, request.Build());
//
//   ActBuilder<v1::ACT_KIND_DECISION> decision(InReplyTo(opened));
//   decision.Outcome<v1::MEASURE_OUTCOME_ADMITTED>(1).Text("Admitted.");
//
// What kinds admit is the table of common/model/act_kind_table.h, the same that the hub refuses by.
// Whether an act is complete for its instrument and country is for Office::Lint. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/client/draft.h"
#include "common/client/opener.h"
#include "common/model/act_kind_table.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

// The message of a kind's content: TypedContent<v1::ACT_KIND_REQUEST>::Message. Not defined for a
// kind that this version does not know.
template <v1::ActKind kKind>
struct TypedContent;
#define ROGATORIA_TYPED_CONTENT(kind, field)                                                    \
  template <>                                                                                   \
  struct TypedContent<v1::ACT_KIND_##kind> {                                                    \
    using Message =                                                                             \
        std::remove_cvref_t<decltype(std::declval<const content::v1::ActContent&>().field())>;  \
    static Message& In(content::v1::ActContent& content) { return *content.mutable_##field(); } \
  };
#include "common/client/typed_contents.inc"
#undef ROGATORIA_TYPED_CONTENT

// Where in a case an act stands.
struct CasePlace {
  std::string case_id;
  std::string in_reply_to;  // act id; may be empty
};
inline CasePlace InCase(std::string case_id) {
  return {std::move(case_id), ""};
}
inline CasePlace InReplyTo(const OpenedAct& act) {
  return {act.header.case_id(), act.header.act_id()};
}

// What the builders of all kinds have in common, compiled once.
class ActBuilderBase {
 public:
  // The rest of the draft: urgency, data class, related cases, insisting.
  ActDraft& draft() { return draft_; }

 protected:
  explicit ActBuilderBase(v1::ActKind kind);
  void SetPlace(CasePlace place);
  void AddRecipient(std::string authority);
  void AddCompetent(std::string country, std::string measure);
  void AddMeasure(uint32_t ordinal, std::string code, v1::MeasureOutcome outcome);
  void AddLetter(const std::string& path);
  void AddEnclosure(const std::string& path);
  absl::StatusOr<ActDraft> Finish() const;
  uint32_t NextOrdinal() const { return static_cast<uint32_t>(draft_.measures.size() + 1); }

  ActDraft draft_;

 private:
  absl::Status fault_;  // the first one
};

template <v1::ActKind kKind>
class ActBuilder : public ActBuilderBase {
  static_assert(act_kinds::Find(kKind) != nullptr, "a kind of act of this version");
  static constexpr ActKindTraits kTraits = *act_kinds::Find(kKind);
  static constexpr bool kInsideOnly = !kTraits.opens_case;
  // Some that open a case may be sent inside one as well: an alert, a team's proposal.
  static constexpr bool kMayBeInside = kInsideOnly || kTraits.any_state || kTraits.adds_parties;
  static constexpr bool kSeveral = kTraits.max_recipients > 1;

 public:
  using Content = typename TypedContent<kKind>::Message;

  // Opens a case.
  ActBuilder() requires(kTraits.opens_case) : ActBuilderBase(kKind) {}
  // Inside a case: addressees, channel and legal basis are the case's where they are not given.
  explicit ActBuilder(CasePlace place) requires(kMayBeInside) : ActBuilderBase(kKind) {
    SetPlace(std::move(place));
  }

  // The authority's id. Again only for kinds that may have several.
  ActBuilder& To(std::string authority) {
    AddRecipient(std::move(authority));
    return *this;
  }
  // Whoever is competent there; the hub's directory says who.
  ActBuilder& ToCompetent(std::string country, std::string measure) requires(kTraits.opens_case) {
    AddCompetent(std::move(country), std::move(measure));
    return *this;
  }
  // An instrument of the directory, and its article, as "18(4)".
  ActBuilder& LegalBasis(std::string instrument,
                         std::string article = "") requires(kTraits.opens_case) {
    draft_.legal_basis.set_instrument(std::move(instrument));
    draft_.legal_basis.set_article(std::move(article));
    return *this;
  }
  ActBuilder& Channel(v1::ChannelClass channel_class, std::string basis = "") {
    draft_.channel_class = channel_class;
    draft_.channel_basis = std::move(basis);
    return *this;
  }
  // A measure that is asked for, the first call the first one.
  ActBuilder& Measure(std::string code) requires(kTraits.opens_case&& kTraits.allows_measures) {
    AddMeasure(NextOrdinal(), std::move(code), v1::MEASURE_OUTCOME_UNSPECIFIED);
    return *this;
  }
  // A measure of the case, by its number.
  ActBuilder& Measure(uint32_t ordinal) requires(kInsideOnly&& kTraits.allows_measures &&
                                                 !kTraits.allows_outcomes) {
    AddMeasure(ordinal, "", v1::MEASURE_OUTCOME_UNSPECIFIED);
    return *this;
  }
  // One that the case does not have yet, with the number after its last.
  ActBuilder& NewMeasure(uint32_t ordinal, std::string code) requires(kTraits.adds_measures) {
    AddMeasure(ordinal, std::move(code), v1::MEASURE_OUTCOME_UNSPECIFIED);
    return *this;
  }
  // What this act does to a measure: an outcome that its kind may give.
  template <v1::MeasureOutcome kOutcome>
  ActBuilder& Outcome(uint32_t ordinal) requires(
      kTraits.allows_outcomes&& act_kinds::MayGive(kKind, kOutcome)) {
    AddMeasure(ordinal, "", kOutcome);
    return *this;
  }

  // One line for the list of the inbox; sealed.
  ActBuilder& Subject(std::string subject) {
    draft_.cover_slip.set_subject(std::move(subject));
    return *this;
  }
  // BCP 47, as pt-PT; else the profile's. Before the files, which take it.
  ActBuilder& InLanguage(std::string language) {
    draft_.language = std::move(language);
    return *this;
  }
  // A short text beside the letter, or instead of it.
  ActBuilder& Text(std::string text) {
    draft_.content.mutable_letter()->set_text(std::move(text));
    return *this;
  }
  // Files: in the act where they fit, else uploaded apart when it is sent (AddFile of draft.h).
  ActBuilder& Letter(const std::string& path) {
    AddLetter(path);
    return *this;
  }
  ActBuilder& Enclosure(const std::string& path) {
    AddEnclosure(path);
    return *this;
  }

  // The typed content of the kind, made when it is first asked for.
  Content& content() { return TypedContent<kKind>::In(draft_.content); }

  // FILE_UNREADABLE or LIMIT_EXCEEDED of the first file that cannot be taken; FIELD_REQUIRED for an
  // addressee, measure, channel or legal basis that the kind needs; FIELD_INVALID for more
  // addressees than it admits.
  absl::StatusOr<ActDraft> Build() const { return Finish(); }
};

}  // namespace rogatoria::client
