// Every bound of the system, with its unit and its reason. [limits] in the daemon's configuration
// may lower or raise those marked (configurable), by the same name without the k.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rogatoria::limits {

// Acts.
inline constexpr size_t kMaxHeaderBytes = 16 * 1024;     // a header with every list full is 9 KiB
inline constexpr size_t kMaxSignatureBytes = 16 * 1024;  // CMS with a chain of four certificates
inline constexpr size_t kMaxInlineBodyBytes = 1024 * 1024 + 64 * 1024;  // 1 MiB content + sealing
inline constexpr size_t kMaxEnvelopeBytes = 64 * 1024;                  // 64 sealing certificates
inline constexpr size_t kMaxEnvelopes = 4;
inline constexpr size_t kMaxSegmentBytes = 64 * 1024 * 1024;    // clear text in one sealed segment
inline constexpr size_t kMaxSegments = 1024;                    // in one sealed object: 64 GiB
inline constexpr size_t kMaxSealOverheadBytes = 256;            // a segment, above its clear text
inline constexpr uint64_t kMaxSealedObjectBytes = 65ULL << 30;  // those segments and their sealing
inline constexpr size_t kMaxManifestBytes = 256 * 1024;         // with every list full
inline constexpr size_t kMaxContentBytes = 1024 * 1024;         // clear content carried inline
inline constexpr size_t kMaxRecipients = 32;                    // the largest multi-party kinds
inline constexpr size_t kMaxSealedTo = 16;  // certificates a recipient authority
inline constexpr size_t kMaxMeasures = 64;  // measures in one case
inline constexpr size_t kMaxRelatedCases = 16;
inline constexpr size_t kMaxMoves = 8;  // of a measure, kept to tell an act that crossed them
inline constexpr size_t kMaxDocuments = 64;
inline constexpr size_t kMaxIdentityPartBytes = 64 * 1024;  // sealed: about a hundred persons
inline constexpr size_t kMaxIdBytes = 128;
inline constexpr int64_t kMaxCreatedSkewMs = 24 * 3600 * 1000;  // header's created against ours

// The commit pipeline.
inline constexpr size_t kMaxBatchCommands = 256;           // one transaction (configurable)
inline constexpr size_t kMaxBatchBytes = 4 * 1024 * 1024;  // of acts in one transaction
inline constexpr size_t kMaxQueuedCommands = 4096;         // then RESOURCE_EXHAUSTED (configurable)
inline constexpr size_t kMaxQueuedBytes = 64 * 1024 * 1024;
inline constexpr int64_t kClockStepAlarmMs = 5000;  // a step that an operator must look at

// Audit.
inline constexpr size_t kMaxLeafBytes = 65535;         // C2SP tlog-tiles entry bound
inline constexpr int kMaxRefusalLeavesPerMinute = 20;  // a principal; then one aggregate
inline constexpr size_t kAuditReserveBytes = 64 * 1024 * 1024;

// Signed notes and proofs (C2SP signed-note, tlog-proof).
inline constexpr size_t kMaxNoteBytes = 128 * 1024;       // 16 post-quantum signatures and a text
inline constexpr size_t kMaxNoteSignatures = 32;          // the format asks for 16 at least
inline constexpr size_t kMaxKeyNameBytes = 255;           // as tlog-cosignature bounds it
inline constexpr size_t kMaxProofHashes = 63;             // the path in a tree of 2^63 leaves
inline constexpr size_t kMaxProofExtraBytes = 64 * 1024;  // unauthenticated, of other applications

// Receipts: evidence (under 8 KiB), proof, note with as many signatures as one can have.
inline constexpr size_t kMaxReceiptBytes = 160 * 1024;

// Mailboxes.
inline constexpr uint32_t kMaxInFlight = 256;          // unacknowledged deliveries a stream
inline constexpr int64_t kLeaseMs = 60 * 1000;         // (configurable)
inline constexpr int kMaxDeliveryAttempts = 10;        // then a dead letter (configurable)
inline constexpr size_t kMaxStreamsPerAuthority = 32;  // (configurable)

// Calls and connections.
inline constexpr int kMaxPageSize = 500;
inline constexpr size_t kMaxMessageBytes = 4 * 1024 * 1024;
inline constexpr int kMaxBlockingCalls = 32;             // threads that may wait on the store
inline constexpr int kMaxConnections = 2000;             // in all (configurable)
inline constexpr int kMaxConnectionsPerAddress = 200;    // (configurable)
inline constexpr int kMaxNewConnectionsPerSecond = 400;  // (configurable)
inline constexpr int kHandshakeTimeoutMs = 5000;
inline constexpr int kMaxCallsPerSecond = 2000;         // an authority (configurable)
inline constexpr size_t kMaxMetadataBytes = 16 * 1024;  // of one call
inline constexpr int kMaxStreamsPerConnection = 256;    // calls at one time on a connection

// Clocks.
inline constexpr size_t kMaxActClocks = 8;  // of one kind that wait for one authority in one case
inline constexpr size_t kMaxDueRows = 256;  // cases, and deliveries, that one look takes up
inline constexpr size_t kMaxAlerts = 4096;  // waiting for the worker that sends them
inline constexpr uint32_t kMaxAlertAttempts = 12;  // of one desk for one act
inline constexpr int kAlertTimeoutMs = 30000;      // of one program or call

// Documents. The quotas are an authority's (configurable).
inline constexpr uint64_t kMaxDocumentBytes = 10ULL << 30;  // sealed; the format allows 500 GB
inline constexpr uint32_t kMaxChunkBytes = 1024 * 1024;     // of one call
inline constexpr uint32_t kMinChunkBytes = 4 * 1024;        // suits a bad line
inline constexpr size_t kMaxMissingRanges = 256;            // told of one upload
inline constexpr size_t kDocumentSegmentBytes = 4 << 20;    // of a document, and doubled as needed
inline constexpr size_t kLargeSegmentBytes = 8 << 20;       // two in memory; doubled at need only
inline constexpr size_t kFewSegments = 256;                 // until then: 24 KiB in the act
inline constexpr size_t kChunksInFlight = 4;                // of one transfer; each twice in memory
inline constexpr size_t kChunksToTrust = 64;  // answered before a line that was cut has as many
inline constexpr uint64_t kMaxLookBytes = 1 << 30;          // of what a restart found, in one call
inline constexpr size_t kContentReserveBytes = 128 * 1024;  // beside the files inside an act
inline constexpr size_t kMaxCaseDocuments = 4096;           // whose custody one forwarding notes
inline constexpr size_t kMaxOpenUploads = 64;               // quota: under way
inline constexpr uint64_t kMaxStoredBytes = 1ULL << 40;     // quota: not erased
inline constexpr uint64_t kMaxBytesPerDay = 200ULL << 30;   // quota: begun within 24 hours
inline constexpr uint64_t kDocumentReserveBytes = 256 << 20;  // left free on the documents' disk
inline constexpr size_t kMaxDocumentCalls = 8;                // chunks and reads at one time
inline constexpr size_t kMaxReadSessions = 4096;              // downloads under way

// Practice notes.
inline constexpr size_t kMaxGuidanceTextBytes = 32 * 1024;  // twelve printed pages
inline constexpr size_t kMaxGuidanceBytes = 40 * 1024;      // the signed bytes, every list full

// Directory files.
inline constexpr size_t kMaxDirectoryFileBytes = 16 * 1024 * 1024;
// A whole directory in one message, its files' names and framing with it: operators' listener only.
inline constexpr size_t kMaxAdminMessageBytes = kMaxDirectoryFileBytes + 1024 * 1024;

}  // namespace rogatoria::limits
