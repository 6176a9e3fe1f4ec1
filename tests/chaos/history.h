// What clients saw, and whether one sequential warehouse could have answered so.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/db/database.h"

namespace kefu::chaos {

// One request to reserve a piece, with all of its retries under one request id. Its effect, if any,
// came between `begun` and `ended`.
struct Operation {
  std::string request_id;  // also the order id of its reservation
  absl::Time begun, ended;
  bool reserved = false;
  bool refused = false;            // for lack of stock
  std::set<std::string> answered;  // reservation ids that its calls were answered with
  int calls = 0;
};

// Thread-safe.
class History {
 public:
  void Add(Operation operation);
  std::vector<Operation> Take();

 private:
  std::mutex mutex_;
  std::vector<Operation> operations_;
};

// Replays the ledger, which is the order of effects, through a sequential model of one stock of
// `units` pieces that are only ever taken, and compares with what clients saw:
//  - each reservation that was acknowledged is in the ledger and the table, once;
//  - each request id was always answered with the same reservation, and made no other;
//  - nothing is there that nobody asked for; no unit is reserved twice;
//  - effects stand in an order that real time allows: none before it was asked for, none after it
//    was answered; nothing was refused before the last piece could be gone, nor granted after.
// Returns every contradiction in words; empty: none.
std::vector<std::string> Contradictions(const std::vector<Operation>& history, int64_t units,
                                        db::Database& database);

}  // namespace kefu::chaos
