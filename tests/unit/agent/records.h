// What tests of the agent's parts share: a folder of records under a real sealing key, and words
// that say their names.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "common/client/encrypted_folder.h"
#include "services/agent/words.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::agent {

inline constexpr char kId[] = "0193a2b4-0000-7000-8000-000000000001";
inline constexpr char kOtherId[] = "0193a2b4-0000-7000-8000-000000000002";

class PlainWords final : public Words {
 public:
  std::string language() const override { return "en"; }
  std::string State(v1::ActState state) const override { return v1::ActState_Name(state); }
  std::string Reason(const absl::Status& why) const override { return std::string(why.message()); }
  std::string Prepared(const hub::ActHeader&, const client::ActDraft&) const override { return ""; }
  std::string Opened(const client::OpenedAct&, const std::string&) const override { return ""; }
  std::string Notice(const hub::Notice&) const override { return ""; }
  std::string Receipt(const Evidence&) const override { return ""; }
  std::string Contradiction(const content::v1::Discrepancy&) const override { return ""; }
};

class AgentTest : public testing::Test {
 protected:
  AgentTest() { Reopen(); }
  // As another run finds it.
  void Reopen() {
    auto opened = client::EncryptedFolder::Open(folder_.path(), {offices_.pt().sealing});
    EXPECT_TRUE(opened.ok()) << opened.status();
    records_ = *std::move(opened);
  }

  client::TestOffices offices_;
  TemporaryFolder folder_;
  std::unique_ptr<client::EncryptedFolder> records_;
  PlainWords words_;
};

// An informal request in plain fields.
inline v1::SendRequest PlainRequest(const std::string& id = kId) {
  v1::SendRequest request;
  request.set_request_id(id);
  request.set_kind("REQUEST");
  request.add_to("co-fgn");
  request.set_channel("INFORMAL");
  request.set_instrument("UN-TIP-2000");
  request.add_measures("VIDEO_HEARING");
  request.set_subject("Audição");
  request.set_text("Segue o pedido.");
  return request;
}

}  // namespace rogatoria::agent
