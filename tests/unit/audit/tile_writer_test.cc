#include "services/audit/tile_writer.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/ledger/audit_command.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/hash.h"
#include "common/merkle/note.h"
#include "common/merkle/tiles.h"
#include "services/audit/published_log.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::audit {
namespace {

class TileWriterTest : public ::testing::Test {
 protected:
  TileWriterTest() : folder_(QuickFolder()) {}

  // Lets the log grow to a size (at least 1: the first leaf).
  void GrowTo(uint64_t size) {
    while (Size() < size) {
      std::vector<std::unique_ptr<Command>> batch;
      for (uint64_t i = Size(); i < size && batch.size() < 200; ++i) {
        AuditRecord record;
        record.operation = AuditOperation::kAdministration;
        record.principal = "spiffe://rogatoria.example/operator/test";
        record.method = "/test";
        record.outcome = "OK";
        batch.push_back(
            std::make_unique<AuditCommand>(std::move(record), 0, "", [](const absl::Status&) {}));
      }
      ASSERT_THAT(hub_.ledger->CommitBatch(batch), IsOk());
    }
  }
  uint64_t Size() { return hub_.Read()->GetHead()->log_size; }
  std::unique_ptr<TileWriter> Open() {
    auto writer = TileWriter::Open(*hub_.store, {.folder = folder_.path()});
    EXPECT_THAT(writer, IsOk());
    return *std::move(writer);
  }
  std::string Path(const std::string& name) { return folder_ / ("1/" + name); }
  bool Exists(const std::string& name) { return std::filesystem::exists(Path(name)); }
  Bytes Read(const std::string& name) { return ReadFile(Path(name), 1 << 20).value_or("none"); }
  void Write(const std::string& name, const Bytes& content) {
    ASSERT_THAT(WriteFileDurably(Path(name), content), IsOk());
  }
  // The root that the level-0 tiles and entries on disk give, each entry checked against its hash.
  merkle::Hash RootOfFiles(uint64_t size) {
    merkle::Frontier frontier;
    for (uint64_t first = 0; first < size; first += merkle::kTileWidth) {
      merkle::Tile tile{.level = 0,
                        .index = first / merkle::kTileWidth,
                        .width = std::min(merkle::kTileWidth, size - first)};
      const Bytes hashes = Read(merkle::TilePath(tile));
      const Bytes entries = Read(merkle::EntriesPath(tile));
      EXPECT_EQ(hashes.size(), tile.width * merkle::Hash::kSize);
      size_t at = 0;
      for (uint64_t i = 0; i < tile.width; ++i) {
        const size_t length =
            static_cast<uint8_t>(entries.at(at)) * 256u + static_cast<uint8_t>(entries.at(at + 1));
        const merkle::Hash leaf = merkle::LeafHash(entries.substr(at + 2, length));
        EXPECT_EQ(leaf.view(), hashes.substr(i * merkle::Hash::kSize, merkle::Hash::kSize));
        frontier.Append(leaf);
        at += 2 + length;
      }
      EXPECT_EQ(at, entries.size());
    }
    return frontier.Root();
  }
  merkle::Checkpoint Published() {
    return merkle::ParseCheckpoint(merkle::ParseNote(Read("checkpoint"))->text).value();
  }

  TestHub hub_;
  TemporaryFolder folder_;
};

TEST_F(TileWriterTest, WhatIsPublishedLeadsToTheSignedRoot) {
  for (const uint64_t size : {1u, 2u, 255u, 256u, 257u, 600u}) {
    GrowTo(size);
    ASSERT_THAT(Open()->PublishNow(false), IsOk());
    EXPECT_EQ(Published().size, size);
    EXPECT_EQ(RootOfFiles(size), Published().root) << size;
  }
  EXPECT_TRUE(Exists("tile/1/000.p/2"));
}

TEST_F(TileWriterTest, PartialTilesGoWhenTheirTileIsFull) {
  GrowTo(10);
  auto writer = Open();
  ASSERT_THAT(writer->PublishNow(false), IsOk());
  EXPECT_TRUE(Exists("tile/0/000.p/10"));
  GrowTo(300);
  ASSERT_THAT(writer->PublishNow(false), IsOk());
  EXPECT_TRUE(Exists("tile/0/000"));
  EXPECT_FALSE(Exists("tile/0/000.p"));
  EXPECT_FALSE(Exists("tile/entries/000.p"));
}

TEST_F(TileWriterTest, AnyDamagedFileIsPutRight) {
  GrowTo(300);
  ASSERT_THAT(Open()->PublishNow(false), IsOk());
  const std::string names[] = {"tile/0/000",
                               "tile/0/001.p/44",
                               "tile/1/000.p/1",
                               "tile/entries/000",
                               "tile/entries/001.p/44",
                               "checkpoint"};
  for (const std::string& name : names) {
    const Bytes good = Read(name);
    Bytes bad = good;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
    Write(name, bad);
    ASSERT_THAT(Open()->PublishNow(true), IsOk());
    EXPECT_EQ(Read(name), good) << name;
    std::filesystem::remove(Path(name));
    ASSERT_THAT(Open()->PublishNow(true), IsOk());
    EXPECT_EQ(Read(name), good) << name;
  }
}

TEST_F(TileWriterTest, APublishedHeadAboveTheDatabaseStopsTheStart) {
  GrowTo(5);
  const Bytes folder = "backup";
  ASSERT_THAT(hub_.store->Backup(folder), IsOk());
  GrowTo(20);
  ASSERT_THAT(Open()->PublishNow(false), IsOk());
  auto older = hub_.disk.Restore(folder);
  const auto store = OpenMemoryStore(*older, hub_.keys).value();
  const auto refused = TileWriter::Open(*store, {.folder = folder_.path()});
  EXPECT_THAT(refused, HasReason(Reason::PUBLISHED_LOG_AHEAD));
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted,
              ::testing::HasSubstr("rogatoriad --restore"));
  EXPECT_EQ(Published().size, 20u);
}

