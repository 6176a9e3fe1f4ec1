#include "clients/kefuctl/staffing/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/shops.h"
#include "clients/kefuctl/staffing/arrivals.h"
#include "clients/kefuctl/staffing/careers.h"
#include "clients/kefuctl/staffing/render.h"
#include "clients/kefuctl/subcommand.h"

namespace kefu::workforce {
namespace {

namespace st = staffing::v1;
using kefuctl::In;
using kefuctl::PrintedJson;
using kefuctl::Rpc;

constexpr Rpc<st::ImportArrivalsRequest, st::ImportArrivalsResponse> kImportArrivals{
    "/kefu.staffing.v1.WorkloadService/ImportArrivals"};
constexpr Rpc<st::ForecastDemandRequest, st::ForecastDemandResponse> kForecastDemand{
    "/kefu.staffing.v1.StaffingService/ForecastDemand"};
constexpr Rpc<st::ComputeStaffingRequest, st::ComputeStaffingResponse> kComputeStaffing{
    "/kefu.staffing.v1.StaffingService/ComputeStaffing"};

constexpr int kRowsPerMessage = 5'000;

struct Options {
  std::string shop, channel = "chat", file, from, to, as_of, model;
  bool dry_run = false, half_hours = false, upper = false;
  int64_t seed = 0;
};

template <class Request>
void SetChannel(const Options& options, const st::Shop& shop, Request& request) {
  request.set_shop_id(shop.shop_id());
  st::ContactChannel channel = st::CONTACT_CHANNEL_UNSPECIFIED;
  st::ContactChannel_Parse("CONTACT_CHANNEL_" + absl::AsciiStrToUpper(options.channel), &channel);
  request.set_channel(channel);
}

// Shop, channel and days; --to is --from where it is not given.
template <class Request>
absl::Status SetQuestion(const Options& options, const st::Shop& shop, Request& request) {
  SetChannel(options, shop, request);
  RETURN_IF_ERROR(kefuctl::SetDays(options.from, options.to, request.mutable_days()));
  if (options.as_of.empty()) return absl::OkStatus();
  return kefuctl::SetDay("--as-of", options.as_of, request.mutable_as_of_date());
}

absl::StatusOr<absl::TimeZone> ZoneOf(const st::Shop& shop) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(shop.time_zone(), &zone)) {
    return absl::InternalError(fmt::format("time zone {} is not known here", shop.time_zone()));
  }
  return zone;
}

absl::Status ImportArrivals(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const st::Shop shop, kefuctl::FindShop(*client, options.shop));
  ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneOf(shop));
  ASSIGN_OR_RETURN(auto rows, ReadArrivals(options.file, zone));
  kefuctl::Progress progress(context.err_is_terminal && !context.no_progress);
  RETURN_IF_ERROR(client->StartStream(kImportArrivals));
  st::ImportArrivalsRequest message;
  SetChannel(options, shop, message);
  message.set_validate_only(options.dry_run);
  for (size_t i = 0; i < rows.size(); ++i) {
    *message.add_rows() = std::move(rows[i]);
    if (message.rows_size() < kRowsPerMessage && i + 1 < rows.size()) continue;
    RETURN_IF_ERROR(client->Send(message));
    message.Clear();
    progress.Say(kefuctl::Bar(In("载入接待量", "importing arrivals"), static_cast<int64_t>(i + 1),
                              static_cast<int64_t>(rows.size())));
  }
  ASSIGN_OR_RETURN(const auto response, client->FinishStream<st::ImportArrivalsResponse>());
  progress.Clear();
  for (const auto& error : response.errors()) {
    context.Say(fmt::format("{}:{}: {}: {}", options.file, error.line(), error.field(),
                            error.description()));
  }
  context.rows_refused = response.error_count() > 0;
  if (PrintedJson(context, response)) return absl::OkStatus();
  context.Print(
      fmt::format(fmt::runtime(In("半小时接待量 {} 行：新增 {}，更新 {}，未变 {}，拒绝 {}\n",
                                  "{} half hours: {} new, {} updated, {} unchanged, {} refused\n")),
                  response.row_count(), response.created_count(), response.updated_count(),
                  response.unchanged_count(), response.error_count()));
  return absl::OkStatus();
}

