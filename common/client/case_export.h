// A case of the folder as ordinary files, for a court, a colleague, an archive: each act in words,
// its documents, what was signed and the signature, its receipts, and what verifies them without
// the folder, the hub and our programs.
//
//   TARGET/README.txt, verify-receipt.sh, log-keys.txt, signers-ca.pem
//   TARGET/01-2026-11-27-REQUEST-pt-pgr/act.txt, header.bin, signature.p7s, sealed.act
//                                      /documents/1-letter.pdf
//                                      /receipts/SUBMISSION_ACCEPTANCE.receipt
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/client/case_folder.h"
#include "common/client/document_download.h"
#include "common/client/office.h"
#include "common/client/opener.h"

namespace rogatoria::client {

struct ExportedCase {
  size_t acts = 0;
  size_t documents = 0;
  size_t receipts = 0;
  // What could not be put in, by its name in the export, and why: an act that is damaged, a
  // document that the hub has erased and the folder does not keep.
  std::vector<BadKeptFile> missing;
};

// What stands in the reader's language.
struct ExportWords {
  std::function<std::string(const OpenedAct&)> act;
  std::function<std::string(const ExportedCase&)> readme;
  std::string verify_receipt;  // the script
};

// Into `target`, which must not be there yet; it appears whole, on disk, mode 0700, or not at all.
// Attached documents come from the folder or, as `options` say, from the hub. CASE_NOT_FOUND when
// no act of the case is here; FIELD_INVALID when there is such a target; LOCAL_DISK_FULL.
absl::StatusOr<ExportedCase> ExportCase(Office& office,
                                        const std::string& case_id,
                                        const std::string& target,
                                        const ExportWords& words,
                                        const DownloadOptions& options = {});

}  // namespace rogatoria::client
