#include "clients/kefuctl/demo/loader.h"

#include <algorithm>
#include <set>

#include "clients/kefuctl/demo/loading.h"
#include "clients/kefuctl/demo/parts.h"
#include "clients/kefuctl/sold_orders.h"
#include "common/status/error.h"

namespace kefu::demo {
namespace {

constexpr int kRowsPerMessage = 400;  // about half a megabyte of conversations
// How often and for how long another service is asked for what staffing was told.
constexpr int kPolls = 150;
constexpr absl::Duration kPause = absl::Milliseconds(200);

std::string DayKey(const kefu::common::v1::Date& day) {
  return fmt::format("{:04}{:02}{:02}", day.year(), day.month(), day.day());
}

}  // namespace

absl::Status Loader::LoadPlaces() {
  bool registered = false;
  RETURN_IF_ERROR(EachPage(client_, kListOrganizations, staffing::ListOrganizationsRequest(),
                           [&](const auto& page) { registered |= page.organizations_size() > 0; }));
  if (registered) {
    Found();
  } else {
    staffing::CreateOrganizationRequest request;
    *request.mutable_organization() = data_.organization;
    RETURN_IF_ERROR(Write(kCreateOrganization, request, "organization").status());
    Created();
  }

  RETURN_IF_ERROR(
      EachPage(client_, kListShops, staffing::ListShopsRequest(), [&](const auto& page) {
        for (const auto& shop : page.shops()) {
          for (const ShopPlan& plan : data_.shops) {
            if (plan.shop.external_id() == shop.external_id() &&
                plan.shop.platform() == shop.platform()) {
              shops_[plan.key] = shop.shop_id();
            }
          }
        }
      }));
  for (const ShopPlan& plan : data_.shops) {
    if (shops_.contains(plan.key)) {
      Found();
    } else {
      staffing::CreateShopRequest request;
      *request.mutable_shop() = plan.shop;
      ASSIGN_OR_RETURN(const auto shop, Write(kCreateShop, request, "shop." + plan.key));
      shops_[plan.key] = shop.shop_id();
      Created();
    }
    performance::ConfigureShopRequest request;
    request.mutable_settings()->set_shop_id(shops_[plan.key]);
    request.mutable_settings()->set_time_zone(plan.shop.time_zone());
    request.mutable_settings()->set_currency_code(plan.shop.currency_code());
    request.mutable_settings()->set_platform(staffing::Platform_Name(plan.shop.platform()));
    request.mutable_settings()->set_display_name(plan.shop.display_name());
    RETURN_IF_ERROR(Ask(client_, kConfigureShop, request).status());
    Step();
  }
  return LoadTeams();
}

absl::Status Loader::LoadTeams() {
  Ids site_names, team_names;
  RETURN_IF_ERROR(
      EachPage(client_, kListSites, staffing::ListSitesRequest(), [&](const auto& page) {
        for (const auto& site : page.sites()) site_names[site.display_name()] = site.site_id();
      }));
  RETURN_IF_ERROR(
      EachPage(client_, kListTeams, staffing::ListTeamsRequest(), [&](const auto& page) {
        for (const auto& team : page.teams())
          team_names[team.site_id() + team.display_name()] = team.team_id();
      }));
  for (const auto& [key, value] : data_.sites) {
    if (const auto found = site_names.find(value.display_name()); found != site_names.end()) {
      sites_[key] = found->second;
      Found();
      continue;
    }
    staffing::CreateSiteRequest request;
    *request.mutable_site() = value;
    ASSIGN_OR_RETURN(const auto site, Write(kCreateSite, request, "site." + key));
    sites_[key] = site.site_id();
    Created();
  }
  for (const auto& [key, value] : data_.teams) {
    staffing::CreateTeamRequest request;
    *request.mutable_team() = value;
    request.mutable_team()->clear_lead_agent_id();
    request.mutable_team()->set_site_id(sites_.at(value.site_id()));
    for (auto& shop : *request.mutable_team()->mutable_shop_ids()) shop = shops_.at(shop);
    const auto found = team_names.find(request.team().site_id() + value.display_name());
    if (found != team_names.end()) {
      teams_[key] = found->second;
      Found();
      continue;
    }
    ASSIGN_OR_RETURN(const auto team, Write(kCreateTeam, request, "team." + key));
    teams_[key] = team.team_id();
    Created();
  }
  return absl::OkStatus();
}

absl::Status Loader::LoadAgents() {
  Ids numbers;
  staffing::ListAgentsRequest all;
  all.set_show_archived(true);
  RETURN_IF_ERROR(EachPage(client_, kListAgents, all, [&](const auto& page) {
    for (const auto& agent : page.agents()) numbers[agent.employee_number()] = agent.agent_id();
  }));
  for (const AgentPlan& plan : data_.agents) {
    if (const auto found = numbers.find(plan.agent.employee_number()); found != numbers.end()) {
      agents_[plan.key] = found->second;
      Found();
      continue;
    }
    staffing::CreateAgentRequest request;
    *request.mutable_agent() = plan.agent;
    if (!plan.agent.team_id().empty())
      request.mutable_agent()->set_team_id(teams_.at(plan.agent.team_id()));
    request.set_initial_tier_id(plan.tier_id);
    request.set_initial_grade_id(plan.grade_id);
    SetDay(plan.tier_day, request.mutable_initial_tier_date());
    ASSIGN_OR_RETURN(const auto agent, Write(kCreateAgent, request, "agent." + plan.key));
    agents_[plan.key] = agent.agent_id();
    Created();
  }
  // Leads are agents of their own teams, so they come last.
  std::set<std::string> led;
  RETURN_IF_ERROR(
      EachPage(client_, kListTeams, staffing::ListTeamsRequest(), [&](const auto& page) {
        for (const auto& team : page.teams()) {
          if (!team.lead_agent_id().empty()) led.insert(team.team_id());
        }
      }));
  for (const auto& [key, value] : data_.teams) {
    if (!led.contains(teams_.at(key))) {
      staffing::UpdateTeamRequest request;
      request.mutable_team()->set_team_id(teams_.at(key));
      request.mutable_team()->set_lead_agent_id(agents_.at(value.lead_agent_id()));
      request.mutable_update_mask()->add_paths("lead_agent_id");
      RETURN_IF_ERROR(Write(kUpdateTeam, request, "lead." + key).status());
    }
    Step();
  }
  return absl::OkStatus();
}

absl::Status Loader::LoadCareers() {
  for (const auto& [tier, posts] : {std::pair("team_lead", 6), {"supervisor", 2}, {"manager", 1}}) {
    staffing::SetHeadcountRequest request;
    request.mutable_headcount()->set_tier_id(tier);
    request.mutable_headcount()->set_posts(posts);
    RETURN_IF_ERROR(Write(kSetHeadcount, request, fmt::format("posts.{}", tier)).status());
  }
  for (const Transfer& transfer : data_.transfers) {
    staffing::ListTeamMembershipsRequest who;
    who.set_agent_id(agents_.at(transfer.agent));
    ASSIGN_OR_RETURN(const auto before, Ask(client_, kListTeamMemberships, who));
    if (std::ranges::any_of(before.memberships(), [&](const auto& membership) {
          return membership.team_id() == teams_.at(transfer.team);
        })) {
      Found();
      continue;
    }
    staffing::TransferAgentRequest request;
    request.set_agent_id(agents_.at(transfer.agent));
    request.set_team_id(teams_.at(transfer.team));
    SetDay(transfer.day, request.mutable_effective_date());
    RETURN_IF_ERROR(Write(kTransferAgent, request, "transfer." + transfer.agent).status());
    Created();
  }
  Ids changes;
  for (const auto& [key, value] : data_.tier_changes) {
    const auto mark = [](const staffing::TierChange& change) {
      return fmt::format("{} {} {}", static_cast<int>(change.kind()), change.tier_id(),
                         DayKey(change.effective_date()));
    };
    Ids written;
    staffing::ListTierChangesRequest whose;
    whose.set_agent_id(agents_.at(value.agent_id()));
    RETURN_IF_ERROR(EachPage(client_, kListTierChanges, whose, [&](const auto& page) {
      for (const auto& change : page.changes()) written[mark(change)] = change.tier_change_id();
    }));
    if (const auto found = written.find(mark(value)); found != written.end()) {
      changes[key] = found->second;
      Found();
      continue;
    }
    staffing::ChangeTierRequest request;
    *request.mutable_change() = value;
    request.mutable_change()->set_agent_id(agents_.at(value.agent_id()));
    if (!value.corrects_tier_change_id().empty()) {
      request.mutable_change()->set_corrects_tier_change_id(
          changes.at(value.corrects_tier_change_id()));
    }
    ASSIGN_OR_RETURN(const auto change, Write(kChangeTier, request, "tier." + key));
    changes[key] = change.tier_change_id();
    Created();
  }
  return absl::OkStatus();
}

absl::Status Loader::LoadAssignments() {
  std::set<std::string> there;
  const auto mark = [](const staffing::Assignment& assignment) {
    return fmt::format("{} {} {} {}", assignment.agent_id(), assignment.shop_id(),
                       static_cast<int>(assignment.duty()), DayKey(assignment.start_date()));
  };
  RETURN_IF_ERROR(EachPage(client_, kListAssignments, staffing::ListAssignmentsRequest(),
                           [&](const auto& page) {
                             for (const auto& assignment : page.assignments())
                               there.insert(mark(assignment));
                           }));
  for (const auto& [key, value] : data_.assignments) {
    staffing::AssignAgentRequest request;
    *request.mutable_assignment() = value;
    request.mutable_assignment()->set_agent_id(agents_.at(value.agent_id()));
    request.mutable_assignment()->set_shop_id(shops_.at(value.shop_id()));
    if (there.contains(mark(request.assignment()))) {
      Found();
      continue;
    }
    RETURN_IF_ERROR(Write(kAssignAgent, request, "assign." + key).status());
    Created();
  }
  return absl::OkStatus();
}

template <class Request, class Row, class Fact>
absl::Status Loader::Import(const kefuctl::Rpc<Request, performance::ImportResponse>& rpc,
                            const ShopPlan& shop, const std::vector<Fact>& facts,
                            Fact* (Row::*mutable_fact)()) {
  const int64_t before = done_;
  const auto attempt = [&]() -> absl::StatusOr<performance::ImportResponse> {
    done_ = before;
    RETURN_IF_ERROR(client_.StartStream(rpc));
    for (size_t i = 0; i < facts.size();) {
      Request message;
      if (i == 0) {
        message.mutable_header()->set_shop_id(shops_.at(shop.key));
        message.mutable_header()->set_source_name("demo " + shop.key);
      }
      for (int row = 0; row < kRowsPerMessage && i < facts.size(); ++row, ++i) {
        Row* out = message.add_rows();
        out->set_line(static_cast<int64_t>(i) + 1);
        Fact* fact = (out->*mutable_fact)();
        *fact = facts[i];
        Resolve(*fact);
      }
      RETURN_IF_ERROR(client_.Send(message));
      Step(message.rows_size());
    }
    return client_.FinishStream<performance::ImportResponse>();
  };
  ASSIGN_OR_RETURN(const auto answer, Persist(attempt));
  summary_.created += answer.inserted() + answer.replaced();
  summary_.unchanged += answer.unchanged();
  if (answer.rejected() == 0) return absl::OkStatus();
  const auto& error = answer.errors(0);
  return absl::InternalError(fmt::format("{} rows refused, the first: {} {}: {}", answer.rejected(),
                                         error.source_id(), error.field(), error.description()));
}

absl::Status Loader::LoadFacts(const ShopPlan& shop) {
  // Orders first: refunds and reviews are then dated to known ones, and each day is computed once
  // more at most.
  RETURN_IF_ERROR(Import(kImportOrders, shop, shop.orders, &performance::OrderRow::mutable_order));
  RETURN_IF_ERROR(LoadSoldOrders(shop));
  RETURN_IF_ERROR(Import(kImportConversations, shop, shop.conversations,
                         &performance::ConversationRow::mutable_conversation));
  RETURN_IF_ERROR(
      Import(kImportRefunds, shop, shop.refunds, &performance::RefundRow::mutable_refund));
  return Import(kImportReviews, shop, shop.reviews, &performance::ReviewRow::mutable_review);
}

absl::Status Loader::LoadSoldOrders(const ShopPlan& shop) {
  constexpr int kOrdersPerCall = 500;
  for (size_t i = 0; i < shop.orders.size();) {
    aftersales::PutOrdersRequest request;
    const size_t first = i;
    for (; i < shop.orders.size() && request.orders_size() < kOrdersPerCall; ++i) {
      if (auto sold = kefuctl::SoldOrder(shop.orders[i], shops_.at(shop.key))) {
        ResolveGoods(*sold->mutable_lines());
        *request.add_orders() = *sold;
      }
    }
    if (request.orders().empty()) break;
    ASSIGN_OR_RETURN(const auto answer, Ask(client_, kPutOrders, request));
    for (const aftersales::PutOrderResult& result : answer.results()) {
      if (result.outcome() == aftersales::PUT_ORDER_OUTCOME_REFUSED) {
        return absl::InternalError(
            fmt::format("order {} refused: {}", result.order_id(), result.error_description()));
      }
    }
    Step(static_cast<int64_t>(i - first));
  }
  return absl::OkStatus();
}

// Without it nobody would know where goods come back to: no order says where it was sent from.
absl::Status Loader::LoadFlowPolicy() {
  aftersales::SetFlowPolicyRequest request;
  ASSIGN_OR_RETURN(*request.mutable_policy(),
                   Ask(client_, kGetFlowPolicy, aftersales::GetFlowPolicyRequest()));
  if (!request.policy().return_node_id().empty()) {
    Found();
    return absl::OkStatus();
  }
  request.mutable_policy()->set_return_node_id(nodes_.at(std::string(kReturnNode)));
  request.mutable_policy()->clear_effective_time();
  RETURN_IF_ERROR(Write(kSetFlowPolicy, request, "flow_policy").status());
  Created();
  return absl::OkStatus();
}

absl::Status Loader::LoadCases() {
  RETURN_IF_ERROR(LoadFlowPolicy());
  std::map<std::string, aftersales::Case> there;
  for (const auto& [key, shop_id] : shops_) {
    aftersales::ListCasesRequest request;
    request.set_shop_id(shop_id);
    RETURN_IF_ERROR(EachPage(client_, kListCases, request, [&](const auto& page) {
      for (const auto& record : page.cases()) there[record.external_id()] = record;
    }));
  }
  for (const CasePlan& plan : data_.cases) {
    const auto found = there.find(plan.record.external_id());
    RETURN_IF_ERROR(LoadCase(plan, found == there.end() ? nullptr : &found->second));
  }
  return absl::OkStatus();
}

// After-sales learns who may have cases from staffing's events, some moments later.
absl::StatusOr<aftersales::Case> Loader::Open(const aftersales::OpenCaseRequest& request,
                                              std::string_view item) {
  for (int i = 0;; ++i) {
    auto opened = Write(kOpenCase, request, item);
    if (i == kPolls || ReasonOf(opened.status()) != "AGENT_CANNOT_TAKE_CASE") return opened;
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(kPause));
  }
}

