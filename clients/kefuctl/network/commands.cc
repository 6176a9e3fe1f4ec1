#include "clients/kefuctl/network/commands.h"

#include <map>

#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/network/advise.h"
#include "clients/kefuctl/network/generate.h"
#include "clients/kefuctl/network/load.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"

namespace kefu::network {
namespace {

using kefuctl::Bar;
using kefuctl::In;
using Json = nlohmann::ordered_json;

struct GenerateOptions {
  std::string china, out;
  Plan plan;
  int skus = 0;
  bool load = false;
};

absl::Status LoadInto(kefuctl::Context& context, const Network& network, int skus) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  kefuctl::Progress progress(context.err_is_terminal && !context.no_progress);
  const auto loaded = Load(*client, network, skus, [&](int64_t done, int64_t total) {
    progress.Say(Bar(In("载入参考网络", "loading the reference network"), done, total));
  });
  progress.Clear();
  RETURN_IF_ERROR(loaded.status());
  if (context.json()) {
    context.PrintJson(Json{{"created", loaded->created}, {"unchanged", loaded->unchanged}});
    return absl::OkStatus();
  }
  context.Say(
      fmt::format(fmt::runtime(In("参考网络已载入：新增 {}，未变 {}。",
                                  "The reference network is loaded: {} new, {} unchanged.")),
                  loaded->created, loaded->unchanged));
  return absl::OkStatus();
}

absl::Status TellShape(const kefuctl::Context& context, const Network& network) {
  std::map<std::string, int> by_kind;
  for (const PlannedNode& node : network.nodes) {
    ++by_kind[warehouse::v1::NodeKind_Name(node.kind).substr(10)];  // behind "NODE_KIND_"
  }
  if (context.json()) {
    context.PrintJson(Json{{"nodes", network.nodes.size()},
                           {"by_kind", by_kind},
                           {"districts", network.districts},
                           {"mean_metres_to_centre", network.mean_metres_to_centre},
                           {"mean_metres_to_city", network.mean_metres_to_city}});
    return absl::OkStatus();
  }
  kefuctl::Table table({{In("项目", "what")}, {In("数量", "count"), true}});
  for (const auto& [kind, count] : by_kind) table.Add({kind, std::to_string(count)});
  table.Add({In("覆盖区县", "districts covered"), std::to_string(network.districts)});
  table.Add({In("到最近物流中心平均公里", "mean km to the nearest centre"),
             std::to_string(network.mean_metres_to_centre / 1000)});
  table.Add({In("到最近中心或城市仓平均公里", "mean km to the nearest centre or city warehouse"),
             std::to_string(network.mean_metres_to_city / 1000)});
  context.Print(table);
  return absl::OkStatus();
}

absl::Status RunGenerate(kefuctl::Context& context, const GenerateOptions& options) {
  ASSIGN_OR_RETURN(const China china, ReadChina(options.china));
  ASSIGN_OR_RETURN(const Network network, Generate(china, options.plan));
  if (options.load) return LoadInto(context, network, options.skus);
  if (options.out == "csv") {
    context.Print(ToCsv(network));
    return absl::OkStatus();
  }
  return TellShape(context, network);
}

void AddGenerate(CLI::App& network, kefuctl::Context& context) {
  CLI::App* const command = network.add_subcommand(
      "generate", In("生成参考网络：物流中心、城市仓、配送站、自提点",
                     "Make the reference network: centres, city warehouses, stations, pickups"));
  const auto options = std::make_shared<GenerateOptions>();
  command
      ->add_option("--china", options->china,
                   In("地名与区划数据目录", "Folder of the place and division tables"))
      ->type_name("DIR")
      ->required();
  const auto count = [&](const char* flag, int& value, std::string help) {
    command->add_option(flag, value, std::move(help))->capture_default_str();
  };
  count("--centres", options->plan.centres, In("物流中心数", "Logistics centres"));
  count("--cities", options->plan.cities, In("城市仓数", "City warehouses"));
  count("--stations", options->plan.stations, In("配送站数", "Delivery stations"));
  count("--pickups", options->plan.pickups, In("自提点数", "Pickup points"));
  count("--districts", options->plan.districts, In("覆盖区县数", "Districts to cover"));
  count("--skus", options->skus, In("随 --load 一并建立的商品数", "SKUs to make with --load"));
  CLI::Option* const out =
      command->add_option("--out", options->out, In("输出 csv", "Print the nodes as csv"))
          ->check(CLI::IsMember({"csv"}));
  command->add_flag("--load", options->load, In("通过接口建立", "Create them through the API"))
      ->excludes(out);
  command->callback([&context, options] {
    context.command = [&context, options] { return RunGenerate(context, *options); };
  });
}

void AddAdvise(CLI::App& network, kefuctl::Context& context) {
  CLI::App* const command = network.add_subcommand(
      "advise", In("选址：开哪些仓最省", "Site planning: which warehouses to open"));
  const auto options = std::make_shared<AdviseOptions>();
  command->add_option("--data", options->data, In("仓库与品类数据目录", "Folder of the tables"))
      ->type_name("DIR")
      ->required();
  const auto add = [&](const char* flag, auto& value, std::string help) {
    command->add_option(flag, value, std::move(help))->capture_default_str();
  };
  add("--from", options->from, In("销量起始日", "First day of sales"));
  add("--to", options->to, In("销量截止日", "Last day of sales"));
  add("--margin-percent", options->margin_percent,
      In("需求余量百分比", "More than the tables show"));
  add("--max-sites", options->max_sites, In("最多开仓数，0 不限", "Most sites; 0: no limit"));
  add("--time-limit", options->time_limit_seconds, In("求解时限（秒）", "Seconds for solving"));
  command->add_flag("--flows", options->flows, In("列出品类组到仓库的分配", "Who serves what"));
  command->callback([&context, options] {
    context.command = [&context, options] { return RunAdvise(context, *options); };
  });
}

}  // namespace

void AddNetworkCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App* const network =
      program.add_subcommand("network", In("仓网：生成与选址", "The network: reference and sites"));
  network->require_subcommand(1);
  AddGenerate(*network, context);
  AddAdvise(*network, context);
}

}  // namespace kefu::network
