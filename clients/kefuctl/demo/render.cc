// The report as tables for people.
#include <fmt/format.h>

#include "clients/kefuctl/demo/report.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/table.h"
#include "clients/kefuctl/text.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "kefu/staffing/v1/resources.pb.h"
#include "kefu/warehouse/v1/resources.pb.h"

namespace kefu::demo {
namespace {

using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::Column;
using kefuctl::Table;
using Json = nlohmann::ordered_json;

std::string In(std::string_view zh, std::string_view en) {
  return std::string(kefuctl::CurrentLanguage() == kefuctl::Language::kChinese ? zh : en);
}

std::string Number(const Json& value) {
  return value.is_null() ? "–" : kefuctl::Grouped(std::to_string(value.get<int64_t>()));
}
std::string Money(const Json& value) {
  if (value.is_null()) return "–";
  const int64_t minor = value.get<int64_t>();
  const int64_t size = minor < 0 ? -minor : minor;
  return kefuctl::Grouped(fmt::format("{}{}.{:02}", minor < 0 ? "-" : "", size / 100, size % 100));
}
std::string Percent(const Json& value) {
  return value.is_null() ? "–" : fmt::format("{:.1f}%", value.get<double>() * 100);
}
std::string Decimal(const Json& value, int digits) {
  return value.is_null() ? "–" : fmt::format("{:.{}f}", value.get<double>(), digits);
}

template <class E>
std::string Label(const Json& name) {
  const auto* type = google::protobuf::GetEnumDescriptor<E>();
  const auto* value = type->FindValueByName(name.get<std::string>());
  return value == nullptr ? name.get<std::string>() : kefuctl::EnumLabel(type, value->number());
}

// DOMAIN 3.2: up to 30 s is excellent, above 100 s needs a talk.
Cell Seconds(const Json& value) {
  if (value.is_null()) return Cell("–", Colour::kDim);
  const double seconds = value.get<double>();
  const Colour colour = seconds <= 30    ? Colour::kGreen
                        : seconds <= 100 ? Colour::kNone
                                         : Colour::kRed;
  return Cell(fmt::format("{:.1f}", seconds), colour);
}

Cell Alarm(const Json& value) {
  return Cell(Number(value), value.get<int64_t>() > 0 ? Colour::kRed : Colour::kDim);
}

std::string Title(std::string_view zh, std::string_view en) { return "\n" + In(zh, en) + "\n"; }

// One column a shop, one row a figure: two shops side by side fit any terminal.
std::string Shops(const Json& shops, bool colours) {
  std::vector<Column> columns = {{In("指标", "figure")}};
  for (const Json& shop : shops)
    columns.push_back({shop["shop"].get<std::string>(), /*right=*/true});
  Table table(std::move(columns));
  const auto add = [&](std::string_view zh, std::string_view en, auto text) {
    std::vector<Cell> cells = {In(zh, en)};
    for (const Json& shop : shops) cells.push_back(text(shop));
    table.Add(std::move(cells));
  };
  const auto number = [&](const char* key) {
    return [key](const Json& shop) -> Cell { return Number(shop[key]); };
  };
  const auto money = [&](const char* key) {
    return [key](const Json& shop) -> Cell { return Money(shop[key]); };
  };
  const auto percent = [&](const char* key) {
    return [key](const Json& shop) -> Cell { return Percent(shop[key]); };
  };
  add("平台", "platform", [](const Json& shop) -> Cell {
    return Label<kefu::staffing::v1::Platform>(shop["platform"]);
  });
  add("销售额（元）", "sales (CNY)", money("sales_minor"));
  add("净销售额（元）", "net sales (CNY)", money("net_sales_minor"));
  add("成交订单数", "paid orders", number("paid_orders"));
  add("客单价（元）", "average order value (CNY)", money("average_order_value_minor"));
  add("静默销售额（元）", "silent sales (CNY)", money("silent_sales_minor"));
  add("咨询人数", "consulted", number("consulted"));
  add("询单转化率", "conversion", percent("conversion"));
  add("回复率", "reply rate", percent("reply_rate"));
  add("平均响应（秒）", "response, mean (s)",
      [](const Json& shop) { return Seconds(shop["response_seconds_mean"]); });
  add("响应P90（秒）", "response, p90 (s)",
      [](const Json& shop) -> Cell { return Decimal(shop["response_seconds_p90"], 1); });
  add("满意度（1–5）", "satisfaction (1–5)",
      [](const Json& shop) -> Cell { return Decimal(shop["satisfaction"], 2); });
  add("评价数", "reviews", number("reviews"));
  add("好评率", "positive-review rate", percent("positive_review_rate"));
  add("退款笔数", "refunds", number("refund_orders"));
  add("退款额（元）", "refunded (CNY)", money("refunds_minor"));
  add("延迟发货", "late shipments", [](const Json& shop) { return Alarm(shop["late_shipments"]); });
  add("延迟发货赔付（元）", "late-shipment compensation (CNY)", money("late_compensation_minor"));
  return table.Render(colours);
}

std::string Agents(const Json& agents, bool colours) {
  Table table({{"#", true},
               {In("客服", "agent")},
               {In("级别", "tier")},
               {In("销售额", "sales"), true},
               {In("咨询", "consulted"), true},
               {In("转化率", "conversion"), true},
               {In("响应（秒）", "response (s)"), true},
               {In("协助", "assists"), true},
               {In("满意度", "satisfaction"), true},
               {In("好评率", "positive"), true}});
  for (const Json& row : agents) {
    const std::string& name = row["agent"].get_ref<const std::string&>();
    table.Add({Number(row["rank"]), name.empty() ? row["agent_id"].get<std::string>() : name,
               row["tier_name"].get<std::string>(), Money(row["sales_minor"]),
               Number(row["consulted"]), Percent(row["conversion"]),
               Seconds(row["response_seconds_mean"]), Number(row["assisted_followups"]),
               Decimal(row["satisfaction"], 2), Percent(row["positive_review_rate"])});
  }
  return table.Render(colours);
}

std::string Teams(const Json& teams, bool colours) {
  Table table({{In("小组", "team")},
               {In("销售额", "sales"), true},
               {In("咨询", "consulted"), true},
               {In("转化率", "conversion"), true},
               {In("响应（秒）", "response (s)"), true},
               {In("满意度", "satisfaction"), true},
               {In("好评率", "positive"), true}});
  for (const Json& row : teams) {
    table.Add({row["team"].get<std::string>(), Money(row["sales_minor"]), Number(row["consulted"]),
               Percent(row["conversion"]), Seconds(row["response_seconds_mean"]),
               Decimal(row["satisfaction"], 2), Percent(row["positive_review_rate"])});
  }
  return table.Render(colours);
}

std::string Cases(const Json& cases, bool colours) {
  Table table({{In("类型", "kind")},
               {In("合计", "total"), true},
               {In("待处理", "open"), true},
               {In("待客户", "waiting"), true},
               {In("已决定", "decided"), true},
               {In("已关闭", "closed"), true},
               {In("超时", "breached"), true}});
  const auto add = [&](std::string label, const Json& row) {
    table.Add({std::move(label), Number(row["total"]), Number(row["open"]),
               Number(row["waiting_customer"]), Number(row["decided"]), Number(row["closed"]),
               Alarm(row["breached"])});
  };
  for (const Json& row : cases["by_kind"])
    add(Label<kefu::aftersales::v1::CaseKind>(row["kind"]), row);
  add(In("合计", "all"), cases);
  std::string text = table.Render(colours);
  std::string results;
  for (const Json& row : cases["by_result"]) {
    results +=
        fmt::format("{}{} {}", results.empty() ? "" : In("，", ", "),
                    Label<kefu::aftersales::v1::ReviewResult>(row["result"]), Number(row["total"]));
  }
  return text + In("审核结果：", "review results: ") + results + "\n";
}

std::string Stock(const Json& stock, bool colours) {
  constexpr size_t kNamed = 2;  // of the low SKUs; the rest is counted
  Table table({{In("仓库", "node")},
               {In("类型", "kind")},
               {In("SKU数", "SKUs"), true},
               {In("在库", "on hand"), true},
               {In("已预占", "reserved"), true},
               {In("可售", "available"), true},
               {In("低库存", "low stock"), false, 60}});
  for (const Json& row : stock) {
    std::string low;
    const Json& items = row["low_stock"];
    for (size_t i = 0; i < items.size() && i < kNamed; ++i) {
      low += fmt::format("{}{} {}", i == 0 ? "" : In("、", ", "),
                         items[i]["sku"].get<std::string>(), Number(items[i]["available"]));
    }
    if (items.size() > kNamed) low += fmt::format(" +{}", items.size() - kNamed);
    table.Add({row["node"].get<std::string>(), Label<kefu::warehouse::v1::NodeKind>(row["kind"]),
               Number(row["skus"]), Number(row["on_hand"]), Number(row["reserved"]),
               Number(row["available"]), Cell(low, Colour::kYellow)});
  }
  return table.Render(colours);
}

}  // namespace

std::string RenderReport(const Json& report, bool colours) {
  const Json& first = report["shops"][0];
  std::string text = fmt::format("{}  {} – {}\n", In("演示店铺月报", "The demo shop's month"),
                                 first["from"].get<std::string>(), first["to"].get<std::string>());
  text += Title("一、店铺", "1. Shops") + Shops(report["shops"], colours);
  text +=
      Title("二、客服排名（按销售额）", "2. Agents by sales") + Agents(report["agents"], colours);
  text += Title("三、小组", "3. Teams") + Teams(report["teams"], colours);
  text += Title("四、售后单", "4. After-sales cases") + Cases(report["cases"], colours);
  text +=
      Title("五、库存（可售低于10件为低库存）", "5. Stock (low: fewer than 10 pieces available)") +
      Stock(report["stock"], colours);
  return text + "\n" + In("以上均为演示数据，纯属虚构。", "All of this is demo data and made up.") +
         "\n";
}

}  // namespace kefu::demo
