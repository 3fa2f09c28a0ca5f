// An office at work: the client library's front. Sends drafts, receives and acknowledges, reads
// cases.
//
//   ROG_ASSIGN_OR_RETURN(auto office, Office::Open(profile));
//   ROG_ASSIGN_OR_RETURN(v1::SubmitActResponse sent, office->Send(draft));
//
// Thread-safe unless a method says otherwise. No exceptions.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/descriptor.h"
#include "common/client/arrivals.h"
#include "common/client/case_folder.h"
#include "common/client/composer.h"
#include "common/client/connection.h"
#include "common/client/custody.h"
#include "common/client/document_download.h"
#include "common/client/identity.h"
#include "common/client/kept_notices.h"
#include "common/client/opener.h"
#include "common/client/outbox.h"
#include "common/client/precautions.h"
#include "common/client/profile.h"
#include "common/client/receipt_check.h"
#include "common/client/signers.h"
#include "common/client/subscription.h"
#include "common/client/transfer.h"
#include "common/crypto/cms_signature.h"

namespace rogatoria::client {

// What became of an act of the outbox.
struct FlushedAct {
  std::string request_id;
  std::string act_id;         // the name of its file, when that is no request's
  absl::Status status;        // OK: recorded, and its receipts are kept
  bool in_outbox = false;     // still there, to be sent later
  bool signed_again = false;  // it was sealed and signed anew before it went
  std::string bad_file;       // not sent: OUTBOX_FILE_DAMAGED, set aside here; FILE_UNREADABLE
  std::vector<std::string> warned_rules = {};  // of the hub's answer: not met, they only warn
};

// What is handed on, to whom and why.
struct ForwardingOrder {
  std::vector<std::string> act_ids;  // of one case; the notice answers the first
  std::string authority;
  std::string reasons;
  std::vector<uint32_t> measures = {};  // by number; none: all that are ours and not decided yet
};

// A receipt that was asked for.
struct FetchedReceipt {
  v1::Receipt receipt;
  absl::Status status;  // RECEIPT_NOT_VALID: not kept
  std::string file;     // where it is kept
};

class Office {
 public:
  // `signers`: what signs instead of the profile's keys, and who enters PINs (signers.h).
  static absl::StatusOr<std::unique_ptr<Office>> Open(OfficeProfile profile, Signers signers = {});

