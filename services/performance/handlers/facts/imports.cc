// A day of one kind of fact, replaced as a whole.
#include <fmt/format.h>

#include <optional>
#include <type_traits>
#include <utility>

#include "common/convert/fields.h"
#include "common/events/durable.h"
#include "common/rpc/stream.h"
#include "services/performance/handlers/facts/fact_handlers.h"
#include "services/performance/handlers/imports/import_stream.h"

namespace kefu::performance {
namespace {

constexpr size_t kMaxRows = 200'000;
constexpr size_t kChunkRows = 2'000;  // one look-up and save
constexpr absl::Duration kStoreTimeout = absl::Minutes(5);
constexpr absl::Duration kRecomputeTimeout = absl::Minutes(30);

using imports::Counts;
using imports::Pending;
using Reader = rpc::StreamReader<v1::ReplaceDayRequest>;

const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Conversations) {
  return request.conversations();
}
const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Orders) {
  return request.orders();
}
const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Refunds) {
  return request.refunds();
}
const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Reviews) {
  return request.reviews();
}

const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Visits) {
  return request.visits();
}
const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Ratings) {
  return request.ratings();
}
const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Inspections) {
  return request.inspections();
}
const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Conduct) {
  return request.conduct();
}
const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Attendance) {
  return request.attendance();
}

const auto& RowsOf(const v1::ReplaceDayRequest& request, imports::Payments) {
  return request.payments();
}

int RowCount(const v1::ReplaceDayRequest& request) {
  return request.conversations_size() + request.orders_size() + request.refunds_size() +
         request.reviews_size() + request.visits_size() + request.ratings_size() +
         request.inspections_size() + request.conduct_size() + request.attendance_size() +
         request.payments_size();
}

template <class Kind>
concept OfConversations = requires(const typename Kind::Fact& fact) {
  Kind::ConversationOf(fact);
};

template <class Kind>
class DayReplacement {
 public:
  DayReplacement(const Dependencies& deps, const RequestContext& ctx, ShopScope shop,
                 absl::CivilDay day, bool validate_only, DaysInHand::Hold hold,
                 const DayLimits& limits)
      : deps_(deps),
        ctx_(ctx),
        shop_(std::move(shop)),
        day_(day),
        validate_only_(validate_only),
        limits_(limits),
        hold_(std::move(hold)) {}

  // Goes on reading after the first message.
  absl::StatusOr<v1::ReplaceDayResponse> Run(v1::ReplaceDayRequest request, Reader& reader) {
    do {
      RETURN_IF_ERROR(TakeAll(request));
    } while (reader.Read(&request));
    v1::ReplaceDayRequest().Swap(&request);
    RETURN_IF_ERROR(reader.status());
    const absl::Time deadline = std::min(ctx_.deadline, absl::Now() + kStoreTimeout);
    if constexpr (OfConversations<Kind>) RETURN_IF_ERROR(CheckConversations(deadline));
    if (validate_only_ || rows_.rejected() > 0) return response_;
    ASSIGN_OR_RETURN(Counts counts, deps_.database.RunInTransaction(
                                        deadline, [&](db::Transaction& t) { return Store(t); }));
    intake_.Tell(counts.uncounted);
    rows_.set_inserted(counts.inserted);
    rows_.set_replaced(counts.replaced);
    rows_.set_unchanged(rows_.unchanged() + counts.unchanged);
    response_.set_removed(removed_);
    // Others may replace theirs while the figures are computed.
    pending_ = {};
    hold_.Release();
    ASSIGN_OR_RETURN(const int days, deps_.recomputer.RunTouched(
                                         shop_.scope, std::move(counts.days), counts.first_days,
                                         std::min(ctx_.deadline, absl::Now() + kRecomputeTimeout)));
    rows_.set_days_recomputed(days);
    return response_;
  }

 private:
  absl::Status TakeAll(const v1::ReplaceDayRequest& request) {
    if (std::exchange(begun_, true) && request.has_header()) return error::HeaderRepeated();
    const auto& rows = RowsOf(request, Kind{});
    if (RowCount(request) > rows.size()) return error::RowsOfOtherKind();
    if (rows.size() > imports::kMaxRowsPerMessage)
      return error::TooManyRows(rows.size(), imports::kMaxRowsPerMessage);
    const absl::Time now = absl::Now();
    if (now - heard_ > limits_.most_silence) return error::DaySilent(limits_.most_silence);
    if (!rows.empty()) heard_ = now;
    for (const auto& row : rows) {
      auto taken = intake_.Take(row.line(), Kind::ProtoOf(row), shop_);
      if (!taken) continue;
      if constexpr (!OfConversations<Kind>) {
        if (!IsOnDay(*taken, Kind::DayOfRow(Kind::MakeRow(taken->fact, shop_, taken->body))))
          continue;
      }
      bytes_ += taken->body.bytes.size();
      if (pending_.size() == kMaxRows || bytes_ > limits_.most_day_bytes)
        return error::DayTooLarge(kMaxRows);
      if (!hold_.Take(taken->body.bytes.size())) return error::NoRoomForDay();
      pending_.push_back(*std::move(taken));
    }
    return absl::OkStatus();
  }

