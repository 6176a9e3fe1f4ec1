#include "clients/kefuctl/billing/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "clients/kefuctl/billing/bill.h"
#include "clients/kefuctl/billing/render.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "common/status/error.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/warehouse/v1/billing_service.pb.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"

namespace kefu::billing {
namespace {

namespace wh = warehouse::v1;
using Json = nlohmann::ordered_json;
using kefuctl::In;
using kefuctl::PrintedJson;
using kefuctl::Rpc;

constexpr Rpc<wh::ComputeSettlementRequest, wh::ComputeSettlementResponse> kCompute{
    "/kefu.warehouse.v1.WarehouseService/ComputeSettlement"};
constexpr Rpc<wh::CloseSettlementRequest, wh::Settlement> kClose{
    "/kefu.warehouse.v1.BillingService/CloseSettlement"};
constexpr Rpc<wh::ListSettlementEntriesRequest, wh::ListSettlementEntriesResponse> kEntries{
    "/kefu.warehouse.v1.BillingService/ListSettlementEntries"};
constexpr Rpc<wh::GetWarehouseReportRequest, wh::WarehouseReport> kReport{
    "/kefu.warehouse.v1.BillingService/GetWarehouseReport"};
constexpr Rpc<wh::CheckWarehouseBillRequest, wh::CheckWarehouseBillResponse> kCheck{
    "/kefu.warehouse.v1.BillingService/CheckWarehouseBill"};
constexpr Rpc<wh::GetSkuRequest, wh::Sku> kGetSku{"/kefu.warehouse.v1.WarehouseService/GetSku"};

constexpr int kPageSize = 1000;
constexpr int64_t kShownErrors = 20;

absl::Status Bad(std::string words) { return absl::InvalidArgumentError(words); }

absl::StatusOr<absl::CivilDay> DayFrom(const std::string& text) {
  const auto day = ParseDay(text);
  if (!day.ok()) return Bad(Tr(kefuctl::Text::kBadDay, text));
  return day;
}

// A refusal with what to do about it.
absl::Status Advised(const absl::Status& status) {
  const std::string reason = ReasonOf(status);
  std::string advice;
  if (reason == "TERMS_MISSING") {
    advice = In("。条款由 BillingService.SetOwnerTerms 设置",
                ". Terms are set by BillingService.SetOwnerTerms");
  } else if (reason == "CONTRACT_MISSING") {
    advice = In("。合同由 BillingService.SetWarehouseContract 设置",
                ". A contract is set by BillingService.SetWarehouseContract");
  } else if (reason == "SETTLEMENT_INCOMPLETE") {
    advice = In("。不带 --close 可看到缺什么", ". Without --close their notes say what is missing");
  }
  if (advice.empty()) return status;
  return {status.code(), std::string(status.message()) + advice};
}

// Reads what a table shows, with a bar on a terminal.
class Reader {
 public:
  Reader(kefuctl::Context& context, kefuctl::Client& client)
      : client_(client), progress_(context.err_is_terminal && !context.no_progress) {}

  // The settlement with all of its lines.
  absl::StatusOr<wh::ComputeSettlementResponse> Settlement(wh::ComputeSettlementRequest request) {
    wh::ComputeSettlementResponse whole;
    request.set_page_size(kPageSize);
    do {
      ASSIGN_OR_RETURN(const auto page, client_.Call(kCompute, request));
      *whole.mutable_settlement() = page.settlement();
      whole.mutable_lines()->MergeFrom(page.lines());
      request.set_page_token(page.next_page_token());
      progress_.Say(kefuctl::Bar(In("读取结算行", "reading lines"), whole.lines_size(),
                                 page.settlement().line_count()));
    } while (!request.page_token().empty());
    progress_.Clear();
    return whole;
  }

  // The ledger entries behind a line.
  absl::StatusOr<wh::ListSettlementEntriesResponse> Entries(const wh::Settlement& settlement,
                                                            const wh::SettlementLine& line) {
    wh::ListSettlementEntriesRequest request;
    request.set_owner_id(settlement.owner_id());
    *request.mutable_line() = line;
    request.set_settlement_id(settlement.settlement_id());
    request.set_page_size(kPageSize);
    wh::ListSettlementEntriesResponse whole;
    do {
      ASSIGN_OR_RETURN(const auto page, client_.Call(kEntries, request));
      whole.mutable_entries()->MergeFrom(page.entries());
      whole.set_opening_pieces(page.opening_pieces());
      request.set_page_token(page.next_page_token());
      progress_.Say(fmt::format("{} {}", In("读取分录", "reading entries"), whole.entries_size()));
    } while (!request.page_token().empty());
    progress_.Clear();
    return whole;
  }