  // Fills in what follows from the case (case_defaults.h), asks the hub for the route and checks
  // the keys it gave. The position in the case that we have seen is our own (seen_positions.h), not
  // how far the hub is.
  absl::StatusOr<Resolution> Resolve(ActDraft& draft);
  // Uploads first what the draft attaches and is not uploaded yet. PRECAUTION_UNANSWERED for an
  // answer that leaves out a precaution; FIELD_OUTSIDE_PROFILE for what an addressee may not be
  // sent: nothing is uploaded then.
  absl::StatusOr<PreparedAct> Prepare(ActDraft& draft, const TransferOptions& options = {});
  // What is missing, before it is sent (lint.h): by the requirements and the guidance of the hub's
  // directory; when the hub is not reached, by those kept from before; else by those built in.
  // Not asking the hub takes no longer than reading a few files.
  std::vector<Finding> Lint(const ActDraft& draft,
                            const std::string& language,
                            bool ask_hub = true);
  // Prepare, sign, outbox, submit. Resolves again by itself when the route changed meanwhile.
  // An upload that is cut goes on when a draft with the same request_id and files is sent again.
  absl::StatusOr<v1::SubmitActResponse> Send(ActDraft draft, const TransferOptions& options = {});
  // The second half of Send: signs, as SigningDesk says, and delivers. Prepares again by itself
  // when the route changed meanwhile.
  absl::StatusOr<v1::SubmitActResponse> SignAndDeliver(ActDraft& draft,
                                                       PreparedAct prepared,
                                                       const TransferOptions& options = {});
  // Submits a signed act through the outbox. It leaves the outbox when the hub's receipts hold, or
  // when the hub will not take it as it is: then it lies in `<state>/failed` (SetAsidePath); not
  // where another has to sign it (IsSignersFault): `prepared` is as good for that signature. After
  // any other error it is still there and Flush sends it. ACT_ID_REUSED, too, while the same act
  // waits there under another signature, or another act under its id.
  absl::StatusOr<v1::SubmitActResponse> Submit(const PreparedAct& prepared);
  // For programs that keep jobs of their own beside the outbox (services/agent).
  //
  // What comes of a draft that could not be sent: it may have been before, from a machine or a
  // state that this one does not know. If the hub has its act, and it says the same, it is sent, as
  // it was answered then; ACT_ID_REUSED if the hub has another, or nobody here can tell;
  // FILE_UNREADABLE where that is for a file of the draft; `why` if it has none or refused it, and
  // where it is passing itself (StaysInOutbox). Where the hub does not say now what it has, the
  // reason of that, for later it may; but `why` where KeyIsAway.
  absl::StatusOr<v1::SubmitActResponse> SendRecorded(const ActDraft& draft,
                                                     const absl::Status& why);
  // Puts a signed request into the outbox, sends it, and does what the answer asks, but for one
  // that NeedsSealingAnew or another has to sign (IsSignersFault): that stays in the outbox for the
  // caller to renew or drop.
  absl::StatusOr<v1::SubmitActResponse> Deliver(const v1::SubmitActRequest& request);
  // The same; what needs it is sealed and signed anew with the key that signed it first, or set
  // aside where that key is not here.
  absl::StatusOr<v1::SubmitActResponse> DeliverOrRenew(const v1::SubmitActRequest& request,
                                                       bool& signed_again);
  // A request of the outbox; nullopt when it is not there.
  absl::StatusOr<std::optional<v1::SubmitActRequest>> FindInOutbox(const std::string& request_id);
  // Takes out of the outbox what the hub recorded nothing of.
  absl::Status DropFromOutbox(const v1::SubmitActRequest& request);
  // Takes the outbox for this process, and keeps what is sent in this folder. OUTBOX_BUSY.
  absl::Status HoldOutbox(const std::string& sent_folder);
  // Takes what comes for this process alone, before its first Receive. INBOX_BUSY.
  absl::Status HoldInbox();
  // Sets files of the outbox aside that are damaged.
  absl::Status SetDamagedAside();
  // ACT_ID_REUSED unless the draft says what this act of ours says, which was made under its id.
  absl::Status CheckSame(const ActDraft& draft, const v1::Act& earlier);
  // Whose signature it is, over these bytes and by now: SIGNATURE_INVALID and others of
  // cms_signature.h.
  absl::StatusOr<Certificate> SignerOf(absl::string_view signature, absl::string_view header);

  // Whether an act of ours is on this machine's disk, waiting to be sent.
  bool IsInOutbox(const std::string& request_id);
  // The file of an act that was set aside; empty when it was not.
  std::string SetAsidePath(const std::string& request_id) const;
  // Sends what an earlier run left in the outbox, oldest first, and says what became of each: one
  // that is refused or damaged does not keep the others. An act that has to be sealed anew
  // (NeedsSealingAnew) is sealed and signed again if this profile has the key that signed it; else
  // it is set aside. When the hub is not reached, the rest waits untried.
  absl::StatusOr<std::vector<FlushedAct>> Flush();

  // Takes deliveries as primary: calls `take` for each; OK from it acknowledges (with our seal), an
  // error gives the act back for good. The receipts are kept under the profile's state folder. An
  // act whose receipts do not hold (RECEIPT_NOT_VALID) is neither given to `take` nor acknowledged.
  // Notices of the hub's are kept under the state folder (kept_notices.h), shown to `take_notice`
  // if there is one, and acknowledged unless that gives an error; they do not count against
  // `limit`. Returns after `limit` acts, or when nothing came for `idle`. While the hub is away it
  // tries again as Arrivals::Next does (arrivals.h, where receiving without callbacks is), and
  // tells `tell_away`. `take` may see an act twice. INBOX_BUSY while an agent has this state
  // folder.
  using Take = std::function<absl::Status(const Subscription::Delivery&)>;
  using TakeNotice = std::function<absl::Status(const KeptNotice&)>;
  absl::Status Receive(int limit,
                       absl::Duration idle,
                       const Take& take,
                       const TakeNotice& take_notice = {},
                       const TellAway& tell_away = {});
  // Ends Receive within a moment, with CANCELLED; also those that are called later.
  void StopReceiving();

