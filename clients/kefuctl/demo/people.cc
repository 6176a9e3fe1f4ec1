// Who works in the demo shop: two sites, five teams, twenty-four agents over all tiers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "clients/kefuctl/demo/parts.h"

namespace kefu::demo {
namespace {

namespace staffing = kefu::staffing::v1;

constexpr std::string_view kBase = "demo-base-yunfan";  // the outsourced base's organization

// Names are invented; pace in seconds, closing in per mille.
constexpr std::array kProfiles = {
    Profile{"a01", "林若澜", "若澜", "", "manager", "", true, 62, 26, 30, 350, 0, Shift::kNone},
    Profile{"a02", "陈知远", "知远", "jd-pre", "supervisor", "", true, 41, 14, 26, 400, 1,
            Shift::kDay},
    Profile{"a03", "赵明霁", "明霁", "after", "supervisor", "", true, 35, 11, 28, 300, 2,
            Shift::kDay},
    Profile{"a04", "周晓岚", "晓岚", "jd-pre", "team_lead", "", true, 27, 9, 23, 410, 4,
            Shift::kDay},
    Profile{"a05", "沈一诺", "一诺", "tm-pre", "team_lead", "", true, 25, 8, 22, 405, 4,
            Shift::kDay},
    Profile{"a06", "顾南乔", "南乔", "after", "senior", "", true, 19, 10, 27, 310, 5, Shift::kDay},
    Profile{"a07", "许星河", "星河", "jd-pre", "senior", "gold_agent", false, 38, 30, 17, 462, 7,
            Shift::kEvening},
    Profile{"a08", "苏锦书", "锦书", "tm-pre", "senior", "trainer", false, 44, 36, 18, 455, 6,
            Shift::kEvening},
    Profile{"a09", "叶知秋", "知秋", "tm-pre", "senior", "P3", false, 18, 12, 24, 420, 6,
            Shift::kDay},
    Profile{"a10", "方予安", "予安", "after", "senior", "P3", false, 21, 13, 29, 330, 5,
            Shift::kEvening},
    Profile{"a11", "唐小满", "小满", "jd-pre", "regular", "P2", false, 8, 6, 33, 372, 6,
            Shift::kDay},
    Profile{"a12", "何初晴", "初晴", "jd-pre", "regular", "P3", false, 13, 11, 36, 355, 6,
            Shift::kEvening},
    Profile{"a13", "罗青梧", "青梧", "tm-pre", "regular", "P1", false, 6, 4, 44, 312, 5,
            Shift::kEvening},
    Profile{"a14", "韩子墨", "子墨", "jd-pre", "regular", "P2", false, 11, 9, 38, 344, 6,
            Shift::kDay},
    Profile{"a15", "宋清欢", "清欢", "after", "regular", "P1", false, 7, 5, 47, 290, 5,
            Shift::kDay},
    Profile{"a16", "江月白", "月白", "tm-pre", "trainee", "P1", false, 2, 2, 71, 248, 3,
            Shift::kDay},
    Profile{"a17", "孟竹筠", "竹筠", "jd-pre", "trainee", "P1", false, 1, 1, 92, 205, 3,
            Shift::kDay},
    Profile{"b01", "秦书屿", "书屿", "base-pre", "team_lead", "", true, 22, 7, 34, 352, 3,
            Shift::kDay},
    Profile{"b02", "梁夏至", "夏至", "base-pre", "senior", "P2", false, 12, 6, 41, 338, 5,
            Shift::kDay},
    Profile{"b03", "冯晚舟", "晚舟", "base-pre", "regular", "P1", false, 6, 4, 57, 276, 5,
            Shift::kEvening},
    Profile{"b04", "邓白露", "白露", "base-pre", "regular", "P1", false, 5, 3, 63, 262, 5,
            Shift::kEvening},
    Profile{"b05", "曹云起", "云起", "base-night", "regular", "P2", false, 10, 8, 66, 258, 5,
            Shift::kNight},
    Profile{"b06", "彭霜降", "霜降", "base-night", "senior", "P3", false, 17, 9, 52, 296, 5,
            Shift::kNight},
    Profile{"b07", "魏小寒", "小寒", "base-night", "trainee", "P1", false, 1, 1, 118, 176, 3,
            Shift::kNight},
};

struct TeamSpec {
  std::string_view key, name, site;
  std::string_view lead;
  bool jd, tm;
  staffing::Duty duty;
};
constexpr std::array kTeams = {
    TeamSpec{"jd-pre", "京东售前组", "own", "a04", true, false, staffing::DUTY_PRE_SALES},
    TeamSpec{"tm-pre", "天猫售前组", "own", "a05", false, true, staffing::DUTY_PRE_SALES},
    TeamSpec{"after", "售后组", "own", "a06", true, true, staffing::DUTY_AFTER_SALES},
    TeamSpec{"base-pre", "基地售前组", "base", "b01", true, true, staffing::DUTY_PRE_SALES},
    TeamSpec{"base-night", "基地夜班组", "base", "b06", true, true, staffing::DUTY_BOTH},
};

void MakePlaces(Dataset& data) {
  data.organization.set_kind(staffing::ORGANIZATION_KIND_MERCHANT);
  data.organization.set_display_name("云栖家居（演示商家，纯属虚构）");
  data.organization.set_time_zone(std::string(kZone));
  data.organization.set_currency_code(std::string(kCurrency));

  const auto shop = [&](std::string key, std::string name, staffing::Platform platform,
                        staffing::ShopStage stage, absl::CivilDay opened) {
    ShopPlan& plan = data.shops.emplace_back();
    plan.key = key;
    plan.shop.set_display_name(std::move(name));
    plan.shop.set_platform(platform);
    plan.shop.set_external_id("demo-" + key);
    plan.shop.set_time_zone(std::string(kZone));
    plan.shop.set_currency_code(std::string(kCurrency));
    plan.shop.set_stage(stage);
    plan.shop.set_operation(staffing::SHOP_OPERATION_OWNER);
    SetDay(opened, plan.shop.mutable_open_date());
  };
  shop("jd", "云栖家居京东旗舰店（演示）", staffing::PLATFORM_JD, staffing::SHOP_STAGE_GROWTH,
       absl::CivilDay(2022, 3, 15));
  shop("tm", "云栖家居天猫旗舰店（演示）", staffing::PLATFORM_TMALL, staffing::SHOP_STAGE_MATURE,
       absl::CivilDay(2019, 9, 1));

  staffing::Site own;
  own.set_display_name("杭州客服中心（自有）");
  own.set_mode(staffing::SITE_MODE_MULTI_VIRTUAL);
  own.set_region_code("330108");
  own.set_time_zone(std::string(kZone));
  own.set_seats(20);
  staffing::Site base;
  base.set_display_name("云帆客服基地（外包）");
  base.set_mode(staffing::SITE_MODE_SINGLE_CENTRALISED);
  base.set_region_code("321302");
  base.set_time_zone(std::string(kZone));
  base.set_base_id(std::string(kBase));
  base.set_seats(40);
  data.sites = {{"own", own}, {"base", base}};

  for (const TeamSpec& spec : kTeams) {
    staffing::Team team;
    team.set_display_name(std::string(spec.name));
    team.set_site_id(std::string(spec.site));
    team.set_lead_agent_id(std::string(spec.lead));
    if (spec.jd) team.add_shop_ids("jd");
    if (spec.tm) team.add_shop_ids("tm");
    data.teams.push_back({std::string(spec.key), team});
  }
}

AgentPlan PlanOf(const Profile& profile, const Dataset& data, Random& random) {
  AgentPlan plan;
  plan.key = profile.key;
  plan.tier_id = profile.tier;
  plan.grade_id = profile.grade;
  const absl::CivilMonth month(data.first);
  // Hired in the first days of a month, tiers begin on a first: so the ladder's months have passed.
  const int before = profile.months + (profile.tier == "trainee" ? 0 : 1);
  const absl::CivilDay hired = absl::CivilDay(month - before) + random.Below(10);
  plan.tier_day = std::max(hired, absl::CivilDay(month - profile.tier_months));
  staffing::Agent& agent = plan.agent;
  agent.set_display_name(std::string(profile.name));
  agent.set_employee_number(fmt::format("DEMO-{}", profile.key));
  agent.set_employment(OfBase(profile) ? staffing::EMPLOYMENT_BASE : staffing::EMPLOYMENT_OWN);
  if (OfBase(profile)) agent.set_base_id(std::string(kBase));
  agent.set_team_id(std::string(profile.team));
  SetDay(hired, agent.mutable_hire_date());
  agent.set_track(profile.management ? staffing::TRACK_MANAGEMENT : staffing::TRACK_PROFESSIONAL);
  agent.set_prior_experience_months(static_cast<int>(random.Below(4) * 6));
  static constexpr std::string_view kEducation[] = {"high_school", "college", "bachelor"};
  agent.set_education(std::string(random.Pick(kEducation)));
  agent.add_languages("zh-CN");
  if (profile.management) agent.add_languages("en");
  agent.add_skills("product_knowledge");
  if (profile.team == "after") agent.add_skills("dispute_handling");
  for (const auto& [platform, tool] :
       {std::pair(staffing::PLATFORM_JD, "咚咚"), std::pair(staffing::PLATFORM_TMALL, "旺旺")}) {
    staffing::ChatAccount* account = agent.add_accounts();
    account->set_platform(platform);
    account->set_account(fmt::format("云栖家居演示{}:{}", tool, profile.nick));
  }
  agent.set_chat_concurrency(profile.tier == "trainee" ? 2 : 5);
  return plan;
}

// Changes within the month: two promotions, one more that was written with a wrong day and put
// right, and one move between teams.
void MakeChanges(Dataset& data) {
  const auto change = [&](std::string key, std::string agent, std::string tier, std::string grade,
                          staffing::Track track, int day, staffing::TierChangeKind kind,
                          std::string reason, std::string evidence) {
    staffing::TierChange record;
    record.set_agent_id(std::move(agent));
    record.set_tier_id(std::move(tier));
    record.set_grade_id(std::move(grade));
    record.set_track(track);
    SetDay(data.first + (day - 1), record.mutable_effective_date());
    record.set_kind(kind);
    record.set_reason(std::move(reason));
    record.add_evidence(std::move(evidence));
    data.tier_changes.push_back({std::move(key), std::move(record)});
  };
  change("t1", "a16", "regular", "P1", staffing::TRACK_PROFESSIONAL, 10,
         staffing::TIER_CHANGE_KIND_PROMOTION, "试用期满两个月，考核合格，转为正式客服",
         "demo-report/probation-a16");
  change("t2", "a06", "team_lead", "", staffing::TRACK_MANAGEMENT, 16,
         staffing::TIER_CHANGE_KIND_PROMOTION, "任资深客服满六个月，售后组组长岗位空缺，择优晋升",
         "demo-report/post-after-lead");
  change("t4", "a11", "senior", "P2", staffing::TRACK_PROFESSIONAL, 5,
         staffing::TIER_CHANGE_KIND_PROMOTION, "任正式客服满三个月，擅长引导购买，升为资深客服",
         "demo-report/senior-a11");
  change("t5", "a11", "senior", "P2", staffing::TRACK_PROFESSIONAL, 12,
         staffing::TIER_CHANGE_KIND_CORRECTION, "生效日期录入有误，实际自12日起生效",
         "demo-report/senior-a11");
  data.tier_changes.back().value.set_corrects_tier_change_id("t4");
  data.transfers.push_back({"a14", "tm-pre", data.first + 15});
}

void MakeAssignments(Dataset& data) {
  const auto assign = [&](const Profile& profile, std::string_view shop, staffing::Duty duty,
                          absl::CivilDay first, std::optional<absl::CivilDay> last) {
    staffing::Assignment assignment;
    assignment.set_agent_id(std::string(profile.key));
    assignment.set_shop_id(std::string(shop));
    assignment.set_duty(duty);
    SetDay(first, assignment.mutable_start_date());
    if (last) SetDay(*last, assignment.mutable_end_date());
    data.assignments.push_back(
        {fmt::format("{}-{}-{}", profile.key, shop, static_cast<int>(duty)), assignment});
  };
  for (size_t i = 0; i < kProfiles.size(); ++i) {
    const Profile& profile = kProfiles[i];
    const auto& hired = data.agents[i].agent.hire_date();
    const absl::CivilDay first(hired.year(), hired.month(), hired.day());
    for (const TeamSpec& team : kTeams) {
      if (team.key != profile.team) continue;
      const auto moved = std::ranges::find(data.transfers, profile.key, &Transfer::agent);
      const bool moves = moved != data.transfers.end();
      const auto last = moves ? std::optional(moved->day - 1) : std::nullopt;
      if (team.jd) assign(profile, "jd", team.duty, first, last);
      if (team.tm) assign(profile, "tm", team.duty, first, last);
      if (moves) assign(profile, team.jd ? "tm" : "jd", team.duty, moved->day, std::nullopt);
    }
  }
}

}  // namespace

std::span<const Profile> Profiles() { return kProfiles; }

bool OfBase(const Profile& profile) { return profile.key.starts_with('b'); }

std::string_view TeamOn(const Dataset& data, const Profile& profile, absl::CivilDay day) {
  std::string_view team = profile.team;
  for (const Transfer& transfer : data.transfers) {
    if (transfer.agent == profile.key && transfer.day <= day) team = transfer.team;
  }
  return team;
}

void MakePeople(Dataset& data) {
  Random random(data.seed, "people");
  MakePlaces(data);
  for (const Profile& profile : kProfiles) data.agents.push_back(PlanOf(profile, data, random));
  MakeChanges(data);
  MakeAssignments(data);
}

}  // namespace kefu::demo
