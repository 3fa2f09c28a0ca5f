// The operators' calls, called directly: over the real pipeline and a memory store.
#include "services/admin/admin_service.h"

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "common/crypto/pki.h"
#include "common/directory/key_statement.h"
#include "common/directory/load.h"
#include "common/rpc/status_mapping.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::admin {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kId1[] = "6f1c0a52-8e0b-4b7e-9a55-000000000001";
constexpr char kId2[] = "6f1c0a52-8e0b-4b7e-9a55-000000000002";

class AdminServiceTest : public ::testing::Test {
 protected:
  AdminServiceTest() : folder_(QuickFolder()) {
    hub_.ledger->SetListener(
        [this](const CommitSummary& summary, const std::shared_ptr<const BatchReceipts>&) {
          OnCommit(summary);
        });
    queue_ = std::make_unique<CommitQueue>(
        *hub_.ledger, CommitQueueOptions(), [](const absl::Status&) {});
    const Door door{
        .identify = [](const grpc::ServerContextBase&) -> absl::StatusOr<Caller> {
          return Caller{
              PrincipalKind::kOperator, "spiffe://rogatoria.example/operator/op-1", "", ""};
        },
        .report_refusal = [this](const Caller&,
                                 absl::string_view,
                                 absl::string_view,
                                 const absl::Status& refusal) { refusals_.push_back(refusal); },
        .blocking = &blocking_};
    service_ = std::make_unique<AdminService>(
        door,
        *hub_.store,
        *queue_,
        registry_,
        AdminOptions{.version = "0",
                     .trust_domain = "rogatoria.example",
                     .verifier_key = hub_.ledger->verifier_key(),
                     .backup_folder = folder_ / "backups",
                     .started = hub_.clock.Now()},
        AdminSeams{.open_streams = [] { return 3u; },
                   .warnings = [] { return std::vector<std::string>{"look here"}; },
                   .requeue = nullptr,
                   .requeued = [](const std::string&) {}});
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::AdminService::NewStub(server_->InProcessChannel(grpc::ChannelArguments()));
  }
  ~AdminServiceTest() override {
    server_->Shutdown();
    queue_->Drain();
  }

  // What the daemon does after a commit.
  void OnCommit(const CommitSummary& summary) {
    const auto snapshot = hub_.Read();
    if (summary.standings_changed) {
      Standings standings;
      const auto rows = snapshot->ListStandings().value();
      for (const StandingRecord& row : rows) {
        standings.Set(row.subject, row.id, row.standing);
      }
      registry_.SetStandings(std::move(standings));
    }
    if (!summary.directory_changed) return;
    const DirectoryRecord record = snapshot->GetDirectory().value();
    v1::GetDirectoryResponse stored;
    ASSERT_TRUE(stored.ParseFromString(record.files));
    std::vector<DirectoryFile> files;
    for (const auto& file : stored.files()) files.push_back({file.name(), file.content()});
    registry_.SetDirectory(ParseDirectory(files, "rogatoria.example").value(), record.version);
  }
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::AdminService::Stub::*method)(grpc::ClientContext*,
                                                                               const Request&,
                                                                               Response*),
                                const Request& request) {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    return response;
  }
  absl::StatusOr<v1::LoadDirectoryResponse> Load(const std::string& request_id,
                                                 const std::string& toml,
                                                 bool validate_only = false) {
    v1::LoadDirectoryRequest request;
    request.set_request_id(request_id);
    request.set_validate_only(validate_only);
    v1::DirectoryFile& file = *request.add_files();
    file.set_name("hub.toml");
    file.set_content(toml);
    return Call(&v1::AdminService::Stub::LoadDirectory, request);
  }
  absl::StatusOr<v1::SetStandingResponse> Set(const std::string& request_id,
                                              v1::StandingSubject subject,
                                              const std::string& id,
                                              v1::Standing standing) {
    v1::SetStandingRequest request;
    request.set_request_id(request_id);
    request.set_subject(subject);
    request.set_id(id);
    request.set_standing(standing);
    return Call(&v1::AdminService::Stub::SetStanding, request);
  }
  // A case between two, as an act leaves it.
  void AddCase(int number,
               const std::string& requesting,
               const std::string& requested,
               v1::CaseState state) {
    const std::string id = TestActId(number);
    absl::Notification told;
    auto command = std::make_unique<LambdaCommand>();
    command->declare = [&](BatchKeys& keys) {
      keys.acts.push_back(id);
      keys.cases.push_back(id);
    };
    command->decide = [&](Draft& draft) {
      draft.AddAct({.act_id = id, .case_id = id, .case_position = 1});
      CaseRecord record;
      record.case_id = id;
      record.state = state;
      record.parties = {{requesting, v1::CASE_ROLE_REQUESTING},
                        {requested, v1::CASE_ROLE_REQUESTED}};
      draft.PutCase(std::move(record));
    };
    command->committed = [&](const BatchReceipts&) { told.Notify(); };
    queue_->Submit(std::move(command));
    told.WaitForNotification();
  }
  uint64_t LogSize() { return hub_.Read()->GetHead()->log_size; }
  std::string AuditRecordAt(uint64_t index) { return hub_.Read()->GetEntry(1, index)->record; }

  TestHub hub_;
  TemporaryFolder folder_;
  BlockingCalls blocking_;
  Registry registry_;
  std::vector<absl::Status> refusals_;
  std::unique_ptr<CommitQueue> queue_;
  std::unique_ptr<AdminService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::AdminService::Stub> stub_;
};

