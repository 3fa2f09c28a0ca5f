// Goal: only what the office's scanner passed takes its place; a scanner that cannot be run passes
// nothing.
#include "common/client/scanner.h"

#include <gtest/gtest.h>

#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::client {
namespace {

TEST(ScannerTest, ExitStatusZeroIsClean) {
  EXPECT_THAT(ScanWith({"true"})("/nowhere"), IsOk());
}

TEST(ScannerTest, AnyOtherIsNot) {
  EXPECT_THAT(ScanWith({"false"})("/nowhere"), HasReason(Reason::SCAN_NOT_CLEAN));
  EXPECT_THAT(ScanWith({"sh", "-c", "kill -9 $$"})("/nowhere"), HasReason(Reason::SCAN_NOT_CLEAN));
}

TEST(ScannerTest, AProgramThatIsNotThereIsNot) {
  EXPECT_THAT(ScanWith({"/nowhere/scanner"})("/nowhere"), HasReason(Reason::SCAN_NOT_CLEAN));
}

TEST(ScannerTest, ThePathIsItsLastWordWhateverItLooksLike) {
  const TemporaryFolder folder;
  const std::string odd = folder / "a b'; rm -rf $HOME \"ñ";
  ASSERT_THAT(WriteFileDurably(odd, "x"), IsOk());
  EXPECT_THAT(ScanWith({"test", "-f"})(odd), IsOk());
}

TEST(ScannerTest, NoProgramIsNoHook) {
  EXPECT_FALSE(ScanWith({}));
}

}  // namespace
}  // namespace rogatoria::client