  // A case of ours as the hub has it: states, what may be sent next, clocks. A read that the hub's
  // log records, as the two after it.
  absl::StatusOr<v1::GetCaseResponse> FetchCase(const std::string& case_id);
  // Its acts behind a position, in order, without their bodies: to follow it, ask again from the
  // last position when an act of it arrived.
  absl::StatusOr<std::vector<v1::ActSummary>> FetchActsOf(const std::string& case_id,
                                                          uint64_t after = 0);

  // Fetches an act's receipts, holds them against the act, and keeps those that hold.
  absl::StatusOr<std::vector<FetchedReceipt>> FetchReceipts(const std::string& act_id);

  // Opens an act that was received or sent. Its signature is judged at the instant of the act's A.1
  // if that receipt was kept and holds, so that an act still opens after its signer's certificate
  // has expired; else by now. The case folder opens it when the sealing key that it came under is
  // gone.
  absl::StatusOr<OpenedAct> OpenAct(const v1::Act& act);

  // The local case folder (case_folder.h), opened at the first use. It keeps what was sent once the
  // hub has recorded it; what was received is kept by whom takes it. FIELD_REQUIRED when the
  // profile has no sealing keys: then nothing is kept; FOLDER_KEY_UNUSABLE.
  absl::StatusOr<CaseFolder*> Folder();
  // An act of the folder, opened. ACT_NOT_FOUND; KEPT_FILE_DAMAGED.
  absl::StatusOr<OpenedAct> OpenKept(const std::string& act_id);

  // An act that we may read, as the hub has it: also one that we sent.
  absl::StatusOr<v1::Act> FetchAct(const std::string& act_id);

  // Hands acts of one case, which we can open, on to the authority that is competent, and tells the
  // requesting side: a FORWARDING_NOTICE with the acts' keys sealed anew.
  absl::StatusOr<v1::SubmitActResponse> Forward(const ForwardingOrder& order);
  // The same, to be looked at and completed before it is sent. FORWARDING_ABROAD when the authority
  // is in another country than ours.
  absl::StatusOr<ActDraft> DraftForwarding(const ForwardingOrder& order);
  // An act that was handed on to us, as OpenAct takes it.
  absl::StatusOr<v1::Act> FetchForwarded(const content::v1::ForwardedAct& forwarded);
  // The urgent act that a notice DUTY_SUBSTITUTE calls us to in the place of another authority's
  // duty desk; OpenAct opens it. What acknowledges it is an ACKNOWLEDGEMENT in reply to it.
  absl::StatusOr<v1::Act> FetchAsSubstitute(const v1::Notice& notice);

  // The identity part of an act that we received, by both custodians of the profile: each sends an
  // OPENING act of the own signature, with `reasons`, and opens the share that the hub hands out
  // against it. SIGNING_KEY_MISSING naming the custodian whom the profile lacks, and
  // CUSTODIAN_TWICE where both are one or of one group, before anything is sent;
  // IDENTITY_PART_ABSENT; NOT_CUSTODIAN and others of the hub's; those of OpenIdentityPart
  // (identity.h).
  absl::StatusOr<content::v1::IdentityPart> OpenIdentity(const std::string& act_id,
                                                         const std::string& reasons);
  // The same by custodians who sit apart, each with a profile of the own. The one takes the own
  // share, against an OPENING act, and hands it over sealed for those of the other group, as our
  // authority itself states them: CUSTODIANS_MISSING, KEY_NOT_TRUSTED. The other opens with it,
  // against a second OPENING act.
  absl::StatusOr<v1::IdentityShare> HandOverShare(const std::string& act_id,
                                                  const std::string& reasons);
  absl::StatusOr<content::v1::IdentityPart> OpenIdentityWith(const v1::IdentityShare& handed_over,
                                                             const std::string& act_id,
                                                             const std::string& reasons);

  // Uploads the draft's files (document_upload.h), so that it can be prepared; gives it a
  // request_id when it has none. What was uploaded before is not uploaded again.
  absl::Status Upload(ActDraft& draft, const TransferOptions& options = {});
  // Whether an upload for the act of this request_id is under way on this machine.
  bool HasUploadOf(const std::string& request_id) const;
  // Gives up an upload, here and at the hub; the next one of the same file is a new one.
  absl::Status AbandonUpload(const std::string& document_id);
  // The same for all that was uploaded for an act that is not to be sent. Here they are forgotten
  // whatever the hub answers: what it was not told of it erases after its grace.
  void AbandonUploadsOf(const std::string& request_id);
  // Fetches an attached document of an act that we opened into a new file, and opens it
  // (document_download.h). `number`: its place in the header, from 1. One that the case folder
  // keeps comes from there.
  absl::Status Download(const OpenedAct& opened,
                        uint32_t number,
                        const std::string& target,
                        const DownloadOptions& options = {});

