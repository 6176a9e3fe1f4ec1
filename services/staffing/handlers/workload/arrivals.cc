// What arrived comes in, and is listed.
#include <charconv>
#include <map>
#include <set>

#include "services/staffing/handlers/workload/support.h"
#include "services/staffing/handlers/workload/workload_handlers.h"

namespace kefu::staffing {
namespace {

namespace workload = domain::workload;

constexpr int kMaxRowsPerMessage = 10'000;
constexpr size_t kChunkRows = 2'000;  // one commit; lock time and undo stay small
constexpr int kMaxErrors = 1'000;     // told to the caller; all are counted

// One import from its first message to its answer.
class ArrivalsImport {
 public:
  ArrivalsImport(const Dependencies& deps, const RequestContext& ctx) : deps_(deps), ctx_(ctx) {}

  absl::StatusOr<v1::ImportArrivalsResponse> Run(
      rpc::StreamReader<v1::ImportArrivalsRequest>& reader) {
    v1::ImportArrivalsRequest request;
    bool begun = false;
    while (reader.Read(&request)) {
      if (!std::exchange(begun, true)) {
        RETURN_IF_ERROR(Begin(request));
      }
      FieldViolations violations;
      violations.Check(request.rows_size() <= kMaxRowsPerMessage, "rows", "must be at most 10000");
      RETURN_IF_ERROR(violations.ToStatus());
      for (const auto& row : request.rows()) {
        Take(row);
        if (pending_.size() < kChunkRows) continue;
        RETURN_IF_ERROR(Flush());
      }
    }
    RETURN_IF_ERROR(reader.status());
    if (!begun) {
      RETURN_IF_ERROR(Begin({}));
    }
    RETURN_IF_ERROR(Flush());
    return response_;
  }

 private:
  struct Counts {
    int64_t created = 0, updated = 0, unchanged = 0;
  };

  absl::Status Begin(const v1::ImportArrivalsRequest& request) {
    FieldViolations violations;
    convert::Id(request.shop_id(), "shop_id", violations);
    const auto channel =
        convert::RequiredEnum<domain::ContactChannel>(request.channel(), "channel", violations);
    RETURN_IF_ERROR(violations.ToStatus());
    validate_only_ = request.validate_only();
    ASSIGN_OR_RETURN(scope_, RequireChannel(store::Reader(deps_.database, ctx_.deadline), ctx_,
                                            request.shop_id(), channel));
    return absl::OkStatus();
  }

  void Take(const v1::ImportArrivalsRequest::ArrivalsRow& row) {
    response_.set_row_count(response_.row_count() + 1);
    FieldViolations violations;
    const workload::Arrivals arrivals = convert::FromProto(row.arrivals(), violations);
    if (violations.empty()) {
      // Of several rows of a half hour the last one counts.
      if (!pending_.insert_or_assign(arrivals.start, arrivals).second) {
        response_.set_updated_count(response_.updated_count() + 1);
      }
      return;
    }
    response_.set_error_count(response_.error_count() + 1);
    const absl::Status status = violations.ToStatus();
    const auto faults = GetDetail<google::rpc::BadRequest>(status);
    for (const auto& fault : faults->field_violations()) {
      if (response_.errors_size() >= kMaxErrors) return;
      auto* error = response_.add_errors();
      error->set_line(row.line());
      error->set_field(fault.field());
      error->set_reason(ReasonOf(status));
      error->set_description(fault.description());
    }
  }

  absl::StatusOr<Counts> Store(db::Transaction& t, const std::vector<workload::Arrivals>& rows) {
    Counts counts;
    // What was counted of these days gives way, before anybody counts them anew.
    RETURN_IF_ERROR(store::Lock<domain::Shop>(t, scope_.org_id, scope_.shop_id).status());
    std::set<absl::CivilDay> days;
    for (const workload::Arrivals& row : rows)
      days.insert(absl::ToCivilDay(row.start, scope_.zone));
    for (const absl::CivilDay day : days) {
      if (validate_only_) break;
      RETURN_IF_ERROR(store::DeleteCountedArrivals(t, scope_.stored(), StartOfDay(day, scope_.zone),
                                                   StartOfDay(day + 1, scope_.zone)));
    }
    ASSIGN_OR_RETURN(const auto stored, store::FindArrivals(t, scope_.stored(), rows));
    std::vector<workload::Arrivals> changed;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (stored[i] == rows[i]) {
        ++counts.unchanged;
        continue;
      }
      ++(stored[i] ? counts.updated : counts.created);
      changed.push_back(rows[i]);
    }
    if (validate_only_ || changed.empty()) return counts;
    RETURN_IF_ERROR(store::SaveArrivals(t, scope_.stored(), changed));
    v1::ArrivalsImported event;
    event.set_shop_id(scope_.shop_id);
    event.set_channel(static_cast<v1::ContactChannel>(scope_.channel));
    event.set_changed_count(static_cast<int64_t>(changed.size()));
    RETURN_IF_ERROR(Publish(deps_, t, ctx_, scope_.shop_id, event));
    return counts;
  }

  absl::Status Flush() {
    if (pending_.empty()) return absl::OkStatus();
    std::vector<workload::Arrivals> rows;  // by time: locks in order
    for (const auto& [start, arrivals] : pending_) rows.push_back(arrivals);
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
  ChannelScope scope_;
  bool validate_only_ = false;
  std::map<absl::Time, workload::Arrivals> pending_;
  v1::ImportArrivalsResponse response_;
};

struct ArrivalsResource {
  using Record = workload::Arrivals;
  using Proto = v1::Arrivals;
  static constexpr bool kHasParts = false;
  static std::string IdOf(const Record& record) { return std::to_string(ToMicros(record.start)); }
};

}  // namespace

absl::StatusOr<v1::ImportArrivalsResponse> WorkloadHandlers::ImportArrivals(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportArrivalsRequest>& reader) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  return ArrivalsImport(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ListArrivalsResponse> WorkloadHandlers::ListArrivals(
    const RequestContext& ctx, const v1::ListArrivalsRequest& request) const {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(request.shop_id(), "shop_id", violations);
  const auto channel =
      convert::RequiredEnum<domain::ContactChannel>(request.channel(), "channel", violations);
  const auto days = convert::OptionalDays(request.has_days(), request.days(), "days", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(
      const ChannelScope scope,
      RequireChannel(store::Reader(deps_.database, ctx.deadline), ctx, request.shop_id(), channel));
  const absl::Time begin = days ? StartOfDay(days->first, scope.zone) : absl::InfinitePast();
  const absl::Time end = days ? StartOfDay(days->last + 1, scope.zone) : absl::InfiniteFuture();
  return List<ArrivalsResource>(
      deps_, ctx, request,
      fmt::format("{} {} {} {}", request.shop_id(), domain::NameOf(channel), ToMicros(begin),
                  ToMicros(end)),
      &v1::ListArrivalsResponse::add_arrivals, [&](store::Reader r, store::Page page) {
        int64_t after = ToMicros(absl::InfinitePast());
        std::from_chars(page.after.data(), page.after.data() + page.after.size(), after);
        return store::ListArrivals(r, scope.stored(), FromMicros(after), begin, end, page.limit);
      });
}

}  // namespace kefu::staffing
