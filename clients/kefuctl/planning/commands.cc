#include "clients/kefuctl/planning/commands.h"

#include "clients/kefuctl/planning/replenishment.h"
#include "clients/kefuctl/planning/slotting.h"
#include "clients/kefuctl/subcommand.h"

namespace kefu::planning {
namespace {

using kefuctl::Command;
using kefuctl::In;

CLI::Option* Add(CLI::App* command, const char* flag, auto& value, std::string help,
                 const char* type) {
  return command->add_option(flag, value, std::move(help))->type_name(type)->capture_default_str();
}

CLI::Option* AddLevel(CLI::App* command, std::string& level) {
  return Add(command, "--level", level, In("按商品或品类", "By SKU or by category"), "LEVEL")
      ->check(CLI::IsMember({"sku", "category"}));
}

void AddSlotting(CLI::App& program, kefuctl::Context& context) {
  CLI::App* const slotting = program.add_subcommand(
      "slotting", In("储位：什么货放哪个货位", "Which goods lie in which bin"));
  slotting->require_subcommand(1);
  const auto [import, files] =
      Command(*slotting, context, "import",
              In("载入商品、货位、关联", "Import SKUs, bins, affinities"), &RunSlottingImport);
  Add(import, "--node", files->node, In("货位所在节点", "Node of the bins"), "NODE");
  Add(import, "--skus", files->skus, In("商品表", "Table of SKUs"), "FILE");
  Add(import, "--bins", files->bins, In("货位表", "Table of bins"), "FILE");
  Add(import, "--affinity", files->affinity, In("同单关联表", "Table of what is ordered together"),
      "FILE");
  AddLevel(import, files->level);
  import->add_flag("--replace", files->replace,
                   In("删除表中没有的货位", "Remove bins that the table does not name"));
  const auto [plan, question] =
      Command(*slotting, context, "plan", In("哪些货该搬到哪里", "Which goods to move where"),
              &RunSlottingPlan);
  Add(plan, "--node", question->node, In("节点", "Node"), "NODE")->required();
  Add(plan, "--from", question->from, In("拣货起始日", "First day of picks"), "DAY")->required();
  Add(plan, "--to", question->to, In("拣货截止日", "Last day of picks"), "DAY")->required();
  Add(plan, "--picks", question->picks,
      In("拣货表；缺省取账本", "Table of picks; else those of the ledger"), "FILE");
  Add(plan, "--locations", question->locations,
      In("商品现在的货位表；缺省取库存", "Table of where SKUs lie; else by stock"), "FILE");
  Add(plan, "--moves", question->moves, In("最多搬动商品数，-1 不限", "Most SKUs to move; -1: all"),
      "N");
}

void AddReplenishment(CLI::App& program, kefuctl::Context& context) {
  CLI::App* const replenishment = program.add_subcommand(
      "replenishment", In("补货：订什么、订多少", "What to order, how much"));
  replenishment->require_subcommand(1);
  const auto [import, file] = Command(*replenishment, context, "import",
                                      In("载入每日需求", "Import demand by day"), &RunDemandImport);
  import->add_option("file", file->file, In("需求表", "Table of demand"))->required();
  AddLevel(import, file->level);
  const auto [plan, question] = Command(*replenishment, context, "plan",
                                        In("制定补货计划", "Make a plan"), &RunReplenishmentPlan);
  AddLevel(plan, question->level);
  Add(plan, "--node", question->nodes,
      In("节点，可多个；缺省全网", "Nodes; none: the whole network"), "NODE");
  Add(plan, "--as-of", question->as_of, In("历史截止日", "Last day of history to use"), "DAY");
  Add(plan, "--stock", question->stock, In("库存表；缺省取库存", "Table of stock; else the books'"),
      "FILE");
  Add(plan, "--event", question->events, In("大促", "Campaigns"), "FROM:TO:UPLIFT");
  Add(plan, "--limit", question->limit, In("最多显示行数", "Most lines to print"), "N")
      ->check(CLI::Range(1, 100'000));
  plan->add_flag("--all", question->all, In("也显示不必订货的", "Also lines without an order"));
}

}  // namespace

void AddPlanningCommands(CLI::App& program, kefuctl::Context& context) {
  AddSlotting(program, context);
  AddReplenishment(program, context);
}

}  // namespace kefu::planning
