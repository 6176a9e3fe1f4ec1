// The enumerations of staffing and the names under which they are stored. Values and names are
// those of the contract without its prefix (a test compares them), so converting is a cast.
#pragma once

#include <cstdint>

#include "common/enums/enum_names.h"

namespace kefu::staffing::domain {

enum class OrganizationKind : uint8_t { kUnspecified, kMerchant, kBase };
enum class Platform : uint8_t {
  kUnspecified,
  kJd,
  kTmall,
  kTaobao,
  kPinduoduo,
  kDouyin,
  kOwnSite,
  kOther
};
enum class ShopStage : uint8_t { kUnspecified, kStartup, kGrowth, kMature };
enum class ShopOperation : uint8_t { kUnspecified, kOwner, kAgency };
enum class SiteMode : uint8_t {
  kUnspecified,
  kSingleCentralised,
  kMultiVirtual,
  kProvincial,
  kDistributed,
  kDistributedCentralBusiness
};
enum class RecordState : uint8_t { kUnspecified, kActive, kArchived };
enum class Employment : uint8_t { kUnspecified, kOwn, kBase };
enum class AgentState : uint8_t { kUnspecified, kActive, kOnLeave, kLeft };
enum class Track : uint8_t { kUnspecified, kManagement, kProfessional };
enum class Duty : uint8_t { kUnspecified, kPreSales, kAfterSales, kBoth };
enum class TierChangeKind : uint8_t {
  kUnspecified,
  kHire,
  kPromotion,
  kDemotion,
  kLateral,
  kCorrection,
  kRehire
};
enum class CriterionKind : uint8_t {
  kUnspecified,
  kAtLeast,
  kAtMost,
  kAtLeastShop,
  kAtMostShop,
  kRankWithin,
  kLowestRankWithin
};
enum class PromotionRule : uint8_t {
  kUnspecified,
  kMonthsInTier,
  kProbation,
  kMonthsInDepartment,
  kPerformance,
  kGoodMonths,
  kOpenPost,
  kAtWork
};
enum class PromotionState : uint8_t { kUnspecified, kPending, kDone, kRefused };

KEFU_ENUM_NAMES(OrganizationKind, "UNSPECIFIED", "MERCHANT", "BASE")
KEFU_ENUM_NAMES(Platform, "UNSPECIFIED", "JD", "TMALL", "TAOBAO", "PINDUODUO", "DOUYIN", "OWN_SITE",
                "OTHER")
KEFU_ENUM_NAMES(ShopStage, "UNSPECIFIED", "STARTUP", "GROWTH", "MATURE")
KEFU_ENUM_NAMES(ShopOperation, "UNSPECIFIED", "OWNER", "AGENCY")
KEFU_ENUM_NAMES(SiteMode, "UNSPECIFIED", "SINGLE_CENTRALISED", "MULTI_VIRTUAL", "PROVINCIAL",
                "DISTRIBUTED", "DISTRIBUTED_CENTRAL_BUSINESS")
KEFU_ENUM_NAMES(RecordState, "UNSPECIFIED", "ACTIVE", "ARCHIVED")
KEFU_ENUM_NAMES(Employment, "UNSPECIFIED", "OWN", "BASE")
KEFU_ENUM_NAMES(AgentState, "UNSPECIFIED", "ACTIVE", "ON_LEAVE", "LEFT")
KEFU_ENUM_NAMES(Track, "UNSPECIFIED", "MANAGEMENT", "PROFESSIONAL")
KEFU_ENUM_NAMES(Duty, "UNSPECIFIED", "PRE_SALES", "AFTER_SALES", "BOTH")
KEFU_ENUM_NAMES(TierChangeKind, "UNSPECIFIED", "HIRE", "PROMOTION", "DEMOTION", "LATERAL",
                "CORRECTION", "REHIRE")
KEFU_ENUM_NAMES(CriterionKind, "UNSPECIFIED", "AT_LEAST", "AT_MOST", "AT_LEAST_SHOP",
                "AT_MOST_SHOP", "RANK_WITHIN", "LOWEST_RANK_WITHIN")
KEFU_ENUM_NAMES(PromotionRule, "UNSPECIFIED", "MONTHS_IN_TIER", "PROBATION", "MONTHS_IN_DEPARTMENT",
                "PERFORMANCE", "GOOD_MONTHS", "OPEN_POST", "AT_WORK")
KEFU_ENUM_NAMES(PromotionState, "UNSPECIFIED", "PENDING", "DONE", "REFUSED")

// domain::NameOf and domain::ParseName.
using ::kefu::NameOf;
using ::kefu::ParseName;

}  // namespace kefu::staffing::domain
