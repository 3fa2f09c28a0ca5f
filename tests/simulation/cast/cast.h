// The cast of tests and simulations: seven authorities with keys, a directory that registers them,
// and acts that they sign. Made once a process, since keys are dear; what differs from test to test
// is what they send. Immutable; thread-safe.
//
//   pt-pgr co-fgn br-mpf es-fge   central authorities and prosecution services, UN-TIP-2000 in
//   force
//                                 between all four
//   cl-mp                         prosecution service, designated for nothing
//   co-delegada                   prosecution service of co-fgn's country, designated for nothing
//   uy-fgn                        central authority, in force with pt-pgr only; takes no case data
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/crypto/certificate.h"
#include "common/crypto/private_key.h"
#include "common/crypto/trust_anchors.h"
#include "common/directory/registry.h"
#include "common/directory/routing.h"
#include "common/model/caller.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria {

inline constexpr char kCastTrustDomain[] = "rogatoria.example";
inline constexpr char kCastInstrument[] = "UN-TIP-2000";
inline constexpr char kCastChannelBasis[] = "COMJIB-MEDELLIN-2019";

struct KeyPair {
  PrivateKey key;
  Certificate certificate;
};

struct CastMember {
  std::string id;
  std::string country;
  std::string time_zone;
  bool central = true;  // designated for UN-TIP-2000
  bool takes_case_data = true;
  KeyPair user;                  // accredited as <id>/u-1
  KeyPair seal;                  // organisation seal
  std::vector<KeyPair> sealing;  // two: the directory names the first, or the second after a change

  Caller caller() const;
};

// What an act is to say. Everything else is filled in.
struct ActPlan {
  v1::ActKind kind = v1::ACT_KIND_REQUEST;
  v1::CaseType case_type = v1::CASE_TYPE_MLA;
  std::string case_id;  // empty: opens a case
  std::vector<std::string> recipients;
  std::vector<v1::MeasureRef> measures;
  v1::ChannelClass channel_class = v1::CHANNEL_CLASS_FORMAL;
  v1::DataClass data_class = v1::DATA_CLASS_OPERATIONAL;
  v1::DeadlineEffect deadline_effect = v1::DEADLINE_EFFECT_UNSPECIFIED;
  v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED;
  v1::InsistReason insist = v1::INSIST_REASON_UNSPECIFIED;
  std::string in_reply_to;
  uint64_t case_position_seen = 0;
  std::vector<std::string> related_cases;
  size_t body_bytes = 64;
  const KeyPair* signed_by = nullptr;  // the user of the sender unless said
};

v1::MeasureRef MeasureOf(uint32_t ordinal,
                         const std::string& code,
                         v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED);

class Cast {
 public:
  static const Cast& Get();

  const std::vector<CastMember>& members() const { return members_; }
  const CastMember& Member(const std::string& id) const;
  const TrustAnchors& anchors() const { return *anchors_; }
  // Signed by an authority that nobody trusts.
  const KeyPair& stranger() const { return *stranger_; }

  // `changed`: members whose sealing certificate is their second one.
  std::shared_ptr<const Directory> MakeDirectory(
      const std::vector<std::string>& changed = {}) const;

  // The header, as the sender's library makes it: recipients resolved, sealed and named with a
  // route id that holds for an hour. When no route is to be had, with one that was never given.
  v1::ActHeader MakeHeader(const CastMember& sender,
                           const ActPlan& plan,
                           const RegistryState& registry,
                           const Bytes& route_key,
                           Instant now,
                           Random& random) const;
  // The call: signed, with a body that fits the header.
  v1::SubmitActRequest Sign(const v1::ActHeader& header, Bytes body, const KeyPair& signer) const;
  v1::SubmitActRequest Compose(const CastMember& sender,
                               const ActPlan& plan,
                               const RegistryState& registry,
                               const Bytes& route_key,
                               Instant now,
                               Random& random) const;

 private:
  Cast();

  std::vector<CastMember> members_;
  std::optional<TrustAnchors> anchors_;
  std::optional<KeyPair> stranger_;
};

}  // namespace rogatoria
