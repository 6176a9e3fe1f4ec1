// The four imports: one loop over a stream, and per kind of fact what it is checked by, stored as,
// and which days it touches.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <set>
#include <unordered_map>

#include "absl/container/flat_hash_map.h"
#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/recompute/definition_book.h"
#include "services/performance/store/screening.h"

namespace kefu::performance {
namespace {

constexpr int kMaxRowsPerMessage = 10'000;
constexpr size_t kChunkRows = 2'000;  // one commit; lock time and undo stay small
constexpr size_t kChunkBytes = 4 << 20;
constexpr int kMaxErrors = 1'000;  // told to the caller; all are counted
constexpr absl::Duration kChunkTimeout = absl::Minutes(2);
constexpr absl::Duration kRecomputeTimeout = absl::Minutes(30);

using domain::DayOf;

void AddRange(absl::CivilDay first, absl::CivilDay last, std::set<absl::CivilDay>& days) {
  for (; first <= last; ++first) days.insert(first);
}

// The active definition by which a fact touches the most days, widest in each respect.
absl::StatusOr<domain::MetricDefinition> WidestDefinition(db::Transaction& t,
                                                          const store::Scope& scope) {
  ASSIGN_OR_RETURN(const auto active, ActiveDefinitions(t, scope));
  domain::MetricDefinition widest;
  for (const DefinitionPtr& definition : active) {
    widest.attribution_days = std::max(widest.attribution_days, definition->attribution_days);
    widest.repurchase_days = std::max(widest.repurchase_days, definition->repurchase_days);
  }
  return widest;
}

// --- What differs by kind. Fact: the domain's form. Id: what a fact is stored under. ---

struct Conversations {
  using Request = v1::ImportConversationsRequest;
  using Proto = v1::Conversation;
  using Fact = domain::Conversation;
  using Row = store::ConversationRow;
  static const Proto& ProtoOf(const v1::ConversationRow& row) { return row.conversation(); }
  static std::string IdOf(const Proto& proto) { return proto.conversation_id(); }
  static Fact Check(const Proto& proto, const ShopScope&, convert::Problems& problems) {
    return convert::ToDomain(proto, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::ConversationFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    int64_t first = fact.messages.front().time_us, last = fact.messages.back().time_us;
    for (const domain::Handling& handling : fact.handlings) {
      first = std::min(first, handling.start_us);
      last = std::max(last, handling.start_us);
    }
    return {fact.id, DayOf(first, shop.zone), DayOf(last, shop.zone), body.hash, body.bytes};
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition& widest, const ShopScope& shop,
                    std::set<absl::CivilDay>& days) {
    const domain::DayRange range = domain::DaysTouchedBy(fact, widest, shop.zone);
    AddRange(range.first, range.last, days);
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindConversations(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows,
                           const std::vector<std::string_view>& replaced) {
    return store::SaveConversations(t, scope, rows, replaced);
  }
  // What screening must look at again.
  static void Screen(const Fact& fact, const ShopScope& shop, std::set<absl::CivilDay>& days) {
    days.insert(MakeRow(fact, shop, {}).first_day);
  }
};

struct Orders {
  using Request = v1::ImportOrdersRequest;
  using Proto = v1::Order;
  using Fact = domain::Order;
  using Row = store::OrderRow;
  static const Proto& ProtoOf(const v1::OrderRow& row) { return row.order(); }
  static std::string IdOf(const Proto& proto) { return proto.order_id(); }
  static Fact Check(const Proto& proto, const ShopScope& shop, convert::Problems& problems) {
    return convert::ToDomain(proto, shop.settings.currency_code, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::OrderFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    Row row{fact.id, DayOf(fact.create_us, shop.zone)};
    if (fact.pay_us) row.pay_day = DayOf(*fact.pay_us, shop.zone);
    row.late_shipment = domain::IsLateShipment(fact);
    row.excluded = fact.exclusion != domain::Exclusion::kNone;
    row.customer_id = fact.customer_id;
    row.paid_minor = fact.paid_minor;
    row.body_hash = body.hash;
    row.body = body.bytes;
    return row;
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition& widest, const ShopScope& shop,
                    std::set<absl::CivilDay>& days) {
    for (const absl::CivilDay day : domain::DaysTouchedBy(fact, widest, shop.zone))
      days.insert(day);
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindOrders(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows,
                           const std::vector<std::string_view>& replaced) {
    // What an order's buyer bought later is a repurchase because of it.
    std::set<absl::CivilDay> later;
    ASSIGN_OR_RETURN(const domain::MetricDefinition widest, WidestDefinition(t, scope));
    const int within = widest.repurchase_days;
    RETURN_IF_ERROR(store::AddLaterPurchases(t, scope, replaced, within, later));
    RETURN_IF_ERROR(store::SaveOrders(t, scope, rows));
    // Whether an order counts decides whether its refunds and reviews do.
    std::vector<std::string_view> ids = replaced;
    for (const Row& row : rows) ids.push_back(row.order_id);
    RETURN_IF_ERROR(store::AddLaterPurchases(t, scope, ids, within, later));
    ASSIGN_OR_RETURN(auto days, store::DaysOfFollowUps(t, scope, ids));
    days.merge(later);
    return store::MarkDays(t, scope, days);
  }
  static void Screen(const Fact&, const ShopScope&, std::set<absl::CivilDay>&) {}
};

struct Refunds {
  using Request = v1::ImportRefundsRequest;
  using Proto = v1::Refund;
  using Fact = domain::Refund;
  using Row = store::RefundRow;
  static const Proto& ProtoOf(const v1::RefundRow& row) { return row.refund(); }
  static std::string IdOf(const Proto& proto) { return proto.refund_id(); }
  static Fact Check(const Proto& proto, const ShopScope& shop, convert::Problems& problems) {
    return convert::ToDomain(proto, shop.settings.currency_code, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::RefundFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    return {fact.id, fact.order_id, DayOf(fact.time_us, shop.zone), body.hash, body.bytes};
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition&, const ShopScope& shop,
                    std::set<absl::CivilDay>& days) {
    days.insert(DayOf(fact.time_us, shop.zone));
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    return store::FindRefunds(t, scope, ids);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows, const std::vector<std::string_view>&) {
    return store::SaveRefunds(t, scope, rows);
  }
  static void Screen(const Fact&, const ShopScope&, std::set<absl::CivilDay>&) {}
};

struct Reviews {
  using Request = v1::ImportReviewsRequest;
  using Proto = v1::Review;
  using Fact = domain::Review;
  using Row = store::ReviewRow;
  static const Proto& ProtoOf(const v1::ReviewRow& row) { return row.review(); }
  // A space is no part of an id.
  static std::string IdOf(const Proto& proto) { return proto.order_id() + " " + proto.review_id(); }
  static Fact Check(const Proto& proto, const ShopScope&, convert::Problems& problems) {
    return convert::ToDomain(proto, problems);
  }
  static absl::StatusOr<Fact> FromBody(std::string_view body) {
    return convert::ReviewFromBody(body);
  }
  static Row MakeRow(const Fact& fact, const ShopScope& shop, const convert::Body& body) {
    return {fact.id, fact.order_id, DayOf(fact.create_us, shop.zone), body.hash, body.bytes};
  }
  static void Touch(const Fact& fact, const domain::MetricDefinition&, const ShopScope& shop,
                    std::set<absl::CivilDay>& days) {
    days.insert(DayOf(fact.create_us, shop.zone));
  }
  static absl::StatusOr<store::StoredById> Find(db::Transaction& t, const store::Scope& scope,
                                                const std::vector<std::string_view>& ids) {
    std::vector<std::pair<std::string_view, std::string_view>> keys;
    for (const std::string_view id : ids)
      keys.emplace_back(id.substr(0, id.find(' ')), id.substr(id.find(' ') + 1));
    return store::FindReviews(t, scope, keys);
  }
  static absl::Status Save(db::Transaction& t, const store::Scope& scope,
                           const std::vector<Row>& rows, const std::vector<std::string_view>&) {
    return store::SaveReviews(t, scope, rows);
  }
  static void Screen(const Fact&, const ShopScope&, std::set<absl::CivilDay>&) {}
};

// --- The loop ---

// Reads and checks rows on the stream's thread while the chunk before is being stored on another.
template <class Kind>
class Import {
 public:
  Import(const Dependencies& deps, const RequestContext& ctx) : deps_(deps), ctx_(ctx) {}

  absl::StatusOr<v1::ImportResponse> Run(rpc::StreamReader<typename Kind::Request>& reader) {
    typename Kind::Request request;
    while (reader.Read(&request)) {
      RETURN_IF_ERROR(CheckMessage(request));
      for (const auto& row : request.rows()) {
        Take(row.line(), Kind::ProtoOf(row));
        if (pending_.size() >= kChunkRows || pending_bytes_ >= kChunkBytes)
          RETURN_IF_ERROR(HandOn());
      }
    }
    RETURN_IF_ERROR(reader.status());
    if (!shop_) return error::HeaderMissing();
    RETURN_IF_ERROR(HandOn());
    RETURN_IF_ERROR(AwaitStored());
    // Every marked day, also those that an import cut short has left behind.
    ASSIGN_OR_RETURN(const int days, deps_.recomputer.Run(shop_->scope, "", absl::CivilDay(1, 1, 1),
                                                          absl::CivilDay(9999, 12, 31),
                                                          Deadline(kRecomputeTimeout)));
    response_.set_days_recomputed(days);
    return std::move(response_);
  }

 private:
  struct Pending {
    std::string id;
    typename Kind::Fact fact;
    convert::Body body;
  };
  using Chunk = std::vector<Pending>;
  struct ChunkCounts {
    int64_t inserted = 0, replaced = 0, unchanged = 0;
    std::set<absl::CivilDay> days, screened_days;
  };
  // Where an id stood and what it said.
  struct Seen {
    std::array<char, convert::kBodyHashBytes> hash;
    int64_t line;
  };

  absl::Time Deadline(absl::Duration most) const {
    return std::min(ctx_.deadline, absl::Now() + most);
  }

  absl::Status CheckMessage(const typename Kind::Request& request) {
    if (shop_ && request.has_header()) return error::HeaderRepeated();
    if (request.rows_size() > kMaxRowsPerMessage)
      return error::TooManyRows(request.rows_size(), kMaxRowsPerMessage);
    if (shop_) return absl::OkStatus();
    if (!request.has_header()) return error::HeaderMissing();
    ASSIGN_OR_RETURN(shop_, RequireShopScope(deps_.database, ctx_, request.header().shop_id(),
                                             Deadline(kChunkTimeout)));
    validate_only_ = request.header().validate_only();
    return absl::OkStatus();
  }

  void Refuse(int64_t line, std::string_view id, const convert::Problems& problems) {
    response_.set_rejected(response_.rejected() + 1);
    for (const convert::Problem& problem : problems) {
      if (response_.errors_size() >= kMaxErrors) return;
      v1::RowError* error = response_.add_errors();
      error->set_line(line);
      error->set_source_id(std::string(id));
      error->set_field(problem.field);
      error->set_reason(problem.reason);
      error->set_description(problem.description);
    }
  }

  void Take(int64_t line, const typename Kind::Proto& proto) {
    response_.set_received(response_.received() + 1);
    std::string id = Kind::IdOf(proto);
    convert::Problems problems;
    typename Kind::Fact fact = Kind::Check(proto, *shop_, problems);
    if (!problems.empty()) return Refuse(line, id, problems);
    convert::Body body = convert::ToBody(proto);
    Seen mine{.line = line};
    std::copy(body.hash.begin(), body.hash.end(), mine.hash.begin());
    const auto [seen, fresh] = seen_.try_emplace(id, mine);
    if (!fresh && seen->second.hash == mine.hash) {
      response_.set_unchanged(response_.unchanged() + 1);
      return;
    }
    if (!fresh) {
      return Refuse(
          line, id,
          {{"", "DUPLICATE_ID",
            fmt::format("the same id stands on line {} with other content", seen->second.line)}});
    }
    pending_bytes_ += body.bytes.size();
    pending_.push_back({std::move(id), std::move(fact), std::move(body)});
  }

  // Gives the rows at hand to the storing thread, once it is done with those before.
  absl::Status HandOn() {
    RETURN_IF_ERROR(AwaitStored());
    if (!pending_.empty() && !validate_only_) {
      storing_ = std::async(std::launch::async, [this, handed = std::move(pending_)]() mutable {
        const Chunk chunk = std::move(handed);  // freed here, not by who waits
        return deps_.database.RunInTransaction(Deadline(kChunkTimeout),
                                               [&](db::Transaction& t) { return Store(t, chunk); });
      });
    }
    pending_ = {};
    pending_.reserve(kChunkRows);
    pending_bytes_ = 0;
    return absl::OkStatus();
  }

  absl::Status AwaitStored() {
    if (!storing_.valid()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const ChunkCounts counts, storing_.get());
    response_.set_inserted(response_.inserted() + counts.inserted);
    response_.set_replaced(response_.replaced() + counts.replaced);
    response_.set_unchanged(response_.unchanged() + counts.unchanged);
    return absl::OkStatus();
  }

  // Facts, the marks of their days and the version in one transaction. On the storing thread. One
  // import of a shop stores at a time: what a fact replaces, and the refunds and reviews of an
  // order, could otherwise come in unseen from another, and their days stay as they are.
  absl::StatusOr<ChunkCounts> Store(db::Transaction& t, const Chunk& chunk) const {
    ChunkCounts counts;
    ASSIGN_OR_RETURN(const auto settings, store::LoadSettings(t, shop_->scope, /*lock=*/true));
    if (!settings) return error::ShopNotConfigured(shop_->scope.shop_id);
    // The rows were read by the zone and currency that stood when the stream began.
    if (settings->time_zone != shop_->settings.time_zone ||
        settings->currency_code != shop_->settings.currency_code)
      return error::SettingsChanged();
    ASSIGN_OR_RETURN(const domain::MetricDefinition widest, WidestDefinition(t, shop_->scope));
    std::vector<std::string_view> ids, replaced;
    for (const Pending& row : chunk) ids.push_back(row.id);
    ASSIGN_OR_RETURN(const store::StoredById stored, Kind::Find(t, shop_->scope, ids));
    std::vector<typename Kind::Row> rows;
    rows.reserve(chunk.size());
    for (const Pending& row : chunk) {
      const auto old = stored.find(row.id);
      if (old != stored.end() && old->second.body_hash == row.body.hash) {
        ++counts.unchanged;
        continue;
      }
      if (old != stored.end()) {
        ++counts.replaced;
        replaced.push_back(row.id);
        ASSIGN_OR_RETURN(const auto before, Kind::FromBody(old->second.body));
        Kind::Touch(before, widest, *shop_, counts.days);
        Kind::Screen(before, *shop_, counts.screened_days);
      } else {
        ++counts.inserted;
      }
      Kind::Touch(row.fact, widest, *shop_, counts.days);
      Kind::Screen(row.fact, *shop_, counts.screened_days);
      rows.push_back(Kind::MakeRow(row.fact, *shop_, row.body));
    }
    if (rows.empty()) return counts;
    RETURN_IF_ERROR(Kind::Save(t, shop_->scope, rows, replaced));
    RETURN_IF_ERROR(store::MarkForScreening(t, shop_->scope, counts.screened_days));
    RETURN_IF_ERROR(store::MarkDays(t, shop_->scope, counts.days));
    RETURN_IF_ERROR(store::BumpFactsVersion(t, shop_->scope));
    return counts;
  }

  const Dependencies& deps_;
  const RequestContext& ctx_;
  std::optional<ShopScope> shop_;
  bool validate_only_ = false;
  v1::ImportResponse response_;
  Chunk pending_;
  size_t pending_bytes_ = 0;
  // Every id of the stream: the same id twice must say the same.
  absl::flat_hash_map<std::string, Seen> seen_;
  // The chunk being stored. The last member: its end waits for the thread, which uses the others.
  std::future<absl::StatusOr<ChunkCounts>> storing_;
};

}  // namespace

absl::StatusOr<v1::ImportResponse> Handlers::ImportConversations(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportConversationsRequest>& reader) const {
  return Import<Conversations>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> Handlers::ImportOrders(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportOrdersRequest>& reader) const {
  return Import<Orders>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> Handlers::ImportRefunds(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportRefundsRequest>& reader) const {
  return Import<Refunds>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> Handlers::ImportReviews(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportReviewsRequest>& reader) const {
  return Import<Reviews>(deps_, ctx).Run(reader);
}

}  // namespace kefu::performance
