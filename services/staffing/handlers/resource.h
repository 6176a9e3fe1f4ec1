// The one shape of create, get, list and update. A resource R derives from ResourceBase and says
// what differs:
//   kField, kIdField       its names in requests: "shop", "shop_id"
//   kMutable               the fields that update_mask may name
//   Check(t, ctx, organization, before, record)
//                          fills defaults, checks references and the token's confinement; `before`
//                          is null at creation
//   Event(proto)           the event that tells of the change
//   Fill(t, ctx, records)  reads the parts of rows, where kHasParts
// and may replace what the base gives.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "fmt/format.h"
#include "fmt/ranges.h"
#include "google/protobuf/util/field_mask_util.h"
#include "kefu/staffing/v1/events.pb.h"
#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"
#include "services/staffing/errors.h"
#include "services/staffing/handlers/handlers.h"
#include "services/staffing/store/store.h"

namespace kefu::staffing {

// A token of a kefu process speaks for no organization and owns nothing here.
inline absl::Status RequireOrganization(const RequestContext& ctx) {
  return ctx.org_id().empty() ? error::OrganizationRequired() : absl::OkStatus();
}

// The caller's organization as a row; writes other than its registration need it.
inline absl::StatusOr<domain::Organization> RegisteredOrganization(db::Transaction& t,
                                                                   const RequestContext& ctx) {
  auto organization = store::Find<domain::Organization>(t, ctx.org_id(), ctx.org_id());
  if (absl::IsNotFound(organization.status())) {
    return error::OrganizationNotRegistered(ctx.org_id());
  }
  return organization;
}

// Tokens may be confined to some of the organization's shops.
inline absl::Status CheckShopAllowed(const RequestContext& ctx, std::string_view shop_id) {
  const std::vector<std::string>& shops = ctx.principal.shops;
  const bool allowed = shops.empty() || std::ranges::find(shops, shop_id) != shops.end();
  return allowed ? absl::OkStatus() : error::ShopNotAllowed(shop_id);
}
inline std::string AllowedShops(const RequestContext& ctx) {
  return fmt::format("{}", fmt::join(ctx.principal.shops, ","));
}

// NOT_FOUND, or RECORD_ARCHIVED, unless the row may be used for new work.
template <class T>
absl::StatusOr<T> FindActive(db::Transaction& t, const RequestContext& ctx,
                             std::string_view resource, std::string_view id) {
  ASSIGN_OR_RETURN(T record, store::Find<T>(t, ctx.org_id(), id));
  if (record.state != domain::RecordState::kActive) return error::RecordArchived(resource, id);
  return record;
}

// Today in the organization's zone.
inline absl::StatusOr<absl::CivilDay> Today(store::Reader reader, const RequestContext& ctx) {
  ASSIGN_OR_RETURN(const absl::TimeZone zone, store::ZoneOf(reader, ctx.org_id()));
  return absl::ToCivilDay(ctx.now, zone);
}

inline absl::Status Publish(const Dependencies& deps, db::Transaction& t, const RequestContext& ctx,
                            std::string_view key, const google::protobuf::Message& event) {
  t.AfterCommit(deps.on_events);
  return events::Append(t, ctx.org_id(), key, event, ctx.now);
}

// Converts the resource inside a request; faults are reported under the request's field name.
template <class R>
absl::StatusOr<typename R::Record> Convert(const typename R::Proto& proto) {
  FieldViolations inner, violations;
  typename R::Record record = convert::FromProto(proto, inner);
  violations.Merge(R::kField, inner);
  RETURN_IF_ERROR(violations.ToStatus());
  return record;
}

inline absl::Status CheckId(std::string_view id, std::string_view field) {
  FieldViolations violations;
  convert::Id(id, field, violations);
  return violations.ToStatus();
}

template <class R, class Request>
absl::StatusOr<typename R::Proto> Create(const Dependencies& deps, const RequestContext& ctx,
                                         const Request& request,
                                         const typename R::Proto& resource) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const typename R::Record asked, Convert<R>(resource));
  return events::RunWrite<typename R::Proto>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<typename R::Proto> {
        typename R::Record record = asked;
        ASSIGN_OR_RETURN(const auto organization, RegisteredOrganization(t, ctx));
        RETURN_IF_ERROR(R::Check(t, ctx, organization, nullptr, record));
        record.id = deps.ids.Next();
        record.info = {1, ctx.now, ctx.now};
        RETURN_IF_ERROR(store::Insert(t, ctx.org_id(), record));
        const typename R::Proto proto = convert::ToProto(record);
        RETURN_IF_ERROR(Publish(deps, t, ctx, R::KeyOf(record), R::Event(proto)));
        return proto;
      });
}

template <class R>
absl::StatusOr<typename R::Proto> Get(const Dependencies& deps, const RequestContext& ctx,
                                      std::string_view id) {
  using Record = typename R::Record;
  RETURN_IF_ERROR(RequireOrganization(ctx));
  RETURN_IF_ERROR(CheckId(id, R::kIdField));
  if constexpr (R::kHasParts) {
    return deps.database.RunInTransaction(
        ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<typename R::Proto> {
          // The row before its parts: an etag that is too old is refused at an update, one that is
          // too new would let a stale view through.
          ASSIGN_OR_RETURN(Record record, store::Find<Record>(t, ctx.org_id(), id));
          RETURN_IF_ERROR(R::Fill(t, ctx, std::span(&record, 1)));
          return convert::ToProto(record);
        });
  } else {
    ASSIGN_OR_RETURN(
        const Record record,
        store::Find<Record>(store::Reader(deps.database, ctx.deadline), ctx.org_id(), id));
    RETURN_IF_ERROR(R::CheckRead(ctx, record));
    return convert::ToProto(record);
  }
}