  bool IsOnDay(const Pending<Kind>& row, std::optional<absl::CivilDay> day) {
    if (day == day_) return true;
    intake_.Refuse(
        row.line, row.id,
        {{"", "OTHER_DAY",
          day ? fmt::format("lies on {}", absl::FormatCivilTime(*day)) : "lies on no day"}});
    return false;
  }

  // Refuses what belongs to no conversation of the day.
  absl::Status CheckConversations(absl::Time deadline) {
    std::vector<std::string_view> ids;
    for (const Pending<Kind>& row : pending_) ids.push_back(Kind::ConversationOf(row.fact));
    ASSIGN_OR_RETURN(const auto days,
                     deps_.database.RunInTransaction(deadline, [&](db::Transaction& t) {
                       return store::FirstDaysOf(t, shop_.scope, ids);
                     }));
    for (const Pending<Kind>& row : pending_) {
      const auto day = days.find(Kind::ConversationOf(row.fact));
      if (day != days.end()) {
        IsOnDay(row, day->second);
      } else {
        intake_.Refuse(row.line, row.id,
                       {{"conversation_id", "OTHER_DAY", "there is no such conversation"}});
      }
    }
    return absl::OkStatus();
  }

  // All of it in one transaction: what is not sent again goes, the rest is stored.
  absl::StatusOr<Counts> Store(db::Transaction& t) {
    RETURN_IF_ERROR(imports::LockShop(t, shop_));
    ASSIGN_OR_RETURN(const auto widest, imports::WidestDefinition(t, shop_.scope));
    FactChange change;
    RETURN_IF_ERROR(Remove(t, widest, change));
    Counts sum;
    for (size_t begin = 0; begin < pending_.size(); begin += kChunkRows) {
      const size_t count = std::min(kChunkRows, pending_.size() - begin);
      ASSIGN_OR_RETURN(const Counts counts,
                       imports::StoreRows<Kind>(t, shop_, widest,
                                                std::span(pending_).subspan(begin, count), change));
      sum.inserted += counts.inserted;
      sum.replaced += counts.replaced;
      sum.unchanged += counts.unchanged;
      sum.uncounted.insert(sum.uncounted.end(), counts.uncounted.begin(), counts.uncounted.end());
    }
    if (removed_ + sum.inserted + sum.replaced == 0) {
      RETURN_IF_ERROR(events::MarkDurable(t));
      return sum;
    }
    if constexpr (std::is_same_v<Kind, imports::Payments>)
      RETURN_IF_ERROR(PayOrders(t, widest, change));
    if constexpr (requires { &Kind::TouchMonths; })
      RETURN_IF_ERROR(Kind::TouchMonths(t, shop_.scope, {day_}));
    RETURN_IF_ERROR(imports::MarkTouched(t, shop_, change));
    sum.days = std::move(change.days);
    sum.first_days = std::move(change.first_days);
    return sum;
  }

  // Orders are paid anew by the payments that they have now.
  absl::Status PayOrders(db::Transaction& t, const domain::MetricDefinition& widest,
                         FactChange& change) const {
    const std::vector<std::string> ids(change.orders.begin(), change.orders.end());
    const std::vector<std::string_view> all(ids.begin(), ids.end());  // locks in order
    for (size_t begin = 0; begin < all.size(); begin += kChunkRows) {
      const auto chunk = std::span(all).subspan(begin, std::min(kChunkRows, all.size() - begin));
      ASSIGN_OR_RETURN(const auto orders, imports::OrdersToPay(t, shop_, chunk));
      RETURN_IF_ERROR(
          imports::StoreRows<imports::Orders>(t, shop_, widest, orders, change).status());
    }
    return absl::OkStatus();
  }

  absl::Status Remove(db::Transaction& t, const domain::MetricDefinition& widest,
                      FactChange& change) {
    ASSIGN_OR_RETURN(store::StoredById gone, store::LoadDated(t, Kind::kDated, shop_.scope, day_));
    for (const Pending<Kind>& row : pending_) gone.erase(row.id);
    std::vector<std::string_view> ids;
    for (const auto& [id, stored] : gone) {
      ASSIGN_OR_RETURN(const auto fact, Kind::FromBody(stored.body));
      if constexpr (std::is_same_v<Kind, imports::Payments>) {
        if (domain::DayOf(fact.time_us, shop_.zone) != day_) continue;  // of no noted day
      }
      ids.push_back(id);
      Kind::Touch(fact, widest, shop_, change);
    }
    std::ranges::sort(ids);  // locks in order
    removed_ = static_cast<int64_t>(ids.size());
    if constexpr (OfConversations<Kind>) RETURN_IF_ERROR(MarkConversations(t, gone, change));
    // Refunds and reviews of an order that is gone count for nobody any more, and what its buyer
    // bought later may be no repurchase.
    if (Kind::kDated == store::DatedFact::kOrders) {
      ASSIGN_OR_RETURN(const auto follow_ups, store::DaysOfFollowUps(t, shop_.scope, ids));
      change.days.insert(follow_ups.begin(), follow_ups.end());
      RETURN_IF_ERROR(
          store::AddLaterPurchases(t, shop_.scope, ids, widest.repurchase_days, change.days));
    }
    return store::DeleteDated(t, Kind::kDated, shop_.scope, ids);
  }

