#include "services/aftersales/handlers/insight/figure_requests.h"

#include "common/time/civil.h"
#include "services/aftersales/store/policies.h"

namespace kefu::aftersales {

namespace fields = ::kefu::convert;
using domain::insight::CasePeriod;
using domain::insight::ReasonDimension;
using domain::insight::ReasonGroup;

// What a group's value may hold: two ids and what is between them, or a buyer.
constexpr int kMaxValue = 200;

std::string KindsOf(const google::protobuf::RepeatedField<int>& kinds,
                    FieldViolations& violations) {
  std::set<std::string_view> names;
  for (int i = 0; i < kinds.size(); ++i) {
    const auto kind =
        fields::RequiredEnum<v1::CaseKind>(kinds[i], fmt::format("kinds[{}]", i), violations);
    names.insert(NameOf(static_cast<domain::CaseKind>(kind)));
  }
  return fmt::format("{}", fmt::join(names, ","));
}

absl::Status SetReach(const RequestContext& ctx, const std::string& shop_id,
                      FieldViolations& violations, CasePeriod& period) {
  fields::OptionalId(shop_id, "shop_id", violations);
  violations.Check(!shop_id.empty() || !ctx.principal.IsBase(), "shop_id", "must be set by a base");
  RETURN_IF_ERROR(violations.ToStatus());
  period.base_id = ctx.principal.base_id;
  if (!shop_id.empty()) {
    ASSIGN_OR_RETURN(period.org_id, OrgOfShop(ctx, shop_id));
    period.shops = shop_id;
    return absl::OkStatus();
  }
  period.org_id = std::string(ctx.org_id());
  period.shops = fmt::format("{}", fmt::join(ctx.principal.shops, ","));
  return absl::OkStatus();
}

absl::StatusOr<absl::TimeZone> SetInstants(db::Transaction& t, const std::string& shop_id,
                                           CasePeriod& period) {
  std::string name(store::kDefaultZone);
  if (!shop_id.empty()) {
    ASSIGN_OR_RETURN(const store::Shop shop, store::FindShop(t, period.org_id, shop_id));
    name = shop.zone.name;
  }
  ASSIGN_OR_RETURN(const absl::TimeZone zone, LoadZone(name));
  period.from = StartOfDay(period.first, zone);
  period.to = StartOfDay(period.last + 1, zone);
  return zone;
}

ReasonDimension DimensionOf(const RequestContext& ctx, int value, std::string_view field,
                            FieldViolations& violations) {
  const auto by = static_cast<ReasonDimension>(
      fields::RequiredEnum<v1::ReasonDimension>(value, field, violations));
  violations.Check(by != ReasonDimension::kCustomer || !ctx.principal.IsBase(), field,
                   "must not be CUSTOMER: a base sees buyers masked");
  return by;
}

ReasonGroup GroupOf(const RequestContext& ctx, const v1::ReasonGroup& group, std::string_view field,
                    FieldViolations& violations) {
  ReasonGroup result;
  result.by = DimensionOf(ctx, group.by(), fmt::format("{}.by", field), violations);
  result.value =
      fields::OptionalText(group.value(), kMaxValue, fmt::format("{}.value", field), violations);
  return result;
}

uint64_t HashOf(const RequestContext& ctx, const CasePeriod& period, std::string_view more) {
  return db::FilterHash({ctx.method, period.org_id, period.shops, period.base_id,
                         FormatDay(period.first), FormatDay(period.last), period.kinds, more});
}

std::string TextOf(const std::optional<ReasonGroup>& group) {
  return group ? fmt::format("{}={}", static_cast<int>(group->by), group->value) : "";
}

}  // namespace kefu::aftersales
