// Orders to nodes: planned in one go, reserved some hundred at a time.
//
// Every group of orders is one transaction with a request id of its own, made of the call's: a call
// that broke off half way is repeated safely, for the groups that were written answer as they did.
// Orders whose stock somebody else took in between are left open by their group, and planned again
// in the next round; what is left open is part of the stored answer, so a repeated call makes the
// same groups.
#include <algorithm>
#include <map>
#include <set>

#include "common/events/write.h"
#include "common/hash/sha256.h"
#include "fmt/format.h"
#include "services/warehouse/handlers/allocation_planner.h"
#include "services/warehouse/handlers/planning.h"
#include "services/warehouse/handlers/planning_policies.h"
#include "services/warehouse/handlers/posting.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/sales_guards.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int64_t kMaxTtlSeconds = 604'800;  // as Reserve
constexpr size_t kOrdersPerCommit = 400;     // locks are held for about a tenth of a second
constexpr int kRounds = 3;
constexpr int kMaxExplained = 100;
constexpr int kExplainedByDefault = 3;
constexpr int kExplainUpTo =
    1000;  // orders: beyond, answers would come near the limit of a message

using Commands = std::vector<convert::AllocationCommand>;

absl::StatusOr<Commands> Convert(const RequestContext& ctx, const v1::AllocateRequest& request) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(events::CheckRequestId(request.request_id()));
  FieldViolations inner, violations;
  Commands commands = convert::Orders(request, StoredNow(ctx), violations);
  if (request.has_policy()) convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  violations.Check(request.ttl_seconds() >= 0 && request.ttl_seconds() <= kMaxTtlSeconds,
                   "ttl_seconds", "must be 0 to 604800");
  violations.Check(request.explain_nodes() <= kMaxExplained, "explain_nodes",
                   "must be at most 100");
  RETURN_IF_ERROR(violations.ToStatus());
  return commands;
}

absl::StatusOr<AllocationRules> RulesOf(db::Transaction& t, const RequestContext& ctx,
                                        const v1::AllocateRequest& request) {
  AllocationRules rules{.policy_version = -1, .explain = request.explain_nodes()};
  if (rules.explain == 0 && request.orders_size() <= kExplainUpTo) {
    rules.explain = kExplainedByDefault;
  }
  v1::AllocationPolicy policy = request.policy();
  if (!request.has_policy()) {
    ASSIGN_OR_RETURN(policy, OrganizationPolicy(t, ctx.org_id(), kAllocationPolicyKind,
                                                domain::DefaultDay(ctx.now),
                                                convert::ToProto(domain::AllocationPolicy())));
    rules.policy_version = policy.version();
  }
  FieldViolations checked;
  rules.policy = convert::FromProto(policy, checked);
  return rules;
}

// One transaction: reserves what was planned for a group of orders.
class Group {
 public:
  Group(const Posting& posting, const AllocationRules& rules, absl::Duration ttl, bool last_round)
      : posting_(posting), rules_(rules), ttl_(ttl), last_round_(last_round) {}

  // The results, in their order; orders that must be planned again have no outcome.
  absl::StatusOr<v1::AllocateResponse> Run(
      std::span<const convert::AllocationCommand* const> orders,
      std::span<const PlannedOrder* const> planned) {
    RETURN_IF_ERROR(Lock(planned));
    v1::AllocateResponse response;
    for (size_t i = 0; i < orders.size(); ++i) {
      v1::AllocationResult& result = *response.add_results();
      result = planned[i]->result;
      if (result.lines().empty()) continue;
      ASSIGN_OR_RETURN(const bool made, Reserve(*orders[i], result));
      if (!made) Leave(*orders[i], result);
    }
    if (reservations_.empty()) return response;
    RETURN_IF_ERROR(store::Insert(posting_.t, posting_.org_id, reservations_));
    RETURN_IF_ERROR(Announce(posting_, reservations_));
    RETURN_IF_ERROR(store::SaveLoads(posting_.t, posting_.org_id, loads_));
    RETURN_IF_ERROR(store::SaveUse(posting_.t, posting_.org_id, guards_));
    RETURN_IF_ERROR(Post(posting_, movements_, totals_).status());
    return response;
  }

