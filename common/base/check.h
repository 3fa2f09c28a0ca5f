// ROG_CHECK: an invariant of ours that must hold, in production too (better stopped than wrong: a
// restart is quick and reads only what is durable). Never for what a peer sent: that is an Error.
//
//   ROG_CHECK(index < size, "entry address of another batch");
//
// The text must hold no data of a case: it goes to standard error.
#pragma once

#include <cstdio>
#include <cstdlib>

#define ROG_CHECK(condition, what)                                                     \
  do {                                                                                 \
    if (!(condition)) {                                                                \
      std::fprintf(stderr, "%s:%d: invariant broken: %s\n", __FILE__, __LINE__, what); \
      std::abort();                                                                    \
    }                                                                                  \
  } while (false)
