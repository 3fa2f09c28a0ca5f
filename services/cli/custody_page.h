// The chain of custody of a document as people get it: rows of a table, and a page of its own to
// print and to sign, which has all that its proofs need. The page is HTML without scripts and
// without anything fetched from elsewhere; what others wrote is text in it and nothing more.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/client/custody.h"
#include "services/cli/output.h"

#include "rogatoria/v1/document_service.pb.h"

namespace rogatoria::cli {

// A step as commands show it.
Json StepView(const client::CustodyStep& step);

struct CustodyPageFacts {
  v1::DocumentInfo document;
  std::vector<client::CustodyStep> steps;
  std::string authority;     // whose office made the page
  std::string trust_domain;  // of the hub
  std::string log_key;
  Instant made;
  std::string file_name;  // of the page, without folders; its signature has .p7s behind it
  bool training = false;  // of a training domain: the page says so
};

std::string CustodyPage(const CustodyPageFacts& facts, Language language);

}  // namespace rogatoria::cli
