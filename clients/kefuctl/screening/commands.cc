#include "clients/kefuctl/screening/commands.h"

#include <fmt/format.h>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/names.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "kefu/performance/v1/facts.pb.h"
#include "kefu/performance/v1/screening.pb.h"

namespace kefu::screening {
namespace {

namespace pf = performance::v1;
using kefuctl::AllPages;
using kefuctl::Command;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::SetDays;
using kefuctl::Table;

constexpr Rpc<pf::ListExclusionsRequest, pf::ListExclusionsResponse> kList{
    "/kefu.performance.v1.FactService/ListExclusions"};
constexpr Rpc<pf::ReviewExclusionRequest, pf::ConversationExclusion> kReview{
    "/kefu.performance.v1.FactService/ReviewExclusion"};
constexpr Rpc<pf::ListOrderExclusionsRequest, pf::ListOrderExclusionsResponse> kListOrders{
    "/kefu.performance.v1.FactService/ListOrderExclusions"};
constexpr Rpc<pf::ReviewOrderExclusionRequest, pf::OrderExclusion> kReviewOrder{
    "/kefu.performance.v1.FactService/ReviewOrderExclusion"};
constexpr Rpc<pf::ListWordHitsRequest, pf::ListWordHitsResponse> kListHits{
    "/kefu.performance.v1.FactService/ListWordHits"};

constexpr int kTextWidth = 60;

struct Options {
  std::string shop, from, to, agent, conversation, order, decision, reason, request_id;
  bool orders = false, reviewed = false;
};

// The shop's id and, where days are asked for, the period.
template <class Request>
absl::Status Ask(kefuctl::Client& client, const Options& options, Request& request) {
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(client, options.shop));
  request.set_shop_id(shop.shop_id());
  if (options.from.empty()) return absl::OkStatus();
  return SetDays(options.from, options.to, request.mutable_period());
}

std::string Counts(pf::Exclusion exclusion) {
  return exclusion == pf::EXCLUSION_UNSPECIFIED ? In("计入", "counts")
                                                : EnumLabel(pf::Exclusion_descriptor(), exclusion);
}

// Of conversations and of orders: `id` is what they are about.
template <class Row>
void AddRow(const Row& row, const std::string& id, Table& table) {
  table.Add({DayText(row.day()), Printable(id), Printable(row.customer_id()),
             Counts(row.exclusion()), EnumLabel(pf::ExclusionSource_descriptor(), row.source()),
             Printable(row.rule_id()), Printable(row.evidence()), Printable(row.reviewer()),
             Printable(row.reason())});
}

Table ExclusionTable(const std::string& about) {
  return Table({{In("日期", "day")},
                {about},
                {In("顾客", "customer")},
                {In("结果", "outcome")},
                {In("依据", "by")},
                {In("规则", "rule")},
                {In("证据", "evidence"), false, kTextWidth},
                {In("复核人", "reviewer")},
                {In("理由", "reason"), false, kTextWidth}});
}

void PrintRows(const kefuctl::Context& context, const Table& table, const std::string& none) {
  if (table.empty()) {
    context.Say(none);
  } else {
    context.Print(table);
  }
}

absl::Status ListOrders(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ListOrderExclusionsRequest request;
  RETURN_IF_ERROR(Ask(*client, options, request));
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kListOrders, request,
                                            &pf::ListOrderExclusionsResponse::mutable_exclusions));
  if (PrintedJson(context, all)) return absl::OkStatus();
  Table table = ExclusionTable(In("订单", "order"));
  for (const pf::OrderExclusion& row : all.exclusions()) AddRow(row, row.order_id(), table);
  PrintRows(context, table, In("没有排除的订单", "no order is left out"));
  return absl::OkStatus();
}

absl::Status List(kefuctl::Context& context, const Options& options) {
  if (options.orders) return ListOrders(context, options);
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ListExclusionsRequest request;
  RETURN_IF_ERROR(Ask(*client, options, request));
  request.set_reviewed_only(options.reviewed);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kList, request,
                                            &pf::ListExclusionsResponse::mutable_exclusions));
  if (PrintedJson(context, all)) return absl::OkStatus();
  Table table = ExclusionTable(In("会话", "conversation"));
  for (const pf::ConversationExclusion& row : all.exclusions())
    AddRow(row, row.conversation_id(), table);
  PrintRows(context, table, In("没有排除的会话", "no conversation is left out"));
  return absl::OkStatus();
}

// What a decision has in common for both kinds.
template <class Request>
absl::Status Decide(kefuctl::Client& client, const Options& options, Request& request) {
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(client, options.shop));
  request.set_shop_id(shop.shop_id());
  ASSIGN_OR_RETURN(const auto decision,
                   (Named<pf::ExclusionDecision>("DECISION", "EXCLUSION_DECISION_",
                                                 options.decision, &pf::ExclusionDecision_Parse)));
  request.set_decision(decision);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  return absl::OkStatus();
}

