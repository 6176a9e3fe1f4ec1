// kefuctl personnel: who may leave and why, what was promised, who came and left, recruitment and
// files.
#include "clients/kefuctl/personnel/commands.h"

#include <fmt/format.h>

#include "absl/time/clock.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/personnel/render.h"
#include "clients/kefuctl/subcommand.h"

namespace kefu::personnel {
namespace {

namespace st = staffing::v1;
using kefuctl::Command;
using kefuctl::In;
using kefuctl::Named;
using kefuctl::PrintAll;
using kefuctl::PrintCall;
using kefuctl::Rpc;

constexpr Rpc<st::EvaluateRetentionRequest, st::EvaluateRetentionResponse> kRisk{
    "/kefu.staffing.v1.PersonnelService/EvaluateRetention"};
constexpr Rpc<st::ListCareerTalksRequest, st::ListCareerTalksResponse> kTalks{
    "/kefu.staffing.v1.PersonnelService/ListCareerTalks"};
constexpr Rpc<st::SettlePromiseRequest, st::CareerTalk> kSettle{
    "/kefu.staffing.v1.PersonnelService/SettlePromise"};
constexpr Rpc<st::GetTurnoverRequest, st::GetTurnoverResponse> kTurnover{
    "/kefu.staffing.v1.PersonnelService/GetTurnover"};
constexpr Rpc<st::ListJobPostsRequest, st::ListJobPostsResponse> kPosts{
    "/kefu.staffing.v1.PersonnelService/ListJobPosts"};
constexpr Rpc<st::ListCandidatesRequest, st::ListCandidatesResponse> kCandidates{
    "/kefu.staffing.v1.PersonnelService/ListCandidates"};
constexpr Rpc<st::MoveCandidateRequest, st::Candidate> kMove{
    "/kefu.staffing.v1.PersonnelService/MoveCandidate"};
constexpr Rpc<st::ListPersonnelFilesRequest, st::ListPersonnelFilesResponse> kFiles{
    "/kefu.staffing.v1.PersonnelService/ListPersonnelFiles"};

struct Options {
  std::string agent, team, from, to, by = "team", post, stage, until, id, promise, text, request_id;
  bool open = false, give_up = false;
};

// On this machine's clock: what is late stands out by it, and nothing else follows from it.
absl::CivilDay Today() { return absl::ToCivilDay(absl::Now(), absl::LocalTimeZone()); }

absl::Status Risk(kefuctl::Context& context, const Options& options) {
  st::EvaluateRetentionRequest request;
  request.set_agent_id(options.agent);
  request.set_team_id(options.team);
  return PrintAll(context, kRisk, request, &st::EvaluateRetentionResponse::mutable_risks,
                  &RiskTable);
}

absl::Status Talks(kefuctl::Context& context, const Options& options) {
  st::ListCareerTalksRequest request;
  request.set_agent_id(options.agent);
  return PrintAll(context, kTalks, request, &st::ListCareerTalksResponse::mutable_talks,
                  [](const auto& all) { return TalkTable(all, Today()); });
}

absl::Status Settle(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::SettlePromiseRequest request;
  request.set_talk_id(options.id);
  request.set_promise_id(options.promise);
  request.set_give_up(options.give_up);
  request.set_text(options.text);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto talk, client->Call(kSettle, request));
  return kefuctl::PrintOne(context, talk, &st::ListCareerTalksResponse::add_talks,
                           [](const auto& one) { return TalkTable(one, Today()); });
}

absl::Status Turnover(kefuctl::Context& context, const Options& options) {
  st::GetTurnoverRequest request;
  RETURN_IF_ERROR(kefuctl::SetDays(options.from, options.to, request.mutable_period()));
  ASSIGN_OR_RETURN(
      const auto group,
      (Named<st::TurnoverGroup>("--by", "TURNOVER_GROUP_", options.by, &st::TurnoverGroup_Parse)));
  request.set_group(group);
  return PrintCall(context, kTurnover, request, &TurnoverTable);
}

absl::Status Posts(kefuctl::Context& context, const Options& options) {
  st::ListJobPostsRequest request;
  request.set_open_only(options.open);
  return PrintAll(context, kPosts, request, &st::ListJobPostsResponse::mutable_posts, &PostTable);
}

absl::Status Candidates(kefuctl::Context& context, const Options& options) {
  st::ListCandidatesRequest request;
  request.set_job_post_id(options.post);
  ASSIGN_OR_RETURN(const auto stage,
                   (Named<st::CandidateStage>("--stage", "CANDIDATE_STAGE_", options.stage,
                                              &st::CandidateStage_Parse)));
  request.set_stage(stage);
  return PrintAll(context, kCandidates, request, &st::ListCandidatesResponse::mutable_candidates,
                  &CandidateTable);
}

absl::Status Move(kefuctl::Context& context, const Options& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  st::MoveCandidateRequest request;
  request.set_candidate_id(options.id);
  ASSIGN_OR_RETURN(const auto stage,
                   (Named<st::CandidateStage>("STAGE", "CANDIDATE_STAGE_", options.stage,
                                              &st::CandidateStage_Parse)));
  request.set_stage(stage);
  request.set_text(options.text);
  request.set_request_id(options.request_id);
  ASSIGN_OR_RETURN(const auto candidate, client->Call(kMove, request));
  return kefuctl::PrintOne(context, candidate, &st::ListCandidatesResponse::add_candidates,
                           &CandidateTable);
}

absl::Status Files(kefuctl::Context& context, const Options& options) {
  st::ListPersonnelFilesRequest request;
  request.set_agent_id(options.agent);
  if (!options.until.empty()) {
    RETURN_IF_ERROR(kefuctl::SetDay("--until", options.until, request.mutable_valid_until()));
  }
  return PrintAll(context, kFiles, request, &st::ListPersonnelFilesResponse::mutable_files,
                  [](const auto& all) { return FileTable(all, Today()); });
}

void AddText(CLI::App& command, Options& options) {
  command.add_option("--text", options.text, In("说明", "In words"))->required();
  command.add_option("--request-id", options.request_id,
                     In("重试时用同一编号", "Repeat with the same to retry"));
}

void AddKeeping(CLI::App& personnel, kefuctl::Context& context) {
  const auto [risk, o] = Command<Options>(
      personnel, context, "risk", In("谁可能离职、为什么", "Who may leave, and why"), &Risk);
  CLI::Option* const agent =
      risk->add_option("--agent", o->agent, In("仅此客服", "Of this agent"))->type_name("ID");
  risk->add_option("--team", o->team, In("仅此班组", "Of this team"))
      ->type_name("ID")
      ->excludes(agent);
  const auto [talks, held] = Command<Options>(
      personnel, context, "talks", In("职业谈话与承诺", "Career talks and promises"), &Talks);
  talks->add_option("--agent", held->agent, In("仅此客服", "Of this agent"))->type_name("ID");
  const auto [settle, kept] =
      Command<Options>(personnel, context, "settle",
                       In("承诺已兑现或放弃", "A promise is kept or given up"), &Settle);
  settle->add_option("TALK", kept->id, In("谈话编号", "The talk's id"))->required();
  settle->add_option("PROMISE", kept->promise, In("承诺编号", "The promise's id"))->required();
  settle->add_flag("--give-up", kept->give_up, In("放弃", "It is given up"));
  AddText(*settle, *kept);
  const auto [turnover, counted] = Command<Options>(
      personnel, context, "turnover", In("入职与离职", "Who came and left"), &Turnover);
  turnover->add_option("--from", counted->from, In("第一天，YYYY-MM-DD", "First day, YYYY-MM-DD"))
      ->required();
  turnover->add_option("--to", counted->to, In("最后一天", "Last day"))->required();
  turnover->add_option("--by", counted->by, In("team、base 或 tier", "team, base or tier"))
      ->capture_default_str();
}

void AddRecruitment(CLI::App& personnel, kefuctl::Context& context) {
  const auto [posts, o] =
      Command<Options>(personnel, context, "posts", In("招聘职位", "Posts to be filled"), &Posts);
  posts->add_flag("--open", o->open, In("仅招聘中", "Only open ones"));
  const auto [candidates, listed] =
      Command<Options>(personnel, context, "candidates", In("候选人", "Candidates"), &Candidates);
  candidates->add_option("--post", listed->post, In("职位", "For this post"))->type_name("ID");
  const std::string stages =
      In("applied、screened、interviewed、tested、offered、hired、rejected 或 withdrawn",
         "applied, screened, interviewed, tested, offered, hired, rejected or withdrawn");
  candidates->add_option("--stage", listed->stage, stages);
  const auto [move, moved] = Command<Options>(
      personnel, context, "move", In("候选人进入下一阶段", "Move a candidate on, or out"), &Move);
  move->add_option("CANDIDATE", moved->id, In("候选人编号", "The candidate's id"))->required();
  move->add_option("STAGE", moved->stage, stages)->required();
  AddText(*move, *moved);
  const auto [files, kept] = Command<Options>(personnel, context, "files",
                                              In("人事文件", "Papers of agents' files"), &Files);
  files->add_option("--agent", kept->agent, In("仅此客服", "Of this agent"))->type_name("ID");
  files->add_option("--until", kept->until,
                    In("到这一天为止到期的", "Only those that are valid to this day at most"));
}

}  // namespace

void AddPersonnelCommands(CLI::App& program, kefuctl::Context& context) {
  CLI::App& personnel =
      *program.add_subcommand("personnel", In("人事", "Personnel"))->require_subcommand(1);
  AddKeeping(personnel, context);
  AddRecruitment(personnel, context);
}

}  // namespace kefu::personnel
