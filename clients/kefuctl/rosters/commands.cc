#include "clients/kefuctl/rosters/commands.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/subcommand.h"
#include "common/status/status_macros.h"
#include "common/time/civil.h"
#include "kefu/staffing/v1/rosters.pb.h"
#include "kefu/staffing/v1/staffing_service.pb.h"

namespace kefu::rosters {
namespace {

namespace st = staffing::v1;
using kefuctl::Colour;
using kefuctl::In;
using kefuctl::PrintedJson;
using kefuctl::Rpc;
using kefuctl::Table;

constexpr Rpc<st::PlanRosterRequest, st::Roster> kPlan{
    "/kefu.staffing.v1.StaffingService/PlanRoster"};
constexpr Rpc<st::GetRosterRequest, st::Roster> kGet{"/kefu.staffing.v1.RosterService/GetRoster"};
constexpr Rpc<st::ListRosterShiftsRequest, st::ListRosterShiftsResponse> kShifts{
    "/kefu.staffing.v1.RosterService/ListRosterShifts"};

constexpr int kPageSize = 1000;
constexpr absl::Duration kLook = absl::Seconds(1);
constexpr size_t kMostGaps = 20;  // lines; more say how many there are

struct Options {
  std::string file, roster, request_id;
  bool wait = true;
};

absl::CivilDay DayOf(const common::v1::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}
std::string Clock(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }
std::string Minor(int64_t minor) {
  return fmt::format("{}{}.{:02}", minor < 0 ? "-" : "", std::abs(minor) / 100,
                     std::abs(minor) % 100);
}

std::string Progressed(const st::Roster& roster) {
  return fmt::format(fmt::runtime(In("已用 {} 秒：成本 {}，下界 {}，差距 {:.2f}%",
                                     "{} s: cost {}, bound {}, gap {:.2f} %")),
                     roster.elapsed_seconds(), Minor(roster.cost_minor_units()),
                     Minor(roster.bound_minor_units()), roster.gap_bps() / 100.0);
}

bool Planning(const st::Roster& roster) {
  return roster.state() == st::ROSTER_STATE_QUEUED || roster.state() == st::ROSTER_STATE_RUNNING;
}

// Until it is planned or failed.
absl::StatusOr<st::Roster> Follow(kefuctl::Context& context, kefuctl::Client& client,
                                  st::Roster roster) {
  kefuctl::Progress progress(context.err_is_terminal && !context.no_progress);
  st::GetRosterRequest request;
  request.set_roster_id(roster.roster_id());
  while (Planning(roster)) {
    progress.Say(Progressed(roster));
    absl::SleepFor(kLook);
    ASSIGN_OR_RETURN(roster, client.Call(kGet, request));
  }
  progress.Clear();
  return roster;
}

void PrintHead(const kefuctl::Context& context, const st::Roster& roster) {
  const st::RosterOutcome& outcome = roster.outcome();
  context.Print(fmt::format("{}  {}  {}  {}\n", roster.roster_id(), roster.display_name(),
                            FormatDay(DayOf(roster.first_date())),
                            st::RosterState_Name(roster.state()).substr(13)));
  if (!roster.failure().empty()) context.Print(roster.failure() + "\n");
  if (!roster.has_outcome()) return;
  const st::RosterCost& cost = outcome.cost();
  context.Print(fmt::format(
      fmt::runtime(
          In("成本 {} {}：工资 {}，加班 {}，保底 {}，外包坐席 {}，意愿 {}，不均 {}，缺口 {}\n",
             "cost {} {}: pay {}, overtime {}, guaranteed {}, seats {}, wishes {}, "
             "unfair {}, uncovered {}\n")),
      Minor(cost.total_minor_units()), roster.currency_code(), Minor(cost.pay_minor_units()),
      Minor(cost.overtime_minor_units()), Minor(cost.guaranteed_minor_units()),
      Minor(cost.seats_minor_units()), Minor(cost.preferences_minor_units()),
      Minor(cost.unfair_minor_units()), Minor(cost.uncovered_minor_units())));
  if (roster.bound_minor_units() > 0) context.Print(Progressed(roster) + "\n");
  context.Print(fmt::format(
      fmt::runtime(In("{} 个班次；需求 {} 个半小时，缺 {}；夜班 {}–{} 个，周末 {}–{} 天\n\n",
                      "{} shifts; {} half hours needed, {} uncovered; {} to {} nights, {} to {} "
                      "weekend days each\n\n")),
      outcome.shifts(), outcome.needed_half_hours(), outcome.uncovered_half_hours(),
      outcome.least_nights(), outcome.most_nights(), outcome.least_weekend_days(),
      outcome.most_weekend_days()));
}

// Agents by days, a table a week.
void PrintWeeks(const kefuctl::Context& context, const st::Roster& roster,
                const std::map<std::string, std::map<absl::CivilDay, std::string>>& shifts) {
  const absl::CivilDay first = DayOf(roster.first_date());
  for (int week = 0; week < roster.weeks(); ++week) {
    std::vector<kefuctl::Column> columns{{In("客服", "agent")}};
    for (int day = 0; day < 7; ++day) {
      columns.push_back({FormatDay(first + week * 7 + day).substr(5)});
    }
    Table table(std::move(columns));
    for (const auto& [agent, days] : shifts) {
      std::vector<kefuctl::Cell> cells{agent};
      for (int day = 0; day < 7; ++day) {
        const auto found = days.find(first + week * 7 + day);
        cells.emplace_back(found == days.end() ? "·" : found->second,
                           found == days.end() ? Colour::kDim : Colour::kNone);
      }
      table.Add(std::move(cells));
    }
    context.Print(table);
    context.Print("\n");
  }
}

void PrintGaps(const kefuctl::Context& context, const st::Roster& roster) {
  const auto& gaps = roster.outcome().uncovered();
  if (gaps.empty()) return;
  Table table({{In("缺口", "uncovered")},
               {In("时段", "time")},
               {In("技能", "skill")},
               {In("人数", "missing"), true},
               {In("罚金", "penalty"), true}});
  for (const st::RosterUncovered& gap : gaps) {
    table.Add({FormatDay(DayOf(gap.date())),
               Clock(gap.start_minute()) + "–" + Clock(gap.end_minute()),
               gap.skill_id(),
               {fmt::format("{}", gap.missing()), Colour::kRed},
               Minor(gap.penalty_minor_units())});
    if (table.empty() || static_cast<size_t>(&gap - &gaps.Get(0)) + 1 == kMostGaps) break;
  }
  context.Print(table);
  if (static_cast<size_t>(gaps.size()) > kMostGaps) {
    context.Print(fmt::format(fmt::runtime(In("共 {} 段；--format json 列出全部\n",
                                              "{} in all; --format json lists them\n")),
                              gaps.size()));
  }
}

absl::Status Show(kefuctl::Context& context, kefuctl::Client& client, const st::Roster& roster) {
  if (PrintedJson(context, roster)) return absl::OkStatus();
  PrintHead(context, roster);
  if (!roster.has_outcome()) return absl::OkStatus();
  std::map<std::string, std::map<absl::CivilDay, std::string>> shifts;
  st::ListRosterShiftsRequest request;
  request.set_roster_id(roster.roster_id());
  request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const auto page, client.Call(kShifts, request));
    for (const st::RosterShift& shift : page.shifts()) {
      shifts[shift.agent_id()][DayOf(shift.date())] = shift.shift_template_id();
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  PrintWeeks(context, roster, shifts);
  PrintGaps(context, roster);
  return absl::OkStatus();
}

absl::Status PlanFile(kefuctl::Context& context, const Options& options) {
  std::ifstream file(options.file);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  st::PlanRosterRequest request;
  request.set_request_id(options.request_id);
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, request.mutable_order());
  if (!file.good() && text.empty()) {
    return absl::InvalidArgumentError(fmt::format("{}: cannot be read", options.file));
  }
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("{}: {}", options.file, std::string(parsed.message())));
  }
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(st::Roster roster, client->Call(kPlan, request));
  if (options.wait) {
    ASSIGN_OR_RETURN(roster, Follow(context, *client, std::move(roster)));
  }
  return Show(context, *client, roster);
}