  // What is gone counted where its conversation does.
  absl::Status MarkConversations(db::Transaction& t, const store::StoredById& gone,
                                 FactChange& change) {
    std::vector<typename Kind::Fact> facts;
    for (const auto& [id, stored] : gone) {
      ASSIGN_OR_RETURN(facts.emplace_back(), Kind::FromBody(stored.body));
    }
    std::vector<std::string_view> conversations;
    for (const auto& fact : facts) conversations.push_back(Kind::ConversationOf(fact));
    ASSIGN_OR_RETURN(const auto days, store::DaysOfConversations(t, shop_.scope, conversations));
    change.days.insert(days.begin(), days.end());
    if (!gone.empty()) change.days.insert(day_);
    return absl::OkStatus();
  }

  const Dependencies& deps_;
  const RequestContext& ctx_;
  const ShopScope shop_;
  const absl::CivilDay day_;
  const bool validate_only_;
  const DayLimits& limits_;
  DaysInHand::Hold hold_;
  absl::Time heard_ = absl::Now();  // of a row
  v1::ReplaceDayResponse response_;
  v1::ImportResponse& rows_ = *response_.mutable_rows();
  imports::Intake<Kind> intake_{rows_};
  std::vector<Pending<Kind>> pending_;
  size_t bytes_ = 0;
  int64_t removed_ = 0;
  bool begun_ = false;
};

// Calls `run` with the kind.
template <class Run>
absl::StatusOr<v1::ReplaceDayResponse> WithKind(v1::FactKind kind, Run run) {
  switch (kind) {
    case v1::FACT_KIND_ORDERS:
      return run(imports::Orders());
    case v1::FACT_KIND_REFUNDS:
      return run(imports::Refunds());
    case v1::FACT_KIND_REVIEWS:
      return run(imports::Reviews());
    case v1::FACT_KIND_VISITS:
      return run(imports::Visits());
    case v1::FACT_KIND_RATINGS:
      return run(imports::Ratings());
    case v1::FACT_KIND_INSPECTIONS:
      return run(imports::Inspections());
    case v1::FACT_KIND_CONDUCT:
      return run(imports::Conduct());
    case v1::FACT_KIND_ATTENDANCE:
      return run(imports::Attendance());
    case v1::FACT_KIND_PAYMENTS:
      return run(imports::Payments());
    default:
      return run(imports::Conversations());
  }
}

}  // namespace

absl::StatusOr<v1::ReplaceDayResponse> FactHandlers::ReplaceDay(const RequestContext& ctx,
                                                                Reader& reader) const {
  v1::ReplaceDayRequest first;
  if (!reader.Read(&first)) {
    RETURN_IF_ERROR(reader.status());
    return error::HeaderMissing();
  }
  if (!first.has_header()) return error::HeaderMissing();
  const v1::ReplaceDayHeader& header = first.header();
  FieldViolations violations;
  const absl::CivilDay day =
      kefu::convert::RequiredDay(header.has_day(), header.day(), "header.day", violations);
  const v1::FactKind kind =
      kefu::convert::RequiredEnum<v1::FactKind>(header.kind(), "header.kind", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, header.shop_id(), ctx.deadline));
  std::optional<DaysInHand::Hold> hold = in_hand_.Begin(shop.scope, kind);
  if (!hold) return error::DayInHand();
  return WithKind(kind, [&](auto of_kind) {
    return DayReplacement<decltype(of_kind)>(deps_, ctx, shop, day, header.validate_only(),
                                             *std::move(hold), limits_)
        .Run(std::move(first), reader);
  });
}

absl::StatusOr<v1::ImportResponse> FactHandlers::ImportVisits(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportVisitsRequest>& reader) const {
  return imports::Import<imports::Visits>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> FactHandlers::ImportRatings(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportRatingsRequest>& reader) const {
  return imports::Import<imports::Ratings>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> FactHandlers::ImportInspections(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportInspectionsRequest>& reader) const {
  return imports::Import<imports::Inspections>(deps_, ctx).Run(reader);
}

}  // namespace kefu::performance
