// Demand history comes in; policies.
#include <map>
#include <set>

#include "common/events/outbox.h"
#include "common/events/write.h"
#include "services/warehouse/convert/replenishment_plan.h"
#include "services/warehouse/errors_replenishment.h"
#include "services/warehouse/handlers/replenishment.h"
#include "services/warehouse/handlers/support.h"
#include "services/warehouse/store/replenishment.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {
namespace {

constexpr int kMaxRowsPerMessage = 10'000;
constexpr size_t kChunkRows = 2'000;  // one commit; lock time and undo stay small
constexpr int kMaxErrors = 1'000;     // told to the caller; all are counted
constexpr int64_t kMaxQuantity = 1'000'000'000'000;
constexpr size_t kMaxIdsAtOnce = 1'000;

using Row = v1::ImportDemandRequest::DemandRow;

// One import from its first message to its answer.
class DemandImport {
 public:
  DemandImport(const Dependencies& deps, const RequestContext& ctx) : deps_(deps), ctx_(ctx) {}

  absl::StatusOr<v1::ImportDemandResponse> Run(rpc::StreamReader<v1::ImportDemandRequest>& reader) {
    v1::ImportDemandRequest request;
    for (bool first = true; reader.Read(&request); first = false) {
      if (first) {
        RETURN_IF_ERROR(Begin(request));
      }
      FieldViolations violations;
      violations.Check(request.rows_size() <= kMaxRowsPerMessage, "rows", "must be at most 10000");
      RETURN_IF_ERROR(violations.ToStatus());
      for (const Row& row : request.rows()) {
        Take(row);
        if (pending_.size() >= kChunkRows) {
          RETURN_IF_ERROR(Flush());
        }
      }
    }
    RETURN_IF_ERROR(reader.status());
    if (kind_.empty()) {
      RETURN_IF_ERROR(Begin({}));
    }
    RETURN_IF_ERROR(Flush());
    return response_;
  }

 private:
  struct Pending {
    int64_t line;
    store::DemandRow row;
  };

  absl::Status Begin(const v1::ImportDemandRequest& request) {
    FieldViolations violations;
    kind_ = convert::KindFrom(request.series_kind(), "series_kind", violations);
    validate_only_ = request.validate_only();
    return violations.ToStatus();
  }

  void Refuse(int64_t line, const std::string& field, const std::string& reason,
              const std::string& description) {
    if (response_.errors_size() >= kMaxErrors) return;
    auto* error = response_.add_errors();
    error->set_line(line);
    error->set_field(field);
    error->set_reason(reason);
    error->set_description(description);
  }

  // Checks the shape; what it names is looked up with its chunk.
  void Take(const Row& row) {
    response_.set_row_count(response_.row_count() + 1);
    FieldViolations violations;
    Pending pending{row.line(), {}};
    pending.row.node_id = convert::OptionalId(row.node_id(), "node_id", violations);
    pending.row.series_id = kind_ == "SKU"
                                ? convert::Id(row.series_id(), "series_id", violations)
                                : convert::Text(row.series_id(), 100, "series_id", violations);
    pending.row.day = convert::RequiredDay(row.has_date(), row.date(), "date", violations);
    violations.Check(row.quantity() >= 0 && row.quantity() <= kMaxQuantity, "quantity",
                     "must be 0 to 1e12");
    pending.row.quantity = row.quantity();
    if (violations.empty()) {
      pending_.push_back(std::move(pending));
      return;
    }
    response_.set_error_count(response_.error_count() + 1);
    const absl::Status status = violations.ToStatus();
    const auto faults = GetDetail<google::rpc::BadRequest>(status);
    for (const auto& fault : faults->field_violations()) {
      Refuse(row.line(), fault.field(), ReasonOf(status), fault.description());
    }
  }

  // Which of the ids exist; asked once an import. find: (t, ids) -> StatusOr<map by id>.
  template <class F>
  absl::Status Learn(db::Transaction& t, const std::set<std::string>& ids,
                     std::map<std::string, bool>& known, F find) {
    std::set<std::string> asked;
    const auto ask = [&]() -> absl::Status {
      ASSIGN_OR_RETURN(const auto found, find(t, asked));
      for (const std::string& id : asked) known[id] = found.contains(id);
      asked.clear();
      return absl::OkStatus();
    };
    for (const std::string& id : ids) {
      if (id.empty() || known.contains(id)) continue;
      asked.insert(id);
      if (asked.size() == kMaxIdsAtOnce) {
        RETURN_IF_ERROR(ask());
      }
    }
    return asked.empty() ? absl::OkStatus() : ask();
  }

  absl::Status LookUp(db::Transaction& t) {
    std::set<std::string> nodes, skus;
    for (const Pending& pending : pending_) {
      nodes.insert(pending.row.node_id);
      if (kind_ == "SKU") skus.insert(pending.row.series_id);
    }
    RETURN_IF_ERROR(Learn(t, nodes, nodes_, [&](db::Transaction& inner, const auto& ids) {
      return store::FindNodes(inner, ctx_.org_id(), ids);
    }));
    return Learn(t, skus, skus_, [&](db::Transaction& inner, const auto& ids) {
      return store::FindSkus(inner, ctx_.org_id(), ids);
    });
  }

