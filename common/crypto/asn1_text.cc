#include "common/crypto/asn1_text.h"

#include <ctime>

#include <openssl/pem.h>

#include "absl/time/civil_time.h"

namespace rogatoria {

std::optional<Instant> InstantOf(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const absl::CivilSecond second(parts.tm_year + 1900,
                                 parts.tm_mon + 1,
                                 parts.tm_mday,
                                 parts.tm_hour,
                                 parts.tm_min,
                                 parts.tm_sec);
  return Instant::FromTime(absl::FromCivil(second, absl::UTCTimeZone()));
}

bool SetTime(ASN1_TIME* time, Instant instant) {
  return ASN1_TIME_set(time, absl::ToTimeT(instant.ToTime())) != nullptr;
}

std::optional<std::vector<Bytes>> PemBlocks(absl::string_view pem, absl::string_view name) {
  const openssl::ErrorScope errors;
  const openssl::BioOwner bio = openssl::ReadBio(pem);
  std::vector<Bytes> blocks;
  char* block_name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;  // NOLINT(google-runtime-int): OpenSSL's type
  while (PEM_read_bio(bio.get(), &block_name, &header, &data, &size) == 1) {
    if (block_name == name) {
      blocks.emplace_back(reinterpret_cast<char*>(data), static_cast<size_t>(size));
    }
    OPENSSL_free(block_name);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
  // The end of the text is the one way to stop that is not an error.
  const unsigned long error = ERR_peek_last_error();  // NOLINT(google-runtime-int)
  if (ERR_GET_LIB(error) != ERR_LIB_PEM || ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
    return std::nullopt;
  }
  return blocks;
}

std::string ToPemBlock(absl::string_view der, const char* name) {
  const openssl::BioOwner bio(BIO_new(BIO_s_mem()));
  openssl::MustBe(bio != nullptr && PEM_write_bio(bio.get(),
                                                  name,
                                                  "",
                                                  openssl::Data(der),
                                                  static_cast<long>(der.size())) > 0,  // NOLINT
                  "write PEM");
  return openssl::BioBytes(bio.get());
}

}  // namespace rogatoria
