// The tables of MemoryDisk: the rows and the few indexes that the queries need.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "common/storage/store.h"
#include "tests/support/versioned_map.h"

namespace rogatoria {

struct MemoryTables {
  using Address = std::pair<uint64_t, uint64_t>;  // (log, index) or (log, size)
  struct Present {};

  uint64_t version = 0;  // of the last commit

  VersionedMap<int, Head> head;  // key 0 only
  VersionedMap<Address, EntryRecord> entries;
  VersionedMap<Address, BatchRecord> batches;
  VersionedMap<std::string, ActRecord> acts;
  VersionedMap<std::string, CaseRecord> cases;
  VersionedMap<DeliveryKey, DeliveryRecord> deliveries;
  VersionedMap<RequestKey, RequestRecord> requests;
  VersionedMap<uint64_t, DirectoryRecord> directories;
  VersionedMap<std::pair<int, std::string>, StandingRecord> standings;
  VersionedMap<Address, KeyStatementRecord> key_statements;
  VersionedMap<std::pair<std::string, uint32_t>, GuidanceRecord> guidance;  // by id and version

  VersionedMap<std::string, DocumentRecord> documents;
  VersionedMap<std::tuple<std::string, uint64_t, uint64_t>, CustodyRecord> custody;

  // Indexes.
  VersionedMap<std::pair<std::string, uint64_t>, std::string> act_of_case;  // by position
  VersionedMap<std::tuple<std::string, uint64_t, uint64_t>, Present> entry_of_act;
  VersionedMap<std::pair<std::string, std::string>, DeliveryKey> delivery_of_act;
  VersionedMap<std::string, uint64_t> last_position;  // by authority
};

}  // namespace rogatoria
