// Goal: what a program asks becomes the draft that an act file would have made, its files under
// their own names; nothing but what it gave is read.
#include "services/agent/composition.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/agent/records.h"

namespace rogatoria::agent {
namespace {

using testing::HasSubstr;

class CompositionTest : public AgentTest {
 protected:
  CompositionTest() : documents_(*records_) {}
  absl::StatusOr<std::unique_ptr<Composition>> Make(const v1::SendRequest& request) {
    return Composition::Make(request, "pt", documents_, folder_ / "open");
  }
  static std::string FieldOf(const absl::Status& status) {
    const auto details = GetErrorDetails(status);
    return details.has_value() ? details->field : "";
  }
  static Reason ReasonFor(const absl::Status& status) {
    const auto details = GetErrorDetails(status);
    return details.has_value() ? details->reason : Reason::INTERNAL;
  }

  Documents documents_;
};

TEST_F(CompositionTest, FieldsBecomeADraft) {
  v1::SendRequest request = PlainRequest();
  request.set_urgency("URGENT");
  request.set_urgency_reason("DETENTION");
  const auto made = Make(request);
  ASSERT_THAT(made, IsOk());
  const client::ActDraft& draft = (*made)->draft();
  EXPECT_EQ(draft.request_id, kId);
  EXPECT_EQ(draft.kind, hub::ACT_KIND_REQUEST);
  EXPECT_EQ(draft.channel_class, hub::CHANNEL_CLASS_INFORMAL);
  EXPECT_EQ(draft.to.at(0).authority(), "co-fgn");
  EXPECT_EQ(draft.measures.at(0).code(), "VIDEO_HEARING");
  EXPECT_EQ(draft.measures.at(0).ordinal(), 1U);
  EXPECT_EQ(draft.urgency.reason(), hub::URGENCY_REASON_DETENTION);
  EXPECT_EQ(draft.cover_slip.subject(), "Audição");
  EXPECT_EQ(draft.content.letter().text(), "Segue o pedido.");
  EXPECT_EQ(draft.language, "pt");
}

TEST_F(CompositionTest, AnEmptyKindIsAMessage) {
  v1::SendRequest request = PlainRequest();
  request.clear_kind();
  const auto made = Make(request);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ((*made)->draft().kind, hub::ACT_KIND_FREE_FORM);
}

TEST_F(CompositionTest, FilesKeepTheirNamesAndMayShareThem) {
  v1::SendRequest request = PlainRequest();
  request.mutable_letter()->set_name("ofício nº 1.pdf");
  request.mutable_letter()->set_content("letter");
  for (const char* content : {"one", "two"}) {
    v1::File& file = *request.add_enclosures();
    file.set_name("scan.pdf");
    file.set_content(content);
    file.set_title(content);
  }
  const auto made = Make(request);
  ASSERT_THAT(made, IsOk());
  const content::v1::Letter& letter = (*made)->draft().content.letter();
  EXPECT_EQ(letter.document().file_name(), "ofício nº 1.pdf");
  EXPECT_EQ(letter.document().media_type(), "application/pdf");
  EXPECT_EQ(letter.document().content(), "letter");
  ASSERT_EQ(letter.enclosures_size(), 2);
  EXPECT_EQ(letter.enclosures(1).content(), "two");
  EXPECT_EQ(letter.enclosures(1).title(), "two");
  EXPECT_EQ((*made)->bytes(), 12U);
}

TEST_F(CompositionTest, AMediaTypeIsOne) {
  v1::SendRequest request = PlainRequest();
  request.mutable_letter()->set_name("a.pdf");
  request.mutable_letter()->set_content("letter");
  request.mutable_letter()->set_media_type("text/plain; charset=utf-8");
  EXPECT_THAT(Make(request), IsOk());
  request.mutable_letter()->set_media_type("Acta PDF");
  const auto made = Make(request);
  EXPECT_THAT(made, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(made.status())->field, "letter.media_type");
}

TEST_F(CompositionTest, ADocumentThatWasPutIsRead) {
  const auto id = documents_.Put("a.pdf", "bytes");
  ASSERT_THAT(id, IsOk());
  v1::SendRequest request = PlainRequest();
  request.mutable_letter()->set_name("b.pdf");
  request.mutable_letter()->set_document_id(*id);
  const auto made = Make(request);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ((*made)->draft().content.letter().document().content(), "bytes");
  EXPECT_EQ((*made)->draft().content.letter().document().file_name(), "b.pdf");
}

TEST_F(CompositionTest, NothingIsLeftOfItsFolder) {
  v1::SendRequest request = PlainRequest();
  request.mutable_letter()->set_name("a.pdf");
  request.mutable_letter()->set_content("letter");
  ASSERT_THAT(Make(request), IsOk());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "open"));
}