absl::Status Loader::LoadCase(const CasePlan& plan, const aftersales::Case* there) {
  const std::string& number = plan.record.external_id();
  std::string case_id;
  if (there != nullptr) {
    case_id = there->case_id();
    ++summary_.unchanged;
  } else {
    aftersales::OpenCaseRequest request;
    *request.mutable_case_() = plan.record;
    ResolveGoods(*request.mutable_case_()->mutable_lines());
    request.mutable_case_()->set_shop_id(shops_.at(plan.record.shop_id()));
    request.mutable_case_()->set_assignee_agent_id(agents_.at(plan.record.assignee_agent_id()));
    ASSIGN_OR_RETURN(const auto opened, Open(request, "case." + number));
    case_id = opened.case_id();
    ++summary_.created;
  }
  Step();
  // What was reviewed to its end before is left alone; else every step is sent, and those that were
  // taken before are answered by their request ids.
  auto last = aftersales::REVIEW_RESULT_UNSPECIFIED;
  bool closed = false;
  for (const CaseStep& step : plan.steps) {
    if (step.verb == CaseStep::Verb::kReview) last = step.result;
    closed |= step.verb == CaseStep::Verb::kClose;
  }
  if (there != nullptr && last != aftersales::REVIEW_RESULT_UNSPECIFIED &&
      there->result() == last && closed == (there->state() == aftersales::CASE_STATE_CLOSED)) {
    return absl::OkStatus();
  }
  for (size_t i = 0; i < plan.steps.size(); ++i) {
    const absl::Status status =
        Move(plan.steps[i], case_id, fmt::format("case.{}.{}", number, i + 1));
    // Somebody has taken the case further since the last load.
    if (there != nullptr && absl::IsFailedPrecondition(status)) break;
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

absl::Status Loader::Move(const CaseStep& step, const std::string& case_id, std::string_view item) {
  const auto about = [&](auto request) {
    request.set_case_id(case_id);
    return request;
  };
  switch (step.verb) {
    case CaseStep::Verb::kRespond: {
      auto request = about(aftersales::RespondToCaseRequest());
      request.set_message(step.text);
      if (step.answer_seconds) request.mutable_answer_time()->set_seconds(*step.answer_seconds);
      return Write(kRespondToCase, request, item).status();
    }
    case CaseStep::Verb::kReview: {
      auto request = about(aftersales::ReviewCaseRequest());
      request.set_result(step.result);
      request.set_note(step.text);
      if (step.cost_minor > 0) {
        request.mutable_cost()->set_currency_code(std::string(kCurrency));
        request.mutable_cost()->set_minor_units(step.cost_minor);
      }
      return Write(kReviewCase, request, item).status();
    }
    case CaseStep::Verb::kResume: {
      auto request = about(aftersales::ResumeCaseRequest());
      request.set_note(step.text);
      return Write(kResumeCase, request, item).status();
    }
    case CaseStep::Verb::kClose: {
      auto request = about(aftersales::CloseCaseRequest());
      request.set_note(step.text);
      return Write(kCloseCase, request, item).status();
    }
  }
  return absl::OkStatus();
}

// Performance learns the teams from staffing's events, some moments later; whoever asks for the
// teams' figures after the load must find them.
absl::Status Loader::AwaitTeams() {
  for (const ShopPlan& shop : data_.shops) {
    std::set<std::string> serving;
    for (const auto& [key, team] : data_.teams) {
      if (std::ranges::count(team.shop_ids(), shop.key) > 0) serving.insert(teams_.at(key));
    }
    performance::GetMetricsRequest request;
    request.set_shop_id(shops_.at(shop.key));
    request.set_by_team(true);
    request.add_metric_ids("consulted");
    for (int i = 0;; ++i) {
      ASSIGN_OR_RETURN(const auto answer, Ask(client_, kGetMetrics, request));
      size_t seen = 0;
      for (const auto& row : answer.rows()) seen += serving.contains(row.subject().team_id());
      if (seen == serving.size()) break;
      if (i == kPolls) {
        return Unavailable("TEAMS_NOT_SEEN",
                           "performance has not heard of the teams yet; run the command again",
                           absl::Seconds(10));
      }
      std::this_thread::sleep_for(absl::ToChronoMilliseconds(kPause));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<LoadSummary> Load(kefuctl::Client& client, const Dataset& data,
                                 const OnProgress& progress) {
  return Loader(client, data, progress).Run();
}

}  // namespace kefu::demo
