// Signs a formal act with a key that this program does not have: a reader of its own, here any
// command that reads a digest and writes a signature. (Cards with a PKCS#11 module need no code:
// docs/office-profile.md.)
//
//   card_reader office.toml certificate.pem co-fgn letter.pdf \
//       'openssl pkeyutl -sign -inkey key.pem -in "$DIGEST" -out "$SIGNATURE"'
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "explain.h"
#include "rogatoria/client.h"

using namespace rogatoria;          // NOLINT(google-build-using-namespace): an example
using namespace rogatoria::client;  // NOLINT(google-build-using-namespace)

namespace {

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The digest goes out, the raw signature comes back: for EC r and s or DER, for RSA PKCS #1 v1.5.
// The library makes the CMS around it, and checks it against the certificate.
absl::StatusOr<Bytes> AskReader(const std::string& command, const DigestToSign& order) {
  std::string folder = std::filesystem::temp_directory_path() / "reader-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) return absl::InternalError("no temporary folder");
  std::ofstream(folder + "/digest", std::ios::binary) << order.digest;
  std::cerr << "Put in your card: " << HashAlgorithmName(order.hash) << " is being signed.\n";
  setenv("DIGEST", (folder + "/digest").c_str(), 1);
  setenv("SIGNATURE", (folder + "/signature").c_str(), 1);
  const bool ok = std::system(command.c_str()) == 0;
  const Bytes signature = ReadAll(folder + "/signature");
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (!ok) return Error(Reason::TOKEN_NOT_PRESENT).Field("reader");
  return signature;
}

absl::Status Send(const std::string& profile_path,
                  const std::string& certificate_path,
                  const std::string& to,
                  const std::string& letter,
                  const std::string& command) {
  ROG_RETURN_IF_ERROR(RequireTls13());
  ROG_ASSIGN_OR_RETURN(OfficeProfile profile, LoadProfile(profile_path));
  ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromPem(ReadAll(certificate_path)));
  ROG_ASSIGN_OR_RETURN(
      CmsSigner card,
      CmsSigner::FromCallback(std::move(certificate), [command](const DigestToSign& order) {
        return AskReader(command, order);
      }));
  ROG_ASSIGN_OR_RETURN(const std::unique_ptr<Office> office,
                       Office::Open(std::move(profile), {.user = std::move(card)}));

  ActBuilder<v1::ACT_KIND_REQUEST> request;
  request.To(to)
      .LegalBasis("RECIPROCITY")
      .Channel(v1::CHANNEL_CLASS_FORMAL)
      .Measure("OTHER")
      .Subject("A formal request")
      .Letter(letter);
  request.content().set_summary_of_facts("As the letter says.");
  ROG_ASSIGN_OR_RETURN(const ActDraft draft, request.Build());
  ROG_ASSIGN_OR_RETURN(const v1::SubmitActResponse sent, office->Send(draft));
  std::cout << sent.receipts(0).act_id() << "\n";
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "card_reader PROFILE CERTIFICATE TO LETTER COMMAND\n";
    return 64;
  }
  const absl::Status status = Send(argv[1], argv[2], argv[3], argv[4], argv[5]);
  if (!status.ok()) std::cerr << Explain(status) << "\n";
  return status.ok() ? 0 : 1;
}