constexpr char kInstrument[] = R"(
[[instrument]]
id = "UN-TIP-2000"
title = "Protocol"
legal_basis = true
)";
std::string Authority(const std::string& id, const std::string& country) {
  return absl::StrCat("[[authority]]\nid = \"",
                      id,
                      "\"\ncountry = \"",
                      country,
                      "\"\nkinds = [\"CENTRAL_AUTHORITY\"]\nname = \"N\"\n"
                      "time_zone = \"Europe/Lisbon\"\ncalendar = \"any\"\nlanguages = [\"pt\"]\n"
                      "data_class_ceiling = \"SENSITIVE\"\ntechnical_contact = \"a@b.example\"\n");
}

constexpr char kTwoInstruments[] = R"(
[[instrument]]
id = "UN-TIP-2000"
title = "Protocol"
legal_basis = true
[[instrument]]
id = "UN-TOC-2000"
title = "Convention"
legal_basis = true
)";

TEST_F(AdminServiceTest, StatusTellsTheHubInNumbers) {
  const auto status = Call(&v1::AdminService::Stub::GetStatus, v1::GetStatusRequest());
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->log(), 1u);
  EXPECT_EQ(status->log_size(), 1u);
  EXPECT_EQ(status->open_streams(), 3u);
  EXPECT_THAT(status->warnings(), SizeIs(1));
  EXPECT_EQ(status->verifier_key(), hub_.ledger->verifier_key());
}

TEST_F(AdminServiceTest, ADirectoryIsLoadedAndGivenBack) {
  const auto loaded = Load(kId1, kInstrument);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->directory_version(), 1u);
  EXPECT_THAT(loaded->changes(), SizeIs(1));
  EXPECT_NE(registry_.Get().directory->FindInstrument("UN-TIP-2000"), nullptr);
  const auto stored = Call(&v1::AdminService::Stub::GetDirectory, v1::GetDirectoryRequest());
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->directory_version(), 1u);
  ASSERT_THAT(stored->files(), SizeIs(1));
  EXPECT_EQ(stored->files(0).content(), kInstrument);
}

TEST_F(AdminServiceTest, BeforeTheFirstLoadTheDirectoryIsEmpty) {
  const auto stored = Call(&v1::AdminService::Stub::GetDirectory, v1::GetDirectoryRequest());
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->directory_version(), 0u);
  EXPECT_THAT(stored->files(), IsEmpty());
}

TEST_F(AdminServiceTest, LoadingTwiceIsLoadingOnce) {
  const auto first = Load(kId1, kInstrument);
  const uint64_t size = LogSize();
  const auto again = Load(kId1, kInstrument);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(LogSize(), size);
}

// Three authorities; co-fgn is designated for the instrument or not.
std::string ThreeAuthorities(bool designated) {
  std::string toml = kInstrument;
  absl::StrAppend(
      &toml,
      "[[calendar]]\nid = \"any\"\nversion = 1\nyears = [2026]\nweekly_rest = [\"SUNDAY\"]\n");
  for (const auto& [id, country] :
       std::vector<std::pair<std::string, std::string>>{{"pt-pgr", "PT"}, {"br-mpf", "BR"}}) {
    absl::StrAppend(&toml, Authority(id, country));
  }
  absl::StrAppend(&toml, Authority("co-fgn", "CO"));
  if (designated) {
    absl::StrAppend(&toml,
                    "[[authority.designation]]\ninstrument = \"UN-TIP-2000\"\nfrom = 2004-06-09\n");
  }
  return toml;
}

