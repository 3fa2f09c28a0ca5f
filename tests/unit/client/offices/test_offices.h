// Two offices with keys, a route between them, and nothing else: no hub, no network.
#pragma once

#include <string>
#include <vector>

#include "common/client/composer.h"
#include "common/client/draft.h"
#include "common/client/profile.h"
#include "common/crypto/private_key.h"
#include "common/crypto/trust_anchors.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

namespace rogatoria::client {

struct TestOffice {
  OfficeProfile profile;
  KeyPair user;
  KeyPair seal;
  KeyPair sealing;
  PrivateKey identity;
};

class TestOffices {
 public:
  TestOffices();

  TestOffice& pt() { return pt_; }
  TestOffice& co() { return co_; }
  TestPki& pki() { return pki_; }
  const TrustAnchors& signers() const { return signers_; }

  KeyPair Issue(CertificateProfile profile,
                const std::string& name,
                TestPki::Ca ca = TestPki::Ca::kSigners);
  // The same, with its files.
  TestIdentity IssueFiles(CertificateProfile profile, const std::string& name, TestPki::Ca ca);
  // The route that a hub gives for an act to this office, stated by its identity key.
  v1::ResolveRecipientsResponse RouteTo(const TestOffice& office);
  // A request from Portugal to Colombia.
  ActDraft Request() const;
  // Prepared and signed by Portugal's user.
  PreparedAct Signed(const ActDraft& draft);

 private:
  TestOffice MakeOffice(const std::string& authority);

  TemporaryFolder folder_;
  TestPki pki_;
  TrustAnchors signers_;
  TestOffice pt_, co_;
};

}  // namespace rogatoria::client
