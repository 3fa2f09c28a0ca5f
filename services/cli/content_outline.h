// What is inside the seal as names and values in the reader's language, in the order of its fields:
// what the text of a terminal (content_text.h) and a printed page (outline_page.h) are made of.
// Limits of use, confidentiality and contact rules stand apart, since they are read first.
#pragma once

#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "common/base/error.h"

#include "rogatoria/content/v1/content.pb.h"

namespace rogatoria::cli {

struct OutlineItem {
  enum class Sort {
    kValue,  // has a value
    kGroup,  // has parts
    kList    // has groups of one shape
  };
  Sort sort = Sort::kValue;
  std::string label;
  std::string value = {};
  bool is_written = false;  // by people, in the language of the act; else a word of ours, a number
  std::vector<OutlineItem> parts = {};
};
using Outline = std::vector<OutlineItem>;

// A page lies about: who has a pseudonym is not named on it.
enum class Reader { kScreen, kPaper };

// What must be known before reading. Values of the cover slip, then a group for each limit in the
// content, named by where it stands.
Outline OutlineLimits(const content::v1::CoverSlip& slip,
                      const content::v1::ActContent& content,
                      Language language);

// The typed content without its limits: one group, or nothing where there is a letter only.
Outline OutlineTyped(const content::v1::ActContent& content, Language language, Reader reader);

// What a program made of a file, with its key: nothing that people write or read.
bool IsAttachment(const google::protobuf::FieldDescriptor& field);

}  // namespace rogatoria::cli
