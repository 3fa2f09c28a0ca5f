// The signed head of a log: C2SP tlog-checkpoint. docs/formats/checkpoint.md has the grammar.
//
//   hub.example.org/log/1                              origin
//   20852163                                           size
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=       root
//   [extension lines]                                  we write none
//
//   — hub.example.org/log/1 Az3grl...                  the log's own key: its name is the origin
//   — witness.example.net/w1 jWbPPw...                 witnesses
//
// Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/crypto/signer.h"
#include "common/merkle/hash.h"
#include "common/merkle/note_verifier.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::merkle {

// Rogatoria's name of a log: <trust-domain>/log/<number>. Other logs may be named otherwise.
struct LogOrigin {
  std::string trust_domain;  // common/base/trust_domain.h
  uint64_t number = 0;

  // INVALID_ARGUMENT for anything that ToText does not write.
  static absl::StatusOr<LogOrigin> Parse(absl::string_view text);
  std::string ToText() const;

  friend bool operator==(const LogOrigin&, const LogOrigin&) = default;
};

struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root;
  std::vector<std::string> extensions;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// The text of the note. INVALID_ARGUMENT for an origin or extension that is empty or is not one
// line.
absl::StatusOr<std::string> FormatCheckpoint(const Checkpoint& checkpoint);

// INVALID_ARGUMENT for anything that FormatCheckpoint would not have written, and for a size of 0
// with another root than EmptyRoot().
absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text);

// The note, signed by the log's key under its origin as key name. NEVER sign two roots for one
// size, nor a size below one already signed: this function cannot know.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint, Signer& signer);

struct VerifiedCheckpoint {
  Checkpoint checkpoint;
  VerifierKey log_key;
  std::vector<Witness> witnesses;
};

// Refuses as VerifyNote, and with UNAUTHENTICATED unless a key of type 0x01 whose name is the
// origin signed: neither witnesses alone nor another log's key make a checkpoint.
absl::StatusOr<VerifiedCheckpoint> VerifyCheckpoint(absl::string_view note,
                                                    absl::Span<const VerifierKey> keys);

// A hub's logs follow one another (a restore, a new year) under one key, whose verifier key has
// another name in each. This is `key` under the name of the log that `note` is of, when that is a
// log of the same trust domain; else `key` itself. It tells nothing of the note's signature.
VerifierKey KeyOfLogOf(absl::string_view note, const VerifierKey& key);

}  // namespace rogatoria::merkle
