#include "tests/unit/client/offices/test_offices.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/random.h"
#include "common/directory/key_statement.h"

namespace rogatoria::client {
namespace {

template <typename T>
T Must(absl::StatusOr<T> value) {
  ROG_CHECK(value.ok(), "test setup");
  return *std::move(value);
}

}  // namespace

TestOffices::TestOffices()
    : pki_(folder_.path()),
      signers_(Must(TrustAnchors::Create({pki_.authority(TestPki::Ca::kSigners).certificate()}))),
      pt_(MakeOffice("pt-pgr")),
      co_(MakeOffice("co-fgn")) {
  for (TestOffice* office : {&pt_, &co_}) {
    for (const TestOffice* known : {&pt_, &co_}) {
      office->profile.identities[known->profile.authority] =
          IdentityFingerprint(known->identity.PublicKeyDer());
    }
  }
}

TestIdentity TestOffices::IssueFiles(CertificateProfile profile,
                                     const std::string& name,
                                     TestPki::Ca ca) {
  CertificateRequest request;
  request.profile = profile;
  request.common_name = name;
  return pki_.Issue(ca, request);
}

KeyPair TestOffices::Issue(CertificateProfile profile, const std::string& name, TestPki::Ca ca) {
  const TestIdentity issued = IssueFiles(profile, name, ca);
  return {issued.certificate, issued.key};
}

TestOffice TestOffices::MakeOffice(const std::string& authority) {
  const auto signing = [&](const std::string& name) {
    return IssueFiles(CertificateProfile::kSigning, name, TestPki::Ca::kSigners);
  };
  const TestIdentity user = signing(authority + "/u1");
  const TestIdentity seal = signing(authority + " seal");
  const TestIdentity sealing =
      IssueFiles(CertificateProfile::kSealing, authority + " sealing", TestPki::Ca::kSigners);
  TestOffice office{{},
                    {user.certificate, user.key},
                    {seal.certificate, seal.key},
                    {sealing.certificate, sealing.key},
                    Must(PrivateKey::Generate(KeyAlgorithm::kEd25519))};
  office.profile.trust_domain = pki_.trust_domain();
  office.profile.authority = authority;
  office.profile.user = SigningKey{{user.certificate_file, user.key_file}};
  office.profile.seal = SigningKey{{seal.certificate_file, seal.key_file}};
  office.profile.sealing = {{sealing.certificate_file, sealing.key_file}};
  office.profile.signer_ca = pki_.ca_file(TestPki::Ca::kSigners);
  office.profile.state = folder_ / authority;
  return office;
}

v1::ResolveRecipientsResponse TestOffices::RouteTo(const TestOffice& office) {
  v1::ResolveRecipientsResponse routes;
  v1::Route& route = *routes.add_routes();
  route.mutable_authority()->set_id(office.profile.authority);
  route.set_route_id("r1-0123456789abcdef");
  v1::SealingCertificate& sealing = *route.add_sealing_certificates();
  sealing.set_purpose(v1::SEALING_PURPOSE_PRIMARY);
  sealing.set_certificate(office.sealing.certificate.ToDer());
  *sealing.mutable_statement() =
      Must(SignKeyStatement(MakeKeyStatementBody(pki_.trust_domain(),
                                                 office.profile.authority,
                                                 office.sealing.certificate,
                                                 v1::KEY_PURPOSE_SEALING,
                                                 office.sealing.certificate.not_before(),
                                                 office.sealing.certificate.not_after()),
                            office.identity));
  return routes;
}

ActDraft TestOffices::Request() const {
  SystemRandom random;
  ActDraft draft;
  draft.request_id = GenerateUuid(random, SystemClock().Now());
  draft.kind = v1::ACT_KIND_REQUEST;
  draft.to.emplace_back().set_authority("co-fgn");
  draft.channel_class = v1::CHANNEL_CLASS_FORMAL;
  draft.legal_basis.set_instrument("UN-TIP-2000");
  draft.language = "pt-PT";
  v1::MeasureRef& measure = draft.measures.emplace_back();
  measure.set_ordinal(1);
  measure.set_code("VIDEO_HEARING");
  draft.cover_slip.set_subject("assunto reservado");
  draft.content.mutable_letter()->set_text("conteúdo reservado");
  return draft;
}

PreparedAct TestOffices::Signed(const ActDraft& draft) {
  SystemClock clock;
  SystemRandom random;
  PreparedAct prepared = Must(Prepare(pt_.profile,
                                      draft,
                                      {RouteTo(co_), 0, v1::CASE_TYPE_UNSPECIFIED},
                                      {pt_.sealing},
                                      clock,
                                      random));
  ROG_CHECK(Sign(prepared, pt_.user).ok(), "test setup");
  return prepared;
}

}  // namespace rogatoria::client
