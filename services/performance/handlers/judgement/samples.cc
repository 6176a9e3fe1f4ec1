// Samples of conversations to inspect.
#include <algorithm>

#include "common/convert/fields.h"
#include "common/db/page_token.h"
#include "common/events/outbox.h"
#include "common/events/write.h"
#include "common/status/status_macros.h"
#include "kefu/performance/v1/events.pb.h"
#include "services/performance/convert/quality.h"
#include "services/performance/errors.h"
#include "services/performance/errors_judgement.h"
#include "services/performance/handlers/judgement/quality_handlers.h"
#include "services/performance/handlers/judgement/quality_policy.h"
#include "services/performance/handlers/scope.h"
#include "services/performance/store/people.h"
#include "services/performance/store/quality.h"
#include "services/performance/store/rollups.h"
#include "services/performance/store/screening.h"
#include "services/performance/store/visits.h"

namespace kefu::performance {
namespace {

constexpr int kBatch = 1'000;               // conversations read at once
constexpr int kMaxDays = 93;                // a quarter
constexpr size_t kMaxCandidates = 500'000;  // about 200 MB
constexpr int kMaxDrawn = 20'000;           // an answer of about 3 MB

// Reads a period's counted conversations.
class CandidateReader {
 public:
  CandidateReader(const Dependencies& deps, const ShopScope& shop,
                  const domain::SamplingRules& rules, absl::Time deadline)
      : deps_(deps), shop_(shop), rules_(rules), deadline_(deadline) {}

  absl::StatusOr<std::vector<domain::Candidate>> Read(absl::CivilDay first, absl::CivilDay last) {
    ASSIGN_OR_RETURN(employments_, deps_.database.RunInTransaction(deadline_, [&](auto& t) {
      return store::LoadEmployments(t, shop_.scope.org_id, {});
    }));
    ASSIGN_OR_RETURN(verdicts_, deps_.database.RunInTransaction(deadline_, [&](auto& t) {
      return store::LoadVerdicts(t, shop_.scope, first, last);
    }));
    absl::CivilDay after_day(1, 1, 1);
    std::string after_id;
    while (true) {
      ASSIGN_OR_RETURN(const auto rows, deps_.database.RunInTransaction(deadline_, [&](auto& t) {
        return store::PageConversations(t, shop_.scope, first, last, after_day, after_id, kBatch);
      }));
      for (const store::PageRow& row : rows) RETURN_IF_ERROR(Take(row));
      if (candidates_.size() > kMaxCandidates) return error::TooManyConversations(kMaxCandidates);
      if (static_cast<int>(rows.size()) < kBatch) return std::move(candidates_);
      after_day = rows.back().day;
      after_id = rows.back().id;
    }
  }

 private:
  absl::Status Take(const store::PageRow& row) {
    if (!conversation_.ParseFromString(row.body)) return Internal("a stored fact cannot be read");
    const auto verdict = verdicts_.find(row.id);
    const bool counted = verdict == verdicts_.end()
                             ? conversation_.exclusion() == v1::EXCLUSION_UNSPECIFIED
                             : verdict->second == domain::Exclusion::kNone;
    if (!counted) return absl::OkStatus();
    if (row.day != day_ || candidates_.empty()) RETURN_IF_ERROR(BeginDay(row.day));
    std::map<std::string, domain::Candidate> by_agent;
    int64_t asked = -1;  // seconds of the first unanswered question
    for (const v1::Message& message : conversation_.messages()) {
      const int64_t time = message.send_time().seconds();
      if (message.side() == v1::SIDE_CUSTOMER) {
        if (asked < 0) asked = time;
        continue;
      }
      if (message.side() != v1::SIDE_AGENT) continue;
      const bool slow = asked >= 0 && time - asked > rules_.slow_seconds;
      asked = -1;
      if (message.agent_id().empty()) continue;
      domain::Candidate& candidate = by_agent[message.agent_id()];
      candidate.slow = candidate.slow || slow;
    }
    for (auto& [agent, candidate] : by_agent) Finish(agent, row, std::move(candidate));
    return absl::OkStatus();
  }