 private:
  absl::Status Lock(std::span<const PlannedOrder* const> planned) {
    std::set<std::string> node_ids;
    std::set<domain::TotalKey> keys;
    std::set<domain::GuardedKey> guarded;
    for (const PlannedOrder* each : planned) {
      for (const v1::ReservationLine& line : each->result.lines()) {
        node_ids.insert(line.node_id());
        guarded.emplace(line.sku_id(), line.owner_id());
        keys.insert({line.sku_id(), line.owner_id(), line.node_id()});
      }
    }
    ASSIGN_OR_RETURN(nodes_, store::FindNodes(posting_.t, posting_.org_id, node_ids));
    ASSIGN_OR_RETURN(days_, DaysAt(nodes_, posting_.now));
    std::set<store::NodeDay> limited;
    for (const auto& [id, node] : nodes_) {
      if (node.daily_throughput_units > 0) limited.insert({id, days_.at(id)});
    }
    ASSIGN_OR_RETURN(loads_, store::MakeAndLockLoads(posting_.t, posting_.org_id, limited));
    ASSIGN_OR_RETURN(guards_, store::LockGuards(posting_.t, posting_.org_id,
                                                std::vector(guarded.begin(), guarded.end())));
    ASSIGN_OR_RETURN(totals_, store::LockTotals(posting_.t, posting_.org_id,
                                                std::vector(keys.begin(), keys.end())));
    after_ = totals_;
    return absl::OkStatus();
  }

  // False when stock, throughput or what guards left when it was planned is gone.
  absl::StatusOr<bool> Reserve(const convert::AllocationCommand& order,
                               v1::AllocationResult& result) {
    domain::Reservation reservation{.order_id = order.order.order_id,
                                    .channel = order.order.channel,
                                    .expire_time = posting_.now + ttl_,
                                    .info = {1, posting_.now, posting_.now}};
    std::map<std::string, int64_t> pieces;
    for (const v1::ReservationLine& line : result.lines()) {
      reservation.lines.push_back(
          {line.node_id(), line.sku_id(), line.owner_id(), line.quantity()});
      pieces[line.node_id()] += line.quantity();
    }
    for (const auto& [id, count] : pieces) {
      const auto node = nodes_.find(id);
      if (node == nodes_.end() || node->second.state != domain::RecordState::kActive) return false;
      const auto load = loads_.find({id, days_.at(id)});
      if (load != loads_.end() && rules_.policy.respect_throughput &&
          load->second + count > node->second.daily_throughput_units) {
        return false;
      }
    }
    const auto moved = domain::PlanReserve(reservation, after_, days_);
    if (!moved.ok()) return false;
    if (!domain::TakeGuarded(nullptr, reservation, guards_, posting_.now).ok()) return false;
    RETURN_IF_ERROR(domain::Apply(*moved, after_));
    for (const auto& [id, count] : pieces) {
      const auto load = loads_.find({id, days_.at(id)});
      if (load != loads_.end()) load->second += count;
    }
    Keep(std::move(reservation), *moved, result);
    return true;
  }

  void Keep(domain::Reservation reservation, const std::vector<domain::Movement>& moved,
            v1::AllocationResult& result) {
    reservation.id = posting_.deps.ids.Next();
    result.set_reservation_id(reservation.id);
    for (domain::Movement movement : moved) {
      movement.reference = reservation.id;
      movements_.push_back(std::move(movement));
    }
    reservations_.push_back(std::move(reservation));
  }

  // To be planned again, or waiting for good.
  void Leave(const convert::AllocationCommand& order, v1::AllocationResult& result) const {
    result.Clear();
    result.set_order_id(order.order.order_id);
    if (!last_round_) return;
    result.set_outcome(v1::ALLOCATION_OUTCOME_BACKORDERED);
    result.set_explanation("others took the stock again and again: allocate it once more");
  }

  const Posting& posting_;
  const AllocationRules& rules_;
  const absl::Duration ttl_;
  const bool last_round_;
  std::map<std::string, domain::Node> nodes_;
  domain::NodeDays days_;
  std::map<store::NodeDay, int64_t> loads_;
  std::vector<domain::GuardState> guards_;
  domain::Totals totals_, after_;
  std::vector<domain::Reservation> reservations_;
  std::vector<domain::Movement> movements_;
};

class Allocator {
 public:
  Allocator(const Dependencies& deps, const RequestContext& ctx, const v1::AllocateRequest& request,
            const Commands& commands, const AllocationRules& rules)
      : deps_(deps), ctx_(ctx), request_(request), commands_(commands), rules_(rules) {
    for (size_t i = 0; i < commands.size(); ++i) {
      open_.push_back(i);
      results_.emplace_back();
    }
    if (!request.request_id().empty()) body_hash_ = events::BodyHash(request);
  }

