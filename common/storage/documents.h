// Documents as the store knows them: sizes, digests, where they are attached, their custody. The
// sealed bytes themselves lie in a DocumentStore (document_store.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/bytes.h"
#include "common/base/clock.h"

#include "rogatoria/v1/document_service.pb.h"

namespace rogatoria {

// Kept for ever, as acts are: an id names one document, and its custody outlives its bytes.
struct DocumentRecord {
  std::string document_id;  // <owner>/<uuid>
  std::string owner;        // authority that uploads it
  v1::DocumentState state = v1::DOCUMENT_STATE_UNSPECIFIED;
  uint64_t sealed_size = 0;
  uint32_t chunk_size = 0;
  Bytes sealed_sha256;  // empty while open
  // Where it is attached; empty and 0 before.
  std::string act_id;
  std::string case_id;
  uint32_t number = 0;  // in the act's header, from 1
  Instant begun;
  // When somebody has to see whether its bytes can go; none: never again.
  std::optional<Instant> look_at;
  uint64_t key_id = 0;  // data key of the case, once attached

  bool operator==(const DocumentRecord&) const = default;
};

// One step of a chain of custody, and its leaf.
struct CustodyRecord {
  std::string document_id;
  uint64_t log = 0;
  uint64_t index = 0;
  v1::CustodyEvent event = v1::CUSTODY_EVENT_UNSPECIFIED;
  std::string authority;  // empty: the hub
  Instant instant;

  bool operator==(const CustodyRecord&) const = default;
};

// A document by what its owner says of it: how an act attaches it.
struct DocumentDigest {
  std::string owner;
  Bytes sealed_sha256;

  auto operator<=>(const DocumentDigest&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const DocumentDigest& key) {
    return H::combine(std::move(h), key.owner, key.sealed_sha256);
  }
};

// What an authority has here, against its quotas.
struct DocumentUsage {
  uint64_t open = 0;          // uploads under way
  uint64_t stored_bytes = 0;  // of all that is not erased; an open upload counts whole
  uint64_t begun_bytes = 0;   // of all that was begun since an instant
};

struct UsageKey {
  std::string owner;
  Instant since;
};

}  // namespace rogatoria
