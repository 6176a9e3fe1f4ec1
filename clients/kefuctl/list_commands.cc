// kefuctl shops, cases, stock: lists.
#include <map>
#include <set>

#include "absl/time/clock.h"
#include "clients/kefuctl/context.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/names.h"
#include "clients/kefuctl/rpcs.h"
#include "clients/kefuctl/shops.h"
#include "common/time/civil.h"

namespace kefu::kefuctl {
namespace {

namespace as = aftersales::v1;
namespace wh = warehouse::v1;
using Json = nlohmann::ordered_json;

constexpr int kPageSize = 1000;
constexpr int kDefaultLimit = 100;  // a screen or two
constexpr absl::Duration kSoon = absl::Hours(1);

// Pages until `limit` rows are there; `more` tells that there are others.
template <class Request, class Response, class Row>
absl::Status ListUpTo(Client& client, const Rpc<Request, Response>& rpc, Request request,
                      google::protobuf::RepeatedPtrField<Row>* (Response::*rows)(), int limit,
                      std::vector<Row>& found, bool* more) {
  do {
    request.set_page_size(std::min<int>(kPageSize, limit - static_cast<int>(found.size()) + 1));
    ASSIGN_OR_RETURN(auto page, client.Call(rpc, request));
    for (auto& row : *(page.*rows)()) found.push_back(std::move(row));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && static_cast<int>(found.size()) <= limit);
  *more = static_cast<int>(found.size()) > limit;
  if (*more) found.resize(limit);
  return absl::OkStatus();
}

template <class Row>
Json ArrayOf(const std::vector<Row>& rows) {
  Json array = Json::array();
  for (const Row& row : rows) array.push_back(JsonOf(row));
  return array;
}

void PrintRows(const Context& context, const Table& table, bool more, int limit) {
  if (table.empty()) return context.Say(Tr(Text::kNoFacts));
  context.Print(table);
  if (more) context.Say(Tr(Text::kMoreRows, limit));
}

// --- shops ---

absl::Status ShowShops(Context& context) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto shops, ListShops(*client));
  if (context.json()) {
    context.PrintJson(Json{{"shops", ArrayOf(shops)}});
    return absl::OkStatus();
  }
  Table table({{Tr(Text::kShopId)},
               {Tr(Text::kShop)},
               {Tr(Text::kPlatform)},
               {Tr(Text::kExternalId)},
               {Tr(Text::kZone)},
               {Tr(Text::kCurrency)},
               {Tr(Text::kStage)}});
  for (const auto& shop : shops) {
    table.Add({shop.shop_id(), shop.display_name(),
               EnumLabel(staffing::v1::Platform_descriptor(), shop.platform()), shop.external_id(),
               shop.time_zone(), shop.currency_code(),
               EnumLabel(staffing::v1::ShopStage_descriptor(), shop.stage())});
  }
  PrintRows(context, table, false, 0);
  return absl::OkStatus();
}

// --- cases ---

struct CasesOptions {
  std::string shop, due_within;
  std::vector<std::string> states;
  int limit = kDefaultLimit;
};

constexpr std::pair<const char*, as::CaseState> kStates[] = {
    {"open", as::CASE_STATE_OPEN},
    {"waiting", as::CASE_STATE_WAITING_CUSTOMER},
    {"approval", as::CASE_STATE_AWAITING_APPROVAL},
    {"decided", as::CASE_STATE_DECIDED},
    {"appealed", as::CASE_STATE_APPEALED},
    {"closed", as::CASE_STATE_CLOSED},
    {"merged", as::CASE_STATE_MERGED}};

// "2 h 05 min", "45 min".
std::string ShownDuration(absl::Duration duration) {
  const int64_t minutes = absl::ToInt64Minutes(duration);
  if (minutes < 60) return fmt::format("{} min", minutes);
  if (minutes < 48 * 60) return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
  return fmt::format("{} d {} h", minutes / 1440, minutes % 1440 / 60);
}

Cell DueCell(const as::Case& row, absl::Time now) {
  if (!row.has_due_time()) return "";
  const absl::Duration left = TimeOf(row.due_time()) - now;
  if (left < absl::ZeroDuration()) return {Tr(Text::kOverdue, ShownDuration(-left)), Colour::kRed};
  return {ShownDuration(left), left < kSoon ? Colour::kYellow : Colour::kNone};
}