TEST_F(AdminServiceTest, WhoHasAnOpenCaseHearsOnceThatARouteChanged) {
  ASSERT_THAT(Load(kId1, ThreeAuthorities(false)), IsOk());
  AddCase(1, "pt-pgr", "co-fgn", v1::CASE_STATE_OPEN);
  AddCase(2, "pt-pgr", "co-fgn", v1::CASE_STATE_OPEN);
  AddCase(3, "br-mpf", "co-fgn", v1::CASE_STATE_ENDED);
  ASSERT_THAT(Load(kId2, ThreeAuthorities(true)), IsOk());
  ASSERT_THAT(Load(kId2, ThreeAuthorities(true)), IsOk()) << "asked again";
  const auto snapshot = hub_.Read();
  EXPECT_EQ(*snapshot->GetLastPosition("pt-pgr"), 1u);
  EXPECT_EQ(*snapshot->GetLastPosition("br-mpf"), 0u) << "its case has ended";
  EXPECT_EQ(*snapshot->GetLastPosition("co-fgn"), 0u) << "it knows";
  v1::Notice notice;
  ASSERT_TRUE(notice.ParseFromString(snapshot->GetDelivery({"pt-pgr", 1})->notice));
  EXPECT_EQ(notice.kind(), v1::NOTICE_KIND_ROUTE_CHANGED);
  EXPECT_EQ(notice.authority(), "co-fgn");
}

TEST_F(AdminServiceTest, TheSameRequestIdForAnotherDirectoryIsRefused) {
  ASSERT_THAT(Load(kId1, kInstrument), IsOk());
  EXPECT_THAT(Load(kId1, kTwoInstruments), HasReason(Reason::REQUEST_ID_REUSED));
  EXPECT_EQ(registry_.Get().directory_version, 1u);
}

TEST_F(AdminServiceTest, OnlyCheckingChangesNothing) {
  ASSERT_THAT(Load(kId1, kInstrument), IsOk());
  const auto checked = Load(kId2, kTwoInstruments, true);
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->directory_version(), 1u);
  EXPECT_THAT(checked->changes(), SizeIs(1));
  EXPECT_EQ(registry_.Get().directory_version, 1u);
  EXPECT_EQ(registry_.Get().directory->FindInstrument("UN-TOC-2000"), nullptr);
}

