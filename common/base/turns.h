// How soon a thread gets its turn on a processor. An act is small work in several hands, one after
// the other, and waits at each for a core; a document is much work that nobody waits for at once.
// Advice to the system: where it does not take it, everything goes on as before.
#pragma once

namespace rogatoria {

// The calling thread, and all that it starts from now on, get short turns and therefore come sooner
// to them (Linux 6.12 and later).
void AskForShortTurns();

// The calling thread, and all that it starts, give way to the other threads of this machine.
// Nothing takes it back.
void GiveWay();

}  // namespace rogatoria