  // What is kept by day: the teams, ratings told apart, and how many of an agent's messages hold a
  // forbidden word.
  absl::Status BeginDay(absl::CivilDay day) {
    ASSIGN_OR_RETURN(teams_, deps_.database.RunInTransaction(deadline_, [&](auto& t) {
      return store::TeamsOnDay(t, shop_.scope.org_id, day);
    }));
    ASSIGN_OR_RETURN(const auto hits, deps_.database.RunInTransaction(deadline_, [&](auto& t) {
      return store::LoadWordHits(t, shop_.scope, day);
    }));
    ASSIGN_OR_RETURN(ratings_, deps_.database.RunInTransaction(deadline_, [&](auto& t) {
      return store::LoadRatings(t, shop_.scope, day);
    }));
    words_.clear();
    for (const domain::WordHit& hit : hits)
      words_[{hit.conversation_id, hit.agent_id}].insert(hit.message);
    day_ = day;
    return absl::OkStatus();
  }

  void Finish(const std::string& agent, const store::PageRow& row, domain::Candidate candidate) {
    candidate.agent_id = agent;
    candidate.conversation_id = row.id;
    candidate.day = row.day;
    const auto told = ratings_.find(row.id);
    const int rating = told == ratings_.end() ? conversation_.rating() : told->second;
    candidate.low_rating = rating > 0 && rating <= rules_.low_rating;
    const auto words = words_.find({row.id, agent});
    if (words != words_.end()) candidate.words = static_cast<int>(words->second.size());
    const auto teams = teams_.find(agent);
    if (teams != teams_.end()) candidate.teams = teams->second;
    const auto employment = employments_.find(agent);
    if (employment != employments_.end()) {
      const domain::EmploymentSpan* span = domain::EmployedOn(employment->second, row.day);
      candidate.newcomer = span != nullptr && row.day - span->hire_day <= rules_.newcomer_days;
    }
    candidates_.push_back(std::move(candidate));
  }

  const Dependencies& deps_;
  const ShopScope& shop_;
  const domain::SamplingRules& rules_;
  const absl::Time deadline_;
  v1::Conversation conversation_;  // keeps its memory from one body to the next
  std::map<std::string, domain::Employment> employments_;
  std::map<std::string, domain::Exclusion> verdicts_;
  absl::CivilDay day_;
  std::map<std::string, int> ratings_;                                  // by conversation
  std::map<std::pair<std::string, std::string>, std::set<int>> words_;  // messages with one
  std::unordered_map<std::string, std::vector<std::string>> teams_;
  std::vector<domain::Candidate> candidates_;
};

v1::InspectionSample SampleOf(const v1::SamplingPlan& plan,
                              const std::vector<domain::Candidate>& candidates,
                              const std::vector<domain::Drawn>& drawn) {
  v1::InspectionSample sample;
  *sample.mutable_plan() = plan;
  sample.set_population(static_cast<int64_t>(candidates.size()));
  for (const domain::Drawn& each : drawn) {
    v1::SampledConversation* out = sample.add_conversations();
    out->set_conversation_id(each.candidate->conversation_id);
    out->set_agent_id(each.candidate->agent_id);
    *out->mutable_day() = kefu::convert::ToProto(each.candidate->day);
    out->set_weight(each.weight);
    for (const std::string& risk : each.risks) out->add_risks(risk);
  }
  sample.set_drawn(sample.conversations_size());
  return sample;
}

// Nothing: there is none of this id. Those of before `drawn` was noted tell it too.
absl::StatusOr<std::optional<v1::InspectionSample>> Load(db::Transaction& t,
                                                         const store::Scope& scope,
                                                         const std::string& sample_id) {
  ASSIGN_OR_RETURN(const auto body, store::LoadSample(t, scope, sample_id));
  if (!body) return std::nullopt;
  v1::InspectionSample sample;
  if (!sample.ParseFromString(*body)) return Internal("a stored sample cannot be read");
  sample.set_drawn(sample.conversations_size());
  return sample;
}

// Draws a sample by a plan that was checked.
absl::StatusOr<v1::InspectionSample> Draw(const Dependencies& deps, const RequestContext& ctx,
                                          const ShopScope& shop, v1::SamplingPlan asked,
                                          const kefu::convert::Days& days) {
  ASSIGN_OR_RETURN(const domain::QualityPolicy policy,
                   deps.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return QualityPolicyOn(t, shop.scope, absl::ToCivilDay(ctx.now, shop.zone));
                   }));
  convert::Complete(policy.sampling, asked);
  FieldViolations checked;
  const domain::SamplingPlan plan = convert::FromProto(asked, checked);
  // What rules leave out, and forbidden words, are found with the day's figures.
  RETURN_IF_ERROR(
      deps.recomputer.Run(shop.scope, "", days.first, days.last, ctx.deadline).status());
  ASSIGN_OR_RETURN(
      const auto candidates,
      CandidateReader(deps, shop, plan.rules, ctx.deadline).Read(days.first, days.last));
  const auto drawn = domain::DrawSample(candidates, plan);
  if (drawn.size() > kMaxDrawn) return error::TooManyConversations(kMaxDrawn);
  v1::InspectionSample sample = SampleOf(asked, candidates, drawn);
  sample.set_sample_id(deps.ids.Next());
  *sample.mutable_create_time() = kefu::convert::ToProto(ctx.now);
  return sample;
}

}  // namespace

