// Contract <-> domain for contracts with bases and agencies. Faults are all named at once, with
// paths inside the message. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "common/status/error.h"
#include "kefu/staffing/v1/contracts.pb.h"
#include "services/staffing/domain/outsourcing/breaches.h"
#include "services/staffing/domain/outsourcing/invoice.h"
#include "services/staffing/domain/outsourcing/make_or_buy.h"

namespace kefu::staffing::convert {

// The contract as it is kept: names and duties trimmed, defaults filled in, output fields empty.
// `currency` takes the place of an empty one.
v1::Contract Normalised(const v1::Contract& proto, std::string_view currency,
                        FieldViolations& violations);
// The terms of a normalised contract.
outsourcing::Terms TermsOf(const v1::Contract& contract);

outsourcing::Price PriceFrom(const v1::ContractPrice& proto, const std::string& currency,
                             std::string_view field, FieldViolations& violations);
outsourcing::OwnStaff OwnStaffFrom(const v1::OwnStaffCost& proto, const std::string& currency,
                                   std::string_view field, FieldViolations& violations);

kefu::common::v1::Money MoneyOf(int64_t minor, std::string_view currency);
v1::LevelResult ToProto(const v1::Contract& contract, const outsourcing::LevelResult& result);
// Lines and sums.
v1::Invoice ToProto(const outsourcing::Invoice& invoice, std::string_view currency);
v1::CompareMakeOrBuyResponse ToProto(const outsourcing::Comparison& comparison,
                                     std::string_view currency);

}  // namespace kefu::staffing::convert
