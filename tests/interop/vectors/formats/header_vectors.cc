// docs/formats/header.md
#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/crypto/digest.h"
#include "common/model/canonical.h"
#include "tests/interop/vectors/formats/vector_set.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria {
namespace {

constexpr char kRequestId[] = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
constexpr char kDecisionId[] = "co-fgn/0b0c6d2e-7a8a-4f6e-9a51-d3c1b1f0a001";
constexpr char kPreviewId[] = "pt-pgr/1d2c3b4a-5e6f-4a7b-8c9d-0e1f2a3b4c5d";

void FillDigest(v1::SealedDigest& digest, absl::string_view seed, uint64_t size) {
  digest.set_sealed_sha256(Sha256({seed, " sealed"}));
  digest.set_sealed_size(size);
  digest.set_clear_hmac_sha256(HmacSha256("salt", seed));
}

void AddRecipient(v1::ActHeader& header, const std::string& authority) {
  v1::Recipient& recipient = *header.add_recipients();
  recipient.set_authority(authority);
  recipient.set_route_id("1795525200000.m3q0iC2v0y3cU6mQeX9nq2n6VQ0mJmB1m1v8p3lq8yE");
  v1::SealedTo& primary = *recipient.add_sealed_to();
  primary.set_certificate_sha256(Sha256(authority + " primary"));
  primary.set_purpose(v1::SEALING_PURPOSE_PRIMARY);
  v1::SealedTo& archive = *recipient.add_sealed_to();
  archive.set_certificate_sha256(Sha256(authority + " archive"));
  archive.set_purpose(v1::SEALING_PURPOSE_ARCHIVE);
}

void AddMeasure(v1::ActHeader& header,
                uint32_t ordinal,
                const std::string& code,
                v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED) {
  v1::MeasureRef& measure = *header.add_measures();
  measure.set_ordinal(ordinal);
  measure.set_code(code);
  measure.set_outcome(outcome);
}

v1::ActHeader Common(const std::string& act_id, const std::string& sender) {
  v1::ActHeader header;
  header.set_trust_domain("rogatoria.example");
  header.set_act_id(act_id);
  header.set_case_id(act_id);
  header.set_sender(sender);
  header.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  header.mutable_legal_basis()->set_instrument("UN-TIP-2000");
  header.set_case_type(v1::CASE_TYPE_MLA);
  header.set_data_class(v1::DATA_CLASS_SENSITIVE);
  header.set_language("pt-PT");
  FillDigest(*header.mutable_content(), "content of " + act_id, 2345);
  header.set_directory_log_size(13);
  header.set_created_unix_ms(1795521600000);
  return header;
}

v1::ActHeader Request() {
  v1::ActHeader header = Common(kRequestId, "pt-pgr");
  AddRecipient(header, "co-fgn");
  header.mutable_legal_basis()->set_article("18(4)-(5)");
  header.set_channel_basis("COMJIB-MEDELLIN-2019");
  header.set_kind(v1::ACT_KIND_REQUEST);
  AddMeasure(header, 1, "VIDEO_HEARING");
  AddMeasure(header, 2, "BANK_TRANSACTIONS");
  AddMeasure(header, 3, "IDENTIFY_VICTIM");
  header.mutable_urgency()->set_level(v1::URGENCY_LEVEL_URGENT);
  header.mutable_urgency()->set_reason(v1::URGENCY_REASON_HEARING_DATE);
  header.mutable_urgency()->set_wished_by_unix_ms(1798113600000);
  header.add_related_cases(kPreviewId);
  return header;
}

v1::ActHeader Decision() {
  v1::ActHeader header = Common(kDecisionId, "co-fgn");
  header.set_case_id(kRequestId);
  AddRecipient(header, "pt-pgr");
  header.set_kind(v1::ACT_KIND_DECISION);
  header.set_language("es-CO");
  AddMeasure(header, 1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED);
  AddMeasure(header, 3, "IDENTIFY_VICTIM", v1::MEASURE_OUTCOME_POSTPONED);
  header.set_in_reply_to(kRequestId);
  header.set_case_position_seen(2);
  return header;
}

v1::ActHeader Information() {
  v1::ActHeader header = Common("br-pgr/7a6b5c4d-3e2f-4a1b-9c8d-7e6f5a4b3c2d", "br-pgr");
  header.set_case_type(v1::CASE_TYPE_SPONTANEOUS);
  header.set_kind(v1::ACT_KIND_SPONTANEOUS_INFORMATION);
  header.set_channel_class(v1::CHANNEL_CLASS_INTERINSTITUTIONAL);
  header.clear_legal_basis();
  header.set_channel_basis("AIAMP-TIP-2011");
  header.set_language("pt-BR");
  AddRecipient(header, "co-fgn");
  AddRecipient(header, "pt-pgr");
  return header;
}

v1::ActHeader FreeForm() {
  v1::ActHeader header = Decision();
  header.set_kind(v1::ACT_KIND_FREE_FORM);
  header.set_channel_class(v1::CHANNEL_CLASS_INFORMAL);
  header.clear_legal_basis();
  header.clear_measures();
  header.clear_in_reply_to();
  header.clear_directory_log_size();
  return header;
}

v1::ActHeader Forwarding() {
  v1::ActHeader header = Decision();
  header.set_kind(v1::ACT_KIND_FORWARDING_NOTICE);
  header.clear_measures();
  header.clear_recipients();
  AddRecipient(header, "co-delegada");
  AddRecipient(header, "pt-pgr");
  return header;
}

v1::ActHeader Team() {
  v1::ActHeader header = Common(kRequestId, "pt-pgr");
  header.set_case_type(v1::CASE_TYPE_JIT);
  header.set_kind(v1::ACT_KIND_JIT_PROPOSAL);
  AddRecipient(header, "co-fgn");
  AddRecipient(header, "br-pgr");
  return header;
}

v1::ActHeader Transfer() {
  v1::ActHeader header = Decision();
  header.set_kind(v1::ACT_KIND_EVIDENCE_TRANSFER);
  header.clear_measures();
  AddMeasure(header, 1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ITEMS_TO_RETURN);
  return header;
}

// Every field that a later act can have.
v1::ActHeader Everything() {
  v1::ActHeader header = Decision();
  header.set_channel_basis("COMJIB-MEDELLIN-2019");
  header.mutable_legal_basis()->set_article("18");
  header.mutable_urgency()->set_level(v1::URGENCY_LEVEL_EMERGENCY);
  header.mutable_urgency()->set_reason(v1::URGENCY_REASON_RISK_TO_PERSON);
  header.set_deadline_effect(v1::DEADLINE_EFFECT_INTERRUPTS);
  header.set_training(true);
  FillDigest(*header.add_documents(), "document 1", 52428800);
  FillDigest(*header.add_documents(), "document 2", 1);
  FillDigest(*header.mutable_identity_part(), "identity part", 512);
  header.set_insist(v1::INSIST_REASON_CROSSED);
  header.add_related_cases(kPreviewId);
  header.set_originals_follow(true);
  header.set_confirmation_due("2026-12-31");
  return header;
}

Bytes Signed(const v1::ActHeader& header) {
  return ToSignedBytes(kHeaderFirstLine, header);
}

void AddGood(VectorSet& set) {
  const auto good = [&set](absl::string_view name, const v1::ActHeader& header) {
    const Bytes bytes = Signed(header);
    set.Good(name,
             bytes,
             absl::StrCat("act=",
                          header.act_id(),
                          " kind=",
                          static_cast<int>(header.kind()),
                          " recipients=",
                          header.recipients_size(),
                          " measures=",
                          header.measures_size(),
                          " documents=",
                          header.documents_size(),
                          " sha256=",
                          ToHex(Sha256(bytes))));
  };
  good("request", Request());
  good("decision", Decision());
  good("forwarding", Forwarding());
  good("joint-team", Team());
  good("evidence-transfer", Transfer());
  good("information-to-two", Information());
  good("free-form", FreeForm());
  good("everything", Everything());
}

// Faults of the form: bytes that protobuf would read, or not, and that we do not.
void AddMalformed(VectorSet& set) {
  const v1::ActHeader request = Request();
  const Bytes line = absl::StrCat(kHeaderFirstLine, "\n");
  const Bytes body = SerializeCanonical(request);
  const Bytes domain = body.substr(0, 19);  // tag, length, "rogatoria.example"
  // Before related_cases (25), the last field of the request: where insist (24) belongs.
  const size_t at = body.size() - 3 - request.related_cases(0).size();
  const auto with_insist = [&](absl::string_view bytes) {
    return line + body.substr(0, at) + std::string(bytes) + body.substr(at);
  };
  set.Bad("empty", "", "", "no bytes");
  set.Bad("no-first-line", body, "", "the first line is missing");
  set.Bad("first-line-v2", "rogatoria-act-header v2\n" + body, "", "another version");
  set.Bad("first-line-crlf", "rogatoria-act-header v1\r\n" + body, "", "the line ends with CR LF");
  set.Bad("unknown-field", line + body + "\xa0\x06\x01", "", "field 100 is unknown");
  set.Bad("duplicate-field", line + domain + body, "trust_domain", "written twice");
  set.Bad(
      "out-of-order", line + body.substr(19) + domain, "trust_domain", "comes after a later field");
  set.Bad("default-written",
          with_insist(absl::string_view("\xc0\x01\x00", 3)),
          "insist",
          "0 is the default and is left out");
  set.Bad("long-number",
          with_insist(absl::string_view("\xc0\x01\x81\x00", 4)),
          "insist",
          "a number in more bytes than needed");
  set.Bad("wide-enumeration",
          with_insist("\xc0\x01\x81\x80\x80\x80\x10"),
          "insist",
          "a number of more than 32 bits, which protobuf would cut");
  set.Bad(
      "wrong-wire-type", with_insist("\xc2\x01\x01\x31"), "insist", "text where a number belongs");
  set.Bad("group", with_insist("\xc3\x01"), "insist", "a group, of an older protobuf");
  set.Bad("cut-off",
          line + body.substr(0, body.size() - 1),
          "related_cases[0]",
          "the bytes end inside a text");
  Bytes not_utf8 = body;
  not_utf8.replace(not_utf8.find("pt-PT"), 5, "\xff\xfe-PT");
  set.Bad("not-utf8", line + not_utf8, "language", "not UTF-8");
  v1::ActHeader nested = request;
  nested.GetReflection();
  v1::Recipient& recipient = *nested.mutable_recipients(0);
  recipient.GetReflection()->MutableUnknownFields(&recipient)->AddVarint(99, 1);
  set.Bad("unknown-field-inside",
          line + nested.SerializeAsString(),
          "recipients[0]",
          "field 99 is unknown");
  set.Bad("too-large", line + std::string(limits::kMaxHeaderBytes, 'x'), "", "more than 16 KiB");
}

struct Spoilt {
  absl::string_view name;
  v1::ActHeader (*base)();
  void (*spoil)(v1::ActHeader&);
  absl::string_view field;
  absl::string_view why;
};

using H = v1::ActHeader;
const Spoilt kSpoilt[] = {
    {"no-trust-domain", Request, [](H& h) { h.clear_trust_domain(); }, "trust_domain", "missing"},
    {"act-id-of-another",
     Request,
     [](H& h) {
       h.set_act_id(kDecisionId);
       h.set_case_id(kDecisionId);
     },
     "act_id",
     "does not begin with the sender"},
    {"act-id-upper-case",
     Request,
     [](H& h) { h.set_act_id("pt-pgr/6F1C0A52-8E0B-4B7E-9A55-0F6D1C2B3A49"); },
     "act_id",
     "a uuid in upper case"},
    {"sender-grammar",
     Request,
     [](H& h) { h.set_sender("PT_PGR"); },
     "sender",
     "not an authority id"},
    {"no-recipient", Request, [](H& h) { h.clear_recipients(); }, "recipients", "none"},
    {"two-recipients-of-a-request",
     Request,
     [](H& h) { AddRecipient(h, "br-pgr"); },
     "recipients",
     "a request has exactly one"},
    {"recipient-is-sender",
     Request,
     [](H& h) { h.mutable_recipients(0)->set_authority("pt-pgr"); },
     "recipients[0].authority",
     "sent to itself"},
    {"recipient-twice",
     Information,
     [](H& h) { *h.mutable_recipients(1) = h.recipients(0); },
     "recipients[1].authority",
     "named twice"},
    {"not-sealed",
     Request,
     [](H& h) { h.mutable_recipients(0)->clear_sealed_to(); },
     "recipients[0].sealed_to",
     "no certificate"},
    {"short-certificate-digest",
     Request,
     [](H& h) { h.mutable_recipients(0)->mutable_sealed_to(1)->set_certificate_sha256("short"); },
     "recipients[0].sealed_to[1].certificate_sha256",
     "not 32 bytes"},
    {"no-route",
     Request,
     [](H& h) { h.mutable_recipients(0)->clear_route_id(); },
     "recipients[0].route_id",
     "missing"},
    {"no-channel-class",
     Request,
     [](H& h) { h.clear_channel_class(); },
     "channel_class",
     "missing"},
    {"unknown-kind",
     Request,
     [](H& h) { h.set_kind(static_cast<v1::ActKind>(99)); },
     "kind",
     "99 is no kind"},
    {"forwarding-to-one",
     Forwarding,
     [](H& h) { h.mutable_recipients()->RemoveLast(); },
     "recipients",
     "the one who asked is told too"},
    {"transfer-outcome-of-a-decision",
     Transfer,
     [](H& h) { h.mutable_measures(0)->set_outcome(v1::MEASURE_OUTCOME_ADMITTED); },
     "measures[0].outcome",
     "an outcome of another kind"},
    {"formal-without-instrument",
     Decision,
     [](H& h) { h.clear_legal_basis(); },
     "legal_basis",
     "every formal act names one"},
    {"article-is-prose",
     Request,
     [](H& h) { h.mutable_legal_basis()->set_article("of-the-treaty-concerned"); },
     "legal_basis.article",
     "words"},
    {"kind-does-not-open",
     Request,
     [](H& h) { h.set_kind(v1::ACT_KIND_FREE_FORM); },
     "case_id",
     "a FREE_FORM opens no case"},
    {"other-case-type",
     Request,
     [](H& h) { h.set_case_type(v1::CASE_TYPE_SPONTANEOUS); },
     "case_type",
     "a REQUEST opens MLA"},
    {"no-measures", Request, [](H& h) { h.clear_measures(); }, "measures", "a request names some"},
    {"measures-of-information",
     Information,
     [](H& h) { AddMeasure(h, 1, "SEARCH"); },
     "measures",
     "information names none"},
    {"measure-gap",
     Request,
     [](H& h) { h.mutable_measures(2)->set_ordinal(4); },
     "measures[2].ordinal",
     "1, 2, 4"},
    {"measure-code-grammar",
     Request,
     [](H& h) { h.mutable_measures(2)->set_code("search house"); },
     "measures[2].code",
     "not a code"},
    {"outcome-of-a-request",
     Request,
     [](H& h) { h.mutable_measures(0)->set_outcome(v1::MEASURE_OUTCOME_EXECUTED); },
     "measures[0].outcome",
     "a request has none"},
    {"decision-without-outcome",
     Decision,
     [](H& h) { h.mutable_measures(1)->clear_outcome(); },
     "measures[1].outcome",
     "missing"},
    {"urgent-without-reason",
     Request,
     [](H& h) { h.mutable_urgency()->clear_reason(); },
     "urgency.reason",
     "missing"},
    {"empty-urgency",
     Request,
     [](H& h) { h.mutable_urgency()->Clear(); },
     "urgency",
     "says nothing; it is left out"},
    {"no-data-class", Request, [](H& h) { h.clear_data_class(); }, "data_class", "missing"},
    {"language-underscore",
     Request,
     [](H& h) { h.set_language("pt_PT"); },
     "language",
     "not BCP 47"},
    {"opening-answers",
     Request,
     [](H& h) { h.set_in_reply_to(kDecisionId); },
     "in_reply_to",
     "an opening act answers nothing"},
    {"opening-has-seen",
     Request,
     [](H& h) { h.set_case_position_seen(3); },
     "case_position_seen",
     "nothing of the case was there to see"},
    {"later-has-not-seen",
     Decision,
     [](H& h) { h.clear_case_position_seen(); },
     "case_position_seen",
     "at least the opening act was seen"},
    {"no-content", Request, [](H& h) { h.clear_content(); }, "content", "missing"},
    {"content-too-large",
     Request,
     [](H& h) { h.mutable_content()->set_sealed_size(limits::kMaxInlineBodyBytes + 1); },
     "content.sealed_size",
     "more than 1 MiB and its sealing"},
    {"short-clear-digest",
     Request,
     [](H& h) { h.mutable_content()->set_clear_hmac_sha256("short"); },
     "content.clear_hmac_sha256",
     "not 32 bytes"},
    {"empty-document",
     Request,
     [](H& h) { FillDigest(*h.add_documents(), "d", 0); },
     "documents[0].sealed_size",
     "no bytes"},
    {"no-instant", Request, [](H& h) { h.clear_created_unix_ms(); }, "created_unix_ms", "missing"},
    {"negative-instant",
     Request,
     [](H& h) { h.set_created_unix_ms(-1); },
     "created_unix_ms",
     "before 1970"},
    {"opening-insists",
     Request,
     [](H& h) { h.set_insist(v1::INSIST_REASON_SAFETY); },
     "insist",
     "an opening act is never out of sequence"},
    {"related-to-itself",
     Request,
     [](H& h) { h.set_related_cases(0, kRequestId); },
     "related_cases[0]",
     "this case"},
    {"confirmation-without-paper",
     Request,
     [](H& h) { h.set_confirmation_due("2026-12-31"); },
     "confirmation_due",
     "no originals follow"},
    {"confirmation-no-day",
     Everything,
     [](H& h) { h.set_confirmation_due("2026-02-30"); },
     "confirmation_due",
     "there is no such day"},
};

}  // namespace

void AddHeaderVectors(VectorFiles& files) {
  VectorSet set("header", ".bin");
  AddGood(set);
  AddMalformed(set);
  for (const Spoilt& spoilt : kSpoilt) {
    v1::ActHeader header = spoilt.base();
    spoilt.spoil(header);
    set.Bad(spoilt.name, Signed(header), spoilt.field, spoilt.why);
  }
  set.AddTo(files);
}

}  // namespace rogatoria
