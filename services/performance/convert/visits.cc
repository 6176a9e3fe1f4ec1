#include "services/performance/convert/visits.h"

#include <algorithm>

#include "common/convert/fields.h"
#include "common/status/error.h"
#include "kefu/performance/v1/quality.pb.h"
#include "services/performance/convert/row_checker.h"

namespace kefu::performance::convert {
namespace {

// More than any shop sees in a day, small enough for sums over years.
constexpr int64_t kMaxCount = 1'000'000'000'000;
// The days of facts; see kEarliestSeconds.
constexpr int kFirstYear = 1990;
constexpr int kLastYear = 2099;
constexpr size_t kMaxSourceId = 60;
constexpr size_t kMaxInspector = 200;
constexpr size_t kMaxNote = 2'000;
constexpr int64_t kFullCentipoints = 10'000;

int64_t Count(std::string field, int64_t value, RowChecker& check) {
  if (value < 0 || value > kMaxCount)
    check.Fail(std::move(field), "OUT_OF_RANGE", fmt::format("must be 0 to {}", kMaxCount));
  return value;
}

// What may stand in the path of a call.
bool IsInspectionId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxSourceId && std::ranges::all_of(id, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("._:-").find(c) != std::string_view::npos;
  });
}

template <class Proto>
absl::StatusOr<Proto> Parse(std::string_view body) {
  Proto proto;
  if (!proto.ParseFromArray(body.data(), static_cast<int>(body.size())))
    return Internal(fmt::format("a stored {} cannot be read", Proto::descriptor()->name()));
  return proto;
}

}  // namespace

VisitsOfDay ToDomain(const v1::DailyVisits& proto, std::string_view currency, Problems& problems) {
  RowChecker check(problems);
  VisitsOfDay result;
  const auto& date = proto.day();
  result.day = absl::CivilDay(date.year(), date.month(), date.day());
  if (!proto.has_day()) {
    check.Fail("day", "MISSING_FIELD", "is required");
  } else if (date.year() < kFirstYear || date.year() > kLastYear ||
             result.day.month() != date.month() || result.day.day() != date.day()) {
    check.Fail("day", "BAD_TIME", "must be a day between 1990 and 2099");
  }
  result.visits.visits = Count("visits", proto.visits(), check);
  result.visits.clicks = Count("clicks", proto.clicks(), check);
  result.visits.ad_orders = Count("ad_orders", proto.ad_orders(), check);
  if (proto.ad_orders() > proto.clicks())
    check.Fail("ad_orders", "OUT_OF_RANGE", "must not be more than clicks");
  if (proto.has_ad_spend())
    result.visits.ad_spend_minor = check.Money("ad_spend", proto.ad_spend(), currency);
  return result;
}

RatingOfConversation ToDomain(const v1::Rating& proto, Problems& problems) {
  RowChecker check(problems);
  check.Id("conversation_id", proto.conversation_id());
  if (proto.score() < 1 || proto.score() > 5) check.Fail("score", "OUT_OF_RANGE", "must be 1 to 5");
  if (proto.has_rate_time()) check.Time("rate_time", proto.rate_time());
  return {proto.conversation_id(), proto.score()};
}

InspectionOfSource ToDomain(const v1::ImportedInspection& proto, Problems& problems) {
  RowChecker check(problems);
  if (!IsInspectionId(proto.source_id()))
    check.Fail("source_id", "BAD_ID", "must be 1 to 60 of A-Z a-z 0-9 . _ : -");
  check.Id("conversation_id", proto.conversation_id());
  check.Id("agent_id", proto.agent_id());
  if (proto.inspector().empty()) check.Fail("inspector", "MISSING_FIELD", "is required");
  check.Text("inspector", proto.inspector(), kMaxInspector);
  if (!proto.agent_id().empty() && proto.inspector() == proto.agent_id())
    check.Fail("inspector", "OWN_INSPECTION", "nobody judges the own conversations");
  check.Text("note", proto.note(), kMaxNote);
  if (proto.centipoints() < 0 || proto.centipoints() > kFullCentipoints)
    check.Fail("centipoints", "OUT_OF_RANGE", fmt::format("must be 0 to {}", kFullCentipoints));
  return {proto.source_id(),
          proto.conversation_id(),
          proto.agent_id(),
          proto.inspector(),
          proto.note(),
          check.Time("inspect_time", proto.inspect_time()),
          {proto.centipoints(), !proto.inaccurate(), !proto.impolite()}};
}

std::string InspectionBody(std::string_view id, const InspectionOfSource& fact) {
  v1::Inspection proto;
  proto.set_inspection_id(std::string(id));
  proto.set_conversation_id(fact.conversation_id);
  proto.set_agent_id(fact.agent_id);
  proto.set_inspector(fact.inspector);
  proto.set_centipoints(fact.judged.centipoints);
  proto.set_accurate(fact.judged.accurate);
  proto.set_polite(fact.judged.polite);
  proto.set_state(v1::INSPECTION_STATE_RECORDED);
  *proto.mutable_create_time() = kefu::convert::ToProto(absl::FromUnixMicros(fact.inspect_us));
  proto.set_note(fact.note);
  return proto.SerializeAsString();
}

absl::StatusOr<InspectionOfSource> InspectionFromBody(std::string_view body) {
  const auto proto = Parse<v1::Inspection>(body);
  if (!proto.ok()) return proto.status();
  return InspectionOfSource{.conversation_id = proto->conversation_id(),
                            .agent_id = proto->agent_id()};
}

absl::StatusOr<std::string> KeepAppeal(std::string_view before, std::string_view body) {
  const auto old = Parse<v1::Inspection>(before);
  if (!old.ok()) return old.status();
  auto proto = Parse<v1::Inspection>(body);
  if (!proto.ok()) return proto.status();
  if (proto->agent_id() != old->agent_id() || proto->conversation_id() != old->conversation_id())
    return std::string(body);
  proto->set_state(old->state());
  proto->set_appealed_by(old->appealed_by());
  proto->set_appeal_reason(old->appeal_reason());
  proto->set_decided_by(old->decided_by());
  proto->set_decision_reason(old->decision_reason());
  return proto->SerializeAsString();
}

absl::StatusOr<VisitsOfDay> VisitsFromBody(std::string_view body) {
  auto proto = Parse<v1::DailyVisits>(body);
  if (!proto.ok()) return proto.status();
  Problems ignored;
  return ToDomain(*proto, proto->ad_spend().currency_code(), ignored);
}

absl::StatusOr<RatingOfConversation> RatingFromBody(std::string_view body) {
  auto proto = Parse<v1::Rating>(body);
  if (!proto.ok()) return proto.status();
  Problems ignored;
  return ToDomain(*proto, ignored);
}

}  // namespace kefu::performance::convert
