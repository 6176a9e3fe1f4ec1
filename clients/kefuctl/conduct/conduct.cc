// kefuctl conduct: the ledger.
#include <fmt/format.h>

#include "clients/kefuctl/conduct/commands.h"
#include "clients/kefuctl/conduct/render.h"
#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/values.h"
#include "common/money/money.h"
#include "kefu/staffing/v1/staffing_service.pb.h"

namespace kefu::conduct {
namespace {

namespace st = staffing::v1;
using kefuctl::AddRequestId;
using kefuctl::AllPages;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::SetDay;
using kefuctl::SetDays;
using kefuctl::ShownMoney;
using kefuctl::Table;

constexpr Rpc<st::RecordConductRequest, st::Conduct> kRecord{
    "/kefu.staffing.v1.StaffingService/RecordConduct"};
constexpr Rpc<st::GetConductScoreRequest, st::GetConductScoreResponse> kScore{
    "/kefu.staffing.v1.StaffingService/GetConductScore"};
constexpr Rpc<st::ListConductRequest, st::ListConductResponse> kList{
    "/kefu.staffing.v1.ConductService/ListConduct"};
constexpr Rpc<st::ExplainConductRequest, st::ExplainConductResponse> kExplain{
    "/kefu.staffing.v1.ConductService/ExplainConduct"};
constexpr Rpc<st::GetConductCatalogueRequest, st::ConductCatalogue> kCatalogue{
    "/kefu.staffing.v1.ConductService/GetConductCatalogue"};
constexpr Rpc<st::DecideConductRequest, st::Conduct> kDecide{
    "/kefu.staffing.v1.ConductService/DecideConduct"};
constexpr Rpc<st::AppealConductRequest, st::Conduct> kAppeal{
    "/kefu.staffing.v1.ConductService/AppealConduct"};
constexpr Rpc<st::DecideConductAppealRequest, st::Conduct> kDecideAppeal{
    "/kefu.staffing.v1.ConductService/DecideConductAppeal"};
constexpr Rpc<st::VoidConductRequest, st::Conduct> kVoid{
    "/kefu.staffing.v1.ConductService/VoidConduct"};

struct Options {
  std::string shop, agent, team, kind, state, day, from, to, month;
  std::string severity, evidence, note, sanction, money, currency = "CNY", source;
  std::string id, reason, request_id;
  int32_t points = 0, days_off = 0;
};

absl::Status PrintOne(kefuctl::Context& context, const st::Conduct& conduct) {
  return kefuctl::PrintOne(context, conduct, &st::ListConductResponse::add_conduct, &ConductTable);
}

absl::Status ListLedger(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ListConductRequest request;
  request.set_shop_id(options.shop);
  request.set_agent_id(options.agent);
  request.set_kind_id(options.kind);
  ASSIGN_OR_RETURN(const auto state,
                   (Named<st::ConductState>("--state", "CONDUCT_STATE_", options.state,
                                            &st::ConductState_Parse)));
  request.set_state(state);
  if (!options.from.empty()) {
    RETURN_IF_ERROR(SetDays(options.from, options.to, request.mutable_period()));
  }
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kList, request, &st::ListConductResponse::mutable_conduct));
  return kefuctl::PrintAnswer(context, all, &ConductTable);
}

absl::Status ReadTerms(const Options& options, st::ConductTerms* terms) {
  terms->set_points(options.points);
  terms->set_days_off(options.days_off);
  ASSIGN_OR_RETURN(const auto sanction,
                   (Named<st::ConductSanction>("--sanction", "CONDUCT_SANCTION_", options.sanction,
                                               &st::ConductSanction_Parse)));
  terms->set_sanction(sanction);
  if (options.money.empty()) return absl::OkStatus();
  const bool takes = options.money.front() == '-';
  ASSIGN_OR_RETURN(const int64_t minor,
                   kefuctl::ParseAmount(options.money.substr(takes ? 1 : 0), options.currency));
  terms->mutable_money()->set_currency_code(options.currency);
  terms->mutable_money()->set_minor_units(takes ? -minor : minor);
  return absl::OkStatus();
}

bool HasTerms(const Options& options) {
  return options.points != 0 || options.days_off != 0 || !options.sanction.empty() ||
         !options.money.empty();
}

