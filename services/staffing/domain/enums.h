// The enumerations of staffing and the names under which they are stored. Values and names are
// those of the contract without its prefix (a test compares them), so converting is a cast.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

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

// kNames[i] is the name of the value i.
template <class E>
struct EnumNames;

#define KEFU_STAFFING_ENUM_NAMES(E, ...)                                           \
  template <>                                                                      \
  struct EnumNames<E> {                                                            \
    static constexpr auto kNames = std::to_array<std::string_view>({__VA_ARGS__}); \
  }

KEFU_STAFFING_ENUM_NAMES(OrganizationKind, "UNSPECIFIED", "MERCHANT", "BASE");
KEFU_STAFFING_ENUM_NAMES(Platform, "UNSPECIFIED", "JD", "TMALL", "TAOBAO", "PINDUODUO", "DOUYIN",
                         "OWN_SITE", "OTHER");
KEFU_STAFFING_ENUM_NAMES(ShopStage, "UNSPECIFIED", "STARTUP", "GROWTH", "MATURE");
KEFU_STAFFING_ENUM_NAMES(ShopOperation, "UNSPECIFIED", "OWNER", "AGENCY");
KEFU_STAFFING_ENUM_NAMES(SiteMode, "UNSPECIFIED", "SINGLE_CENTRALISED", "MULTI_VIRTUAL",
                         "PROVINCIAL", "DISTRIBUTED", "DISTRIBUTED_CENTRAL_BUSINESS");
KEFU_STAFFING_ENUM_NAMES(RecordState, "UNSPECIFIED", "ACTIVE", "ARCHIVED");
KEFU_STAFFING_ENUM_NAMES(Employment, "UNSPECIFIED", "OWN", "BASE");
KEFU_STAFFING_ENUM_NAMES(AgentState, "UNSPECIFIED", "ACTIVE", "ON_LEAVE", "LEFT");
KEFU_STAFFING_ENUM_NAMES(Track, "UNSPECIFIED", "MANAGEMENT", "PROFESSIONAL");
KEFU_STAFFING_ENUM_NAMES(Duty, "UNSPECIFIED", "PRE_SALES", "AFTER_SALES", "BOTH");
KEFU_STAFFING_ENUM_NAMES(TierChangeKind, "UNSPECIFIED", "HIRE", "PROMOTION", "DEMOTION", "LATERAL",
                         "CORRECTION", "REHIRE");

#undef KEFU_STAFFING_ENUM_NAMES

template <class E>
constexpr std::string_view NameOf(E value) {
  return EnumNames<E>::kNames[static_cast<size_t>(value)];
}

// The value of that name, or nothing for a name that this version does not know.
template <class E>
constexpr std::optional<E> ParseName(std::string_view name) {
  for (size_t i = 0; i < EnumNames<E>::kNames.size(); ++i) {
    if (EnumNames<E>::kNames[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace kefu::staffing::domain
