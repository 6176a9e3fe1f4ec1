#include "clients/kefuctl/quality/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/names.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/values.h"
#include "common/time/civil.h"
#include "kefu/performance/v1/quality.pb.h"

namespace kefu::quality {
namespace {

namespace pf = performance::v1;
using kefuctl::AllPages;
using kefuctl::Cell;
using kefuctl::Colour;
using kefuctl::Command;
using kefuctl::Count;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Printable;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<pf::ListSamplesRequest, pf::ListSamplesResponse> kSamples{
    "/kefu.performance.v1.QualityService/ListSamples"};
constexpr Rpc<pf::GetSampleRequest, pf::InspectionSample> kSample{
    "/kefu.performance.v1.QualityService/GetSample"};
constexpr Rpc<pf::ListInspectionsRequest, pf::ListInspectionsResponse> kInspections{
    "/kefu.performance.v1.QualityService/ListInspections"};
constexpr Rpc<pf::ListInspectionFormsRequest, pf::ListInspectionFormsResponse> kForms{
    "/kefu.performance.v1.QualityService/ListInspectionForms"};
constexpr Rpc<pf::GetAgreementRequest, pf::Agreement> kAgreement{
    "/kefu.performance.v1.QualityService/GetAgreement"};

constexpr int kTextWidth = 60;

struct Options {
  std::string shop, from, to, agent, sample;
  bool unlinked = false;
};

// The shop into the request, and its zone, in which times are shown.
template <class Request>
absl::StatusOr<absl::TimeZone> SetShop(kefuctl::Client& client, const Options& options,
                                       Request& request) {
  ASSIGN_OR_RETURN(const auto shop, kefuctl::FindShop(client, options.shop));
  request.set_shop_id(shop.shop_id());
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(shop.time_zone(), &zone);
  return zone;
}

template <class Request>
absl::Status SetPeriod(const Options& options, Request& request) {
  if (options.from.empty()) return absl::OkStatus();
  return kefuctl::SetDays(options.from, options.to, request.mutable_period());
}

std::string TimeText(const google::protobuf::Timestamp& time, const absl::TimeZone& zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M", kefuctl::TimeOf(time), zone);
}

std::string PeriodText(const common::v1::DateRange& period) {
  return fmt::format("{} – {}", DayText(period.start_date()), DayText(period.end_date()));
}

void PrintRows(const kefuctl::Context& context, const Table& table, const std::string& none) {
  if (table.empty()) {
    context.Say(none);
  } else {
    context.Print(table);
  }
}

std::string How(const pf::SamplingPlan& plan) {
  return EnumLabel(pf::SamplingKind_descriptor(), plan.kind());
}

// Why a conversation weighs more, in the reader's language; words that a newer server says as they
// are.
std::string Risk(const std::string& risk) {
  if (!kefuctl::Chinese()) return Printable(risk);
  int messages = 0;
  if (risk == "newcomer") return "新员工";
  if (risk == "low rating") return "差评";
  if (risk == "slow answer") return "回复慢";
  if (std::sscanf(risk.c_str(), "forbidden words in %d messages", &messages) == 1)
    return fmt::format("{}条消息有禁用词", messages);
  return Printable(risk);
}

std::string Points(int64_t centipoints) {
  return fmt::format("{}.{:02}", centipoints / 100, centipoints % 100);
}

// --- Samples ---

absl::Status ListSamples(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ListSamplesRequest request;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, SetShop(*client, options, request));
  ASSIGN_OR_RETURN(const auto all,
                   AllPages(*client, kSamples, request, &pf::ListSamplesResponse::mutable_samples));
  if (PrintedJson(context, all)) return absl::OkStatus();
  Table table({{In("抽样", "sample")},
               {In("抽取时间", "drawn at")},
               {In("方式", "how")},
               {In("会话日期", "days")},
               {In("抽取", "drawn"), true},
               {In("总体", "of"), true},
               {In("随机种子", "seed"), true}});
  for (const pf::InspectionSample& sample : all.samples()) {
    table.Add({sample.sample_id(), TimeText(sample.create_time(), zone), How(sample.plan()),
               PeriodText(sample.plan().period()), Count(sample.drawn()),
               Count(sample.population()), std::to_string(sample.plan().seed())});
  }
  PrintRows(context, table, In("没有抽样", "no samples"));
  return absl::OkStatus();
}

absl::Status ShowSample(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::GetSampleRequest request;
  ASSIGN_OR_RETURN(const absl::TimeZone zone, SetShop(*client, options, request));
  request.set_sample_id(options.sample);
  ASSIGN_OR_RETURN(const auto sample, client->Call(kSample, request));
  if (PrintedJson(context, sample)) return absl::OkStatus();
  const kefuctl::Names agents = kefuctl::AgentNames(*client);
  context.Print(fmt::format(
      "{}  {}  {}  {}  {} / {}\n\n", sample.sample_id(), TimeText(sample.create_time(), zone),
      How(sample.plan()), PeriodText(sample.plan().period()), sample.drawn(), sample.population()));
  Table table({{In("日期", "day")},
               {In("会话", "conversation")},
               {In("客服", "agent")},
               {In("权重", "weight"), true},
               {In("风险", "risks"), false, kTextWidth}});
  for (const pf::SampledConversation& row : sample.conversations()) {
    std::vector<std::string> risks;
    for (const std::string& risk : row.risks()) risks.push_back(Risk(risk));
    table.Add({DayText(row.day()), Printable(row.conversation_id()),
               kefuctl::ShownAgent(agents, row.agent_id()), std::to_string(row.weight()),
               fmt::format("{}", fmt::join(risks, In("，", ", ")))});
  }
  PrintRows(context, table, In("抽样中没有会话", "the sample holds no conversation"));
  return absl::OkStatus();
}

// --- Inspections ---

Cell Verdict(bool good) {
  return good ? Cell(In("合格", "yes")) : Cell(In("不合格", "no"), Colour::kRed);
}

// By which form; an imported one has none.
std::string FormText(const pf::Inspection& row) {
  return row.form_id().empty() ? In("外部", "imported")
                               : fmt::format("{}@{}", row.form_id(), row.form_version());
}

// What stands in words: of the appeal the last that was said.
std::string Remark(const pf::Inspection& row) {
  std::vector<std::string> said;
  if (row.second()) said.push_back(In("复评，不计入", "second scoring, counts for no figure"));
  if (!row.note().empty()) said.push_back(Printable(row.note()));
  for (const pf::FormResult& result : row.results())
    if (!result.note().empty()) said.push_back(Printable(result.note()));
  if (!row.appeal_reason().empty())
    said.push_back(In("申诉：", "appeal: ") + Printable(row.appeal_reason()));
  if (!row.decision_reason().empty())
    said.push_back(In("裁定：", "decision: ") + Printable(row.decision_reason()));
  return fmt::format("{}", fmt::join(said, In("；", "; ")));
}

absl::Status ListInspections(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ListInspectionsRequest request;
  RETURN_IF_ERROR(SetShop(*client, options, request).status());
  RETURN_IF_ERROR(SetPeriod(options, request));
  request.set_agent_id(options.agent);
  request.set_unlinked(options.unlinked);
  ASSIGN_OR_RETURN(const auto all, AllPages(*client, kInspections, request,
                                            &pf::ListInspectionsResponse::mutable_inspections));
  if (PrintedJson(context, all)) return absl::OkStatus();
  const kefuctl::Names agents = kefuctl::AgentNames(*client);
  Table table({{In("会话日期", "day")},
               {In("质检", "inspection")},
               {In("会话", "conversation")},
               {In("客服", "agent")},
               {In("表单", "form")},
               {In("得分", "score"), true},
               {In("准确", "accurate")},
               {In("态度", "polite")},
               {In("质检员", "inspector")},
               {In("状态", "state")},
               {In("说明", "notes"), false, kTextWidth}});
  for (const pf::Inspection& row : all.inspections()) {
    table.Add({row.has_day() ? DayText(row.day()) : "–", Printable(row.inspection_id()),
               Printable(row.conversation_id()), kefuctl::ShownAgent(agents, row.agent_id()),
               FormText(row), Points(row.centipoints()), Verdict(row.accurate()),
               Verdict(row.polite()), Printable(row.inspector()),
               EnumLabel(pf::InspectionState_descriptor(), row.state()), Remark(row)});
  }
  PrintRows(context, table, In("没有质检记录", "no inspections"));
  return absl::OkStatus();
}

// --- Forms, agreement ---

absl::Status ListForms(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::ListInspectionFormsRequest request;
  RETURN_IF_ERROR(SetShop(*client, options, request).status());
  ASSIGN_OR_RETURN(const auto all, client->Call(kForms, request));
  if (PrintedJson(context, all)) return absl::OkStatus();
  Table table({{In("表单", "form")},
               {In("名称", "name")},
               {In("方式", "how")},
               {In("项目", "item")},
               {In("项目名称", "item's name")},
               {In("类别", "about")},
               {In("分值", "points"), true}});
  for (const pf::InspectionForm& form : all.forms()) {
    for (const pf::FormItem& item : form.items()) {
      table.Add({fmt::format("{}@{}", form.form_id(), form.version()),
                 Printable(kefuctl::Chinese() ? form.name_zh() : form.name_en()),
                 EnumLabel(pf::FormKind_descriptor(), form.kind()), item.item_id(),
                 Printable(kefuctl::Chinese() ? item.name_zh() : item.name_en()),
                 EnumLabel(pf::QualityCategory_descriptor(), item.category()),
                 std::to_string(item.points())});
    }
  }
  PrintRows(context, table, In("没有质检表单", "no forms"));
  return absl::OkStatus();
}

std::string Question(const std::string& question) {
  if (question == "accuracy") return In("准确", "accuracy");
  if (question == "attitude") return In("态度", "attitude");
  return question == "grade" ? In("等级", "grade") : Printable(question);
}

absl::Status ShowAgreement(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  pf::GetAgreementRequest request;
  RETURN_IF_ERROR(SetShop(*client, options, request).status());
  RETURN_IF_ERROR(SetPeriod(options, request));
  ASSIGN_OR_RETURN(const auto agreement, client->Call(kAgreement, request));
  if (PrintedJson(context, agreement)) return absl::OkStatus();
  Table table({{In("问题", "question")},
               {In("双评", "pairs"), true},
               {In("一致", "agree"), true},
               {In("偶然一致", "by chance"), true},
               {"kappa", true},
               {fmt::format(fmt::runtime(In("{:g}% 置信区间", "{:g} % interval")),
                            agreement.confidence_bps() / 100.0),
                true}});
  for (const pf::Kappa& kappa : agreement.kappas()) {
    const bool known = kappa.pairs() > 0;
    const auto share = [&](double value) {
      return known ? fmt::format("{:.2f}%", value * 100) : "–";
    };
    table.Add({Question(kappa.question()), Count(kappa.pairs()), share(kappa.observed()),
               share(kappa.expected()),
               kappa.has_kappa() ? fmt::format("{:.3f}", kappa.kappa()) : "–",
               kappa.has_low() && kappa.has_high()
                   ? fmt::format("{:.3f} – {:.3f}", kappa.low(), kappa.high())
                   : "–"});
  }
  context.Print(table);
  return absl::OkStatus();
}

// A subcommand of `qa`, which all are about one shop.
std::pair<CLI::App*, std::shared_ptr<Options>> Add(CLI::App& qa, kefuctl::Context& context,
                                                   const char* name, std::string help,
                                                   absl::Status (*run)(kefuctl::Context&,
                                                                       const Options&)) {
  auto added = Command<Options>(qa, context, name, std::move(help), run);
  added.first->add_option("--shop", added.second->shop, Tr(kefuctl::Text::kHelpShop))
      ->required()
      ->type_name("ID");
  return added;
}

CLI::Option* AddPeriod(CLI::App& command, Options& options) {
  CLI::Option* const from =
      command.add_option("--from", options.from, Tr(kefuctl::Text::kHelpFrom))->type_name("DAY");
  command.add_option("--to", options.to, Tr(kefuctl::Text::kHelpTo))->type_name("DAY")->needs(from);
  return from;
}

}  // namespace

void AddQualityCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& qa = *program
                      .add_subcommand("qa", In("质检：抽样、记录、表单、一致性",
                                               "Quality inspections: samples, results, forms"))
                      ->require_subcommand(1);
  Add(qa, context, "samples", In("列出抽样，最近的在前", "List samples, the latest first"),
      &ListSamples);
  const auto [sample, shown] = Add(
      qa, context, "sample", In("一次抽样中的会话", "The conversations of a sample"), &ShowSample);
  sample->add_option("SAMPLE", shown->sample, In("抽样编号", "The sample's id"))->required();
  const auto [inspections, listed] =
      Add(qa, context, "inspections", In("列出质检记录", "List inspections"), &ListInspections);
  CLI::Option* const from = AddPeriod(*inspections, *listed);
  inspections->add_option("--agent", listed->agent, In("只看该客服", "Of this agent only"))
      ->type_name("ID");
  inspections
      ->add_flag("--unlinked", listed->unlinked,
                 In("只看会话不存在的外部记录，它们不计入任何指标",
                    "Imported ones whose conversation is not there; they count nowhere"))
      ->excludes(from);
  Add(qa, context, "forms", In("列出质检表单及其项目", "List inspection forms with their items"),
      &ListForms);
  const auto [agreement, measured] =
      Add(qa, context, "agreement",
          In("双评一致性（Cohen's kappa）", "How well inspectors agree (Cohen's kappa)"),
          &ShowAgreement);
  AddPeriod(*agreement, *measured);
}

}  // namespace kefu::quality
