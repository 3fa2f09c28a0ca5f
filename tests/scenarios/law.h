// The law of the scenarios: instruments as a hub's operator would load them. Dates are invented
// where they do not matter.
#pragma once

namespace rogatoria {

// Channels: the Treaty of Medellin between Portugal and Colombia, the AIAMP protocol among all
// three.
inline constexpr char kChannels[] = R"(
[[instrument]]
id = "COMJIB-MEDELLIN-2019"
title = "Tratado de Medellín"
channel_basis = true
[instrument.parties]
PT = 2024-02-11
CO = 2024-05-15

[[instrument]]
id = "AIAMP-TIP-2011"
title = "Protocolo de Cooperación Interinstitucional AIAMP contra la trata de personas"
channel_basis = true
central_authorities_only = false
[instrument.parties]
PT = 2011-09-23
CO = 2011-09-23
BR = 2011-09-23

[[instrument]]
id = "AIAMP-COOP-2018"
title = "Acuerdo de Cooperación Interinstitucional de la AIAMP"
channel_basis = true
central_authorities_only = false
[instrument.parties]
PT = 2018-01-01
CO = 2018-01-01
BR = 2018-01-01
)";

// Conventions that carry requests beside UN-TIP-2000.
inline constexpr char kConventions[] = R"(
[[instrument]]
id = "UN-UNTOC-2000"
title = "United Nations Convention against Transnational Organized Crime"
legal_basis = true
[instrument.parties]
PT = 2004-06-09
CO = 2004-09-03
BR = 2004-02-28

[[instrument]]
id = "COE-185"
title = "Convention on Cybercrime"
legal_basis = true
[instrument.parties]
PT = 2010-07-01
CO = 2020-07-01
)";

inline constexpr char kDesignatedForBoth[] = R"(
[[authority.designation]]
instrument = "UN-UNTOC-2000"
[[authority.designation]]
instrument = "COE-185"
)";

// Follow-ups after one, three and six months, and a calendar that rests on Fridays and Saturdays.
inline constexpr char kFollowUps[] = R"(
[[calendar]]
id = "jo-official"
version = 1
weekly_rest = ["FRIDAY", "SATURDAY"]
years = [2025, 2026, 2027, 2028, 2029]

[[deadline]]
id = "first"
clock = "FIRST_FOLLOW_UP"
within = "1 MONTHS"
source = "invented"
[[deadline]]
id = "second"
clock = "SECOND_FOLLOW_UP"
within = "3 MONTHS"
source = "invented"
[[deadline]]
id = "third"
clock = "THIRD_FOLLOW_UP"
within = "6 MONTHS"
source = "invented"
[[deadline]]
id = "feedback"
clock = "FEEDBACK"
within = "15 WORKING_DAYS"
source = "invented"
)";

}  // namespace rogatoria
