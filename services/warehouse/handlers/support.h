// What the handlers share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/context/request_context.h"
#include "common/db/page_token.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "google/protobuf/util/field_mask_util.h"
#include "services/warehouse/convert/resources.h"
#include "services/warehouse/domain/default_zone.h"
#include "services/warehouse/errors.h"
#include "services/warehouse/errors_core.h"

namespace kefu::warehouse {

// A token of a kefu process speaks for no organization and owns nothing here.
inline absl::Status RequireOrganization(const RequestContext& ctx) {
  return ctx.org_id().empty() ? error::OrganizationRequired() : absl::OkStatus();
}

// A reservation of a shop that the caller is not confined to does not exist for them. (Commands
// that go through the fold carry the caller's shops with them: domain::ReservationCommand.)
inline absl::Status RequireVisible(const RequestContext& ctx, std::string_view reservation_id,
                                   std::string_view shop_id) {
  return ctx.principal.shops.empty() || ctx.principal.MayUseShop(shop_id)
             ? absl::OkStatus()
             : error::ReservationNotFound(reservation_id);
}
inline absl::Status RequireVisible(const RequestContext& ctx,
                                   const domain::Reservation& reservation) {
  return RequireVisible(ctx, reservation.id, reservation.shop_id);
}

// Whoever is confined to shops reserves for one of them: PERMISSION_DENIED SHOP_NOT_ALLOWED.
inline absl::Status RequireOwnShop(const RequestContext& ctx,
                                   const domain::Reservation& reservation) {
  return ctx.principal.shops.empty() || ctx.principal.MayUseShop(reservation.shop_id)
             ? absl::OkStatus()
             : error::ShopNotAllowed(reservation.shop_id);
}

// Work in the house is for all shops at once, and its documents show all of them: not for callers
// who are confined to some. PERMISSION_DENIED SHOP_NOT_ALLOWED, or what the call answers.
template <class Call>
std::invoke_result_t<Call> ForAllShops(const RequestContext& ctx, Call call) {
  if (!ctx.principal.shops.empty()) return error::NotForShops();
  return call();
}

// What every call about one record asks for first.
inline absl::Status RequireId(const RequestContext& ctx, const std::string& id,
                              std::string_view field) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  FieldViolations violations;
  convert::Id(id, field, violations);
  return violations.ToStatus();
}

// The faults of a step of a document: its id, and a note of the caller's.
inline absl::Status CheckStep(const std::string& id, std::string_view id_field,
                              const std::string& note, std::string_view note_field) {
  FieldViolations violations;
  convert::Id(id, id_field, violations);
  convert::OptionalText(note, convert::kMaxNote, note_field, violations);
  return violations.ToStatus();
}

// The time of the call as it is stored, so that an answer and what is read later are the same.
inline absl::Time StoredNow(const RequestContext& ctx) { return FromMicros(ToMicros(ctx.now)); }

// One page of a list as asked for.
struct PageAsked {
  int size = 0;
  uint64_t hash = 0;
  std::vector<std::string> keys;  // empty on the first page
};
// `filter`: everything besides method and tenant that decides which rows are shown and how sorted.
template <class Request>
absl::StatusOr<PageAsked> AskedPage(const RequestContext& ctx, const Request& request,
                                    std::string_view filter, size_t key_count) {
  RETURN_IF_ERROR(RequireOrganization(ctx));
  PageAsked page;
  ASSIGN_OR_RETURN(page.size, db::PageSize(request.page_size()));
  page.hash = db::FilterHash({ctx.method, ctx.org_id(), filter});
  ASSIGN_OR_RETURN(page.keys, db::DecodePageToken(request.page_token(), page.hash, key_count));
  return page;
}

// Cuts the row that only tells that there is a next page, and returns that page's token or "".
// keys_of: (const Record&) -> std::vector<std::string>.
template <class Record, class F>
std::string CutPage(const PageAsked& page, std::vector<Record>& records, F keys_of) {
  if (records.size() <= static_cast<size_t>(page.size)) return "";
  records.resize(page.size);
  return db::EncodePageToken(page.hash, keys_of(records.back()));
}

// `stored` with the masked fields of `sent`; an absent message field is cleared.
template <class Proto>
Proto Masked(const Proto& stored, const Proto& sent, const google::protobuf::FieldMask& mask) {
  using google::protobuf::util::FieldMaskUtil;
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  Proto merged = stored;
  FieldMaskUtil::MergeMessageTo(sent, mask, options, &merged);
  return merged;
}

}  // namespace kefu::warehouse