absl::StatusOr<v1::InspectionSample> QualityHandlers::DrawSample(
    const RequestContext& ctx, const v1::DrawSampleRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations inner, violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  convert::FromProto(request.plan(), inner);
  const auto days = kefu::convert::OptionalDays(request.plan().has_period(),
                                                request.plan().period(), "period", inner);
  inner.Check(request.plan().has_period(), "period", "is required");
  inner.Check(!days || days->last - days->first < kMaxDays, "period", "must have at most 93 days");
  violations.Merge("plan", inner);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  ASSIGN_OR_RETURN(const v1::InspectionSample sample,
                   Draw(deps_, ctx, shop, request.plan(), *days));
  return events::RunWrite<v1::InspectionSample>(
      deps_.database, ctx, request,
      [&](db::Transaction& t) -> absl::StatusOr<v1::InspectionSample> {
        RETURN_IF_ERROR(
            store::SaveSample(t, shop.scope, sample.sample_id(), sample.SerializeAsString()));
        v1::SampleDrawn event;
        event.set_shop_id(shop.scope.shop_id);
        event.set_sample_id(sample.sample_id());
        event.set_conversations(sample.conversations_size());
        RETURN_IF_ERROR(events::Append(t, shop.scope.org_id, sample.sample_id(), event, ctx.now));
        t.AfterCommit(deps_.on_events);
        return sample;
      });
}

absl::StatusOr<v1::InspectionSample> QualityHandlers::GetSample(
    const RequestContext& ctx, const v1::GetSampleRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  kefu::convert::Id(request.sample_id(), "sample_id", violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  ASSIGN_OR_RETURN(auto sample,
                   deps_.database.RunInTransaction(ctx.deadline, [&](db::Transaction& t) {
                     return Load(t, shop.scope, request.sample_id());
                   }));
  if (!sample) return error::SampleNotFound(request.sample_id());
  return *std::move(sample);
}

absl::StatusOr<v1::ListSamplesResponse> QualityHandlers::ListSamples(
    const RequestContext& ctx, const v1::ListSamplesRequest& request) const {
  RETURN_IF_ERROR(RequireSightOfFacts(ctx));
  FieldViolations violations;
  kefu::convert::Id(request.shop_id(), "shop_id", violations);
  violations.Check(request.page_size() >= 0, "page_size", "must not be negative");
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const int page_size, db::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const ShopScope shop,
                   RequireShopScope(deps_.database, ctx, request.shop_id(), ctx.deadline));
  const uint64_t filter = db::FilterHash({ctx.method, shop.scope.org_id, shop.scope.shop_id});
  ASSIGN_OR_RETURN(const auto before, db::DecodePageToken(request.page_token(), filter, 1));
  return deps_.database.RunInTransaction(
      ctx.deadline, [&](db::Transaction& t) -> absl::StatusOr<v1::ListSamplesResponse> {
        ASSIGN_OR_RETURN(
            auto ids,
            store::PageSamples(t, shop.scope, before.empty() ? "" : before[0], page_size + 1));
        v1::ListSamplesResponse response;
        if (static_cast<int>(ids.size()) > page_size) {
          ids.pop_back();
          response.set_next_page_token(db::EncodePageToken(filter, {ids.back()}));
        }
        for (const std::string& id : ids) {
          ASSIGN_OR_RETURN(auto sample, Load(t, shop.scope, id));  // one at a time: some are large
          if (!sample) continue;
          sample->clear_conversations();
          *response.add_samples() = *std::move(sample);
        }
        return response;
      });
}

}  // namespace kefu::performance
