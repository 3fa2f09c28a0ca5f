// Whether a formal act would pass under an instrument, asked while it is written: the same rules of
// the directory as the hub's (common/directory/competence.h).
#pragma once

#include <string>
#include <vector>

#include "common/base/error.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria::cli {

// Why the hub would refuse a formal act of ours to them that asks for these measures, in a few
// words; empty where it would pass, or where the instrument's rules only warn. nullptr: not known,
// which rules nothing out. Of today, in UTC.
std::string WhyNotFormally(const v1::Instrument& instrument,
                           const v1::Authority* ours,
                           const v1::Authority* theirs,
                           const std::vector<std::string>& measures,
                           Language language);

}  // namespace rogatoria::cli
