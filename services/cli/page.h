// A page for people: HTML that stands by itself, prints on A4 and reads well aloud. It has no
// script and fetches nothing. Whatever a text contains, it is shown as text: this is the only place
// that writes HTML, and it escapes everything that it is given.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"

namespace rogatoria::cli {

struct PageText {
  enum class Kind {
    kWords,    // in the page's language
    kCode,     // an id, a digest
    kWritten,  // what people wrote, in the language of the act (Page::WrittenIn)
    kAlarm     // must not be overlooked, in colour or without
  };
  std::string text;
  Kind kind = Kind::kWords;
};

struct PageFact {
  std::string label;
  PageText value;
};

struct PageTable {
  std::string caption;
  std::vector<std::string> columns;
  // Each as long as the columns; the first heads its row.
  std::vector<std::vector<PageText>> rows = {};
};

class Page {
 public:
  // `mark` says of what it is: an id. `foot`, if any, stands at the foot of every sheet too;
  // `banner`, if any, above everything.
  Page(Language language,
       const std::string& title,
       const std::string& mark,
       const std::string& foot = "",
       const std::string& banner = "");

  // BCP 47 language of what people wrote; one that is none is left out.
  void WrittenIn(absl::string_view language);

  // Level 2 to 6; none is skipped.
  void Heading(size_t level, absl::string_view text);
  void Paragraph(const PageText& text);
  void Summary(const std::string& text);
  // Those without a value are left out.
  void Facts(const std::vector<PageFact>& facts);
  void Table(const PageTable& table);
  // Letter by letter, its lines kept.
  void Block(absl::string_view text);
  // What stands in between is framed: to be read before anything else.
  void BeginFrame();
  void EndFrame();

  std::string Finish() &&;

 private:
  void Element(absl::string_view tag, const PageText& text);
  std::string Attributes(PageText::Kind kind) const;

  std::string out_;
  std::string written_in_;
  const std::string language_tag_;
  size_t level_ = 1;
};

// A label of the command line, which writes them in capitals, as a page has it: "Legal basis".
std::string SentenceCase(absl::string_view label);

}  // namespace rogatoria::cli