absl::Status Record(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::RecordConductRequest request;
  request.set_shop_id(options.shop);
  request.set_agent_id(options.agent);
  request.set_team_id(options.team);
  request.set_kind_id(options.kind);
  RETURN_IF_ERROR(SetDay("--day", options.day, request.mutable_day()));
  ASSIGN_OR_RETURN(const auto severity,
                   (Named<st::ConductSeverity>("--severity", "CONDUCT_SEVERITY_", options.severity,
                                               &st::ConductSeverity_Parse)));
  request.set_severity(severity);
  request.set_evidence(options.evidence);
  request.set_note(options.note);
  request.set_source_id(options.source);
  if (HasTerms(options)) {
    RETURN_IF_ERROR(ReadTerms(options, request.mutable_terms()));
  }
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto recorded, client->Call(kRecord, request));
  return PrintOne(context, recorded);
}

template <bool kDismiss>
absl::Status Decide(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::DecideConductRequest request;
  request.set_conduct_id(options.id);
  request.set_dismiss(kDismiss);
  request.set_reason(options.reason);
  if (HasTerms(options)) {
    RETURN_IF_ERROR(ReadTerms(options, request.mutable_terms()));
  }
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto decided, client->Call(kDecide, request));
  return PrintOne(context, decided);
}

absl::Status Appeal(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::AppealConductRequest request;
  request.set_conduct_id(options.id);
  request.set_agent_id(options.agent);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto appealed, client->Call(kAppeal, request));
  return PrintOne(context, appealed);
}

template <bool kOverturn>
absl::Status DecideAppeal(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::DecideConductAppealRequest request;
  request.set_conduct_id(options.id);
  request.set_overturn(kOverturn);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto closed, client->Call(kDecideAppeal, request));
  return PrintOne(context, closed);
}

absl::Status Void(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::VoidConductRequest request;
  request.set_conduct_id(options.id);
  request.set_reason(options.reason);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto voided, client->Call(kVoid, request));
  return PrintOne(context, voided);
}

absl::Status Show(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::ExplainConductRequest request;
  request.set_conduct_id(options.id);
  ASSIGN_OR_RETURN(const auto explained, client->Call(kExplain, request));
  if (PrintedJson(context, explained)) return absl::OkStatus();
  RETURN_IF_ERROR(PrintOne(context, explained.conduct()));
  context.Print(WayTable(explained, absl::LocalTimeZone()));
  context.Say(explained.counts()
                  ? fmt::format(fmt::runtime(In("生效，第 {} 次", "Counts; time {} of its kind")),
                                explained.time())
                  : In("不生效", "Counts nowhere"));
  return absl::OkStatus();
}

absl::Status Kinds(kefuctl::Context& context, const Options&) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const auto catalogue,
                   client->Call(kCatalogue, st::GetConductCatalogueRequest()));
  return kefuctl::PrintAnswer(context, catalogue, &KindTable);
}

absl::Status Score(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::GetConductScoreRequest request;
  request.set_agent_id(options.agent);
  request.set_shop_id(options.shop);
  ASSIGN_OR_RETURN(const absl::CivilDay month, kefuctl::MonthNamed(options.month));
  RETURN_IF_ERROR(SetDay("--month", absl::FormatCivilTime(month), request.mutable_month()));
  ASSIGN_OR_RETURN(const auto score, client->Call(kScore, request));
  return kefuctl::PrintAnswer(context, score, &ScoreTable);
}

std::string TermsText(const st::ConductTerms& terms) {
  std::string text;
  const auto add = [&](std::string part) {
    text += (text.empty() || part.empty() ? "" : ", ") + part;
  };
  if (terms.points() != 0) add(fmt::format("{:+}", terms.points()));
  if (terms.has_money()) add(ShownMoney(terms.money()));
  if (terms.days_off() != 0) {
    add(fmt::format(fmt::runtime(In("休 {} 天", "{} days off")), terms.days_off()));
  }
  if (terms.sanction() != 0) {
    add(EnumLabel(st::ConductSanction_descriptor(), terms.sanction()));
  }
  return text;
}

