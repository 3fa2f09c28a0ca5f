// Verifies receipts without a network, a directory or a key of ours: with the hub's log key alone.
//
//   verify_receipt 'rogatoria.example/log/1+9cc86ae2+AUFt...' *.receipt
#include <fstream>
#include <iostream>
#include <iterator>

#include "explain.h"
#include "rogatoria/client.h"

using namespace rogatoria;  // NOLINT(google-build-using-namespace): an example

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "verify_receipt LOG-KEY RECEIPT...\n";
    return 64;
  }
  int bad = 0;
  ReceiptVerifier verifier;
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    // The hub's later logs follow under the same key.
    const auto verified = verifier.Verify(bytes, KeysForLogOf(bytes, {argv[1]}));
    if (verified.ok()) {
      std::cout << argv[i] << ": holds, " << v1::TransportEvent_Name(verified->evidence.event)
                << " of " << verified->evidence.act_id << ", entry " << verified->index << " of "
                << verified->log_origin << "\n";
    } else {
      std::cout << argv[i] << ": " << Explain(verified.status()) << "\n";
      ++bad;
    }
  }
  return bad == 0 ? 0 : 1;
}
