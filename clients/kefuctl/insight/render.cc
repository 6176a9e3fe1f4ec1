#include "clients/kefuctl/insight/render.h"

#include <fmt/format.h>

#include "absl/time/civil_time.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"

namespace kefu::insight {
namespace {

namespace as = aftersales::v1;
using kefuctl::Colour;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::Table;

absl::CivilDay DayOf(const common::v1::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

// "4.21 (3.10 – 5.60)"; only from below where nothing else was complained about.
std::string RatioText(const as::BadLotWarning& warning) {
  if (!warning.has_rate_ratio()) return fmt::format("> {:.2f}", warning.rate_ratio_low());
  return fmt::format("{:.2f} ({:.2f} – {:.2f})", warning.rate_ratio(), warning.rate_ratio_low(),
                     warning.rate_ratio_high());
}

std::string SinceText(const as::BadLotWarning& warning) {
  if (DayOf(warning.earliest_since_date()) == DayOf(warning.latest_since_date())) {
    return DayText(warning.since_date());
  }
  return fmt::format("{} ({} – {})", DayText(warning.since_date()),
                     DayText(warning.earliest_since_date()), DayText(warning.latest_since_date()));
}

Colour ColourOf(as::BadLotState state) {
  if (state == as::BAD_LOT_STATE_DISMISSED) return Colour::kDim;
  return state == as::BAD_LOT_STATE_CONFIRMED ? Colour::kRed : Colour::kYellow;
}

}  // namespace

Table WarningTable(const as::ListBadLotWarningsResponse& warnings) {
  Table table({{In("预警", "Warning")},
               {In("商品", "SKU")},
               {In("仓库", "Node")},
               {In("批次", "Lot")},
               {In("状态", "State")},
               {In("起始发货日", "Since")},
               {In("件数", "Pieces"), true},
               {In("投诉", "Cases"), true},
               {In("预期", "Expected"), true},
               {In("倍数（95% 区间）", "Times as often (95 %)")},
               {In("校正 p 值", "Adjusted p"), true}});
  for (const as::BadLotWarning& each : warnings.warnings()) {
    table.Add({Printable(each.warning_id()),
               Printable(each.sku()),
               Printable(each.node_id()),
               Printable(each.lot()),
               {EnumLabel(as::BadLotState_descriptor(), each.state()), ColourOf(each.state())},
               SinceText(each),
               std::to_string(each.pieces()),
               std::to_string(each.cases()),
               fmt::format("{:.1f}", each.expected_cases()),
               RatioText(each),
               fmt::format("{:.2g}", each.adjusted_p_value())});
  }
  return table;
}

Table DayTable(const as::ExplainBadLotResponse& answer) {
  Table table({{In("发货日", "Shipped")},
               {In("件数", "Pieces"), true},
               {In("折算件数", "Exposure"), true},
               {In("投诉", "Cases"), true}});
  const absl::CivilDay since = DayOf(answer.warning().since_date());
  for (const as::BadLotDay& day : answer.days()) {
    const Colour colour = DayOf(day.ship_date()) >= since ? Colour::kYellow : Colour::kNone;
    table.Add({{DayText(day.ship_date()), colour},
               std::to_string(day.pieces()),
               fmt::format("{:.1f}", day.exposure()),
               {std::to_string(day.cases()), colour}});
  }
  return table;
}

Table BadLotCaseTable(const as::ExplainBadLotResponse& answer) {
  Table table({{In("售后单", "Case")},
               {In("店铺", "Shop")},
               {In("订单", "Order")},
               {In("发货日", "Shipped")},
               {In("受理日", "Received")}});
  for (const as::BadLotCase& each : answer.cases()) {
    table.Add({Printable(each.case_id()), Printable(each.shop_id()), Printable(each.order_id()),
               DayText(each.ship_date()), DayText(each.receive_date())});
  }
  return table;
}

}  // namespace kefu::insight
