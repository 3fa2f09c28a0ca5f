#include "common/directory/stated_effect.h"

namespace rogatoria {
namespace {

struct EffectRow {
  v1::ChannelClass channel_class;
  absl::string_view channel_basis;  // empty: any, none too
  StatedEffect effect;
};

// The first row that fits.
constexpr EffectRow kEffects[] = {
    {v1::CHANNEL_CLASS_FORMAL, "COMJIB-MEDELLIN-2019", StatedEffect::kFormalOriginal},
    {v1::CHANNEL_CLASS_FORMAL, "", StatedEffect::kFormal},
    {v1::CHANNEL_CLASS_INTERINSTITUTIONAL, "", StatedEffect::kInterinstitutional},
    {v1::CHANNEL_CLASS_INFORMAL, "", StatedEffect::kNone},
};

}  // namespace

StatedEffect StatedEffectOf(v1::ChannelClass channel_class, absl::string_view channel_basis) {
  for (const EffectRow& row : kEffects) {
    if (row.channel_class == channel_class &&
        (row.channel_basis.empty() || row.channel_basis == channel_basis)) {
      return row.effect;
    }
  }
  return StatedEffect::kNone;
}

}  // namespace rogatoria