absl::Status Review(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  if (!options.order.empty()) {
    pf::ReviewOrderExclusionRequest request;
    RETURN_IF_ERROR(Decide(*client, options, request));
    request.set_order_id(options.order);
    ASSIGN_OR_RETURN(const auto row, client->Call(kReviewOrder, request));
    if (PrintedJson(context, row)) return absl::OkStatus();
    Table table = ExclusionTable(In("订单", "order"));
    AddRow(row, row.order_id(), table);
    context.Print(table);
    return absl::OkStatus();
  }
  pf::ReviewExclusionRequest request;
  RETURN_IF_ERROR(Decide(*client, options, request));
  request.set_conversation_id(options.conversation);
  ASSIGN_OR_RETURN(const auto row, client->Call(kReview, request));
  if (PrintedJson(context, row)) return absl::OkStatus();
  Table table = ExclusionTable(In("会话", "conversation"));
  AddRow(row, row.conversation_id(), table);
  context.Print(table);
  return absl::OkStatus();
}

absl::Status ListHits(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ListWordHitsRequest request;
  RETURN_IF_ERROR(Ask(*client, options, request));
  request.set_agent_id(options.agent);
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kListHits, request, &pf::ListWordHitsResponse::mutable_hits));
  if (PrintedJson(context, all)) return absl::OkStatus();
  const kefuctl::Names agents = kefuctl::AgentNames(*client);
  Table table({{In("日期", "day")},
               {In("会话", "conversation")},
               {In("第几条", "message"), true},
               {In("客服", "agent")},
               {In("禁用词", "word")},
               {In("消息", "text"), false, kTextWidth}});
  for (const pf::WordHit& hit : all.hits()) {
    table.Add({DayText(hit.day()), Printable(hit.conversation_id()),
               std::to_string(hit.message_index() + 1), kefuctl::ShownAgent(agents, hit.agent_id()),
               Printable(hit.word()), Printable(hit.text())});
  }
  PrintRows(context, table, In("没有禁用词", "no forbidden words"));
  return absl::OkStatus();
}

void AddShop(CLI::App& command, Options& options) {
  command.add_option("--shop", options.shop, Tr(kefuctl::Text::kHelpShop))
      ->required()
      ->type_name("ID");
}

void AddPeriod(CLI::App& command, Options& options) {
  AddShop(command, options);
  CLI::Option* const from =
      command.add_option("--from", options.from, Tr(kefuctl::Text::kHelpFrom))->type_name("DAY");
  command.add_option("--to", options.to, Tr(kefuctl::Text::kHelpTo))->type_name("DAY")->needs(from);
}

}  // namespace

void AddScreeningCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& exclusions =
      *program
           .add_subcommand("exclusions", In("不计入指标的会话和订单", "What counts in no figure"))
           ->require_subcommand(1);
  const auto [list, shown] = Command<Options>(
      exclusions, context, "list",
      In("列出被排除的，以及复核后恢复的", "What is left out, and what a review took back in"),
      &List);
  AddPeriod(*list, *shown);
  CLI::Option* const orders = list->add_flag(
      "--orders", shown->orders, In("订单，而非会话", "Orders instead of conversations"));
  list->add_flag("--reviewed", shown->reviewed, In("只看复核过的", "Only what a review decided"))
      ->excludes(orders);
  const auto [review, decided] =
      Command<Options>(exclusions, context, "review",
                       In("复核一个会话或订单，重新导入后仍有效",
                          "Decide about one; it is kept when it is imported again"),
                       &Review);
  AddShop(*review, *decided);
  CLI::Option_group* const about = review->add_option_group("about");
  about->add_option("--conversation", decided->conversation, In("会话", "The conversation"))
      ->type_name("ID");
  about->add_option("--order", decided->order, In("订单", "The order"))->type_name("ID");
  about->require_option(1);
  review
      ->add_option(
          "DECISION", decided->decision,
          In("count 计入、advertisement 广告、fraud 刷单、by_rules 由规则决定",
             "count, advertisement, fraud, or by_rules to let flag and rules decide again"))
      ->required()
      ->check(CLI::IsMember({"count", "advertisement", "fraud", "by_rules"}));
  review->add_option("--reason", decided->reason, In("理由", "Why"))->required();
  review->add_option("--request-id", decided->request_id,
                     In("重试时用同一编号", "Repeat with the same to retry"));
  const auto [hits, asked] =
      Command<Options>(program, context, "word-hits",
                       In("客服消息中的禁用词", "Forbidden words in agents' messages"), &ListHits);
  AddPeriod(*hits, *asked);
  hits->add_option("--agent", asked->agent, In("只看该客服", "Of this agent only"))
      ->type_name("ID");
}

}  // namespace kefu::screening