  // The rows at hand whose node and SKU exist, the last of each key.
  std::vector<store::DemandRow> Sift() {
    std::map<std::tuple<std::string, std::string, absl::CivilDay>, int64_t> rows;
    for (const auto& [line, row] : pending_) {
      const bool no_node = !row.node_id.empty() && !nodes_.at(row.node_id);
      const bool no_sku = kind_ == "SKU" && !skus_.at(row.series_id);
      if (no_node || no_sku) {
        response_.set_error_count(response_.error_count() + 1);
        const absl::Status missing =
            no_node ? error::NodeNotFound(row.node_id) : error::SkuNotFound(row.series_id);
        Refuse(line, no_node ? "node_id" : "series_id", ReasonOf(missing),
               std::string(missing.message()));
        continue;
      }
      const bool fresh =
          rows.insert_or_assign({row.node_id, row.series_id, row.day}, row.quantity).second;
      if (!fresh) response_.set_updated_count(response_.updated_count() + 1);
    }
    std::vector<store::DemandRow> result;
    for (const auto& [key, quantity] : rows) {
      const auto& [node, series, day] = key;
      result.push_back({node, series, day, quantity});
    }
    return result;
  }

  struct Counts {
    int64_t created = 0, updated = 0, unchanged = 0;
  };
  absl::StatusOr<Counts> Store(db::Transaction& t, const std::vector<store::DemandRow>& rows) {
    Counts counts;
    ASSIGN_OR_RETURN(const auto stored, store::FindDemand(t, ctx_.org_id(), kind_, rows));
    std::vector<store::DemandRow> changed;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (stored[i] == rows[i].quantity) {
        ++counts.unchanged;
        continue;
      }
      ++(stored[i] ? counts.updated : counts.created);
      changed.push_back(rows[i]);
    }
    if (!validate_only_) {
      RETURN_IF_ERROR(store::SaveDemand(t, ctx_.org_id(), kind_, changed));
    }
    return counts;
  }

  absl::Status Flush() {
    if (pending_.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(deps_.database.RunInTransaction(ctx_.deadline,
                                                    [&](db::Transaction& t) { return LookUp(t); }));
    const std::vector<store::DemandRow> rows = Sift();
    ASSIGN_OR_RETURN(const Counts counts,
                     deps_.database.RunInTransaction(
                         ctx_.deadline, [&](db::Transaction& t) { return Store(t, rows); }));
    response_.set_created_count(response_.created_count() + counts.created);
    response_.set_updated_count(response_.updated_count() + counts.updated);
    response_.set_unchanged_count(response_.unchanged_count() + counts.unchanged);
    pending_.clear();
    return absl::OkStatus();
  }

  const Dependencies& deps_;
  const RequestContext& ctx_;
  std::string kind_;
  bool validate_only_ = false;
  std::vector<Pending> pending_;
  std::map<std::string, bool> nodes_, skus_;  // asked for: whether they exist
  v1::ImportDemandResponse response_;
};

}  // namespace

absl::StatusOr<v1::ImportDemandResponse> ReplenishmentHandlers::ImportDemand(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportDemandRequest>& reader) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  return DemandImport(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ReplenishmentPolicy> ReplenishmentHandlers::SetReplenishmentPolicy(
    const RequestContext& ctx, const v1::SetReplenishmentPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations inner, violations;
  convert::FromProto(request.policy(), inner);
  violations.Merge("policy", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  v1::ReplenishmentPolicy policy = request.policy();
  policy.clear_version();
  policy.clear_create_time();
  const absl::Time now = StoredNow(ctx);
  return events::RunWrite<v1::ReplenishmentPolicy>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::ReplenishmentPolicy> {
        ASSIGN_OR_RETURN(const int64_t version,
                         store::AddReplenishmentPolicy(t, ctx.org_id(), convert::ToJson(policy),
                                                       now, ctx.principal.subject));
        v1::ReplenishmentPolicy made = policy;
        made.set_version(version);
        *made.mutable_create_time() = ::kefu::convert::ToProto(now);
        v1::ReplenishmentPolicyChanged event;
        *event.mutable_policy() = made;
        t.AfterCommit(deps_.on_events);
        RETURN_IF_ERROR(events::Append(t, ctx.org_id(), "", event, now));
        return made;
      });
}

absl::StatusOr<v1::ReplenishmentPolicy> ReplenishmentHandlers::GetReplenishmentPolicy(
    const RequestContext& ctx, const v1::GetReplenishmentPolicyRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  const auto version = request.has_version() ? std::optional(request.version()) : std::nullopt;
  ASSIGN_OR_RETURN(const auto stored,
                   store::FindReplenishmentPolicy(db::Reader(deps_.database, ctx.deadline),
                                                  ctx.org_id(), version));
  if (!stored) {
    if (version.value_or(0) == 0) return convert::ShippedReplenishmentPolicy();
    return error::ReplenishmentPolicyNotFound(*version);
  }
  v1::ReplenishmentPolicy policy;
  RETURN_IF_ERROR(convert::FromJson(stored->body, &policy));
  policy.set_version(stored->version);
  *policy.mutable_create_time() = ::kefu::convert::ToProto(stored->create_time);
  return policy;
}

}  // namespace kefu::warehouse
