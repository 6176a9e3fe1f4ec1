// Who may return, until when, and who pays (DOMAIN 4.4). Pure, thread-safe.
//
// Days are those of the shop's zone. The day of signing does not count: signed on the 1st, the 7th
// day is the 8th, to its end, at whatever time of the 1st it was signed. Of months the last day is
// the same day of the month, or the month's last where it has none (民法典 第二百零一、二百零二条;
// for the seven days 网络购买商品七日无理由退货暂行办法: from the day after signing).
//
// Rules only ever give. Of those that apply on a day, the best for the buyer gives the remedy, and
// each freight is the merchant's as soon as one of them says so. So no rule that is added makes a
// buyer worse off: not in whether, not in how long, not in either freight.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/status/error.h"
#include "services/aftersales/domain/returns/types.h"

namespace kefu::aftersales::domain::returns {

// The last day of the rule for goods signed for on that day.
absl::CivilDay LastDay(const Rule& rule, absl::CivilDay signed_on);

// Adds the fault of a category that no policy knows; false then.
bool CheckCategory(std::span<const Policy> policies, std::string_view category,
                   FieldViolations& violations);

// Adds what is missing or does not go together: no time of signing, a category that no policy
// knows, a reason that does not fit it, answers to questions that are not asked of it, a purchase
// after the signing, a demand before it.
void CheckQuestion(std::span<const Policy> policies, const Question& question, absl::TimeZone zone,
                   FieldViolations& violations);

// The four remedies in the order of Remedy. The question has passed CheckQuestion.
std::vector<Outcome> Evaluate(std::span<const Policy> policies, const Question& question,
                              absl::TimeZone zone);

}  // namespace kefu::aftersales::domain::returns
