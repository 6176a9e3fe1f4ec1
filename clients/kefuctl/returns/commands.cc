#include "clients/kefuctl/returns/commands.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/returns/render.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/values.h"
#include "google/protobuf/util/json_util.h"

namespace kefu::returns {
namespace {

namespace as = aftersales::v1;
using kefuctl::AddRequestId;
using kefuctl::Command;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::PrintedJson;
using kefuctl::Rpc;

constexpr Rpc<as::EvaluateReturnRequest, as::ReturnEvaluation> kEvaluate{
    "/kefu.aftersales.v1.AftersalesService/EvaluateReturn"};
constexpr Rpc<as::ListReturnQuestionsRequest, as::ListReturnQuestionsResponse> kQuestions{
    "/kefu.aftersales.v1.ReturnPolicyService/ListReturnQuestions"};
constexpr Rpc<as::ListReturnPoliciesRequest, as::ListReturnPoliciesResponse> kPolicies{
    "/kefu.aftersales.v1.ReturnPolicyService/ListReturnPolicies"};
constexpr Rpc<as::SimulateReturnPolicyRequest, as::SimulateReturnPolicyResponse> kSimulate{
    "/kefu.aftersales.v1.ReturnPolicyService/SimulateReturnPolicy"};

struct Options {
  std::string shop, case_id, order, category, reason, signed_at, asked_at, request_id;
  std::vector<std::string> yes, no, shown;
  std::string policy, from, to;
  bool why = false;
};

absl::Status SetTime(const std::string& text, google::protobuf::Timestamp* time) {
  ASSIGN_OR_RETURN(const absl::Time parsed, kefuctl::ParseTime(text, absl::LocalTimeZone()));
  *time = kefuctl::ToTimestamp(parsed);
  return absl::OkStatus();
}

absl::Status AddAnswers(const std::string& option, const std::vector<std::string>& words, bool yes,
                        as::ReturnQuestion& question) {
  for (const std::string& word : words) {
    ASSIGN_OR_RETURN(const auto condition,
                     (Named<as::ReturnCondition>(option, "RETURN_CONDITION_", word,
                                                 &as::ReturnCondition_Parse)));
    as::ReturnConditionAnswer& answer = *question.add_answers();
    answer.set_condition(condition);
    answer.set_yes(yes);
  }
  return absl::OkStatus();
}

absl::Status SetQuestion(const Options& options, as::ReturnQuestion& question) {
  question.set_category(options.category);
  question.set_order_id(options.order);
  ASSIGN_OR_RETURN(const auto reason,
                   (Named<as::ReturnReason>("--reason", "RETURN_REASON_", options.reason,
                                            &as::ReturnReason_Parse)));
  question.set_reason(reason);
  RETURN_IF_ERROR(AddAnswers("--yes", options.yes, true, question));
  RETURN_IF_ERROR(AddAnswers("--no", options.no, false, question));
  for (const std::string& word : options.shown) {
    ASSIGN_OR_RETURN(const auto kind, (Named<as::ReturnEvidence>("--shown", "RETURN_EVIDENCE_",
                                                                 word, &as::ReturnEvidence_Parse)));
    question.add_evidence(kind);
  }
  if (!options.signed_at.empty()) {
    RETURN_IF_ERROR(SetTime(options.signed_at, question.mutable_sign_time()));
  }
  if (!options.asked_at.empty()) {
    RETURN_IF_ERROR(SetTime(options.asked_at, question.mutable_ask_time()));
  }
  return absl::OkStatus();
}

absl::Status EvaluateReturn(kefuctl::Context& context, const Options& options) {
  as::EvaluateReturnRequest request;
  request.set_shop_id(options.shop);
  request.set_case_id(options.case_id);
  request.set_request_id(options.request_id);
  RETURN_IF_ERROR(SetQuestion(options, *request.mutable_question()));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto evaluation, client->Call(kEvaluate, request));
  if (PrintedJson(context, evaluation)) return absl::OkStatus();
  context.Print(OutcomeTable(evaluation));
  if (options.why) context.Print(RuleTable(evaluation));
  return absl::OkStatus();
}

absl::Status ListQuestions(kefuctl::Context& context, const Options& options) {
  as::ListReturnQuestionsRequest request;
  request.set_shop_id(options.shop);
  request.set_category(options.category);
  return kefuctl::PrintCall(context, kQuestions, request, &QuestionTable);
}

absl::Status ListPolicies(kefuctl::Context& context, const Options& options) {
  as::ListReturnPoliciesRequest request;
  request.set_shop_id(options.shop);
  return kefuctl::PrintAll(context, kPolicies, request,
                           &as::ListReturnPoliciesResponse::mutable_policies, &PolicyTable);
}

absl::Status ReadPolicy(const std::string& path, as::ReturnPolicy* policy) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && text.empty()) {
    return absl::InvalidArgumentError(
        fmt::format(fmt::runtime(In("{}：无法读取", "{}: cannot be read")), path));
  }
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, policy);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("{}: {}", path, std::string(parsed.message())));
}