  // Codes of SKUs, which people know; where one cannot be read its id stays.
  SkuCodes CodesOf(const std::set<std::string>& ids) {
    SkuCodes codes;
    int64_t done = 0;
    for (const std::string& id : ids) {
      wh::GetSkuRequest request;
      request.set_sku_id(id);
      if (const auto sku = client_.Call(kGetSku, request); sku.ok()) codes[id] = sku->code();
      progress_.Say(kefuctl::Bar(In("读取商品", "reading SKUs"), ++done, ids.size()));
    }
    progress_.Clear();
    return codes;
  }

 private:
  kefuctl::Client& client_;
  kefuctl::Progress progress_;
};

std::set<std::string> SkusOf(const wh::ComputeSettlementResponse& answer) {
  std::set<std::string> ids;
  for (const wh::SettlementLine& line : answer.lines()) {
    if (!line.sku_id().empty()) ids.insert(line.sku_id());
  }
  return ids;
}

// --- settlement ---

struct SettlementOptions {
  std::string owner, from, to;
  bool close = false;
  int line = 0;  // 0: the settlement itself
};

absl::StatusOr<wh::ComputeSettlementRequest> RequestFrom(const SettlementOptions& options) {
  wh::ComputeSettlementRequest request;
  request.set_owner_id(options.owner);
  ASSIGN_OR_RETURN(const absl::CivilDay from, DayFrom(options.from));
  ASSIGN_OR_RETURN(const absl::CivilDay to, DayFrom(options.to));
  if (to < from) return Bad(Tr(kefuctl::Text::kDaysOrder, options.from, options.to));
  *request.mutable_period()->mutable_start_date() = kefuctl::ToProto(from);
  *request.mutable_period()->mutable_end_date() = kefuctl::ToProto(to);
  return request;
}

// Closes what was read, unless it is closed; again with the same answer after a broken connection.
absl::StatusOr<wh::Settlement> Close(kefuctl::Client& client, const wh::Settlement& read) {
  if (read.state() == wh::SETTLEMENT_STATE_CLOSED) return read;
  wh::CloseSettlementRequest close;
  close.set_owner_id(read.owner_id());
  *close.mutable_period() = read.period();
  close.set_expected_hash(read.settlement_hash());
  close.set_request_id("close-" + read.settlement_hash().substr(0, 32));
  return client.Call(kClose, close);
}

absl::Status ShowEntries(kefuctl::Context& context, Reader& reader,
                         const wh::ComputeSettlementResponse& answer, int number) {
  const auto line = std::ranges::find(answer.lines(), number, &wh::SettlementLine::line_number);
  if (line == answer.lines().end()) {
    return Bad(fmt::format(
        fmt::runtime(In("没有第 {} 行：结算共 {} 行", "no line {}: the settlement has {} lines")),
        number, answer.lines_size()));
  }
  ASSIGN_OR_RETURN(const auto behind, reader.Entries(answer.settlement(), *line));
  const bool storage = line->kind() == wh::SETTLEMENT_LINE_KIND_STORAGE;
  if (context.json()) {
    Json json{{"line", kefuctl::JsonOf(*line)}, {"entries", Json::array()}};
    for (const auto& entry : behind.entries()) json["entries"].push_back(kefuctl::JsonOf(entry));
    if (storage) json["opening_pieces"] = behind.opening_pieces();
    context.PrintJson(json);
    return absl::OkStatus();
  }
  wh::ComputeSettlementResponse only;
  *only.add_lines() = *line;
  std::set<std::string> skus = SkusOf(only);
  for (const auto& entry : behind.entries()) skus.insert(entry.entry().key().sku_id());
  const SkuCodes codes = reader.CodesOf(skus);
  context.Print(SettlementHead(answer.settlement()) + "\n\n");
  context.Print(SettlementTable(only, codes));
  context.Print("\n");
  if (storage) {
    context.Print(fmt::format("{} {}\n\n", In("期初在库件数", "pieces when it began:"),
                              kefuctl::Grouped(std::to_string(behind.opening_pieces()))));
  }
  if (behind.entries().empty()) {
    context.Say(Tr(kefuctl::Text::kNoFacts));
  } else {
    context.Print(EntriesTable(behind.entries(), codes));
  }
  return absl::OkStatus();
}

absl::Status ShowSettlement(kefuctl::Context& context, const SettlementOptions& options) {
  ASSIGN_OR_RETURN(const wh::ComputeSettlementRequest request, RequestFrom(options));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  Reader reader(context, *client);
  ASSIGN_OR_RETURN(wh::ComputeSettlementResponse answer, reader.Settlement(request));
  if (options.line != 0) return ShowEntries(context, reader, answer, options.line);
  if (options.close) {
    ASSIGN_OR_RETURN(*answer.mutable_settlement(), Close(*client, answer.settlement()));
  }
  if (PrintedJson(context, answer)) return absl::OkStatus();
  const SkuCodes codes = reader.CodesOf(SkusOf(answer));
  context.Print(SettlementHead(answer.settlement()) + "\n\n");
  if (answer.lines().empty()) {
    context.Say(Tr(kefuctl::Text::kNoFacts));
  } else {
    context.Print(SettlementTable(answer, codes));
    context.Print("\n");
  }
  context.Print(SettlementSums(answer.settlement()) + "\n");
  return absl::OkStatus();
}

// --- warehouse-report ---

struct ReportOptions {
  std::string node, month, bill;
};

absl::Status ShowReport(kefuctl::Context& context, const ReportOptions& options) {
  const auto first = ParseDay(options.month + "-01");
  if (!first.ok()) {
    return Bad(fmt::format(fmt::runtime(In("“{}”不是月份 YYYY-MM", "'{}' is no month, YYYY-MM")),
                           options.month));
  }
  wh::GetWarehouseReportRequest request;
  request.set_node_id(options.node);
  request.set_year(static_cast<int32_t>(first->year()));
  request.set_month(first->month());
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const wh::WarehouseReport report, client->Call(kReport, request));
  wh::CheckWarehouseBillResponse check;
  if (!options.bill.empty()) {
    kefuctl::RowErrors errors([&context](const std::string& line) { context.Say(line); },
                              kShownErrors);
    ASSIGN_OR_RETURN(wh::CheckWarehouseBillRequest bill,
                     ReadBill(options.bill, report.cost().currency_code(), errors));
    bill.set_node_id(options.node);
    bill.set_year(request.year());
    bill.set_month(request.month());
    ASSIGN_OR_RETURN(check, client->Call(kCheck, bill));
  }
  if (context.json()) {
    Json json{{"report", kefuctl::JsonOf(report)}};
    if (!options.bill.empty()) json["check"] = kefuctl::JsonOf(check);
    context.PrintJson(json);
    return absl::OkStatus();
  }
  context.Print(ReportTable(report));
  context.Print("\n");
  context.Print(CostTable(report));
  if (!options.bill.empty()) {
    context.Print("\n");
    context.Print(CheckTable(check));
  }
  return absl::OkStatus();
}

void AddSettlement(CLI::App& program, kefuctl::Context& context) {
  const auto options = std::make_shared<SettlementOptions>();
  CLI::App* const command = program.add_subcommand(
      "settlement", In("与货主、供应商结算：应付、仓储费等，逐行可追到台账分录",
                       "What is owed to and by an owner of stock, line by line"));
  command
      ->add_option("--owner", options->owner,
                   In("货主编号；省略为自有库存", "Owner's id; without it the own stock"))
      ->type_name("ID");
  command->add_option("--from", options->from, Tr(kefuctl::Text::kHelpFrom))
      ->required()
      ->type_name("DAY");
  command->add_option("--to", options->to, Tr(kefuctl::Text::kHelpTo))
      ->required()
      ->type_name("DAY");
  CLI::Option* const line =
      command->add_option("--line", options->line,
                          In("列出第 N 行背后的台账分录（仓库、分录号）",
                             "List the ledger entries behind line N, by node and number"));
  line->type_name("N")->check(CLI::PositiveNumber);
  command
      ->add_flag("--close", options->close,
                 In("关账：此后不再改动", "Close the period: it never changes again"))
      ->excludes(line);
  command->callback([&context, options] {
    context.command = [&context, options] { return Advised(ShowSettlement(context, *options)); };
  });
}

void AddReport(CLI::App& program, kefuctl::Context& context) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* const command = program.add_subcommand(
      "warehouse-report",
      In("外包仓月报：吞吐、准确率、及时率、差异、单均成本、账单核对",
         "A month at a warehouse: throughput, accuracy, on time, differences, cost, bill"));
  command->add_option("--node", options->node, In("仓库编号", "The warehouse's id"))
      ->required()
      ->type_name("ID");
  command->add_option("--month", options->month, In("月份，YYYY-MM", "The month, YYYY-MM"))
      ->required()
      ->type_name("MONTH");
  command
      ->add_option("--bill", options->bill,
                   In("按合同核对账单：CSV，列 item,quantity,amount",
                      "Check a bill against the contract: CSV with item,quantity,amount"))
      ->type_name("FILE");
  command->callback([&context, options] {
    context.command = [&context, options] { return Advised(ShowReport(context, *options)); };
  });
}

}  // namespace

void AddBillingCommands(CLI::App& program, kefuctl::Context& context) {
  AddSettlement(program, context);
  AddReport(program, context);
}

}  // namespace kefu::billing
