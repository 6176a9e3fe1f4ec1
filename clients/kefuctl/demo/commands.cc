#include "clients/kefuctl/demo/commands.h"

#include "clients/kefuctl/demo/loader.h"
#include "clients/kefuctl/demo/report.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/progress.h"
#include "common/status/status_macros.h"

namespace kefu::demo {
namespace {

std::string In(std::string_view zh, std::string_view en) {
  return std::string(kefuctl::CurrentLanguage() == kefuctl::Language::kChinese ? zh : en);
}

std::string Bar(int64_t done, int64_t total) {
  constexpr int64_t kWidth = 30;
  const int64_t full = done * kWidth / total;
  return fmt::format("{} [{}{}] {:3}%", In("载入演示数据", "loading the demo"),
                     std::string(full, '#'), std::string(kWidth - full, '-'), done * 100 / total);
}

absl::Status LoadDemo(kefuctl::Context& context) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  kefuctl::Progress progress(context.err_is_terminal && !context.no_progress);
  int64_t shown = -1;
  const Dataset data = Generate();
  const auto loaded = Load(*client, data, [&](int64_t done, int64_t total) {
    const int64_t percent = done * 100 / total;
    if (percent != shown) progress.Say(Bar(done, total));
    shown = percent;
  });
  progress.Clear();
  RETURN_IF_ERROR(loaded.status());
  if (context.json()) {
    context.PrintJson(nlohmann::ordered_json{
        {"created", loaded->created}, {"unchanged", loaded->unchanged}, {"made_up", true}});
    return absl::OkStatus();
  }
  context.Say(fmt::format(
      fmt::runtime(In("演示数据已载入：新增 {}，未变 {}。全部纯属虚构。",
                      "The demo is loaded: {} new, {} unchanged. All of it is made up.")),
      loaded->created, loaded->unchanged));
  return absl::OkStatus();
}

absl::Status ReportDemo(kefuctl::Context& context) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const nlohmann::ordered_json report, MakeReport(*client));
  if (context.json()) {
    context.PrintJson(report);
  } else {
    context.Print(RenderReport(report, context.out_is_terminal));
  }
  return absl::OkStatus();
}

}  // namespace

void AddDemoCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App* demo = program.add_subcommand("demo", In("演示店铺", "The demo shop"));
  demo->require_subcommand(1);
  demo->add_subcommand("load",
                       In("载入演示店铺（虚构的一个月）；重复载入不会重复计数",
                          "Load the demo shop, a made-up month; loading again changes nothing"))
      ->callback([&context] { context.command = [&context] { return LoadDemo(context); }; });
}

void AddDemoReport(CLI::App& report, kefuctl::Context& context) {
  report.add_subcommand("demo", In("演示店铺月报", "The demo shop's month"))->callback([&context] {
    context.command = [&context] { return ReportDemo(context); };
  });
}

}  // namespace kefu::demo
