// A header that passes every rule, to be spoilt by one thing at a time.
#pragma once

#include <string>

#include "rogatoria/v1/act.pb.h"

namespace rogatoria {

inline constexpr char kActId[] = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
inline constexpr char kOtherActId[] = "co-fgn/0b0c6d2e-7a8a-4f6e-9a51-d3c1b1f0a001";

inline void FillDigest(v1::SealedDigest& digest, char byte) {
  digest.set_sealed_sha256(std::string(32, byte));
  digest.set_sealed_size(2048);
  digest.set_clear_hmac_sha256(std::string(32, static_cast<char>(byte + 1)));
}

// A formal request for two measures, which opens its case.
inline v1::ActHeader OpeningHeader() {
  v1::ActHeader header;
  header.set_trust_domain("rogatoria.example");
  header.set_act_id(kActId);
  header.set_case_id(kActId);
  header.set_sender("pt-pgr");
  v1::Recipient& recipient = *header.add_recipients();
  recipient.set_authority("co-fgn");
  recipient.set_route_id("1795600000000.c29tZSBtYWM");
  v1::SealedTo& to = *recipient.add_sealed_to();
  to.set_certificate_sha256(std::string(32, '\x11'));
  to.set_purpose(v1::SEALING_PURPOSE_PRIMARY);
  header.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  header.mutable_legal_basis()->set_instrument("UN-TIP-2000");
  header.mutable_legal_basis()->set_article("18(4)-(5)");
  header.set_channel_basis("COMJIB-MEDELLIN-2019");
  header.set_case_type(v1::CASE_TYPE_MLA);
  header.set_kind(v1::ACT_KIND_REQUEST);
  for (uint32_t ordinal = 1; ordinal <= 2; ++ordinal) {
    v1::MeasureRef& measure = *header.add_measures();
    measure.set_ordinal(ordinal);
    measure.set_code(ordinal == 1 ? "VIDEO_HEARING" : "BANK_TRANSACTIONS");
  }
  header.mutable_urgency()->set_level(v1::URGENCY_LEVEL_URGENT);
  header.mutable_urgency()->set_reason(v1::URGENCY_REASON_HEARING_DATE);
  header.set_data_class(v1::DATA_CLASS_SENSITIVE);
  header.set_language("pt-PT");
  FillDigest(*header.mutable_content(), '\x21');
  header.set_directory_log_size(7);
  header.set_created_unix_ms(1795521600000);
  return header;
}

// A decision on the second measure, from the other side.
inline v1::ActHeader DecisionHeader() {
  v1::ActHeader header = OpeningHeader();
  header.set_act_id(kOtherActId);
  header.set_sender("co-fgn");
  header.mutable_recipients(0)->set_authority("pt-pgr");
  header.set_kind(v1::ACT_KIND_DECISION);
  header.mutable_measures()->DeleteSubrange(0, 1);
  header.mutable_measures(0)->set_outcome(v1::MEASURE_OUTCOME_ADMITTED);
  header.set_in_reply_to(kActId);
  header.set_case_position_seen(1);
  return header;
}

}  // namespace rogatoria
