// Who has which case and why, and which cases nobody has.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "fmt/format.h"
#include "services/aftersales/convert/assignment.h"
#include "services/aftersales/handlers/assignment/assignment_handlers.h"
#include "services/aftersales/handlers/assignment/giving.h"
#include "services/aftersales/handlers/others.h"
#include "services/aftersales/handlers/pages.h"
#include "services/aftersales/handlers/scope.h"
#include "services/aftersales/store/assignment.h"

namespace kefu::aftersales {
namespace {

namespace fields = ::kefu::convert;

constexpr int kDecisions = 50;

using OwnAgents = std::set<std::string, std::less<>>;

// The base's agents among those who were looked at; the others are taken away.
void KeepOwn(std::string_view base_id, v1::AssignmentDecision& decision, OwnAgents& own) {
  auto& candidates = *decision.mutable_candidates();
  const auto others = std::ranges::remove_if(
      candidates, [&](const v1::AssignmentCandidate& one) { return one.base_id() != base_id; });
  for (auto left = std::ranges::distance(others); left > 0; --left) candidates.RemoveLast();
  for (v1::AssignmentCandidate& one : candidates) {
    own.insert(one.agent_id());
    const bool tells_of_others = one.verdict() == v1::ASSIGNMENT_VERDICT_OTHERS_ALONE ||
                                 one.verdict() == v1::ASSIGNMENT_VERDICT_SHARE;
    if (tells_of_others) one.clear_detail();
  }
}

// A base sees its own agents, and of the merchant's other ones nothing.
void HideOtherAgents(const RequestContext& ctx, v1::ExplainAssignmentResponse& response) {
  if (!ctx.principal.IsBase()) return;
  OwnAgents own{response.agent_id()};
  std::vector<v1::AssignmentDecision*> decisions{response.mutable_now()};
  for (auto& decision : *response.mutable_decisions()) decisions.push_back(&decision);
  for (v1::AssignmentDecision* const one : decisions) KeepOwn(BaseOf(ctx), *one, own);
  for (v1::AssignmentDecision* const one : decisions) {
    if (!own.contains(one->agent_id())) one->clear_agent_id();
    if (!own.contains(one->previous_agent_id())) one->clear_previous_agent_id();
  }
}

// One page; `page.limit` is one more than it shows, which tells whether there is a next one.
absl::StatusOr<v1::ListUnassignedCasesResponse> ReadUnassigned(db::Transaction& t,
                                                               const RequestContext& ctx,
                                                               const store::CaseFilter& reach,
                                                               const store::CasePage& page,
                                                               uint64_t hash) {
  ASSIGN_OR_RETURN(auto rows, store::ListUnassigned(t, reach, page));
  const bool more = static_cast<int>(rows.size()) == page.limit;
  if (more) rows.pop_back();
  std::vector<db::Param> ids;
  for (const store::Unassigned& row : rows) ids.insert(ids.end(), {row.org_id, row.case_id});
  ASSIGN_OR_RETURN(const auto cases, store::FindCases(t, ids));
  std::map<std::string_view, const domain::Case*> by_id;
  for (const domain::Case& record : cases) by_id[record.case_id] = &record;
  v1::ListUnassignedCasesResponse response;
  std::vector<Naming> told;
  for (const store::Unassigned& row : rows) {
    v1::UnassignedCase& added = *response.add_cases();
    *added.mutable_case_() = convert::ToProto(*by_id.at(row.case_id), ViewOf(ctx));
    told.emplace_back(added.mutable_case_());
    added.set_reason(row.reason);
    *added.mutable_since_time() = fields::ToProto(row.since);
    if (row.next != absl::InfiniteFuture()) *added.mutable_next_time() = fields::ToProto(row.next);
  }
  if (more) {
    const domain::Case& last = *by_id.at(rows.back().case_id);
    response.set_next_page_token(db::EncodePageToken(
        hash, {fmt::format("{}", ToMicros(domain::CaseDue(last))), last.case_id}));
  }
  RETURN_IF_ERROR(HideOthers(t, ctx, told));
  return response;
}

}  // namespace

absl::StatusOr<v1::ExplainAssignmentResponse> AssignmentHandlers::ExplainAssignment(
    const RequestContext& ctx, const v1::ExplainAssignmentRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::Id(request.case_id(), "case_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const absl::Time now = NowOf(ctx);
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ExplainAssignmentResponse> {
        ASSIGN_OR_RETURN(const auto record, RequireCase(t, ctx, request.case_id(), Access::kRead));
        v1::ExplainAssignmentResponse response;
        response.set_agent_id(record.assignee_agent_id);
        ASSIGN_OR_RETURN(const auto bodies,
                         store::ListDecisions(t, record.org_id, record.case_id, kDecisions));
        for (const std::string& body : bodies) {
          response.add_decisions()->ParseFromString(body);
        }
        ASSIGN_OR_RETURN(const auto policy, AssignmentRules(t, record.org_id, now));
        ASSIGN_OR_RETURN(const auto question, QuestionOf(t, record, policy, now));
        ASSIGN_OR_RETURN(const auto decision, DecideCase(t, record, question, /*lock=*/false));
        *response.mutable_now() =
            convert::ToProto(decision, domain::AssignmentCause::kUnspecified, policy.version, now);
        response.mutable_now()->set_reason(domain::Summary(decision));
        HideOtherAgents(ctx, response);
        RETURN_IF_ERROR(HideOthers(t, ctx, EachOf(*response.mutable_decisions())));
        return response;
      });
}

absl::StatusOr<v1::ListUnassignedCasesResponse> AssignmentHandlers::ListUnassignedCases(
    const RequestContext& ctx, const v1::ListUnassignedCasesRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  fields::OptionalId(request.shop_id(), "shop_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  store::CaseFilter reach;
  RETURN_IF_ERROR(SetReach(ctx, request.shop_id(), reach));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ReachText(reach.whole_org_id, reach.shops)});
  ASSIGN_OR_RETURN(const auto keys, db::DecodePageToken(request.page_token(), hash, 2));
  store::CasePage page{.limit = size + 1};
  if (!keys.empty()) {
    page.after_due = FromMicros(NumberIn(keys[0]));
    page.after_id = keys[1];
  }
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) { return ReadUnassigned(t, ctx, reach, page, hash); });
}

}  // namespace kefu::aftersales