  // Plans what is open and, unless it is a dry run, reserves it group by group.
  absl::Status Round(int round) {
    Commands orders;
    for (const size_t i : open_) orders.push_back(commands_[i]);
    ASSIGN_OR_RETURN(const std::vector<PlannedOrder> planned,
                     deps_.database.RunInTransaction(ctx_.deadline, [&](db::Transaction& t) {
                       return PlanBatch(t, ctx_, rules_, orders);
                     }));
    std::vector<size_t> left;
    for (size_t from = 0; from < open_.size(); from += kOrdersPerCommit) {
      const size_t count = std::min(kOrdersPerCommit, open_.size() - from);
      ASSIGN_OR_RETURN(const v1::AllocateResponse response,
                       Write(round, from, count, std::span(planned).subspan(from, count)));
      for (size_t i = 0; i < count; ++i) {
        const v1::AllocationResult& result = response.results(static_cast<int>(i));
        results_[open_[from + i]] = result;
        if (result.outcome() == v1::ALLOCATION_OUTCOME_UNSPECIFIED) left.push_back(open_[from + i]);
      }
    }
    open_ = std::move(left);
    return absl::OkStatus();
  }
  bool done() const { return open_.empty(); }

  v1::AllocateResponse Response() const {
    v1::AllocateResponse response;
    for (const v1::AllocationResult& result : results_) {
      *response.add_results() = result;
      response.set_parcels(response.parcels() + result.parcels());
      const auto outcome = result.outcome();
      response.set_allocated(response.allocated() + (outcome == v1::ALLOCATION_OUTCOME_ALLOCATED));
      response.set_partly_allocated(response.partly_allocated() +
                                    (outcome == v1::ALLOCATION_OUTCOME_PARTLY_ALLOCATED));
      response.set_backordered(response.backordered() +
                               (outcome == v1::ALLOCATION_OUTCOME_BACKORDERED));
      response.set_refused(response.refused() + (outcome == v1::ALLOCATION_OUTCOME_REFUSED));
    }
    response.set_policy_version(rules_.policy_version);
    return response;
  }

 private:
  absl::StatusOr<v1::AllocateResponse> Write(int round, size_t from, size_t count,
                                             std::span<const PlannedOrder> planned) {
    std::vector<const convert::AllocationCommand*> orders;
    std::vector<const PlannedOrder*> plans;
    v1::AllocateResponse response;
    for (size_t i = 0; i < count; ++i) {
      orders.push_back(&commands_[open_[from + i]]);
      plans.push_back(&planned[i]);
      *response.add_results() = planned[i].result;
    }
    if (request_.dry_run()) return response;
    // The first group carries the call's own id, so that another call with it is told apart.
    const bool first = round == 0 && from == 0;
    v1::AllocateRequest body;
    body.set_request_id(
        first || body_hash_.empty()
            ? request_.request_id()
            : Hex(Sha256({request_.request_id(), body_hash_, fmt::format("/{}/{}", round, from)})));
    const absl::Duration ttl =
        request_.ttl_seconds() == 0 ? deps_.default_ttl : absl::Seconds(request_.ttl_seconds());
    return events::RunWrite<v1::AllocateResponse>(
        deps_.database, ctx_, first ? request_ : body, [&](db::Transaction& t) {
          const Posting posting{deps_, t, ctx_.org_id(), ctx_.principal.subject, StoredNow(ctx_)};
          return Group(posting, rules_, ttl, round + 1 == kRounds).Run(orders, plans);
        });
  }

  const Dependencies& deps_;
  const RequestContext& ctx_;
  const v1::AllocateRequest& request_;
  const Commands& commands_;
  const AllocationRules& rules_;
  std::string body_hash_;
  std::vector<size_t> open_;  // into commands_
  std::vector<v1::AllocationResult> results_;
};

}  // namespace

absl::StatusOr<v1::AllocateResponse> PlanningHandlers::Allocate(
    const RequestContext& ctx, const v1::AllocateRequest& request) const {
  ASSIGN_OR_RETURN(const Commands commands, Convert(ctx, request));
  // What it reserves is of no shop in particular.
  if (!request.dry_run()) RETURN_IF_ERROR(RequireOwnShop(ctx, domain::Reservation()));
  ASSIGN_OR_RETURN(const AllocationRules rules,
                   deps_.database.RunInTransaction(
                       ctx.deadline, [&](db::Transaction& t) { return RulesOf(t, ctx, request); }));
  Allocator allocator(deps_, ctx, request, commands, rules);
  for (int round = 0; round < kRounds && !allocator.done(); ++round) {
    RETURN_IF_ERROR(allocator.Round(round));
  }
  return allocator.Response();
}

}  // namespace kefu::warehouse