TEST_F(CompositionTest, AnActFileInJsonMayNameItsFilesOnly) {
  v1::SendRequest request;
  request.set_request_id(kId);
  request.mutable_letter()->set_name("a.pdf");
  request.mutable_letter()->set_content("letter");
  request.set_act_json(
      R"({"kind": "FREE_FORM", "case": "pt-pgr/x", "letter": {"file": "a.pdf", "title": "Carta"}})");
  {
    const auto made = Make(request);
    ASSERT_THAT(made, IsOk());
    EXPECT_EQ((*made)->draft().content.letter().document().content(), "letter");
    EXPECT_EQ((*made)->draft().content.letter().document().title(), "Carta");
  }
  for (const char* path : {"/etc/passwd", "../a.pdf", "b.pdf", "./a.pdf"}) {
    request.set_act_json(
        std::string(R"({"kind": "FREE_FORM", "letter": {"enclosure": [{"file": ")") + path +
        "\"}]}}");
    const absl::Status refused = Make(request).status();
    EXPECT_EQ(ReasonFor(refused), Reason::ACT_FILE_INVALID) << path;
    EXPECT_EQ(FieldOf(refused), "letter.enclosure[0].file") << path;
  }
}

TEST_F(CompositionTest, AnActFileStandsAlone) {
  v1::SendRequest request;
  request.set_request_id(kId);
  request.set_act_json(R"({"kind": "FREE_FORM"})");
  request.set_subject("beside it");
  EXPECT_EQ(FieldOf(Make(request).status()), "subject");
  request.clear_subject();
  request.set_act_json("no json");
  EXPECT_EQ(ReasonFor(Make(request).status()), Reason::ACT_FILE_INVALID);
  request.set_act_json(std::string(R"({"kind": "FREE_FORM", "request_id": ")") + kOtherId + "\"}");
  EXPECT_EQ(FieldOf(Make(request).status()), "request_id");
}

TEST_F(CompositionTest, WhatIsWrongIsNamed) {
  const auto refused = [this](const std::function<void(v1::SendRequest&)>& change) {
    v1::SendRequest request = PlainRequest();
    change(request);
    return FieldOf(Make(request).status());
  };
  EXPECT_EQ(refused([](v1::SendRequest& r) { r.set_kind("WISH"); }), "kind");
  EXPECT_EQ(refused([](v1::SendRequest& r) { r.set_kind("UNSPECIFIED"); }), "kind");
  EXPECT_EQ(refused([](v1::SendRequest& r) { r.set_channel("POST"); }), "channel");
  EXPECT_EQ(refused([](v1::SendRequest& r) { r.set_urgency("NOW"); }), "urgency");
  EXPECT_EQ(refused([](v1::SendRequest& r) { r.set_data_class("ALL"); }), "data_class");
  EXPECT_EQ(refused([](v1::SendRequest& r) { r.mutable_letter()->set_name("a.pdf"); }), "letter");
  EXPECT_EQ(refused([](v1::SendRequest& r) {
              r.add_enclosures()->set_name("empty.pdf");
              r.mutable_enclosures(0)->set_content("");
            }),
            "enclosures[0]");
  for (const std::string& name :
       {std::string(), std::string("a/b"), std::string(".."), std::string(256, 'a')}) {
    EXPECT_EQ(refused([&](v1::SendRequest& r) {
                r.mutable_letter()->set_name(name);
                r.mutable_letter()->set_content("x");
              }),
              "letter.name");
  }
}

TEST_F(CompositionTest, ARetryHasOneFingerprintWhateverWayItsFilesCame) {
  const auto id = documents_.Put("a.pdf", "bytes");
  ASSERT_THAT(id, IsOk());
  v1::SendRequest inline_file = PlainRequest();
  inline_file.mutable_letter()->set_name("a.pdf");
  inline_file.mutable_letter()->set_content("bytes");
  v1::SendRequest put = inline_file;
  put.mutable_letter()->set_document_id(*id);
  put.set_force(true);
  const auto one = Fingerprint(inline_file, documents_);
  ASSERT_THAT(one, IsOk());
  EXPECT_EQ(*one, *Fingerprint(put, documents_));
  // Also after its bytes are gone.
  documents_.Forget(*id);
  EXPECT_EQ(*one, *Fingerprint(put, documents_));
  put.set_subject("another");
  EXPECT_NE(*one, *Fingerprint(put, documents_));
  inline_file.mutable_letter()->set_content("other");
  EXPECT_NE(*one, *Fingerprint(inline_file, documents_));
}

}  // namespace
}  // namespace rogatoria::agent
