// What a base is told of those who are not its own (DESIGN 7).
//
// Its own are the people who act under its tokens, and its agents. Of everybody else it reads that
// somebody did it, and not who: a person, the subject of a token, is told as "merchant", and an
// agent is left out. Of what a person of others decided the authority (cost, tier, policy) is left
// out; of a proposal the cost, unless it waits for approval. Where a case went, its history tells
// with "merchant" for agents of others. Everything else stays as it is: states, results, times,
// words. Whoever is no base reads everything.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/database.h"
#include "common/db/transaction.h"
#include "kefu/aftersales/v1/aftersales_service.pb.h"
#include "kefu/aftersales/v1/assignment.pb.h"
#include "kefu/aftersales/v1/case_work.pb.h"
#include "kefu/aftersales/v1/processes.pb.h"
#include "services/aftersales/domain/types.h"

namespace kefu::aftersales {

// What a base calls everybody who is not its own.
inline constexpr std::string_view kOthers = "merchant";

// A message that names people or agents.
using Naming =
    std::variant<v1::Case*, v1::CaseActivity*, v1::CaseComment*, v1::CaseEvidence*, v1::CaseLink*,
                 v1::ClockExplanation*, v1::AssignmentDecision*, v1::Process*>;

// Hides the others in what is about to be told to the caller. The database's errors.
absl::Status HideOthers(db::Transaction& t, const RequestContext& ctx,
                        const std::vector<Naming>& told);
// The same in a transaction of its own, which is none for whoever is no base.
absl::Status HideOthers(db::Database& database, const RequestContext& ctx,
                        const std::vector<Naming>& told);

// The messages of a list.
template <class Repeated>
std::vector<Naming> EachOf(Repeated& list) {
  std::vector<Naming> told;
  for (auto& one : list) told.emplace_back(&one);
  return told;
}

// A case as the caller may see it: customers' data masked for a base, and others hidden.
absl::StatusOr<v1::Case> Shown(db::Transaction& t, const RequestContext& ctx,
                               const domain::Case& record);

// Whoever writes leaves a name: notes whose it is, so that the base reads it later. Nothing of
// whoever is no base.
absl::Status KeepPerson(db::Transaction& t, const RequestContext& ctx);

}  // namespace kefu::aftersales