  // The chain of custody of a document, each step held against the log's proof (custody.h).
  absl::StatusOr<std::vector<CustodyStep>> FetchCustody(const std::string& document_id);

  const OfficeProfile& profile() const { return profile_; }
  Connection& connection() { return *connection_; }

 private:
  Office(OfficeProfile profile,
         std::unique_ptr<Connection> connection,
         TrustAnchors anchors,
         std::vector<KeyPair> sealing,
         Signers signers);
  // Opened by the first act sent, so that receiving and sending programs do not stand in each
  // other's way.
  absl::StatusOr<Outbox*> OpenOutbox();
  // What others asked `answerer` for in a case (precautions.h), by the acts that our folder keeps.
  std::vector<AskedPrecaution> AskedOf(const std::string& answerer, const std::string& case_id);
  // What the referral of a case asks for and no act of it answers; empty when it was declined.
  std::vector<AskedPrecaution> OpenInReferral(const std::string& case_id);
  // PRECAUTION_UNANSWERED when the draft's answer leaves one out that was asked of us.
  absl::Status CheckAnswered(const ActDraft& draft);
  // The same of what we received: one contradiction more. A CLOSURE, too, is told of when nobody
  // answered for the referral.
  void NoteUnanswered(OpenedAct& opened);
  // Fills a draft and its resolution from the act that it acknowledges, where we are no party of
  // the case but were called to that act as a substitute; `why` otherwise: that the case was not
  // found.
  absl::Status StandIn(const absl::Status& why, ActDraft& draft, Resolution& resolution);
  // What an earlier run made under this id: it waits in the outbox, or the hub has it or refused it
  // in law. nullopt when nothing was recorded under it as far as this machine knows.
  absl::StatusOr<std::optional<v1::SubmitActRequest>> FindEarlier(const std::string& request_id);
  // Puts authorities in the place of competences.
  absl::Status NameAddressees(ActDraft& draft);
  absl::StatusOr<v1::SubmitActResponse> SendAgain(const ActDraft& draft,
                                                  const v1::SubmitActRequest& earlier);
  absl::Status TakeUploaded(const OpenedAct& earlier, ActDraft& draft) const;
  void ForgetUploads(const v1::SubmitActRequest& request);
  absl::StatusOr<v1::SubmitActResponse> Settle(const v1::SubmitActRequest& request,
                                               const v1::SubmitActResponse& answer);
  absl::StatusOr<v1::SubmitActResponse> DeliverOurs(const v1::SubmitActRequest& request);
  absl::StatusOr<v1::SubmitActResponse> SubmitOrSettle(const v1::SubmitActRequest& request);
  absl::StatusOr<v1::SubmitActResponse> SettleUnanswered(const v1::SubmitActRequest& request,
                                                         const absl::Status& why);
  // Takes the act of this id that the hub recorded for the one that was sent: ACT_ID_REUSED unless
  // it says the same.
  absl::StatusOr<v1::SubmitActResponse> SettleRecorded(const v1::SubmitActRequest& request);
  absl::Status SettleRefusal(const v1::SubmitActRequest& request, const absl::Status& why);
  // `not_compared`: the hub has an act, and why a file of the draft cannot be held against it.
  absl::StatusOr<v1::SubmitActResponse> SendRecorded(const ActDraft& draft,
                                                     const absl::Status& why,
                                                     absl::Status& not_compared);
  // For who has no job to try again with.
  absl::StatusOr<v1::SubmitActResponse> SendIfRecorded(const ActDraft& draft,
                                                       const absl::Status& why);
  absl::Status OrLater(const std::string& request_id,
                       const absl::Status& why,
                       const absl::Status& asked) const;
  absl::Status KeepSent(const v1::Act& act);
  absl::Status CheckTraining(const v1::SubmitActRequest& request) const;
  absl::StatusOr<v1::SubmitActRequest> Renew(const v1::SubmitActRequest& request);
  // The signer is empty when the act has no valid signature at the instant of the A.1 among these
  // receipts, or now when none of them is one that holds.
  KnownAct Know(const v1::Act& act, const Receipts& receipts);
  // A custodian who is here, with what he or she signs and opens with.
  struct CustodianAtWork {
    v1::CustodianGroup group;
    CmsSigner signer;
    KeyPair sealing;
  };
  struct ActToOpen {
    v1::Act act;
    v1::ActHeader header;
    std::string reasons;
  };
  absl::StatusOr<CustodianAtWork> CallCustodian(v1::CustodianGroup group);
  absl::StatusOr<ActToOpen> FetchToOpen(const std::string& act_id, const std::string& reasons);
  absl::Status CheckTwoCustodians(const CustodianAtWork& one, const CustodianAtWork& other);
  absl::StatusOr<CustodianShare> TakeShare(const ActToOpen& act, const CustodianAtWork& custodian);
  // To whom of our own authority a share may be sealed.
  absl::StatusOr<std::vector<Certificate>> OwnCustodians(v1::CustodianGroup group);
  absl::StatusOr<v1::Act> FetchToHandOn(const std::string& act_id);
  // Of a FORWARDING_NOTICE: whether the competent authority may have each act that it hands on.
  // ADDRESSEE_NOT_COORDINATOR, FIELD_OUTSIDE_PROFILE (addressee_rules.h).
  absl::Status CheckHandedOn(const ActDraft& draft, const v1::ResolveRecipientsResponse& resolved);
  absl::StatusOr<bool> IsAboutAPlace(const ActDraft& notice);
  absl::StatusOr<std::optional<content::v1::ForwardedAct>> FindHandedOn(
      const v1::ActSummary& summary, const std::string& act_id);
  // As the directory has it now.
  absl::StatusOr<v1::GetAuthorityResponse> AskAuthority(const std::string& authority);
  // The act as this machine or the hub has it.
  absl::StatusOr<KnownAct> FindAct(const std::string& act_id, const Receipts& receipts);
  absl::StatusOr<FetchedReceipt> Keep(const v1::Receipt& receipt,
                                      const std::string& act_id,
                                      const absl::StatusOr<KnownAct>& known);
  // What Receive reads, for StopReceiving; false when that was called.
  bool SetArrivals(Arrivals* arrivals);
  absl::StatusOr<v1::ReceiveRequest> MakeAcknowledgement(const Subscription::Delivery& delivery);
  friend class Arrivals;  // Know, MakeAcknowledgement, HoldsInbox
  bool HoldsInbox() const { return inbox_.valid(); }
  static absl::Status SettleArrival(Arrivals& arrivals,
                                    const Arrival& arrival,
                                    const Take& take,
                                    const TakeNotice& take_notice);

