// The bounds of an agent, each with its unit and its reason.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace rogatoria::agent::limits {

// Calls.
inline constexpr size_t kMaxCallBytes = 64 << 20;  // a letter of 50 MB, inline
// Of an act as it is shown, unasked: below the 4 MiB that programs take by gRPC's default.
inline constexpr size_t kMaxShownBytes = 3 << 20;
inline constexpr size_t kMaxShownSubject = 500;     // in lists, bytes
inline constexpr size_t kMaxShownDocuments = 1000;  // of an act
inline constexpr size_t kMaxPartBytes = 1 << 20;    // of a document, in one message
inline constexpr int kMaxCalls = 32;                // that may wait for the hub, at one time
inline constexpr int kMaxLooks = 16;                // that show and note what is here alone
inline constexpr int kMaxWatches = 16;              // streams of Watch
inline constexpr int kMaxTransfers = 8;             // streams of GetDocument and PutDocument
inline constexpr int kMaxThreads = 96;  // of the server: all of these, and some to refuse
inline constexpr int kMaxPageSize = 500;
inline constexpr size_t kMaxStatusActs = 1000;
inline constexpr size_t kMaxShownHeld = 100;  // of what the spool keeps back, or holds
inline constexpr absl::Duration kFailedShown = absl::Hours(24 * 7);  // in the status, unasked

// Sending. A caller waits while an act that is not larger is sent; larger ones go by themselves.
inline constexpr uint64_t kMaxBytesAtOnce = 64 << 20;
inline constexpr absl::Duration kHubPatience = absl::Seconds(20);  // with each call of the hub
inline constexpr absl::Duration kFirstPause = absl::Seconds(1);    // then doubled, with jitter
inline constexpr absl::Duration kLongestPause = absl::Minutes(1);
// A header is good for a day; a signature that is made at its end must still arrive.
inline constexpr absl::Duration kHeaderLife = absl::Hours(23);

// Receipts are asked for: soon after sending, then less and less often.
inline constexpr absl::Duration kFirstLook = absl::Seconds(2);
inline constexpr absl::Duration kLastLook = absl::Minutes(15);

// Ends of acts that an agent's next run tells, where the one before was stopped before it did.
inline constexpr absl::Duration kLongestStop = absl::Hours(24 * 7);

// What is kept.
inline constexpr size_t kMaxEvents = 10000;  // not acknowledged; the oldest go first
// Of what the spool has, for a program that may watch by `listen` and never did.
inline constexpr absl::Duration kUnwatchedLife = absl::Hours(24 * 30);
inline constexpr absl::Duration kDocumentLife = absl::Hours(24 * 7);
inline constexpr absl::Duration kEndedLife = absl::Hours(24 * 90);
// Larger files are opened on the disk, without a name, instead of in memory.
inline constexpr uint64_t kMaxInMemory = 8 << 20;

}  // namespace rogatoria::agent::limits
