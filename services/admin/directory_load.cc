#include "services/admin/directory_load.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/directory/key_statement.h"
#include "common/directory/load.h"
#include "common/ledger/notices.h"
#include "common/model/leaf.h"

namespace rogatoria::admin {
namespace {

absl::StatusOr<std::vector<DirectoryFile>> FilesOf(const v1::LoadDirectoryRequest& request) {
  std::vector<DirectoryFile> files;
  size_t bytes = 0;
  for (const v1::DirectoryFile& file : request.files()) {
    bytes += file.name().size() + file.content().size();
    files.push_back({file.name(), file.content()});
  }
  if (bytes > limits::kMaxDirectoryFileBytes) {
    return Error(Reason::LIMIT_EXCEEDED)
        .Field("files")
        .Accepted(absl::StrCat("at most ", limits::kMaxDirectoryFileBytes, " bytes in all"));
  }
  return files;
}

// Digests of what an authority states in this directory.
absl::flat_hash_set<Bytes> StatedBy(const AuthorityEntry* entry) {
  absl::flat_hash_set<Bytes> digests;
  if (entry == nullptr) return digests;
  for (const v1::KeyStatement& statement : entry->statements) {
    digests.insert(KeyStatementDigest(statement));
  }
  return digests;
}

absl::Status CheckNothingUnsaid(const Directory& current,
                                const Directory& next,
                                const std::vector<KeyStatementRecord>& recorded) {
  std::vector<std::string> problems;
  for (const AuthorityEntry& entry : next.authorities()) {
    const std::string& id = entry.record.id();
    const AuthorityEntry* before = current.FindAuthority(id);
    if (before == nullptr || before->identity_sha256 != entry.identity_sha256) continue;
    const auto stated = StatedBy(&entry);
    const auto stated_before = StatedBy(before);
    for (const KeyStatementRecord& record : recorded) {
      if (record.authority == id && stated_before.contains(record.statement_sha256) &&
          !stated.contains(record.statement_sha256)) {
        problems.push_back(absl::StrCat("authority ",
                                        id,
                                        ": the key statement at leaf ",
                                        record.index,
                                        " of log ",
                                        record.log,
                                        " is missing; statements are added, never removed"));
      }
    }
  }
  if (problems.empty()) return absl::OkStatus();
  return Error(Reason::DIRECTORY_INVALID).Field("files").Accepted(absl::StrJoin(problems, "\n"));
}

std::vector<CheckedDirectory::NewStatement> FindNewStatements(
    const Directory& next, const std::vector<KeyStatementRecord>& recorded) {
  absl::flat_hash_set<Bytes> known;
  for (const KeyStatementRecord& record : recorded) known.insert(record.statement_sha256);
  std::vector<CheckedDirectory::NewStatement> found;
  for (const AuthorityEntry& entry : next.authorities()) {
    for (const v1::KeyStatement& statement : entry.statements) {
      if (!known.contains(KeyStatementDigest(statement))) {
        found.push_back({entry.record.id(), statement});
      }
    }
  }
  return found;
}

void AppendStatement(const CheckedDirectory::NewStatement& added, Draft& draft) {
  const v1::KeyStatement& statement = added.statement;
  const EntryAddress address = draft.AppendClear(
      KeyStatementLeaf{statement.statement(), statement.signature(), statement.identity_key()},
      added.authority);
  draft.AddKeyStatement(
      {added.authority, KeyStatementDigest(statement), address.log, address.index});
}

void PutRouteNotice(const RouteNotice& told, Draft& draft) {
  v1::Notice notice;
  notice.set_kind(v1::NOTICE_KIND_ROUTE_CHANGED);
  notice.set_authority(told.changed);
  PutNotice(draft, told.to, std::move(notice));
}

DirectoryRecord RecordOf(const v1::LoadDirectoryRequest& request, uint64_t version, Instant now) {
  v1::GetDirectoryResponse stored;
  stored.set_directory_version(version);
  *stored.mutable_files() = request.files();
  return {.version = version, .files = stored.SerializeAsString(), .loaded = now};
}

}  // namespace

absl::StatusOr<CheckedDirectory> CheckDirectory(const v1::LoadDirectoryRequest& request,
                                                const std::string& trust_domain,
                                                const Directory& current,
                                                const std::vector<KeyStatementRecord>& recorded) {
  ROG_ASSIGN_OR_RETURN(const auto files, FilesOf(request));
  CheckedDirectory checked;
  ROG_ASSIGN_OR_RETURN(checked.directory, ParseDirectory(files, trust_domain, &current));
  ROG_RETURN_IF_ERROR(CheckNothingUnsaid(current, *checked.directory, recorded));
  checked.changes = DescribeChanges(current, *checked.directory);
  checked.new_statements = FindNewStatements(*checked.directory, recorded);
  return checked;
}

Change MakeDirectoryChange(std::shared_ptr<const CheckedDirectory> checked,
                           std::shared_ptr<const v1::LoadDirectoryRequest> request) {
  return [checked, request](Draft& draft, std::string& object) -> absl::StatusOr<Bytes> {
    const uint64_t version = draft.head().directory_version + 1;
    object = absl::StrCat("directory/", version);
    for (const auto& added : checked->new_statements) AppendStatement(added, draft);
    for (const RouteNotice& notice : checked->notices) PutRouteNotice(notice, draft);
    draft.SetDirectory(RecordOf(*request, version, draft.now()));
    v1::LoadDirectoryResponse response;
    response.set_directory_version(version);
    for (const std::string& change : checked->changes) response.add_changes(change);
    return response.SerializeAsString();
  };
}

}  // namespace rogatoria::admin