Table CasesTable(const std::vector<as::Case>& cases, const std::vector<staffing::v1::Shop>& shops) {
  std::map<std::string, const staffing::v1::Shop*> shop_of;
  for (const auto& shop : shops) shop_of[shop.shop_id()] = &shop;
  Table table({{Tr(Text::kDue)},
               {Tr(Text::kLeft)},
               {Tr(Text::kCase)},
               {Tr(Text::kShop), false, 20},
               {Tr(Text::kKind)},
               {Tr(Text::kState)},
               {Tr(Text::kPriority)},
               {Tr(Text::kOrder), false, 20},
               {Tr(Text::kAssignee), false, 48},
               {Tr(Text::kProblem), false, 40}});
  const absl::Time now = absl::Now();
  for (const as::Case& row : cases) {
    const auto shop = shop_of.find(row.shop_id());
    absl::TimeZone zone = absl::UTCTimeZone();
    if (shop != shop_of.end()) absl::LoadTimeZone(shop->second->time_zone(), &zone);
    const std::string due =
        row.has_due_time() ? absl::FormatTime("%Y-%m-%d %H:%M", TimeOf(row.due_time()), zone) : "";
    table.Add({due, DueCell(row, now), row.case_id(),
               shop == shop_of.end() ? row.shop_id() : shop->second->display_name(),
               EnumLabel(as::CaseKind_descriptor(), row.kind()),
               EnumLabel(as::CaseState_descriptor(), row.state()),
               EnumLabel(as::CasePriority_descriptor(), row.priority()), row.order_id(),
               row.assignee_agent_id(), row.problem()});
  }
  return table;
}

absl::Status ShowCases(Context& context, const CasesOptions& options) {
  as::ListCasesRequest request;
  if (!options.due_within.empty()) {
    absl::Duration within;
    if (!absl::ParseDuration(options.due_within, &within) || within < absl::ZeroDuration())
      return absl::InvalidArgumentError(Tr(Text::kBadDuration, options.due_within));
    *request.mutable_due_before_time() = ToTimestamp(absl::Now() + within);
  }
  for (const auto& [name, state] : kStates) {
    if (std::ranges::find(options.states, name) != options.states.end()) request.add_states(state);
  }
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  if (!options.shop.empty()) {
    ASSIGN_OR_RETURN(const auto shop, FindShop(*client, options.shop));
    request.set_shop_id(shop.shop_id());
  }
  std::vector<as::Case> cases;
  bool more = false;
  RETURN_IF_ERROR(ListUpTo(*client, rpcs::kListCases, request,
                           &as::ListCasesResponse::mutable_cases, options.limit, cases, &more));
  if (context.json()) {
    context.PrintJson(Json{{"cases", ArrayOf(cases)}, {"more", more}});
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto shops, ListShops(*client));
  if (cases.empty()) {
    context.Say(Tr(Text::kNoFacts));
    return absl::OkStatus();
  }
  PrintNamed(context, CasesTable(cases, shops));
  if (more) context.Say(Tr(Text::kMoreRows, options.limit));
  return absl::OkStatus();
}

// --- stock ---

struct StockOptions {
  std::string node, sku;
  int64_t below = 0;
  int limit = kDefaultLimit;
};

// What a list holds, whole: nodes are few, SKUs are read once for a table.
template <class Row, class Request, class Response>
absl::StatusOr<std::vector<Row>> ListAll(
    Client& client, const Rpc<Request, Response>& rpc,
    google::protobuf::RepeatedPtrField<Row>* (Response::*rows)()) {
  constexpr int kMost = 1'000'000;
  std::vector<Row> found;
  bool more = false;
  RETURN_IF_ERROR(ListUpTo(client, rpc, Request(), rows, kMost, found, &more));
  return found;
}

