// The loop of an import over a stream of rows.
#pragma once

#include <algorithm>
#include <future>
#include <optional>
#include <set>
#include <span>
#include <type_traits>

#include "common/context/request_context.h"
#include "common/events/durable.h"
#include "common/rpc/stream.h"
#include "services/performance/handlers/handlers.h"
#include "services/performance/handlers/imports/store_facts.h"

namespace kefu::performance::imports {

inline constexpr size_t kChunkRows = 2'000;  // one commit; lock time and undo stay small
inline constexpr size_t kChunkBytes = 4 << 20;
inline constexpr absl::Duration kChunkTimeout = absl::Minutes(2);
inline constexpr absl::Duration kRecomputeTimeout = absl::Minutes(30);

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
    // What this stream has touched; what others have marked is no reason to keep its sender
    // waiting.
    ASSIGN_OR_RETURN(const int days,
                     deps_.recomputer.RunTouched(shop_->scope, std::move(touched_), first_days_,
                                                 Deadline(kRecomputeTimeout)));
    response_.set_days_recomputed(corrected_ + days);
    return response_;
  }

 private:
  using Chunk = std::vector<Pending<Kind>>;

  absl::Time Deadline(absl::Duration most) const {
    return std::min(ctx_.deadline, absl::Now() + most);
  }

  absl::Status CheckMessage(const typename Kind::Request& request) {
    if (shop_ && request.has_header()) return error::HeaderRepeated();
    if (request.rows_size() > kMaxRowsPerMessage)
      return error::TooManyRows(request.rows_size(), kMaxRowsPerMessage);
    if (response_.received() + request.rows_size() > deps_.most_stream_rows)
      return error::StreamTooLong(deps_.most_stream_rows);
    if (shop_) return absl::OkStatus();
    if (!request.has_header()) return error::HeaderMissing();
    ASSIGN_OR_RETURN(shop_, RequireShopScope(deps_.database, ctx_, request.header().shop_id(),
                                             Deadline(kChunkTimeout)));
    validate_only_ = request.header().validate_only();
    return absl::OkStatus();
  }

  void Take(int64_t line, const typename Kind::Proto& proto) {
    auto row = intake_.Take(line, proto, *shop_);
    if (!row) return;
    pending_bytes_ += row->body.bytes.size();
    pending_.push_back(*std::move(row));
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
    ASSIGN_OR_RETURN(Counts counts, storing_.get());
    touched_.merge(counts.days);
    first_days_.merge(counts.first_days);
    intake_.Tell(counts.uncounted);
    response_.set_inserted(response_.inserted() + counts.inserted);
    response_.set_replaced(response_.replaced() + counts.replaced);
    response_.set_unchanged(response_.unchanged() + counts.unchanged);
    corrected_ += counts.corrected;
    if (counts.corrected > 0) deps_.on_events();
    return absl::OkStatus();
  }

  // Facts, what they make of figures and the version in one transaction. A change so large that
  // computing its days as a whole costs less is marked for that. On the storing thread.
  absl::StatusOr<Counts> Store(db::Transaction& t, const Chunk& chunk) const {
    RETURN_IF_ERROR(LockShop(t, *shop_));
    ASSIGN_OR_RETURN(const domain::MetricDefinition widest, WidestDefinition(t, shop_->scope));
    if constexpr (std::is_same_v<Kind, Payments>) {
      return StorePayments(t, widest, chunk);
    } else {
      return StoreAs<Kind>(t, widest, chunk);
    }
  }

  template <class K>
  absl::StatusOr<Counts> StoreAs(db::Transaction& t, const domain::MetricDefinition& widest,
                                 std::span<const Pending<K>> chunk) const {
    FactChange change;
    ASSIGN_OR_RETURN(Changed<K> changed, FindChanged<K>(t, *shop_, widest, chunk, change));
    if (changed.rows.empty()) {
      RETURN_IF_ERROR(events::MarkDurable(t));
      return changed.counts;
    }
    if (!K::kCorrected || changed.rows.size() > deps_.most_corrected_rows ||
        change.days.size() > kMostCorrectedDays) {
      RETURN_IF_ERROR(
          K::Save(t, shop_->scope, changed.rows, changed.replaced, widest, change.days));
      RETURN_IF_ERROR(NoteUncounted<K>(t, *shop_, changed));
      RETURN_IF_ERROR(MarkTouched(t, *shop_, change));
      changed.counts.days = std::move(change.days);
    } else {
      RETURN_IF_ERROR(Correct(t, widest, change, changed));
    }
    changed.counts.first_days = std::move(change.first_days);
    return changed.counts;
  }

  // Stores payments, and then those of their orders that are known, once more: what Orders::Merge
  // makes of them is different now.
  absl::StatusOr<Counts> StorePayments(db::Transaction& t, const domain::MetricDefinition& widest,
                                       std::span<const Pending<Payments>> chunk) const {
    FactChange change;
    ASSIGN_OR_RETURN(const auto changed, FindChanged<Payments>(t, *shop_, widest, chunk, change));
    RETURN_IF_ERROR(store::SavePayments(t, shop_->scope, changed.rows));
    const std::vector<std::string_view> ids(change.orders.begin(), change.orders.end());
    ASSIGN_OR_RETURN(const auto orders, OrdersToPay(t, *shop_, ids));
    ASSIGN_OR_RETURN(Counts counts, StoreAs<Orders>(t, widest, orders));
    counts.inserted = changed.counts.inserted;
    counts.replaced = changed.counts.replaced;
    counts.unchanged = changed.counts.unchanged;
    return counts;
  }

  // Stores rows and corrects the figures with them.
  template <class K>
  absl::Status Correct(db::Transaction& t, const domain::MetricDefinition& widest,
                       const FactChange& change, Changed<K>& changed) const {
    ASSIGN_OR_RETURN(Correction correction,
                     Correction::Begin(t, shop_->scope, shop_->zone, change));
    std::set<absl::CivilDay> further;
    RETURN_IF_ERROR(K::Save(t, shop_->scope, changed.rows, changed.replaced, widest, further));
    ASSIGN_OR_RETURN(changed.counts.corrected, correction.Finish(t, further, ctx_.now));
    if constexpr (K::kMarksFurther) RETURN_IF_ERROR(store::MarkDays(t, shop_->scope, further));
    changed.counts.days = correction.days();
    changed.counts.days.merge(further);
    return store::BumpFactsVersion(t, shop_->scope);
  }

  const Dependencies& deps_;
  const RequestContext& ctx_;
  std::optional<ShopScope> shop_;
  bool validate_only_ = false;
  v1::ImportResponse response_;
  int corrected_ = 0;  // days
  std::set<absl::CivilDay> touched_, first_days_;
  Intake<Kind> intake_{response_};
  Chunk pending_;
  size_t pending_bytes_ = 0;
  // The chunk being stored. The last member: its end waits for the thread, which uses the others.
  std::future<absl::StatusOr<Counts>> storing_;
};

}  // namespace kefu::performance::imports
