// The operational indicators of trafficking in human beings of the ILO and the European Commission
// (2009), as docs/indicators.md lists them: what an officer may see, by a code of ours. A code says
// which list, which dimension and how strong the experts who were asked held the indicator to be.
//
// Nothing here adds codes up, and nothing that is built on it may: neither the broker nor a client
// computes who is a victim. An authority finds that by an act of its own, and says why.
//
// Not all was read where it was published; `checked` says of a row what it rests on. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"

namespace rogatoria::client {

// Who is exploited, and how. A code begins with the letters of its list.
enum class IndicatorList {
  kAdultsLabour,    // AL
  kAdultsSexual,    // AS
  kChildrenLabour,  // CL
  kChildrenSexual,  // CS
};

// The part of the definition of trafficking that an indicator speaks of: the middle of its code.
enum class IndicatorDimension {
  kDeceptiveRecruitment,        // DR
  kCoerciveRecruitment,         // CR
  kRecruitmentByVulnerability,  // AR
  kExploitation,                // EX
  kCoercionAtDestination,       // CD
  kVulnerabilityAtDestination,  // AD
};

// kUnread: nobody here could read how strong the list holds it to be, nor whether it has it.
enum class IndicatorStrength { kStrong, kMedium, kWeak, kUnread };

// One indicator of one list. A number means the same indicator in every list, is left out where a
// list does not have it, and is never given to another.
struct IndicatorRow {
  std::string code;  // AL-DR-01
  IndicatorList list;
  IndicatorDimension dimension;
  IndicatorStrength strength;
  // True: a second source confirms how many its dimension has; the strength is one source's all
  // the same. False: CHECK_BEFORE_PRODUCTION, one source alone has the row, or mentions it, or its
  // strength is unread.
  bool checked;
  // Our own words, not those of the publication.
  absl::string_view en, es, pt;
};

// All, in the order of list, dimension and number.
const std::vector<IndicatorRow>& AllIndicators();

// Null when no row has the code; whoever reads such a code sees it bare.
const IndicatorRow* FindIndicator(absl::string_view code);

absl::string_view IndicatorText(const IndicatorRow& row, Language language);
absl::string_view IndicatorListText(IndicatorList list, Language language);
absl::string_view IndicatorDimensionText(IndicatorDimension dimension, Language language);
absl::string_view IndicatorStrengthText(IndicatorStrength strength, Language language);

}  // namespace rogatoria::client
