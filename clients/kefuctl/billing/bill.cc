#include "clients/kefuctl/billing/bill.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "clients/kefuctl/csv_table.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"

namespace kefu::billing {
namespace {

namespace wh = warehouse::v1;
using kefuctl::Fields;
using kefuctl::In;

enum BillColumn { kItem, kQuantity, kAmount };
constexpr std::array kColumns = {kefuctl::ColumnSpec{"item", true},
                                 kefuctl::ColumnSpec{"quantity", true},
                                 kefuctl::ColumnSpec{"amount", true}};
constexpr int64_t kMostPieces = 1'000'000'000'000'000;  // the service's own limit

// Both names of every item.
std::vector<std::pair<std::string, int>> Names() {
  constexpr size_t kPrefix = std::string_view("BILL_ITEM_").size();
  std::vector<std::pair<std::string, int>> names;
  const auto* type = wh::BillItem_descriptor();
  for (int i = 1; i < type->value_count(); ++i) {
    std::string name = type->value(i)->name().substr(kPrefix);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    names.emplace_back(std::move(name), i);
    names.emplace_back(kefuctl::EnumLabelIn(type, i, kefuctl::Language::kChinese), i);
  }
  return names;
}

int64_t AmountOf(Fields& fields) {
  std::string_view text = fields.Get(kAmount);
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto amount = kefuctl::ParseAmount(text, fields.locale().currency);
  if (!amount.ok()) {
    fields.Refuse(kAmount, std::string(amount.status().message()));
    return 0;
  }
  return negative ? -*amount : *amount;
}

}  // namespace

absl::StatusOr<wh::CheckWarehouseBillRequest> ReadBill(const std::string& path,
                                                       const std::string& currency,
                                                       kefuctl::RowErrors& errors) {
  const auto names = Names();
  std::vector<std::pair<std::string_view, int>> words(names.begin(), names.end());
  std::vector<std::string_view> shown;  // in the reader's language
  for (size_t i = kefuctl::CurrentLanguage() == kefuctl::Language::kChinese ? 1 : 0;
       i < names.size(); i += 2) {
    shown.push_back(names[i].first);
  }
  const std::string expected = fmt::format("{}", fmt::join(shown, In("、", ", ")));
  std::map<int, int64_t> seen;  // items with their lines
  const kefuctl::ShopLocale locale{absl::UTCTimeZone(), currency};
  ASSIGN_OR_RETURN(const auto table, kefuctl::CsvTable::Open(path, ',', kColumns));
  wh::CheckWarehouseBillRequest bill;
  kefuctl::Row row;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, table->Next(&row, errors));
    if (!more) break;
    if (row.broken()) continue;
    Fields fields(row, *table, locale, errors);
    wh::BillLine& line = *bill.add_lines();
    line.set_item(static_cast<wh::BillItem>(fields.Word(kItem, words, expected)));
    const auto [first, added] = seen.emplace(line.item(), row.line());
    if (!added && line.item() != wh::BILL_ITEM_UNSPECIFIED) {
      fields.Refuse(kItem, Tr(kefuctl::Text::kTwiceInFile, first->second));
    }
    line.set_quantity(fields.Integer(kQuantity, 0, kMostPieces));
    const int64_t amount = AmountOf(fields);
    line.mutable_amount()->set_currency_code(currency);
    line.mutable_amount()->set_minor_units(
        line.item() == wh::BILL_ITEM_PENALTY_PIECE ? -std::abs(amount) : amount);
  }
  if (errors.errors() > 0) {
    return absl::InvalidArgumentError(
        fmt::format(fmt::runtime(In("账单有 {} 处错误，未核对；请改正后重试",
                                    "{} errors in the bill, nothing was checked: correct it and "
                                    "try again")),
                    errors.errors()));
  }
  if (bill.lines().empty()) {
    return absl::InvalidArgumentError(
        In("账单没有行：列名之下每项一行",
           "the bill has no rows: one an item goes below the column names"));
  }
  return bill;
}

}  // namespace kefu::billing
