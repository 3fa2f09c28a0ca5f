// Goal: what lies in the outbox can be told to a person, with the reason that was noted, while
// another program holds it.
#include "common/client/outbox_list.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/outbox.h"
#include "common/model/header.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

class OutboxListTest : public testing::Test {
 protected:
  v1::SubmitActRequest Act() {
    const PreparedAct act = offices_.Signed(offices_.Request());
    v1::SubmitActRequest request;
    request.set_request_id(act.request_id);
    *request.mutable_act() = act.act;
    return request;
  }
  std::string state() { return offices_.pt().profile.state; }
  std::vector<OutboxItem> List() { return ListOutbox(state(), "pt-pgr"); }

  TestOffices offices_;
};

TEST_F(OutboxListTest, NothingThereIsNothing) {
  EXPECT_TRUE(List().empty());
}

TEST_F(OutboxListTest, WhatWaitsIsListedWhileTheOutboxIsHeldAndNothingIsMoved) {
  const auto outbox = *Outbox::Open(state());
  const v1::SubmitActRequest request = Act();
  ASSERT_THAT(outbox->Put(request), IsOk());
  ASSERT_EQ(List().size(), 1u);
  const OutboxItem item = List()[0];
  EXPECT_EQ(item.id, absl::StrCat("pt-pgr/", request.request_id()));
  EXPECT_TRUE(item.waits);
  EXPECT_FALSE(item.reason.has_value());
  EXPECT_GT(item.since.unix_ms, 0);
  ASSERT_TRUE(item.request.has_value());
  EXPECT_TRUE(outbox->Holds(request.request_id()));
}

TEST_F(OutboxListTest, WhyItWaitsIsNotedUntilItIsSent) {
  const auto outbox = *Outbox::Open(state());
  const v1::SubmitActRequest request = Act();
  ASSERT_THAT(outbox->Put(request), IsOk());
  outbox->NoteWhy(request, Error(Reason::OVERLOADED));
  EXPECT_EQ(List().at(0).reason, Reason::OVERLOADED);
  EXPECT_EQ(outbox->Pending()->requests.size(), 1u);
  ASSERT_THAT(outbox->Drop(request), IsOk());
  EXPECT_TRUE(List().empty());
  outbox->NoteWhy(request, Error(Reason::OVERLOADED));  // of nothing that waits
  size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(state() + "/outbox"))
    files += file.path().filename() == "lock" ? 0 : 1;
  EXPECT_EQ(files, 0u);
}

TEST_F(OutboxListTest, WhatWasSetAsideHasItsReasonAndField) {
  const auto outbox = *Outbox::Open(state());
  const v1::SubmitActRequest refused = Act();
  const v1::SubmitActRequest stale = Act();
  ASSERT_THAT(outbox->Put(refused), IsOk());
  outbox->NoteWhy(refused, Error(Reason::OVERLOADED));
  ASSERT_THAT(outbox->Fail(refused, Error(Reason::SIGNER_NOT_REGISTERED).Field("signature")),
              IsOk());
  ASSERT_THAT(outbox->Put(stale), IsOk());
  ASSERT_THAT(outbox->Fail(stale, Error(Reason::FIELD_INVALID).Field("act.header.created_unix_ms")),
              IsOk());
  const auto items = List();
  ASSERT_EQ(items.size(), 2u);
  for (const OutboxItem& item : items) {
    EXPECT_FALSE(item.waits);
    const bool is_stale = item.id == absl::StrCat("pt-pgr/", stale.request_id());
    EXPECT_EQ(item.reason, is_stale ? Reason::FIELD_INVALID : Reason::SIGNER_NOT_REGISTERED);
    EXPECT_EQ(NeedsNewSignature(item), is_stale);
  }
}

TEST_F(OutboxListTest, ADamagedFileIsTold) {
  const auto outbox = *Outbox::Open(state());
  ASSERT_THAT(WriteFileDurably(state() + "/outbox/x.act", "rubbish"), IsOk());
  ASSERT_EQ(List().size(), 1u);
  EXPECT_EQ(List()[0].id, "x.act");
  EXPECT_EQ(List()[0].reason, Reason::OUTBOX_FILE_DAMAGED);
  EXPECT_TRUE(std::filesystem::exists(state() + "/outbox/x.act"));
}

}  // namespace
}  // namespace rogatoria::client
