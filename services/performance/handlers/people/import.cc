// Imports of conduct and attendance. Figures do not depend on them, so nothing is computed anew.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "common/status/status_macros.h"
#include "services/performance/convert/bodies.h"
#include "services/performance/convert/people.h"
#include "services/performance/errors.h"
#include "services/performance/handlers/people/people_handlers.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/store/months.h"
#include "services/performance/store/people.h"
#include "services/performance/store/rollups.h"

namespace kefu::performance {
namespace {

constexpr int kMaxRowsPerMessage = 10'000;
constexpr size_t kChunkRows = 2'000;  // one commit; lock time and undo stay small
constexpr int kMaxErrors = 1'000;     // told to the caller; all are counted
constexpr absl::Duration kChunkTimeout = absl::Minutes(2);

struct Conduct {
  using Request = v1::ImportConductRequest;
  static constexpr store::PeopleFact kKind = store::PeopleFact::kConduct;
  static const v1::ConductEvent& ProtoOf(const v1::ConductRow& row) { return row.conduct(); }
  static domain::ConductEvent Check(const v1::ConductEvent& proto, const ShopScope& shop,
                                    convert::Problems& problems) {
    return convert::ToDomain(proto, shop.settings.currency_code, problems);
  }
  static std::string IdOf(const domain::ConductEvent& fact) { return fact.id; }
  static constexpr auto kFromBodies = convert::ConductFromBodies;
};

struct Attendance {
  using Request = v1::ImportAttendanceRequest;
  static constexpr store::PeopleFact kKind = store::PeopleFact::kAttendance;
  static const v1::Attendance& ProtoOf(const v1::AttendanceRow& row) { return row.attendance(); }
  static domain::Attendance Check(const v1::Attendance& proto, const ShopScope&,
                                  convert::Problems& problems) {
    return convert::ToDomain(proto, problems);
  }
  static std::string IdOf(const domain::Attendance& fact) { return domain::AttendanceId(fact); }
  static constexpr auto kFromBodies = convert::AttendanceFromBodies;
};

// One stream: rows are checked as they come and stored in chunks.
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
        if (pending_.size() >= kChunkRows) RETURN_IF_ERROR(Store());
      }
    }
    RETURN_IF_ERROR(reader.status());
    if (!shop_) return error::HeaderMissing();
    RETURN_IF_ERROR(Store());
    return std::move(response_);
  }

 private:
  struct Pending {
    std::string id, agent_id;
    absl::CivilDay day;
    convert::Body body;
  };
  struct Seen {
    std::string hash;
    int64_t line;
  };
  struct Counts {
    int64_t inserted = 0, replaced = 0, unchanged = 0;
  };

  absl::Time Deadline() const { return std::min(ctx_.deadline, absl::Now() + kChunkTimeout); }

  absl::Status CheckMessage(const typename Kind::Request& request) {
    if (shop_ && request.has_header()) return error::HeaderRepeated();
    if (request.rows_size() > kMaxRowsPerMessage)
      return error::TooManyRows(request.rows_size(), kMaxRowsPerMessage);
    if (shop_) return absl::OkStatus();
    if (!request.has_header()) return error::HeaderMissing();
    ASSIGN_OR_RETURN(
        shop_, RequireShopScope(deps_.database, ctx_, request.header().shop_id(), Deadline()));
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

  template <class Proto>
  void Take(int64_t line, const Proto& proto) {
    response_.set_received(response_.received() + 1);
    convert::Problems problems;
    const auto fact = Kind::Check(proto, *shop_, problems);
    const std::string id = Kind::IdOf(fact);
    if (!problems.empty()) return Refuse(line, id, problems);
    convert::Body body = convert::ToBody(proto);
    const auto [seen, fresh] = seen_.try_emplace(id, Seen{body.hash, line});
    if (!fresh && seen->second.hash == body.hash) {
      response_.set_unchanged(response_.unchanged() + 1);
      return;
    }
    if (!fresh) {
      return Refuse(
          line, id,
          {{"", "DUPLICATE_ID",
            fmt::format("the same id stands on line {} with other content", seen->second.line)}});
    }
    pending_.push_back({id, fact.agent_id, fact.day, std::move(body)});
  }

  absl::Status Store() {
    const std::vector<Pending> chunk = std::exchange(pending_, {});
    if (chunk.empty() || validate_only_) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Counts counts,
                     deps_.database.RunInTransaction(
                         Deadline(), [&](db::Transaction& t) { return StoreChunk(t, chunk); }));
    response_.set_inserted(response_.inserted() + counts.inserted);
    response_.set_replaced(response_.replaced() + counts.replaced);
    response_.set_unchanged(response_.unchanged() + counts.unchanged);
    return absl::OkStatus();
  }

  absl::StatusOr<Counts> StoreChunk(db::Transaction& t, const std::vector<Pending>& chunk) const {
    // As other imports do: a month's pay is not closed between what it has read and what it stores.
    RETURN_IF_ERROR(store::LoadSettings(t, shop_->scope, /*lock=*/true).status());
    std::vector<std::string_view> ids;
    for (const Pending& row : chunk) ids.push_back(row.id);
    ASSIGN_OR_RETURN(const store::StoredById stored,
                     store::FindPeopleFacts(t, Kind::kKind, shop_->scope, ids));
    Counts counts;
    std::set<absl::CivilMonth> months;  // that change; a replaced fact may move
    std::vector<store::PeopleRow> rows;
    for (const Pending& row : chunk) {
      const auto old = stored.find(row.id);
      if (old != stored.end() && old->second.body_hash == row.body.hash) {
        ++counts.unchanged;
        continue;
      }
      ++(old == stored.end() ? counts.inserted : counts.replaced);
      rows.push_back({row.id, row.agent_id, row.day, row.body.hash, row.body.bytes});
      months.insert(absl::CivilMonth(row.day));
      if (old == stored.end()) continue;
      ASSIGN_OR_RETURN(const auto before, Kind::kFromBodies(std::span(&old->second.body, 1)));
      months.insert(absl::CivilMonth(before.front().day));
    }
    // In key order, so that two imports of the same rows do not lock each other out.
    std::ranges::sort(rows, {}, &store::PeopleRow::id);
    RETURN_IF_ERROR(store::SavePeopleFacts(t, Kind::kKind, shop_->scope, rows));
    for (const absl::CivilMonth month : months) {
      RETURN_IF_ERROR(store::TouchMonth(t, shop_->scope, store::kPeopleFacts, month));
    }
    return counts;
  }

  const Dependencies& deps_;
  const RequestContext& ctx_;
  std::optional<ShopScope> shop_;
  bool validate_only_ = false;
  v1::ImportResponse response_;
  std::vector<Pending> pending_;
  std::unordered_map<std::string, Seen> seen_;  // the same id twice must say the same
};

}  // namespace

absl::StatusOr<v1::ImportResponse> PeopleHandlers::ImportConduct(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportConductRequest>& reader) const {
  return Import<Conduct>(deps_, ctx).Run(reader);
}

absl::StatusOr<v1::ImportResponse> PeopleHandlers::ImportAttendance(
    const RequestContext& ctx, rpc::StreamReader<v1::ImportAttendanceRequest>& reader) const {
  return Import<Attendance>(deps_, ctx).Run(reader);
}

}  // namespace kefu::performance