absl::Status Simulate(kefuctl::Context& context, const Options& options) {
  as::SimulateReturnPolicyRequest request;
  request.set_shop_id(options.shop);
  RETURN_IF_ERROR(ReadPolicy(options.policy, request.mutable_policy()));
  RETURN_IF_ERROR(SetTime(options.from, request.mutable_start_time()));
  RETURN_IF_ERROR(SetTime(options.to, request.mutable_end_time()));
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto simulation, client->Call(kSimulate, request));
  if (PrintedJson(context, simulation)) return absl::OkStatus();
  context.Print(SimulatedRuleTable(simulation));
  context.Say(SimulationText(simulation));
  return absl::OkStatus();
}

void AddEvaluate(CLI::App& returns, kefuctl::Context& context) {
  const auto [command, o] =
      Command<Options>(returns, context, "evaluate",
                       In("判定买家可得什么", "What a buyer may have"), &EvaluateReturn);
  CLI::Option_group& of = *command->add_option_group(In("对象", "About"));
  of.require_option(1);
  of.add_option("--case", o->case_id, In("售后单", "The case"))->type_name("ID");
  of.add_option("--shop", o->shop, In("店铺", "The shop"))->type_name("ID");
  command->add_option("--reason", o->reason, In("原因", "Why: see questions"))->required();
  command->add_option("--category", o->category, In("品类", "The category of the goods"));
  command->add_option("--order", o->order, In("订单", "The order"))->type_name("ID");
  command->add_option("--signed", o->signed_at,
                      In("签收时间；缺省按订单", "When it was signed for; else the order says it"));
  command->add_option("--asked", o->asked_at,
                      In("买家提出的时间；缺省为现在", "When the buyer asked; else now"));
  command->add_option("--yes", o->yes, In("回答“是”的问题", "Questions answered with yes"))
      ->delimiter(',');
  command->add_option("--no", o->no, In("回答“否”的问题", "Questions answered with no"))
      ->delimiter(',');
  command->add_option("--shown", o->shown, In("已提供的证据", "Evidence that was shown"))
      ->delimiter(',');
  command->add_flag("--why", o->why, In("列出各条规则", "Also what became of each rule"));
  AddRequestId(*command, *o);
}

}  // namespace

void AddReturnCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& returns = *program
                           .add_subcommand("returns", In("退换货：判定、提问、政策",
                                                         "Returns: decisions, policies"))
                           ->require_subcommand(1);
  AddEvaluate(returns, context);
  const auto [questions, asked] = Command<Options>(
      returns, context, "questions", In("应问的问题", "What to ask about goods"), &ListQuestions);
  questions->add_option("--shop", asked->shop, In("店铺", "The shop"))->type_name("ID")->required();
  questions->add_option("--category", asked->category,
                        In("品类；缺省列出品类", "The category; else lists the categories"));
  const auto [policies, listed] = Command<Options>(
      returns, context, "policies", In("退换货政策", "Return policies"), &ListPolicies);
  policies->add_option("--shop", listed->shop, In("店铺", "Those for this shop"))->type_name("ID");
  const auto [simulate, s] =
      Command<Options>(returns, context, "simulate",
                       In("试算新政策", "What another policy would change"), &Simulate);
  simulate
      ->add_option(
          "--policy", s->policy,
          In("政策文件（ReturnPolicy 的 JSON）", "File of the policy, ReturnPolicy as JSON"))
      ->required();
  simulate->add_option("--shop", s->shop, In("店铺", "Only this shop"))->type_name("ID");
  simulate->add_option("--from", s->from, In("自此时起的判定", "Evaluations from this time on"))
      ->required();
  simulate->add_option("--to", s->to, In("此时之前的判定", "And before this time"))->required();
}

}  // namespace kefu::returns