TEST_F(AdminServiceTest, ADirectoryWithAnErrorIsRefusedWithLineAndColumnAndNothingIsLoaded) {
  ASSERT_THAT(Load(kId1, kInstrument), IsOk());
  const auto refused = Load(kId2, std::string(kInstrument) + "\n[[instrument]]\nid = 7\n");
  ASSERT_THAT(refused, HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_THAT(GetErrorDetails(refused.status())->accepted,
              ::testing::ContainsRegex("hub\\.toml:[0-9]+:[0-9]+: "));
  EXPECT_EQ(registry_.Get().directory_version, 1u);
  EXPECT_THAT(refusals_, SizeIs(1));
}

TEST_F(AdminServiceTest, ARequestIdIsRequired) {
  EXPECT_THAT(Load("", kInstrument), HasReason(Reason::FIELD_REQUIRED));
  EXPECT_THAT(Load("not-a-uuid", kInstrument), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(
      Set("", v1::STANDING_SUBJECT_CERTIFICATE, std::string(64, 'a'), v1::STANDING_SUSPENDED),
      HasReason(Reason::FIELD_REQUIRED));
  EXPECT_THAT(Call(&v1::AdminService::Stub::CreateBackup, v1::CreateBackupRequest()),
              HasReason(Reason::FIELD_REQUIRED));
  EXPECT_THAT(Call(&v1::AdminService::Stub::RequeueDeadLetter, v1::RequeueDeadLetterRequest()),
              HasReason(Reason::FIELD_REQUIRED));
}

TEST_F(AdminServiceTest, ASuspensionHoldsAtOnceAndLeavesItsRecord) {
  const std::string certificate(64, 'a');
  const uint64_t before = LogSize();
  ASSERT_THAT(Set(kId1, v1::STANDING_SUBJECT_CERTIFICATE, certificate, v1::STANDING_SUSPENDED),
              IsOk());
  EXPECT_FALSE(registry_.Get().standings->IsActive(v1::STANDING_SUBJECT_CERTIFICATE, certificate));
  ASSERT_EQ(LogSize(), before + 1);
  EXPECT_THAT(AuditRecordAt(before), ::testing::HasSubstr("STANDING_SUSPENDED"));
  EXPECT_THAT(AuditRecordAt(before), ::testing::HasSubstr("operator/op-1"));
  const auto listed = Call(&v1::AdminService::Stub::ListStandings, v1::ListStandingsRequest());
  ASSERT_THAT(listed->standings(), SizeIs(1));
  EXPECT_EQ(listed->standings(0).id(), certificate);
  ASSERT_THAT(Set(kId2, v1::STANDING_SUBJECT_CERTIFICATE, certificate, v1::STANDING_ACTIVE),
              IsOk());
  EXPECT_TRUE(registry_.Get().standings->IsActive(v1::STANDING_SUBJECT_CERTIFICATE, certificate));
}

TEST_F(AdminServiceTest, ARevocationIsFinal) {
  const std::string certificate(64, 'a');
  ASSERT_THAT(Set(kId1, v1::STANDING_SUBJECT_CERTIFICATE, certificate, v1::STANDING_REVOKED),
              IsOk());
  EXPECT_THAT(Set(kId2, v1::STANDING_SUBJECT_CERTIFICATE, certificate, v1::STANDING_ACTIVE),
              HasReason(Reason::STANDING_FINAL));
  EXPECT_FALSE(registry_.Get().standings->IsActive(v1::STANDING_SUBJECT_CERTIFICATE, certificate));
}

TEST_F(AdminServiceTest, AStandingOfNobodyIsRefused) {
  EXPECT_THAT(Set(kId1, v1::STANDING_SUBJECT_AUTHORITY, "xx-no", v1::STANDING_SUSPENDED),
              HasReason(Reason::AUTHORITY_NOT_FOUND));
  EXPECT_THAT(Set(kId1, v1::STANDING_SUBJECT_USER, "xx-no/u-1", v1::STANDING_SUSPENDED),
              HasReason(Reason::NOT_FOUND));
  EXPECT_THAT(Set(kId1, v1::STANDING_SUBJECT_CERTIFICATE, "AB", v1::STANDING_SUSPENDED),
              HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(Set(kId1, v1::STANDING_SUBJECT_UNSPECIFIED, "x", v1::STANDING_SUSPENDED),
              HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(
      Set(kId1, v1::STANDING_SUBJECT_CERTIFICATE, std::string(64, 'a'), v1::STANDING_UNSPECIFIED),
      HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(refusals_, SizeIs(5));
}

TEST_F(AdminServiceTest, ListingDeadLettersLeavesARecord) {
  const uint64_t before = LogSize();
  const auto listed = Call(&v1::AdminService::Stub::ListDeadLetters, v1::ListDeadLettersRequest());
  ASSERT_THAT(listed, IsOk());
  EXPECT_THAT(listed->dead_letters(), IsEmpty());
  ASSERT_EQ(LogSize(), before + 1);
  EXPECT_THAT(AuditRecordAt(before), ::testing::HasSubstr("ListDeadLetters"));
}

TEST_F(AdminServiceTest, APageTokenOfAnotherQueryIsRefused) {
  v1::ListDeadLettersRequest request;
  request.set_page_token("bm90IG91cnMgYXQgYWxsIC4uLi4=");
  EXPECT_THAT(Call(&v1::AdminService::Stub::ListDeadLetters, request),
              HasReason(Reason::PAGE_TOKEN_INVALID));
}

TEST_F(AdminServiceTest, ABackupIsMadeOnceAName) {
  v1::CreateBackupRequest request;
  request.set_request_id(kId1);
  const auto made = Call(&v1::AdminService::Stub::CreateBackup, request);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->name(), kId1);
  EXPECT_NE(hub_.disk.Restore(folder_ / "backups/" + kId1), nullptr);
}

TEST_F(AdminServiceTest, OverTheBoundACallIsToldToComeAgain) {
  absl::Notification go_on;
  absl::BlockingCounter ended(limits::kMaxBlockingCalls);
  for (int i = 0; i < limits::kMaxBlockingCalls; ++i) {
    ASSERT_THAT(blocking_.Run([&] {
      go_on.WaitForNotification();
      ended.DecrementCount();
    }),
                IsOk());
  }
  const auto refused = Call(&v1::AdminService::Stub::GetStatus, v1::GetStatusRequest());
  ASSERT_THAT(refused, HasReason(Reason::OVERLOADED));
  EXPECT_GT(GetErrorDetails(refused.status())->retry_after, absl::ZeroDuration());
  EXPECT_THAT(refusals_, IsEmpty());
  go_on.Notify();
  ended.Wait();
  // A thread says that it has room a moment after its call has ended.
  absl::StatusOr<v1::GetStatusResponse> again = refused;
  while (!again.ok()) again = Call(&v1::AdminService::Stub::GetStatus, v1::GetStatusRequest());
}

TEST_F(AdminServiceTest, WhenTheDiskIsFullNothingIsLoaded) {
  hub_.disk.set_room(DiskRoom::kNone);
  EXPECT_THAT(Load(kId1, kInstrument), HasReason(Reason::DISK_FULL));
  EXPECT_EQ(registry_.Get().directory_version, 0u);
  hub_.disk.set_room(DiskRoom::kPlenty);
  EXPECT_THAT(Load(kId1, kInstrument), IsOk());
}

}  // namespace
}  // namespace rogatoria::admin
