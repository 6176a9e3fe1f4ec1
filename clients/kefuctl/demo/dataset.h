// The demo shop: one made-up merchant with two shops and a month of work. Everything in it is
// invented (演示数据，纯属虚构).
//
// Ids that a server makes are not known yet, so every reference holds the key of the record it
// names: agents "a01", "b03", shops "jd", "tm", teams "after", nodes "lc-hz", SKUs by their code.
// The loader puts the servers' ids in their place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "kefu/aftersales/v1/resources.pb.h"
#include "kefu/performance/v1/resources.pb.h"
#include "kefu/staffing/v1/resources.pb.h"
#include "kefu/warehouse/v1/resources.pb.h"
#include "kefu/warehouse/v1/warehouse_service.pb.h"

namespace kefu::demo {

// The seed of the shipped demo, and the day on which it is told: June 2025 with its 618 campaign.
inline constexpr uint64_t kSeed = 618;
inline constexpr absl::CivilDay kToday(2025, 7, 9);
// Every shop lies in one zone without daylight saving.
inline constexpr std::string_view kZone = "Asia/Shanghai";
inline constexpr int64_t kZoneOffsetSeconds = 8 * 3600;
inline constexpr std::string_view kCurrency = "CNY";
// The node to which buyers send goods back.
inline constexpr std::string_view kReturnNode = "lc-hz";

template <class T>
struct Keyed {
  std::string key;
  T value;
};

struct AgentPlan {
  std::string key;
  kefu::staffing::v1::Agent agent;
  std::string tier_id, grade_id;  // held at registration
  absl::CivilDay tier_day;        // since when
};

struct Transfer {
  std::string agent, team;
  absl::CivilDay day;
};

struct ShopPlan {
  std::string key;
  kefu::staffing::v1::Shop shop;
  // By time.
  std::vector<kefu::performance::v1::Conversation> conversations;
  std::vector<kefu::performance::v1::Order> orders;
  std::vector<kefu::performance::v1::Refund> refunds;
  std::vector<kefu::performance::v1::Review> reviews;
};

struct CaseStep {
  enum class Verb { kRespond, kReview, kResume, kClose } verb = Verb::kRespond;
  std::string text;
  kefu::aftersales::v1::ReviewResult result = kefu::aftersales::v1::REVIEW_RESULT_UNSPECIFIED;
  std::optional<int64_t> answer_seconds;  // since the epoch; absent: now
  int64_t cost_minor = 0;                 // of a review, in kCurrency; 0: none is said
};

struct CasePlan {
  // Without receive_time it comes in when it is loaded, so that its clocks run.
  kefu::aftersales::v1::Case record;
  std::vector<CaseStep> steps;
};

struct ReservationPlan {
  kefu::warehouse::v1::Reservation reservation;
  kefu::warehouse::v1::ReservationState end;  // HELD, CONFIRMED or RELEASED
};

struct Dataset {
  uint64_t seed = 0;
  absl::CivilDay first, last;  // the month
  absl::CivilDay today;        // nothing is known from this day on
  kefu::staffing::v1::Organization organization;
  std::vector<Keyed<kefu::staffing::v1::Site>> sites;
  std::vector<Keyed<kefu::staffing::v1::Team>> teams;  // lead_agent_id is set once agents exist
  std::vector<AgentPlan> agents;
  std::vector<Transfer> transfers;
  std::vector<Keyed<kefu::staffing::v1::TierChange>> tier_changes;
  std::vector<Keyed<kefu::staffing::v1::Assignment>> assignments;
  std::vector<ShopPlan> shops;
  std::vector<CasePlan> cases;
  std::vector<Keyed<kefu::warehouse::v1::Node>> nodes;  // parents before children
  std::vector<kefu::warehouse::v1::Sku> skus;
  std::vector<kefu::warehouse::v1::ReceiveRequest> receipts;  // told apart by their document
  std::vector<ReservationPlan> reservations;                  // told apart by their order
};

// The last full calendar month before `today`. Pure: the same arguments give the same data on every
// machine.
Dataset Generate(uint64_t seed = kSeed, absl::CivilDay today = kToday);

// All of it as bytes, for comparing.
std::string Serialize(const Dataset& dataset);

}  // namespace kefu::demo
