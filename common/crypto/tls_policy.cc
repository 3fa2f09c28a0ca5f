#include "common/crypto/tls_policy.h"

#include <openssl/conf.h>
#include <openssl/crypto.h>

#include "common/base/error.h"
#include "common/crypto/openssl.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kPolicy =
    "rogatoria = modules\n"
    "[modules]\n"
    "ssl_conf = contexts\n"
    "[contexts]\n"
    "system_default = tls\n"
    "[tls]\n"
    "Protocol = -SSLv3,-TLSv1,-TLSv1.1,-TLSv1.2,-DTLSv1,-DTLSv1.2\n"
    "CipherString = DEFAULT@SECLEVEL=2\n"
    "Ciphersuites = TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256\n"
    "Options = -SessionTicket\n"
    "NumTickets = 0\n";

bool LoadPolicy() {
  const openssl::ErrorScope scope;
  // The machine's own configuration (providers, engines) first: it would else be loaded later, by
  // itself, and take this one's place.
  if (OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr) != 1) return false;
  const openssl::Owner<CONF, NCONF_free> conf(NCONF_new(nullptr));
  const openssl::BioOwner text = openssl::ReadBio(kPolicy);
  long line = 0;
  return conf != nullptr && NCONF_load_bio(conf.get(), text.get(), &line) == 1 &&
         CONF_modules_load(conf.get(), "rogatoria", 0) == 1;
}

}  // namespace

absl::Status RequireTls13() {
  static const bool loaded = LoadPolicy();
  if (loaded) return absl::OkStatus();
  return Error(Reason::INTERNAL).Accepted("OpenSSL does not take the TLS policy");
}

}  // namespace rogatoria