// The rows of one page and the token of the next. `filter` is everything besides the tenant that
// decides which rows are shown; `fetch` is (store::Reader, store::Page) -> StatusOr<vector>.
template <class R>
struct PageOf {
  std::vector<typename R::Record> records;
  std::string next_page_token;
};
template <class R, class Request, class F>
absl::StatusOr<PageOf<R>> FetchPage(const Dependencies& deps, const RequestContext& ctx,
                                    const Request& request, std::string_view filter, F fetch) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  ASSIGN_OR_RETURN(const int size, db::PageSize(request.page_size()));
  const uint64_t hash = db::FilterHash({ctx.method, ctx.org_id(), AllowedShops(ctx), filter});
  ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                   db::DecodePageToken(request.page_token(), hash, 1));
  const store::Page page{keys.empty() ? std::string_view() : std::string_view(keys[0]), size + 1};
  PageOf<R> result;
  if constexpr (R::kHasParts) {
    ASSIGN_OR_RETURN(
        result.records,
        deps.database.RunInTransaction(
            ctx.deadline,
            [&](db::Transaction& t) -> absl::StatusOr<std::vector<typename R::Record>> {
              ASSIGN_OR_RETURN(std::vector<typename R::Record> records, fetch(t, page));
              // Without the row that only tells that there is a next page.
              const size_t shown = std::min<size_t>(records.size(), size);
              RETURN_IF_ERROR(R::Fill(t, ctx, std::span(records).first(shown)));
              return records;
            }));
  } else {
    ASSIGN_OR_RETURN(result.records, fetch(store::Reader(deps.database, ctx.deadline), page));
  }
  if (result.records.size() > static_cast<size_t>(size)) {
    result.records.resize(size);
    result.next_page_token = db::EncodePageToken(hash, {R::IdOf(result.records.back())});
  }
  return result;
}

// The same as a response; `add` is the response's method that adds an element.
template <class R, class Response, class Request, class F>
absl::StatusOr<Response> List(const Dependencies& deps, const RequestContext& ctx,
                              const Request& request, std::string_view filter,
                              typename R::Proto* (Response::*add)(), F fetch) {
  ASSIGN_OR_RETURN(PageOf<R> page, FetchPage<R>(deps, ctx, request, filter, fetch));
  Response response;
  for (const typename R::Record& record : page.records) {
    *(response.*add)() = convert::ToProto(record);
  }
  response.set_next_page_token(std::move(page.next_page_token));
  return response;
}

// The stored resource with the masked fields of the sent one, checked as a whole.
template <class R>
absl::StatusOr<typename R::Record> Merge(const typename R::Record& stored,
                                         const typename R::Proto& sent,
                                         const google::protobuf::FieldMask& mask) {
  using google::protobuf::util::FieldMaskUtil;
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  typename R::Proto merged = convert::ToProto(stored);
  FieldMaskUtil::MergeMessageTo(sent, mask, options, &merged);
  return Convert<R>(merged);
}

template <class R, class Request>
absl::StatusOr<typename R::Proto> Update(const Dependencies& deps, const RequestContext& ctx,
                                         const Request& request, const typename R::Proto& sent,
                                         std::string_view id) {
  using Record = typename R::Record;
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(id, fmt::format("{}.{}", R::kField, R::kIdField), violations);
  convert::CheckMask(request.update_mask(), R::kMutable, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return events::RunWrite<typename R::Proto>(
      deps.database, ctx, request, [&](db::Transaction& t) -> absl::StatusOr<typename R::Proto> {
        ASSIGN_OR_RETURN(const auto organization, RegisteredOrganization(t, ctx));
        ASSIGN_OR_RETURN(Record before, R::LockRow(t, ctx, id));
        if constexpr (R::kHasParts) {
          RETURN_IF_ERROR(R::Fill(t, ctx, std::span(&before, 1)));
        }
        if (!sent.etag().empty() && sent.etag() != convert::Etag(before.info)) {
          return error::EtagMismatch(R::kField, id);
        }
        ASSIGN_OR_RETURN(Record record, Merge<R>(before, sent, request.update_mask()));
        record.id = before.id;
        R::Keep(before, record);
        RETURN_IF_ERROR(R::Check(t, ctx, organization, &before, record));
        record.info = {before.info.version + 1, before.info.create_time, ctx.now};
        RETURN_IF_ERROR(store::Update(t, ctx.org_id(), record));
        const typename R::Proto proto = convert::ToProto(record);
        RETURN_IF_ERROR(Publish(deps, t, ctx, R::KeyOf(record), R::Event(proto)));
        return proto;
      });
}

// What most resources share.
template <class RecordType, class ProtoType>
struct ResourceBase {
  using Record = RecordType;
  using Proto = ProtoType;
  static constexpr bool kHasParts = false;
  static absl::StatusOr<Record> LockRow(db::Transaction& t, const RequestContext& ctx,
                                        std::string_view id) {
    return store::Lock<Record>(t, ctx.org_id(), id);
  }
  static absl::Status CheckRead(const RequestContext&, const Record&) { return absl::OkStatus(); }
  static const std::string& IdOf(const Record& record) { return record.id; }
  // Events of one key are in causal order.
  static const std::string& KeyOf(const Record& record) { return record.id; }
  static void Keep(const Record& before, Record& record) { record.state = before.state; }
};

}  // namespace kefu::staffing
