#include "common/merkle/note.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "tests/unit/merkle/test_keys.h"

namespace rogatoria::merkle {
namespace {

// The example of Go's x/mod/sumdb/note. The key is published there, and protects nothing.
constexpr const char* kGoText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr const char* kGoLine =
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
constexpr const char* kGoTypedSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

std::string GoNote() {
  return absl::StrCat(kGoText, "\n", kGoLine);
}

TEST(NoteTest, SignsThePublishedExampleByteForByte) {
  const Bytes typed_seed = *FromBase64(kGoTypedSeed);
  auto signer = Ed25519FileSigner::FromSeed(SecretBytes(typed_seed.substr(1)));
  ASSERT_TRUE(signer.ok()) << signer.status();
  EXPECT_EQ(*SignNote(kGoText, "PeterNeumann", *signer), GoNote());
}

TEST(NoteTest, ReadsThePublishedExample) {
  const auto note = ParseNote(GoNote());
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(note->text, kGoText);
  ASSERT_EQ(note->signatures.size(), 1u);
  EXPECT_EQ(note->signatures[0].name, "PeterNeumann");
  EXPECT_EQ(note->signatures[0].key_id, 0xc74f20a3u);
  EXPECT_EQ(note->signatures[0].signature.size(), 64u);
  EXPECT_EQ(*FormatNote(*note), GoNote());
}

TEST(NoteTest, LastEmptyLineParts) {
  Ed25519FileSigner signer = SignerFromSeed('\x01');
  const std::string text = "a\n\n\xE2\x80\x94 looks like a signature AAAA\n\nb\n";
  const std::string note = *SignNote(text, "key", signer);
  EXPECT_EQ(ParseNote(note)->text, text);
}

TEST(NoteTest, AddsSignatures) {
  const NoteSignature second = {"second", 7, "bytes of any kind"};
  const std::string note = *AddSignature(GoNote(), second);
  EXPECT_EQ(ParseNote(note)->signatures.size(), 2u);
  EXPECT_EQ(ParseNote(note)->signatures[1], second);
  EXPECT_EQ(note.substr(0, GoNote().size()), GoNote());
  EXPECT_EQ(AddSignature(note, second).status().code(), absl::StatusCode::kAlreadyExists);
}

TEST(NoteTest, RefusesBadLines) {
  for (const char* line : {"",
                           "x",
                           "\xE2\x80\x94",
                           "\xE2\x80\x94 ",
                           "\xE2\x80\x94 name",
                           "\xE2\x80\x94 name ",
                           "\xE2\x80\x94 name AAAAAA==",
                           "\xE2\x80\x94 name AAAA",
                           "\xE2\x80\x94 name AAAAAAA",
                           "\xE2\x80\x94  name AAAAAAA=",
                           "\xE2\x80\x94 name  AAAAAAA=",
                           "\xE2\x80\x94 name AAAAAAA= ",
                           " \xE2\x80\x94 name AAAAAAA=",
                           "- name AAAAAAA=",
                           "\xE2\x80\x94 na+me AAAAAAA=",
                           "\xE2\x80\x94 name AAAAAAB=",
                           "\xE2\x80\x94name AAAAAAA="}) {
    EXPECT_FALSE(ParseNote(absl::StrCat("text\n\n", line, "\n")).ok()) << line;
    EXPECT_FALSE(ParseNote(absl::StrCat(GoNote(), line, "\n")).ok()) << line;
  }
  EXPECT_TRUE(ParseNote("text\n\n\xE2\x80\x94 name AAAAAAA=\n").ok());
}

TEST(NoteTest, RefusesBadEnds) {
  const std::string note = GoNote();
  for (size_t cut = 1; cut < note.size(); ++cut) {
    EXPECT_FALSE(ParseNote(note.substr(0, cut)).ok()) << cut;
  }
  EXPECT_FALSE(ParseNote(note + "\n").ok());
  EXPECT_FALSE(ParseNote(note + "more").ok());
}

TEST(NoteTest, RefusesTextWithoutLineFeedOrWithControlCharacters) {
  Ed25519FileSigner signer = SignerFromSeed('\x01');
  for (const char* text : {"", "no line feed", "\r\n", "tab\t\n", "\xFF\n"}) {
    EXPECT_FALSE(SignNote(text, "key", signer).ok()) << text;
  }
}

TEST(NoteTest, RefusesBadNames) {
  Ed25519FileSigner signer = SignerFromSeed('\x01');
  EXPECT_FALSE(SignNote("text\n", "", signer).ok());
  EXPECT_FALSE(SignNote("text\n", "two words", signer).ok());
  EXPECT_FALSE(FormatNote({"text\n", {{"a+b", 1, "x"}}}).ok());
}

TEST(NoteTest, BoundsTheNumberOfSignatures) {
  Note note{"text\n", {}};
  EXPECT_FALSE(FormatNote(note).ok());
  note.signatures.assign(limits::kMaxNoteSignatures, {"key", 1, "signature"});
  const std::string most = *FormatNote(note);
  EXPECT_TRUE(ParseNote(most).ok());
  note.signatures.push_back({"key", 1, "signature"});
  EXPECT_FALSE(FormatNote(note).ok());
  EXPECT_FALSE(ParseNote(most + most.substr(most.rfind('\xE2'))).ok());
}

TEST(NoteTest, BoundsItsSize) {
  Note note{std::string(limits::kMaxNoteBytes, 'a') + "\n", {{"key", 1, "signature"}}};
  EXPECT_FALSE(FormatNote(note).ok());
  EXPECT_FALSE(ParseNote(std::string(limits::kMaxNoteBytes + 1, '\n')).ok());
}

}  // namespace
}  // namespace rogatoria::merkle
