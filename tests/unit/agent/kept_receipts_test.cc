// Goal: how far an act has come is what its receipts prove together, of every recipient.
#include "services/agent/kept_receipts.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "common/model/evidence.h"
#include "services/agent/words.h"

namespace rogatoria::agent {
namespace {

class ProgressTest : public testing::Test {
 protected:
  static KeptReceipt Of(hub::TransportEvent event,
                        const std::string& recipient,
                        int64_t at,
                        const std::string& reason = "") {
    KeptReceipt receipt;
    receipt.evidence.event = event;
    receipt.evidence.recipient = recipient;
    receipt.evidence.instant = {at};
    receipt.evidence.reason = reason;
    return receipt;
  }
  const KeptReceipt a1_ = Of(hub::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, "", 1);
  static KeptReceipt D1(const std::string& who) {
    return Of(hub::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, who, 1);
  }
  static KeptReceipt E1(const std::string& who) {
    return Of(hub::TRANSPORT_EVENT_CONTENT_HANDOVER, who, 3);
  }
  static KeptReceipt E2(const std::string& who, const std::string& reason) {
    return Of(hub::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE, who, 2, reason);
  }
};

TEST_F(ProgressTest, EveryRecipientCounts) {
  EXPECT_TRUE(ProgressOf({a1_, D1("co"), D1("br")}).in_mailboxes);
  const Progress half = ProgressOf({a1_, D1("co"), D1("br"), E1("co")});
  EXPECT_FALSE(half.taken_over);
  EXPECT_FALSE(half.ended);
  const Progress all = ProgressOf({a1_, D1("co"), D1("br"), E1("co"), E1("br")});
  EXPECT_TRUE(all.taken_over);
  EXPECT_TRUE(all.ended);
  EXPECT_EQ(all.since.unix_ms, 3);
}

TEST_F(ProgressTest, WhatWasNotFetchedInTimeMayStillBe) {
  const Progress open = ProgressOf({a1_, D1("co"), E2("co", std::string(kNotRetrieved))});
  EXPECT_TRUE(open.not_taken);
  EXPECT_FALSE(open.ended);
  const Progress late = ProgressOf({a1_, D1("co"), E2("co", std::string(kNotRetrieved)), E1("co")});
  EXPECT_TRUE(late.taken_over);
  EXPECT_FALSE(late.not_taken);
  EXPECT_TRUE(ProgressOf({a1_, D1("co"), E2("co", "CANNOT_OPEN")}).ended);
}

TEST_F(ProgressTest, ARefusalIsAnEndAndAnAcceptanceIsNone) {
  const KeptReceipt a2 = Of(hub::TRANSPORT_EVENT_SUBMISSION_REJECTION, "", 1, "NOT_DESIGNATED");
  EXPECT_TRUE(ProgressOf({a2}).refused);
  EXPECT_TRUE(ProgressOf({a2}).ended);
  EXPECT_FALSE(ProgressOf({a1_}).ended);
  EXPECT_FALSE(ProgressOf({}).accepted);
}

}  // namespace
}  // namespace rogatoria::agent
