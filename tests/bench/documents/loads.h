// What is measured: one file sealed and sent, by the product and by the reference; and many at a
// time in a process of their own, as other offices' machines would.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/client/office.h"

namespace rogatoria::bench {

// A file in which no two megabytes are alike.
absl::Status MakeFile(const std::string& path, uint64_t bytes);

// Sealed and uploaded as `document put` does, whole and on the hub's disk; then given up, outside
// the time.
absl::StatusOr<absl::Duration> Upload(client::Office& office, const std::string& path);

// The same sealing of the same segments, on one thread; sent on another to a bare sink.
absl::StatusOr<absl::Duration> SealIntoSink(const client::OfficeProfile& profile,
                                            int port,
                                            const std::string& path);

// Until standard input ends: `count` threads upload the file over and over. Prints the bytes.
absl::Status KeepUploading(const std::string& profile, const std::string& path, int count);
// The same into the bare sink at `port`, all of them together at `bytes_per_second`.
absl::Status KeepSinking(const std::string& profile,
                         const std::string& path,
                         int count,
                         int port,
                         uint64_t bytes_per_second);
// The same with nothing but a disk: each writes a file of that size, fsyncs and removes it, all of
// them together at `bytes_per_second`.
absl::Status KeepWriting(const std::string& folder,
                         uint64_t bytes,
                         int count,
                         uint64_t bytes_per_second);

}  // namespace rogatoria::bench