absl::Status ShowRoster(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::GetRosterRequest request;
  request.set_roster_id(options.roster);
  ASSIGN_OR_RETURN(const st::Roster roster, client->Call(kGet, request));
  return Show(context, *client, roster);
}

}  // namespace

void AddRosterCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& roster =
      *program.add_subcommand("roster", In("排班", "Rosters"))->require_subcommand(1);
  const auto order = std::make_shared<Options>();
  CLI::App* const plan = roster.add_subcommand(
      "plan", In("按 JSON 文件（RosterOrder）排班并等待结果",
                 "Order a roster from a JSON file (a RosterOrder) and wait for it"));
  plan->add_option("FILE", order->file, In("排班订单", "The order"))->required();
  plan->add_option("--request-id", order->request_id,
                   In("重复执行时只排一次", "Repeated with the same id it is ordered once"))
      ->type_name("ID");
  plan->add_flag("!--no-wait", order->wait, In("不等待结果", "Do not wait for it"));
  plan->callback([&context, order] {
    context.command = [&context, order] { return PlanFile(context, *order); };
  });
  const auto asked = std::make_shared<Options>();
  CLI::App* const show = roster.add_subcommand(
      "show", In("显示排班、成本与缺口", "Shifts, cost and what is uncovered"));
  show->add_option("ROSTER", asked->roster, In("排班编号", "The roster's id"))->required();
  show->callback([&context, asked] {
    context.command = [&context, asked] { return ShowRoster(context, *asked); };
  });
}

}  // namespace kefu::rosters
