// kefuctl problem: what agents could not answer.
#include <fmt/format.h>

#include "clients/kefuctl/conduct/commands.h"
#include "clients/kefuctl/conduct/render.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"

namespace kefu::conduct {
namespace {

namespace st = staffing::v1;
using kefuctl::AddRequestId;
using kefuctl::AllPages;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<st::RecordProblemRequest, st::Problem> kRecord{
    "/kefu.staffing.v1.ProblemService/RecordProblem"};
constexpr Rpc<st::AnswerProblemRequest, st::Problem> kAnswer{
    "/kefu.staffing.v1.ProblemService/AnswerProblem"};
constexpr Rpc<st::ListProblemsRequest, st::ListProblemsResponse> kList{
    "/kefu.staffing.v1.ProblemService/ListProblems"};
constexpr Rpc<st::SearchProblemsRequest, st::SearchProblemsResponse> kSearch{
    "/kefu.staffing.v1.ProblemService/SearchProblems"};

struct Options {
  std::string shop, agent, product, attribute, link, conversation, state = "open";
  std::string question, answer, query, id, request_id;
  bool answered = false;
};

absl::Status PrintOne(kefuctl::Context& context, const st::Problem& problem) {
  return kefuctl::PrintOne(context, problem, &st::ListProblemsResponse::add_problems,
                           &ProblemTable);
}

absl::Status ListLog(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListProblemsRequest request;
  request.set_shop_id(options.shop);
  request.set_agent_id(options.agent);
  request.set_product_id(options.product);
  if (options.state != "all") {
    ASSIGN_OR_RETURN(const auto state,
                     (Named<st::ProblemState>("--state", "PROBLEM_STATE_", options.state,
                                              &st::ProblemState_Parse)));
    request.set_state(state);
  }
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kList, request, &st::ListProblemsResponse::mutable_problems));
  return kefuctl::PrintAnswer(context, all, &ProblemTable);
}

absl::Status Search(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::SearchProblemsRequest request;
  request.set_query(options.query);
  request.set_shop_id(options.shop);
  request.set_answered_only(options.answered);
  ASSIGN_OR_RETURN(const auto found, client->Call(kSearch, request));
  if (PrintedJson(context, found)) return absl::OkStatus();
  st::ListProblemsResponse rows;
  for (const st::FoundProblem& each : found.problems()) *rows.add_problems() = each.problem();
  context.Print(ProblemTable(rows));
  return absl::OkStatus();
}

absl::Status Record(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::RecordProblemRequest request;
  st::Problem& problem = *request.mutable_problem();
  problem.set_shop_id(options.shop);
  problem.set_agent_id(options.agent);
  problem.set_question(options.question);
  problem.set_product_id(options.product);
  problem.set_attribute(options.attribute);
  problem.set_link(options.link);
  problem.set_conversation_id(options.conversation);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto recorded, client->Call(kRecord, request));
  return PrintOne(context, recorded);
}

absl::Status Answer(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::AnswerProblemRequest request;
  request.set_problem_id(options.id);
  request.set_answer(options.answer);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto answered, client->Call(kAnswer, request));
  return PrintOne(context, answered);
}

}  // namespace

Table ProblemTable(const st::ListProblemsResponse& problems) {
  Table table({{In("编号", "Problem")},
               {In("店铺", "Shop")},
               {In("客服", "Agent")},
               {In("商品", "Product")},
               {In("属性", "Attribute")},
               {In("状态", "State")},
               {In("问题", "Question"), false, 60},
               {In("答案", "Answer"), false, 60}});
  for (const st::Problem& problem : problems.problems()) {
    const bool open = problem.state() == st::PROBLEM_STATE_OPEN;
    table.Add({Printable(problem.problem_id()),
               Printable(problem.shop_id()),
               Printable(problem.agent_id()),
               Printable(problem.product_id()),
               Printable(problem.attribute()),
               {EnumLabel(st::ProblemState_descriptor(), problem.state()),
                open ? Colour::kYellow : Colour::kNone},
               Printable(problem.question()),
               Printable(problem.answer())});
  }
  return table;
}

void AddProblemCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& log =
      *program.add_subcommand("problem", In("问题登记", "The problem log"))->require_subcommand(1);
  const auto [list, shown] =
      Command<Options>(log, context, "list", In("登记的问题", "What is on record"), &ListLog);
  list->add_option("--shop", shown->shop, In("店铺", "Of this shop"))->type_name("ID");
  list->add_option("--agent", shown->agent, In("客服", "Of this agent"))->type_name("ID");
  list->add_option("--product", shown->product, In("商品", "About this product"));
  list->add_option("--state", shown->state,
                   In("open（缺省）、answered 或 all", "open (default), answered or all"));
  const auto [search, wanted] =
      Command<Options>(log, context, "search", In("查找", "Find by words"), &Search);
  search->add_option("QUERY", wanted->query, In("要找的字词", "What to look for"))->required();
  search->add_option("--shop", wanted->shop, In("店铺", "Of this shop"))->type_name("ID");
  search->add_flag("--answered", wanted->answered, In("仅已解答", "Only those with an answer"));
  const auto [record, o] =
      Command<Options>(log, context, "record", In("登记", "Record one"), &Record);
  record->add_option("--shop", o->shop, In("店铺", "The shop"))->type_name("ID")->required();
  record->add_option("--question", o->question, In("问题", "What was asked"))->required();
  record->add_option("--agent", o->agent,
                     In("客服；缺省为令牌本人", "The agent; else the token's own"));
  record->add_option("--product", o->product, In("商品", "The product"));
  record->add_option("--attribute", o->attribute, In("属性", "Which of its attributes"));
  record->add_option("--link", o->link, In("链接", "Where it stands"));
  record->add_option("--conversation", o->conversation, In("会话", "The conversation"));
  AddRequestId(*record, *o);
  const auto [answer, given] =
      Command<Options>(log, context, "answer", In("解答", "Answer one"), &Answer);
  answer->add_option("ID", given->id, In("编号", "Its id"))->required();
  answer->add_option("--answer", given->answer, In("答案", "The answer"))->required();
  AddRequestId(*answer, *given);
}

}  // namespace kefu::conduct
