// Whether what is written in all services and in the ledger agrees, when all has come to rest, with
// what people did and with each other.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/chaos/flow_people.h"
#include "tests/chaos/flow_world.h"
#include "tests/chaos/suite.h"

namespace kefu::chaos {

struct FlowTally {
  int cases = 0, done = 0, undone = 0;  // cases, processes, processes
  int payments = 0, withdrawn = 0, refunds = 0;
  int64_t refunded = 0;  // fen
};

// Waits until all feeds and figures are up to date, then compares:
//  - each case is closed and each process has ended, as the case's story allows;
//  - each payment stands in the ledger once, with its amount, and nothing else does; refunds,
//    collections and repayments are those that the ends of processes ask for, each once;
//  - of each SKU there is what there was, less what was sold and sent, more what came back, in its
//    condition; nothing is held; totals follow from the ledger of stock;
//  - what was sent for a case was sent once, what came back was expected once;
//  - performance knows each refund once, and every agent's commission is that of the sales less
//    the refunds.
// Returns every contradiction in words; empty: none.
std::vector<std::string> Contradictions(const Suite& suite, FlowCalls& calls,
                                        const FlowWorld& world, const std::vector<Flow>& flows,
                                        const std::map<std::string, Deeds>& deeds,
                                        FlowTally& tally);

}  // namespace kefu::chaos