TEST_F(TileWriterTest, AfterARestoreTheOldLogStaysPublishedAndTheNewOneFollows) {
  GrowTo(5);
  ASSERT_THAT(hub_.store->Backup("backup"), IsOk());
  GrowTo(20);
  ASSERT_THAT(Open()->PublishNow(false), IsOk());
  auto older = hub_.disk.Restore("backup");
  const auto store = OpenMemoryStore(*older, hub_.keys).value();
  auto writer = TileWriter::Open(*store, {.folder = folder_.path(), .begins_log = true});
  ASSERT_THAT(writer, IsOk());
  const auto ledger =
      Ledger::Open(*store,
                   hub_.keys,
                   hub_.signer,
                   hub_.clock,
                   hub_.random,
                   {.trust_domain = "rogatoria.example", .new_log = OriginReason::kRestore});
  ASSERT_THAT(ledger, IsOk());
  ASSERT_THAT((*writer)->PublishNow(true), IsOk());
  EXPECT_EQ((*writer)->PublishedSize(1).value(), 20u);
  EXPECT_EQ((*writer)->PublishedSize(2).value(), 1u);
  EXPECT_THAT(TileWriter::Open(*store, {.folder = folder_.path()}), IsOk());
}

TEST_F(TileWriterTest, NumbersOfLostLogsAreLeftOut) {
  GrowTo(5);
  ASSERT_THAT(hub_.store->Backup("backup"), IsOk());
  ASSERT_THAT(hub_.Start(OriginReason::kRestore), IsOk());
  ASSERT_THAT(Open()->PublishNow(false), IsOk());
  auto older = hub_.disk.Restore("backup");
  const auto store = OpenMemoryStore(*older, hub_.keys).value();
  const auto ledger = Ledger::Open(
      *store,
      hub_.keys,
      hub_.signer,
      hub_.clock,
      hub_.random,
      {.trust_domain = "rogatoria.example", .new_log = OriginReason::kRestore, .least_new_log = 3});
  ASSERT_THAT(ledger, IsOk());
  EXPECT_EQ((*ledger)->origin(), "rogatoria.example/log/3");
  auto writer = TileWriter::Open(*store, {.folder = folder_.path()});
  ASSERT_THAT(writer, IsOk());
  const Bytes lost = ReadFile(folder_ / "2/checkpoint", 1000).value();
  ASSERT_THAT((*writer)->PublishNow(true), IsOk());
  EXPECT_EQ((*writer)->PublishedSize(3).value(), 1u);
  EXPECT_EQ(ReadFile(folder_ / "2/checkpoint", 1000).value(), lost);
}

TEST_F(TileWriterTest, ALogThatTheDatabaseDoesNotKnowStopsTheStart) {
  GrowTo(5);
  ASSERT_THAT(hub_.store->Backup("backup"), IsOk());
  ASSERT_THAT(hub_.Start(OriginReason::kYear), IsOk());
  ASSERT_THAT(Open()->PublishNow(false), IsOk());
  auto older = hub_.disk.Restore("backup");
  const auto store = OpenMemoryStore(*older, hub_.keys).value();
  EXPECT_THAT(TileWriter::Open(*store, {.folder = folder_.path(), .begins_log = true}),
              HasReason(Reason::PUBLISHED_LOG_AHEAD));
}

TEST_F(TileWriterTest, TheThreadPublishesWhatCameUntilTheEnd) {
  auto writer = Open();
  writer->Start();
  GrowTo(30);
  writer->Wake();
  writer->Stop();
  EXPECT_EQ(Published().size, 30u);
}

TEST_F(TileWriterTest, ARoundThatIsGivenUpLeavesTheOldHead) {
  GrowTo(3);
  ASSERT_THAT(Open()->PublishNow(false), IsOk());
  GrowTo(600);
  const BatchRecord head = *hub_.Read()->GetLastBatch(1);
  const PublishedLog log(folder_ / "1", 1);
  int asked = 0;
  const auto given_up = log.Publish(*hub_.store, head, false, [&] { return ++asked > 2; });
  EXPECT_TRUE(absl::IsCancelled(given_up)) << given_up;
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(Published().size, 3u);
  ASSERT_THAT(Open()->PublishNow(false), IsOk());
  EXPECT_EQ(Published().size, 600u);
}

TEST_F(TileWriterTest, WhenTheStoreFailsTheOldHeadStays) {
  GrowTo(3);
  auto writer = Open();
  ASSERT_THAT(writer->PublishNow(false), IsOk());
  GrowTo(9);
  hub_.disk.set_fault_plan(FaultAt(StoreStep::kRead, 3, StoreFault::kUnavailable));
  EXPECT_FALSE(writer->PublishNow(false).ok());
  EXPECT_FALSE(writer->last_status().ok());
  EXPECT_EQ(Published().size, 3u);
  hub_.disk.set_fault_plan(nullptr);
  EXPECT_THAT(writer->PublishNow(false), IsOk());
  EXPECT_EQ(Published().size, 9u);
}

}  // namespace
}  // namespace rogatoria::audit