void AddTerms(CLI::App& command, Options& options) {
  command.add_option("--points", options.points, In("分或券，扣减为负", "Points; negative takes"));
  command.add_option("--money", options.money, In("金额，如 -50.00", "As -50.00; negative takes"));
  command.add_option("--currency", options.currency, In("货币；缺省 CNY", "Else CNY"));
  command.add_option("--days-off", options.days_off, In("带薪休假天数", "Paid days off"));
  command.add_option("--sanction", options.sanction,
                     "public_notice, warning, demerit, compensation, dismissal");
}

using Run = absl::Status (*)(kefuctl::Context&, const Options&);

// A step with one event: its id, why, and the request's id.
std::pair<CLI::App*, std::shared_ptr<Options>> AddStep(CLI::App& parent, kefuctl::Context& context,
                                                       const char* name, std::string help, Run run,
                                                       bool needs_reason = true) {
  auto step = Command<Options>(parent, context, name, std::move(help), run);
  step.first->add_option("ID", step.second->id, In("编号", "Its id"))->required();
  step.first->add_option("--reason", step.second->reason, In("理由", "Why"))
      ->required(needs_reason);
  AddRequestId(*step.first, *step.second);
  return step;
}

void AddRecord(CLI::App& ledger, kefuctl::Context& context) {
  const auto [record, o] = Command<Options>(
      ledger, context, "record", In("登记，由他人决定", "Record; others decide"), &Record);
  record->add_option("--shop", o->shop, In("店铺", "The shop"))->type_name("ID")->required();
  record->add_option("--agent", o->agent, In("客服", "Who did it"))->type_name("ID");
  record->add_option("--team", o->team, In("连带责任的班组", "The team that answers together"))
      ->type_name("ID");
  record->add_option("--kind", o->kind, In("类型，见 kinds", "What it was: see kinds"))->required();
  record->add_option("--day", o->day, In("日期", "When"))->type_name("DAY")->required();
  record->add_option("--severity", o->severity, "minor, moderate, grave");
  record->add_option("--evidence", o->evidence, In("证据编号", "Reference to the evidence"));
  record->add_option("--note", o->note, In("说明", "In words"));
  record->add_option("--source", o->source, In("来源编号，重复时不重记", "Your own id for it"));
  AddTerms(*record, *o);
  AddRequestId(*record, *o);
}

}  // namespace

Table ConductTable(const st::ListConductResponse& events) {
  Table table({{In("编号", "Conduct")},
               {In("日期", "Day")},
               {In("客服", "Agent")},
               {In("班组", "Team")},
               {In("类型", "Kind")},
               {In("奖惩", "Terms")},
               {In("状态", "State")},
               {In("证据", "Evidence")},
               {In("决定人", "Decided by")},
               {In("说明", "Note"), false, 60}});
  for (const st::Conduct& event : events.conduct()) {
    const bool waits =
        event.state() == st::CONDUCT_STATE_RECORDED || event.state() == st::CONDUCT_STATE_APPEALED;
    table.Add({Printable(event.conduct_id()),
               DayText(event.day()),
               Printable(event.agent_id()),
               Printable(event.team_id()),
               Printable(event.kind_id()),
               TermsText(event.terms()),
               {EnumLabel(st::ConductState_descriptor(), event.state()),
                waits ? Colour::kYellow : Colour::kNone},
               Printable(event.evidence()),
               Printable(event.decided_by()),
               Printable(event.note())});
  }
  return table;
}

Table WayTable(const st::ExplainConductResponse& explained, absl::TimeZone zone) {
  Table table({{In("时间", "Time")},
               {In("状态", "State")},
               {In("操作人", "By")},
               {In("奖惩", "Terms")},
               {In("理由", "Why"), false, 60}});
  for (const st::ConductEntry& entry : explained.entries()) {
    table.Add({absl::FormatTime("%Y-%m-%d %H:%M", kefuctl::TimeOf(entry.record_time()), zone),
               EnumLabel(st::ConductState_descriptor(), entry.state()), Printable(entry.actor()),
               TermsText(entry.terms()), Printable(entry.reason())});
  }
  return table;
}

