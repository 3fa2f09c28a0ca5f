// Documents: found by id, by what their owner says of them, by act, and when they are due; what an
// authority has; their custody.
#include <string>
#include <vector>

#include "tests/contract/store_contract.h"
#include "tests/contract/store_rows.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

DocumentRecord Document(const std::string& id, v1::DocumentState state, const Bytes& sha256) {
  DocumentRecord record;
  record.document_id = "pt/" + id;
  record.owner = "pt";
  record.state = state;
  record.sealed_size = 1000;
  record.chunk_size = 4096;
  record.sealed_sha256 = sha256;
  record.begun = {50};
  return record;
}

DocumentRecord Attached(const std::string& id, uint32_t number, int64_t look_at) {
  DocumentRecord record = Document(id, v1::DOCUMENT_STATE_ATTACHED, "digest " + id);
  record.act_id = "pt/act";
  record.case_id = "pt/case";
  record.number = number;
  record.look_at = Instant{look_at};
  return record;
}

void Put(Store& store, std::vector<DocumentRecord> documents) {
  BatchBuilder builder(store);
  builder.changes().documents = std::move(documents);
  ASSERT_THAT(CommitChanges(store, builder.Build()), IsOk());
}

BatchState Load(Store& store, const BatchKeys& keys) {
  return store.Begin().value()->Load(keys).value();
}

TEST_P(StoreContract, ADocumentIsReadAsItWasWrittenAndReplacedWhole) {
  DocumentRecord record = Document("a", v1::DOCUMENT_STATE_OPEN, "");
  Put(*store_, {record});
  EXPECT_EQ(OpenSnapshot()->GetDocument("pt/a").value(), record);
  record = Attached("a", 2, 70);
  Put(*store_, {record});
  EXPECT_EQ(OpenSnapshot()->GetDocument("pt/a").value(), record);
  EXPECT_THAT(OpenSnapshot()->GetDocument("pt/b"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(StoreContract, DocumentsOfAnActComeInItsOrderAndThoseDueByWhenTheyAre) {
  Put(*store_, {Attached("b", 1, 90), Attached("a", 2, 80), Attached("c", 3, 100)});
  Put(*store_, {Document("open", v1::DOCUMENT_STATE_OPEN, "")});
  auto snapshot = OpenSnapshot();
  const auto ids = [](const absl::StatusOr<std::vector<DocumentRecord>>& rows) {
    std::vector<std::string> found;
    for (const DocumentRecord& row : rows.value()) found.push_back(row.document_id);
    return found;
  };
  EXPECT_THAT(ids(snapshot->ListDocumentsOfAct("pt/act")), ElementsAre("pt/b", "pt/a", "pt/c"));
  EXPECT_THAT(ids(snapshot->ListDocumentsOfAct("")), IsEmpty());
  EXPECT_THAT(ids(snapshot->ListDueDocuments({90}, 10)), ElementsAre("pt/a", "pt/b"));
  EXPECT_THAT(ids(snapshot->ListDueDocuments({90}, 1)), ElementsAre("pt/a"));
  EXPECT_THAT(ids(snapshot->ListDueDocuments({79}, 10)), IsEmpty());
}

TEST_P(StoreContract, ADigestFindsWhatIsNotAttachedYet) {
  Put(*store_,
      {Document("used", v1::DOCUMENT_STATE_ATTACHED, "same"),
       Document("free", v1::DOCUMENT_STATE_COMPLETE, "same"),
       Document("open", v1::DOCUMENT_STATE_OPEN, "")});
  const DocumentDigest same{"pt", "same"}, none{"pt", ""}, others{"co", "same"};
  const BatchState state = Load(*store_, {.document_digests = {same, none, others}});
  ASSERT_EQ(state.document_digests.size(), 1u);
  EXPECT_EQ(state.document_digests.at(same), "pt/free");
  EXPECT_EQ(state.documents.at("pt/free").state, v1::DOCUMENT_STATE_COMPLETE);
}

TEST_P(StoreContract, DocumentsOfACaseAndWhatAnAuthorityHas) {
  DocumentRecord erased = Document("gone", v1::DOCUMENT_STATE_ERASED, "x");
  erased.begun = {10};
  Put(*store_, {Attached("a", 1, 80), Document("b", v1::DOCUMENT_STATE_OPEN, ""), erased});
  const BatchState state = Load(*store_,
                                {.documents = {"pt/b", "pt/none"},
                                 .documents_of = {"pt/case", "pt/other"},
                                 .document_usage = {{"pt", {50}}, {"co", {0}}}});
  EXPECT_THAT(state.documents_of.at("pt/case"), ElementsAre("pt/a"));
  EXPECT_FALSE(state.documents_of.contains("pt/other"));
  EXPECT_EQ(state.documents.size(), 2u);
  EXPECT_EQ(state.document_usage.at("pt").open, 1u);
  EXPECT_EQ(state.document_usage.at("pt").stored_bytes, 2000u);
  EXPECT_EQ(state.document_usage.at("pt").begun_bytes, 2000u);
  EXPECT_EQ(state.document_usage.at("co").stored_bytes, 0u);
}

TEST_P(StoreContract, CustodyIsInTheOrderOfTheLogAndWrittenOnce) {
  const CustodyRecord second{"pt/a", 1, 7, v1::CUSTODY_EVENT_ATTACHED, "pt", {60}};
  const CustodyRecord first{"pt/a", 1, 5, v1::CUSTODY_EVENT_UPLOADED, "", {50}};
  const auto put = [&](std::vector<CustodyRecord> rows) {
    BatchBuilder builder(*store_);
    builder.changes().custody = std::move(rows);
    return CommitChanges(*store_, builder.Build());
  };
  ASSERT_THAT(put({second, first, {"pt/b", 1, 6, v1::CUSTODY_EVENT_UPLOADED, "pt", {55}}}), IsOk());
  EXPECT_THAT(OpenSnapshot()->ListCustody("pt/a").value(), ElementsAre(first, second));
  EXPECT_THAT(put({first}), StatusIs(absl::StatusCode::kAlreadyExists));
}

}  // namespace
}  // namespace rogatoria