absl::Status ShowStock(Context& context, const StockOptions& options) {
  ASSIGN_OR_RETURN(Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto nodes, ListAll<wh::Node>(*client, rpcs::kListNodes,
                                                       &wh::ListNodesResponse::mutable_nodes));
  ASSIGN_OR_RETURN(const auto skus,
                   ListAll<wh::Sku>(*client, rpcs::kListSkus, &wh::ListSkusResponse::mutable_skus));
  wh::ListStockLevelsRequest request;
  request.set_available_below(options.below);
  std::map<std::string, const wh::Node*> node_of;
  for (const auto& node : nodes) {
    node_of[node.node_id()] = &node;
    if (options.node == node.node_id() || options.node == node.external_id())
      if (!options.node.empty()) request.set_node_id(node.node_id());
  }
  std::map<std::string, const wh::Sku*> sku_of;
  for (const auto& sku : skus) {
    sku_of[sku.sku_id()] = &sku;
    if (options.sku == sku.sku_id() || options.sku == sku.code()) request.set_sku_id(sku.sku_id());
  }
  if (!options.node.empty() && request.node_id().empty())
    return absl::NotFoundError(Tr(Text::kNodeNotFound, options.node));
  if (!options.sku.empty() && request.sku_id().empty())
    return absl::NotFoundError(Tr(Text::kSkuNotFound, options.sku));
  std::vector<wh::StockLevel> levels;
  bool more = false;
  RETURN_IF_ERROR(ListUpTo(*client, rpcs::kListStockLevels, request,
                           &wh::ListStockLevelsResponse::mutable_levels, options.limit, levels,
                           &more));
  if (context.json()) {
    context.PrintJson(Json{{"levels", ArrayOf(levels)}, {"more", more}});
    return absl::OkStatus();
  }
  Table table({{Tr(Text::kNode), false, 28},
               {Tr(Text::kSku), false, 24},
               {Tr(Text::kSkuName), false, 32},
               {Tr(Text::kCondition)},
               {Tr(Text::kOnHand), true},
               {Tr(Text::kReserved), true},
               {Tr(Text::kAvailable), true},
               {Tr(Text::kInTransit), true}});
  for (const auto& level : levels) {
    const auto node = node_of.find(level.key().node_id());
    const auto sku = sku_of.find(level.key().sku_id());
    const bool sellable = level.key().condition() == wh::STOCK_CONDITION_SELLABLE;
    table.Add({node == node_of.end() ? level.key().node_id() : node->second->display_name(),
               sku == sku_of.end() ? level.key().sku_id() : sku->second->code(),
               sku == sku_of.end() ? "" : sku->second->display_name(),
               EnumLabel(wh::StockCondition_descriptor(), level.key().condition()),
               std::to_string(level.on_hand()), std::to_string(level.reserved()),
               Cell(std::to_string(level.available()),
                    sellable && level.available() == 0 ? Colour::kRed : Colour::kNone),
               std::to_string(level.in_transit())});
  }
  PrintRows(context, table, more, options.limit);
  return absl::OkStatus();
}

void AddLimit(CLI::App* command, int& limit) {
  command->add_option("--limit", limit, Tr(Text::kHelpLimit))
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
}

// What a list of cases may be narrowed to, and that the command lists.
void AddCaseFilter(CLI::App* command, Context& context,
                   const std::shared_ptr<CasesOptions>& cases) {
  command->add_option("--shop", cases->shop, Tr(Text::kHelpShop))->type_name("ID");
  command->add_option("--due-within", cases->due_within, Tr(Text::kHelpDueWithin))
      ->type_name("TIME");
  std::vector<std::string> states;
  for (const auto& [name, state] : kStates) states.emplace_back(name);
  command->add_option("--state", cases->states, Tr(Text::kHelpState))
      ->delimiter(',')
      ->check(CLI::IsMember(states));
  AddLimit(command, cases->limit);
  command->callback([&context, cases, command] {
    if (!command->get_subcommands().empty()) return;
    context.command = [&context, cases] { return ShowCases(context, *cases); };
  });
}

}  // namespace

void AddListCommands(CLI::App& program, Context& context) {
  program.add_subcommand("shops", Tr(Text::kHelpShops))->callback([&context] {
    context.command = [&context] { return ShowShops(context); };
  });

  const auto cases = std::make_shared<CasesOptions>();
  CLI::App* command = program.add_subcommand("cases", Tr(Text::kHelpCases));
  AddCaseFilter(command, context, cases);
  command->require_subcommand(0, 1);  // without one it lists
  const auto list = std::make_shared<CasesOptions>();
  AddCaseFilter(command->add_subcommand("list", Tr(Text::kHelpCases)), context, list);

  const auto stock = std::make_shared<StockOptions>();
  command = program.add_subcommand("stock", Tr(Text::kHelpStock));
  command->add_option("--node", stock->node, Tr(Text::kHelpNode))->type_name("ID");
  command->add_option("--sku", stock->sku, Tr(Text::kHelpSku))->type_name("ID");
  command->add_option("--below", stock->below, Tr(Text::kHelpBelow))
      ->type_name("N")
      ->check(CLI::Range(int64_t{1}, int64_t{1'000'000'000'000}));
  AddLimit(command, stock->limit);
  command->callback([&context, stock] {
    context.command = [&context, stock] { return ShowStock(context, *stock); };
  });
}

}  // namespace kefu::kefuctl