Table KindTable(const st::ConductCatalogue& catalogue) {
  Table table({{In("类型", "Kind")},
               {In("名称", "Name")},
               {In("奖惩", "Gives or takes")},
               {In("分", "Points")},
               {In("金额", "Money")},
               {In("连带", "Of a group")},
               {In("需证据", "Needs evidence")}});
  const auto yes = [](bool is) { return is ? In("是", "yes") : ""; };
  for (const st::ConductKind& kind : catalogue.kinds()) {
    const bool points = kind.least_points() != 0 || kind.most_points() != 0;
    table.Add({Printable(kind.kind_id()), Printable(kind.display_name()),
               EnumLabel(st::ConductDirection_descriptor(), kind.direction()),
               points ? fmt::format("{} – {}", kind.least_points(), kind.most_points()) : "",
               yes(kind.takes_money()), yes(kind.of_group()), yes(kind.needs_evidence())});
  }
  return table;
}

Table ScoreTable(const st::GetConductScoreResponse& score) {
  Table table({{In("类型", "Kind")},
               {In("生效", "Count"), true},
               {In("待决", "Wait"), true},
               {In("分", "Points"), true},
               {In("休假天数", "Days off"), true},
               {In("金额", "Money"), true}});
  const auto add = [&](std::string name, const st::ConductTally& tally) {
    std::string money;
    for (const auto& each : tally.money()) {
      money += (money.empty() ? "" : ", ") + ShownMoney(each);
    }
    table.Add({std::move(name), fmt::format("{}", tally.counted()),
               fmt::format("{}", tally.pending()), fmt::format("{}", tally.points()),
               fmt::format("{}", tally.days_off()), std::move(money)});
  };
  for (const st::ConductTally& tally : score.tallies()) add(Printable(tally.kind_id()), tally);
  add(In("合计", "Total"), score.total());
  return table;
}

void AddLedgerCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& ledger = *program.add_subcommand("conduct", In("奖惩台账", "The conduct ledger"))
                          ->require_subcommand(1);
  const auto [list, shown] =
      Command<Options>(ledger, context, "list", In("台账", "What is on record"), &ListLedger);
  list->add_option("--shop", shown->shop, In("店铺", "Of this shop"))->type_name("ID");
  list->add_option("--agent", shown->agent, In("客服", "That concerns the agent"))->type_name("ID");
  list->add_option("--kind", shown->kind, In("类型", "Of this kind"));
  list->add_option("--state", shown->state, "recorded, decided, appealed, upheld …");
  list->add_option("--from", shown->from, In("从", "From"))->type_name("DAY");
  list->add_option("--to", shown->to, In("到", "To"))->type_name("DAY");
  AddRecord(ledger, context);
  const auto [show, one] = Command<Options>(
      ledger, context, "show", In("一项及其经过", "One, and why it counts or not"), &Show);
  show->add_option("ID", one->id, In("编号", "Its id"))->required();
  Command<Options>(ledger, context, "kinds", In("奖惩类型", "The catalogue"), &Kinds);
  const auto [score, month] = Command<Options>(
      ledger, context, "score", In("一人一月合计", "What a month holds of an agent"), &Score);
  score->add_option("--agent", month->agent, In("客服", "The agent"))->type_name("ID")->required();
  score->add_option("--month", month->month, "YYYY-MM")->required();
  score->add_option("--shop", month->shop, In("店铺", "Of this shop"))->type_name("ID");
  const auto [decide, terms] =
      AddStep(ledger, context, "decide", In("决定生效", "Decide that it counts"), &Decide<false>,
              /*needs_reason=*/false);
  AddTerms(*decide, *terms);
  AddStep(ledger, context, "dismiss", In("不予处理", "Decide that it does not"), &Decide<true>);
  const auto [appeal, who] = AddStep(ledger, context, "appeal", In("申诉", "Appeal"), &Appeal);
  appeal
      ->add_option("--agent", who->agent,
                   In("客服；缺省为令牌本人", "The agent; else the token's own"))
      ->type_name("ID");
  AddStep(ledger, context, "uphold", In("维持", "Refuse the appeal"), &DecideAppeal<false>);
  AddStep(ledger, context, "overturn", In("撤销决定", "Grant the appeal"), &DecideAppeal<true>);
  AddStep(ledger, context, "void", In("作废", "Take back what was recorded wrongly"), &Void);
}

}  // namespace kefu::conduct
