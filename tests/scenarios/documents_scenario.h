// Portugal and Colombia on a stage, with files to send each other, and uploads and downloads of
// their own, without an act.
#pragma once

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/client/attached.h"
#include "common/client/document_download.h"
#include "common/client/document_upload.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {

inline constexpr size_t kMegabyte = 1024 * 1024;

class DocumentsScenario : public testing::Test {
 protected:
  // Bytes in which no two megabytes are alike.
  std::string WriteFile(const std::string& name, size_t size) {
    std::ofstream file(folder_ / name, std::ios::binary);
    std::string block(kMegabyte, '\0');
    for (size_t done = 0; done < size; done += block.size()) {
      for (size_t i = 0; i < block.size(); ++i) {
        block[i] = static_cast<char>((i * 31 + i / 251 + done / kMegabyte * 7) & 0xff);
      }
      std::memcpy(block.data(), &done, sizeof(done));
      file.write(block.data(), static_cast<std::streamsize>(std::min(block.size(), size - done)));
    }
    return folder_ / name;
  }
  std::string Read(const std::string& path) { return ReadFile(path, 256 * kMegabyte).value_or(""); }

  client::ActDraft LetterWith(const std::string& path, const std::string& to = "co-fgn") {
    client::ActDraft draft = stage_.Example("request", {to});
    EXPECT_THAT(
        client::AddFile(path, false, draft, *draft.content.mutable_letter()->mutable_document()),
        IsOk());
    SystemRandom random;
    draft.request_id = GenerateUuid(random, SystemClock().Now());
    return draft;
  }

  // An upload of its own, without an act.
  client::UploadSource SourceOf(const std::string& path) {
    SystemRandom random;
    return {path,
            "application/pdf",
            "pt-pgr",
            pt().profile().state,
            GenerateUuid(random, SystemClock().Now()),
            1};
  }
  absl::StatusOr<client::UploadedDocument> Upload(const client::UploadSource& source,
                                                  const client::OnProgress& on_progress = {},
                                                  absl::Duration patience = absl::Seconds(20)) {
    SystemRandom random;
    return client::UploadDocument(pt().connection(), source, {on_progress, patience}, random);
  }
  static content::v1::AttachedFile FileOf(const client::UploadedDocument& document) {
    content::v1::AttachedFile file;
    file.set_number(1);
    file.set_document_id(document.document_id);
    file.set_kek(std::string(document.kek.RevealForUse()));
    return file;
  }
  absl::Status Download(const client::UploadedDocument& document,
                        const Manifest& manifest,
                        const std::string& target,
                        const client::DownloadOptions& options = {}) {
    return client::DownloadDocument(pt().connection(), FileOf(document), manifest, target, options);
  }

  // A new sealing key, beside the one that is going out of use.
  void RotateKey(const std::string& id) {
    stage_.hub().office(id).AddKey(stage_.hub().pki(), v1::KEY_PURPOSE_SEALING);
    stage_.Load(kChannels);
  }

  std::vector<std::string> FilesIn(const std::string& path) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }
  client::Office& pt() { return stage_.office("pt-pgr"); }
  client::Office& co() { return stage_.office("co-fgn"); }

  TemporaryFolder folder_;
  Stage stage_{kChannels};
};

}  // namespace rogatoria
