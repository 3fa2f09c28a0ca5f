// SubmitAct from the bytes of the request to the receipts, without wires: the first byte says what
// is put right before, since no mutation guesses a digest or a signature.
#include <cstring>
#include <memory>
#include <optional>

#include "common/crypto/digest.h"
#include "common/model/canonical.h"
#include "common/model/header.h"
#include "common/receipt/receipt.h"
#include "common/rpc/status_mapping.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/message_mutator.h"
#include "tests/simulation/cast/hub.h"

namespace rogatoria::fuzz {
namespace {

enum Repair : uint8_t {
  kContent = 1,     // the header's digest is that of the body
  kRecipients = 2,  // they are routed and sealed to as the directory says
  kSignature = 4,   // the sender's user signed
  kAll = 7
};

// A hub with its directory, before anything was submitted.
std::unique_ptr<Hub> NewHub() {
  auto hub = std::make_unique<Hub>(7);
  ROG_CHECK(hub->Start().ok(), "a hub starts");
  hub->Enqueue(hub->LoadDirectory({}));
  ROG_CHECK(hub->Commit(1).ok(), "its directory is loaded");
  return hub;
}

v1::SubmitActRequest Example(Hub& hub) {
  ActPlan plan;
  plan.recipients = {"co-fgn"};
  plan.measures = {MeasureOf(1, "VIDEO_HEARING"), MeasureOf(2, "BANK_TRANSACTIONS")};
  return Cast::Get().Compose(Cast::Get().Member("pt-pgr"),
                             plan,
                             hub.registry().Get(),
                             hub.rules().route_key,
                             hub.clock.Now(),
                             hub.random);
}

const CastMember& SenderOf(const v1::ActHeader& header) {
  for (const CastMember& member : Cast::Get().members()) {
    if (member.id == header.sender()) return member;
  }
  return Cast::Get().members().front();
}

// As MakeHeader of the cast routes them; names that nobody has stay as they are.
void RepairRecipients(Hub& hub, v1::ActHeader& header) {
  ActPlan plan;
  plan.kind = header.kind();
  plan.channel_class = header.channel_class();
  plan.data_class = header.data_class();
  if (header.case_id() != header.act_id()) plan.case_id = header.case_id();
  for (const v1::Recipient& recipient : header.recipients()) {
    plan.recipients.push_back(recipient.authority());
  }
  *header.mutable_recipients() = Cast::Get()
                                     .MakeHeader(SenderOf(header),
                                                 plan,
                                                 hub.registry().Get(),
                                                 hub.rules().route_key,
                                                 hub.clock.Now(),
                                                 hub.random)
                                     .recipients();
}

void PutRight(Hub& hub, uint8_t repair, v1::SubmitActRequest& request) {
  v1::ActHeader header;
  if (!FromSignedBytes(kHeaderFirstLine, request.act().header(), header).ok()) return;
  if ((repair & kContent) != 0) {
    header.mutable_content()->set_sealed_sha256(Sha256(request.act().body()));
    header.mutable_content()->set_sealed_size(request.act().body().size());
  }
  if ((repair & kRecipients) != 0) RepairRecipients(hub, header);
  request.mutable_act()->set_header(ToSignedBytes(kHeaderFirstLine, header));
  if ((repair & kSignature) == 0) return;
  const KeyPair& user = SenderOf(header).user;
  request.mutable_act()->set_signature(
      Need(SignDetached(user.key, user.certificate, request.act().header()), "a user signs"));
}

// Both kinds of answer end on the wire.
void ExamineRefusal(const absl::Status& refusal) {
  CheckToldInText(refusal);
  ROG_CHECK(GetErrorDetails(refusal).has_value(), "a refusal has its reason");
  for (const Language language : {Language::kEnglish, Language::kSpanish, Language::kPortuguese}) {
    google::rpc::Status read;
    ROG_CHECK(read.ParseFromString(rpc::ToStatusProto(refusal, language).SerializeAsString()),
              "a refusal can be read");
  }
}

void ExamineReceipt(const Hub& hub, const v1::Act& act, const Bytes& file) {
  const std::vector<std::string> keys(hub.log_keys().begin(), hub.log_keys().end());
  const auto verified = VerifyReceipt(file, keys);
  ROG_CHECK(verified.ok(), "a receipt verifies");
  ROG_CHECK(verified->evidence.header_sha256 == ToHex(Sha256(act.header())), "it is of this act");
}

using Answer = std::optional<absl::StatusOr<v1::SubmitActResponse>>;

// Whatever is recorded must not decide about the next input: a hub serves one input that it took.
struct UsedHub {
  std::unique_ptr<Hub> hub = NewHub();
  bool used = false;
};

Answer Submit(UsedHub& world, const Caller& caller, const v1::SubmitActRequest& request) {
  Hub& hub = *world.hub;
  Answer answer;
  hub.Submit(caller, request, [&answer](auto outcome) { answer = std::move(outcome); });
  while (!answer.has_value() && hub.waiting() > 0) {
    world.used = true;
    ROG_CHECK(hub.Commit(8).ok(), "a batch is committed");
  }
  ROG_CHECK(answer.has_value(), "every submission is answered");
  return answer;
}

void ExamineAnswers(UsedHub& world, const Caller& caller, const v1::SubmitActRequest& request) {
  const Answer first = Submit(world, caller, request);
  const Answer second = Submit(world, caller, request);
  ROG_CHECK((*first).ok() == (*second).ok(), "asked twice, answered alike");
  if (!(*first).ok()) return ExamineRefusal(first->status());
  ROG_CHECK((**first).SerializeAsString() == (**second).SerializeAsString(),
            "asked twice, the same receipts");
  const auto header = ParseHeader(request.act().header());
  ROG_CHECK(header.ok() && header->sender() == caller.authority, "nobody sends as another");
  for (const v1::Receipt& receipt : (**first).receipts()) {
    ExamineReceipt(*world.hub, request.act(), receipt.content());
  }
}

}  // namespace

void Examine(absl::string_view input) {
  if (input.empty()) return;
  v1::SubmitActRequest request;
  if (!request.ParseFromArray(input.data() + 1, static_cast<int>(input.size() - 1))) return;
  static UsedHub& world = *new UsedHub();
  PutRight(*world.hub, static_cast<uint8_t>(input[0]), request);
  ExamineAnswers(world, Cast::Get().Member("pt-pgr").caller(), request);
  if (world.used) world = UsedHub();
}

namespace {

// The request with its header changed field by field, or the example where there is no header yet.
Bytes MutateRequest(absl::string_view input, unsigned seed) {
  static Hub& hub = *NewHub().release();
  v1::SubmitActRequest request;
  v1::ActHeader header;
  if (input.empty() ||
      !request.ParseFromArray(input.data() + 1, static_cast<int>(input.size() - 1)) ||
      !FromSignedBytes(kHeaderFirstLine, request.act().header(), header).ok()) {
    return Bytes(1, static_cast<char>(kAll)) + Example(hub).SerializeAsString();
  }
  if (seed % 3 == 0) {
    MutateMessage(request, seed);
  } else {
    MutateMessage(header, seed);
    request.mutable_act()->set_header(ToSignedBytes(kHeaderFirstLine, header));
    request.set_request_id(header.act_id().substr(header.act_id().find('/') + 1));
  }
  const auto repair = static_cast<char>(seed / 8 % 4 == 0 ? seed % (kAll + 1) : kAll);
  return Bytes(1, repair) + request.SerializeAsString();
}

}  // namespace
}  // namespace rogatoria::fuzz

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max, unsigned seed) {
  rogatoria::Bytes mutated;
  if (seed % 16 != 1) {
    mutated = rogatoria::fuzz::MutateRequest({reinterpret_cast<const char*>(data), size}, seed);
  }
  if (mutated.empty() || mutated.size() > max) return LLVMFuzzerMutate(data, size, max);
  std::memcpy(data, mutated.data(), mutated.size());
  return mutated.size();
}
