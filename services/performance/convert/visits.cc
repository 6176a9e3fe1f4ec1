#include "services/performance/convert/visits.h"

#include "common/convert/fields.h"
#include "common/status/error.h"
#include "services/performance/convert/row_checker.h"

namespace kefu::performance::convert {
namespace {

// More than any shop sees in a day, small enough for sums over years.
constexpr int64_t kMaxCount = 1'000'000'000'000;
// The days of facts; see kEarliestSeconds.
constexpr int kFirstYear = 1990;
constexpr int kLastYear = 2099;

int64_t Count(std::string field, int64_t value, RowChecker& check) {
  if (value < 0 || value > kMaxCount)
    check.Fail(std::move(field), "OUT_OF_RANGE", fmt::format("must be 0 to {}", kMaxCount));
  return value;
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