  OfficeProfile profile_;
  std::unique_ptr<Connection> connection_;
  TrustAnchors anchors_;
  std::vector<KeyPair> sealing_;
  SigningDesk signing_;
  SignatureVerifier verifier_;
  absl::Mutex mutex_;
  std::unique_ptr<Outbox> outbox_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<CaseFolder> folder_ ABSL_GUARDED_BY(mutex_);
  Descriptor inbox_;
  absl::Mutex arrivals_mutex_;
  Arrivals* arrivals_ ABSL_GUARDED_BY(arrivals_mutex_) = nullptr;  // while Receive reads it
  bool receiving_ended_ ABSL_GUARDED_BY(arrivals_mutex_) = false;
};

// Whether an act that could not be sent for this reason may still be recorded, or can be sent later
// as it is: unreachable, busy, no answer.
bool StaysInOutbox(const absl::Status& status);
// Whether the hub recorded nothing and would take the same content under a new seal and signature:
// the route or the custodians changed, or the header is older than a day.
bool NeedsSealingAnew(const absl::Status& status);
// Whether it was only the signature that was refused, or who made it: the hub recorded nothing, and
// takes the same header with another's.
bool IsSignersFault(const absl::Status& status);
// Whether the key is ours, but its token or program is not there now, nobody enters its PIN, or
// others can read its file: as it is, the act may be signed later.
bool KeyIsAway(const absl::Status& status);

}  // namespace rogatoria::client
