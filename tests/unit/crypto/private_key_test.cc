#include "common/crypto/private_key.h"

#include <sys/stat.h>

#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

TEST(PrivateKeyTest, GeneratesEachKind) {
  for (KeyAlgorithm algorithm :
       {KeyAlgorithm::kP256, KeyAlgorithm::kP384, KeyAlgorithm::kRsa, KeyAlgorithm::kEd25519}) {
    auto key = PrivateKey::Generate(algorithm);
    ASSERT_THAT(key, IsOk());
    EXPECT_EQ(key->algorithm(), algorithm);
    EXPECT_TRUE(IsStrongKey(key->algorithm(), key->bits()));
    auto again = PrivateKey::FromPem(key->ToPem().RevealForUse());
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(again->PublicKeyDer(), key->PublicKeyDer());
  }
  EXPECT_FALSE(PrivateKey::Generate(KeyAlgorithm::kOther).ok());
}

TEST(PrivateKeyTest, ReadsWhatOpenSslWrites) {
  TemporaryFolder folder;
  ASSERT_EQ(folder.OpenSsl("ecparam -name prime256v1 -genkey -noout -out sec1.pem"), 0);
  ASSERT_EQ(folder.OpenSsl("genrsa -traditional -out pkcs1.pem 2048"), 0);
  EXPECT_EQ(PrivateKey::FromPem(folder.Read("sec1.pem"))->algorithm(), KeyAlgorithm::kP256);
  EXPECT_EQ(PrivateKey::FromPem(folder.Read("pkcs1.pem"))->bits(), 2048);
}

TEST(PrivateKeyTest, RefusesWeakUnknownEncryptedAndBrokenKeys) {
  TemporaryFolder folder;
  ASSERT_EQ(folder.OpenSsl("genrsa -out weak.pem 1024"), 0);
  ASSERT_EQ(folder.OpenSsl("ecparam -name secp256k1 -genkey -noout -out curve.pem"), 0);
  ASSERT_EQ(folder.OpenSsl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt "
                           "ec_param_enc:explicit -out explicit.pem"),
            0);
  ASSERT_EQ(folder.OpenSsl("genpkey -algorithm X25519 -out x25519.pem"), 0);
  ASSERT_EQ(folder.OpenSsl("genpkey -algorithm ed25519 -aes256 -pass pass:x -out encrypted.pem"),
            0);
  for (const char* name :
       {"weak.pem", "curve.pem", "explicit.pem", "x25519.pem", "encrypted.pem"}) {
    EXPECT_THAT(PrivateKey::FromPem(folder.Read(name)), FailsWith(Reason::KEY_MALFORMED)) << name;
  }
  EXPECT_THAT(PrivateKey::FromPem(""), FailsWith(Reason::KEY_MALFORMED));
  EXPECT_THAT(PrivateKey::FromPem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
              FailsWith(Reason::KEY_MALFORMED));
}

TEST(KeyFileTest, WrittenWithMode0600AndNeverOverwritten) {
  TemporaryFolder folder;
  const PrivateKey key = *PrivateKey::Generate(KeyAlgorithm::kP256);
  ASSERT_THAT(WriteKeyFile(folder.Path("key.pem"), key.ToPem()), IsOk());
  struct stat info {};
  ASSERT_EQ(stat(folder.Path("key.pem").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  EXPECT_EQ(PrivateKey::FromPemFile(folder.Path("key.pem"))->PublicKeyDer(), key.PublicKeyDer());
  EXPECT_TRUE(absl::IsAlreadyExists(WriteKeyFile(folder.Path("key.pem"), key.ToPem())));
}

TEST(KeyFileTest, RefusesFilesThatOthersCanRead) {
  TemporaryFolder folder;
  folder.Write("key.pem", PrivateKey::Generate(KeyAlgorithm::kP256)->ToPem().RevealForUse());
  for (mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
    ASSERT_EQ(chmod(folder.Path("key.pem").c_str(), mode), 0);
    EXPECT_THAT(PrivateKey::FromPemFile(folder.Path("key.pem")),
                FailsWith(Reason::KEY_FILE_UNSAFE));
  }
  ASSERT_EQ(chmod(folder.Path("key.pem").c_str(), 0400), 0);
  EXPECT_THAT(PrivateKey::FromPemFile(folder.Path("key.pem")), IsOk());
}

TEST(KeyFileTest, RefusesFoldersMissingAndBrokenFilesNamingThem) {
  TemporaryFolder folder;
  EXPECT_THAT(PrivateKey::FromPemFile(folder.Path(".")), FailsWith(Reason::KEY_FILE_UNSAFE));
  EXPECT_TRUE(absl::IsNotFound(PrivateKey::FromPemFile(folder.Path("none")).status()));
  folder.Write("broken", "not a key");
  ASSERT_EQ(chmod(folder.Path("broken").c_str(), 0600), 0);
  const auto status = PrivateKey::FromPemFile(folder.Path("broken")).status();
  EXPECT_THAT(status, FailsWith(Reason::KEY_MALFORMED));
  EXPECT_THAT(GetErrorDetails(status)->field, testing::HasSubstr("broken"));
}

}  // namespace
}  // namespace rogatoria