absl::Status ShowForecast(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const st::Shop shop, kefuctl::FindShop(*client, options.shop));
  st::ForecastDemandRequest request;
  RETURN_IF_ERROR(SetQuestion(options, shop, request));
  ASSIGN_OR_RETURN(const auto forecast, client->Call(kForecastDemand, request));
  if (PrintedJson(context, forecast)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneOf(shop));
  context.Print(DaysTable(forecast));
  if (options.half_hours || forecast.days_size() == 1) {
    for (const st::DayDemand& day : forecast.days()) {
      context.Print("\n");
      context.Print(HalfHoursTable(day, zone));
    }
  }
  context.Print("\n" + ForecastNotes(forecast));
  return absl::OkStatus();
}

absl::Status ShowNeed(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const st::Shop shop, kefuctl::FindShop(*client, options.shop));
  st::ComputeStaffingRequest request;
  RETURN_IF_ERROR(SetQuestion(options, shop, request));
  request.set_plan_for_upper(options.upper);
  if (!options.model.empty()) {
    st::StaffingModel model = st::STAFFING_MODEL_UNSPECIFIED;
    st::StaffingModel_Parse("STAFFING_MODEL_" + absl::AsciiStrToUpper(options.model), &model);
    request.set_model(model);
  }
  request.mutable_simulation()->set_seed(options.seed);
  ASSIGN_OR_RETURN(const auto need, client->Call(kComputeStaffing, request));
  if (PrintedJson(context, need)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneOf(shop));
  context.Print(NeedTable(need, zone));
  context.Print("\n" + NeedNotes(need));
  return absl::OkStatus();
}

// A subcommand with shop and channel, and what it runs.
std::pair<CLI::App*, std::shared_ptr<Options>> ShopCommand(
    CLI::App& parent, kefuctl::Context& context, const char* name, std::string help,
    absl::Status (*run)(kefuctl::Context&, const Options&)) {
  auto [command, options] = kefuctl::Command(parent, context, name, std::move(help), run);
  command->add_option("--shop", options->shop, kefuctl::Tr(kefuctl::Text::kHelpShop))
      ->type_name("ID")
      ->required();
  command->add_option("--channel", options->channel, In("渠道", "How customers come"))
      ->check(CLI::IsMember({"chat", "telephone", "email", "work_order"}))
      ->capture_default_str();
  return {command, options};
}

void AddDays(CLI::App* command, Options& options) {
  command->add_option("--from", options.from, kefuctl::Tr(kefuctl::Text::kHelpFrom))
      ->type_name("DAY")
      ->required();
  command->add_option("--to", options.to, kefuctl::Tr(kefuctl::Text::kHelpTo))->type_name("DAY");
  command
      ->add_option("--as-of", options.as_of, In("历史截止日", "Last day of history to learn from"))
      ->type_name("DAY");
}

}  // namespace

void AddStaffingCommands(CLI::App& program, kefuctl::Context& context) {
  const auto [import, file] =
      ShopCommand(*program.get_subcommand("import"), context, "arrivals",
                  In("导入每半小时接待量：CSV，或呼叫中心通话记录",
                     "Import arrivals by half hour: a CSV table, or the calls of a call centre"),
                  &ImportArrivals);
  import->add_option("FILE", file->file, kefuctl::Tr(kefuctl::Text::kHelpFile))->required();
  import->add_flag("--validate,--dry-run", file->dry_run, kefuctl::Tr(kefuctl::Text::kHelpDryRun));
  CLI::App* const staffing = program.add_subcommand(
      "staffing",
      In("排班需求；级别、晋升与授权",
         "How many contacts come and agents they need; tiers, promotions and authority"));
  staffing->require_subcommand(1);
  const auto [forecast, days] = ShopCommand(*staffing, context, "forecast",
                                            In("预测接待量", "Forecast arrivals"), &ShowForecast);
  AddDays(forecast, *days);
  forecast->add_flag("--half-hours", days->half_hours,
                     In("每天列出半小时", "Also list each day's half hours"));
  const auto [need, question] = ShopCommand(
      *staffing, context, "need", In("计算席位与编制", "Compute seats and positions"), &ShowNeed);
  AddDays(need, *question);
  need->add_flag("--upper", question->upper,
                 In("按区间上限配置", "Plan for the upper end of the band"));
  need->add_option("--model", question->model, In("模型；缺省按策略", "Model; else the policy's"))
      ->check(CLI::IsMember({"erlang_b", "erlang_c", "erlang_a", "simulation"}));
  need->add_option("--seed", question->seed, In("仿真随机种子", "Seed of the simulation"))
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  AddCareerCommands(*staffing, context);
}

}  // namespace kefu::workforce
