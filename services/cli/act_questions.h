// What is asked to write an act: the questions of every act by a table and what its kind allows
// (ActKindTraits); those of its typed content by the descriptors of its message, what lint misses
// first. The answers are a tree with the names of an act file.
#pragma once

#include <string>
#include <vector>

#include "common/client/draft.h"
#include "common/model/act_kind.h"
#include "services/cli/dialogue.h"
#include "services/cli/directory_choices.h"
#include "services/cli/output.h"

namespace rogatoria::cli {

// The act as far as it is written, and what one may choose from.
struct ActInWriting {
  const ActKindTraits& kind;
  Json act;
  DirectoryChoices& known;
  Language language;
};

// Kinds of act, those that open a case first.
Question AskKind(Language language);

// Addressee, way of sending, measures, letter: what an act cannot do without, and little more. The
// form refers to `writing`, which must outlive it; so do the two others.
Form BasicForm(ActInWriting& writing);

// The fields of the typed content that these findings name; none for findings about all else.
Form MissingForm(ActInWriting& writing, const std::vector<client::Finding>& findings);

// Which other parts of the typed content are to be stated, and then these, field by field.
Form MoreForm(ActInWriting& writing, std::vector<std::string>& chosen);

}  // namespace rogatoria::cli
