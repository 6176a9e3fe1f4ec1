#include "clients/kefuctl/personnel/render.h"

#include <string>

#include "clients/kefuctl/figures.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/subcommand.h"
#include "clients/kefuctl/text.h"

namespace kefu::personnel {
namespace {

namespace st = staffing::v1;
using kefuctl::Colour;
using kefuctl::Count;
using kefuctl::DayText;
using kefuctl::EnumLabel;
using kefuctl::In;
using kefuctl::Percent;
using kefuctl::Printable;
using kefuctl::ShownMoney;
using kefuctl::Table;

// "falling figure conversion 4/3 +20".
std::string ReasonText(const st::RetentionCheck& check) {
  std::string text = EnumLabel(st::RetentionReason_descriptor(), check.reason());
  if (!check.metric_id().empty()) text += " " + Printable(check.metric_id());
  // Of pay both are minor units of the organization's currency, which the check does not name.
  if (check.reason() != st::RETENTION_REASON_PAY_BELOW_MARKET) {
    text += check.limit() > 0 ? fmt::format(" {}/{}", check.actual(), check.limit())
                              : fmt::format(" {}", check.actual());
  }
  return text + fmt::format(" +{}", check.points());
}

template <class Rows, class F>
std::string Joined(const Rows& rows, F text) {
  std::string all;
  for (const auto& row : rows) all += (all.empty() ? "" : "；") + text(row);
  return all;
}

absl::CivilDay DayOf(const common::v1::Date& date) {
  return absl::CivilDay(date.year(), date.month(), date.day());
}

}  // namespace

Table RiskTable(const st::EvaluateRetentionResponse& risks) {
  Table table({{In("客服", "Agent")},
               {In("风险", "Risk")},
               {In("分", "Points"), true},
               {In("原因", "Reasons"), false, 100},
               {In("上次谈话", "Last talk")},
               {In("未兑现承诺", "Open promises"), true}});
  for (const st::RetentionRisk& risk : risks.risks()) {
    const Colour colour = risk.level() == st::RETENTION_LEVEL_HIGH     ? Colour::kRed
                          : risk.level() == st::RETENTION_LEVEL_MEDIUM ? Colour::kYellow
                                                                       : Colour::kNone;
    table.Add({Printable(risk.agent_id()),
               {EnumLabel(st::RetentionLevel_descriptor(), risk.level()), colour},
               Count(risk.points()),
               Joined(risk.reasons(), ReasonText),
               risk.has_last_talk_date() ? DayText(risk.last_talk_date()) : "",
               Count(risk.open_promises())});
  }
  return table;
}

Table TalkTable(const st::ListCareerTalksResponse& talks, absl::CivilDay today) {
  Table table({{In("谈话", "Talk")},
               {In("日期", "Date")},
               {In("客服", "Agent")},
               {In("事项", "What")},
               {In("内容", "In words"), false, 80},
               {In("期限", "Due")},
               {In("状态", "State")}});
  for (const st::CareerTalk& talk : talks.talks()) {
    const auto answer = [&](const std::string& question, const std::string& text) {
      table.Add({Printable(talk.talk_id()), DayText(talk.date()), Printable(talk.agent_id()),
                 question, Printable(text), "", ""});
    };
    answer(In("为何来此", "why here"), talk.why_here());
    answer(In("想要什么", "what wanted"), talk.what_wanted());
    answer(In("希望店铺做什么", "what from the shop"), talk.what_from_shop());
    for (const st::CareerPromise& promise : talk.promises()) {
      const bool late =
          promise.state() == st::PROMISE_STATE_OPEN && DayOf(promise.due_date()) < today;
      table.Add({Printable(talk.talk_id()),
                 DayText(talk.date()),
                 Printable(talk.agent_id()),
                 In("承诺 ", "promise ") + Printable(promise.promise_id()),
                 Printable(promise.text()),
                 {DayText(promise.due_date()), late ? Colour::kRed : Colour::kNone},
                 EnumLabel(st::PromiseState_descriptor(), promise.state())});
    }
  }
  return table;
}

Table TurnoverTable(const st::GetTurnoverResponse& turnover) {
  Table table({{In("组", "Group")},
               {In("期初", "Before"), true},
               {In("入职", "Joined"), true},
               {In("离职", "Left"), true},
               {In("期末", "After"), true},
               {In("离职率", "Turnover"), true},
               {In("离职原因", "Why they left"), false, 80}});
  const auto add = [&](const std::string& group, const st::TurnoverRow& row) {
    table.Add({group, Count(row.before()), Count(row.joined()), Count(row.left()),
               Count(row.after()), row.has_turnover_bps() ? Percent(row.turnover_bps()) : "–",
               Joined(row.reasons(), [](const st::ExitReasonCount& each) {
                 const std::string why = EnumLabel(st::ExitReason_descriptor(), each.reason());
                 return fmt::format("{} {}", why.empty() ? In("未登记", "not recorded") : why,
                                    each.count());
               })});
  };
  for (const st::TurnoverRow& row : turnover.rows()) {
    add(row.group_id().empty() ? "–" : Printable(row.group_id()), row);
  }
  add(In("合计", "Total"), turnover.total());
  return table;
}

Table PostTable(const st::ListJobPostsResponse& posts) {
  Table table({{In("职位", "Post")},
               {In("名称", "Title"), false, 40},
               {In("班组", "Team")},
               {In("名额", "Openings"), true},
               {In("已招", "Hired"), true},
               {In("状态", "State")}});
  for (const st::JobPost& post : posts.posts()) {
    table.Add({Printable(post.job_post_id()), Printable(post.title()), Printable(post.team_id()),
               Count(post.openings()), Count(post.hired()),
               post.closed() ? In("已关闭", "closed") : In("招聘中", "open")});
  }
  return table;
}

Table CandidateTable(const st::ListCandidatesResponse& candidates) {
  Table table({{In("候选人", "Candidate")},
               {In("姓名", "Name")},
               {In("职位", "Post")},
               {In("来源", "Source")},
               {In("阶段", "Stage")},
               {In("客服", "Agent")},
               {In("备注", "Last note"), false, 60}});
  for (const st::Candidate& each : candidates.candidates()) {
    table.Add({Printable(each.candidate_id()), Printable(each.display_name()),
               Printable(each.job_post_id()), Printable(each.source()),
               EnumLabel(st::CandidateStage_descriptor(), each.stage()), Printable(each.agent_id()),
               each.steps().empty() ? "" : Printable(each.steps().rbegin()->text())});
  }
  return table;
}

Table FileTable(const st::ListPersonnelFilesResponse& files, absl::CivilDay today) {
  Table table({{In("文件", "File")},
               {In("客服", "Agent")},
               {In("类型", "Kind")},
               {In("名称", "Title"), false, 40},
               {In("有效期自", "Valid from")},
               {In("至", "Until")},
               {In("月薪", "Monthly pay"), true},
               {In("存放", "Reference"), false, 40}});
  for (const st::PersonnelFile& file : files.files()) {
    const bool over = file.has_valid_until() && DayOf(file.valid_until()) < today;
    table.Add({Printable(file.file_id()),
               Printable(file.agent_id()),
               EnumLabel(st::PersonnelFileKind_descriptor(), file.kind()),
               Printable(file.title()),
               file.has_valid_from() ? DayText(file.valid_from()) : "",
               {file.has_valid_until() ? DayText(file.valid_until()) : "",
                over ? Colour::kRed : Colour::kNone},
               file.has_monthly_pay() ? ShownMoney(file.monthly_pay()) : "",
               Printable(file.reference())});
  }
  return table;
}

}  // namespace kefu::personnel
