// The records of staffing as the decisions and the store see them. Plain values; ids are opaque.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/staffing/domain/enums.h"
#include "services/staffing/domain/period.h"

namespace kefu::staffing::domain {

// What every mutable record carries. `version` rises by one with every change and is the etag.
struct RecordInfo {
  int64_t version = 1;
  absl::Time create_time;
  absl::Time update_time;
};

struct Organization {
  std::string id;  // the tenant id itself
  OrganizationKind kind = OrganizationKind::kUnspecified;
  std::string display_name;
  std::string time_zone;
  std::string currency_code;
  RecordState state = RecordState::kActive;
  RecordInfo info;
};

struct AgencySupply {
  std::string agency;
  bool warehouse = false;
  bool pre_sales_agents = false;
  bool after_sales_agents = false;
  bool product_manager = false;
  bool design = false;
  bool promotion = false;
  std::string fee_currency;  // empty: no fixed fee
  int64_t fee_minor = 0;     // a month, in the currency's minor unit
  int32_t commission_bps = 0;
};

struct Shop {
  std::string id;
  std::string display_name;
  Platform platform = Platform::kUnspecified;
  std::string external_id;
  std::string time_zone;
  std::string currency_code;
  ShopStage stage = ShopStage::kStartup;
  ShopOperation operation = ShopOperation::kOwner;
  std::optional<AgencySupply> agency;
  std::optional<absl::CivilDay> open_date;
  RecordState state = RecordState::kActive;
  RecordInfo info;
};

struct Site {
  std::string id;
  std::string display_name;
  SiteMode mode = SiteMode::kSingleCentralised;
  std::string region_code;
  std::string time_zone;
  std::string base_id;
  int32_t seats = 0;
  RecordState state = RecordState::kActive;
  RecordInfo info;
};

struct Team {
  std::string id;
  std::string display_name;
  std::string site_id;
  std::string lead_agent_id;
  std::vector<std::string> shop_ids;  // sorted, no doubles
  RecordState state = RecordState::kActive;
  RecordInfo info;
};

struct ChatAccount {
  Platform platform = Platform::kUnspecified;
  std::string account;
  friend auto operator<=>(const ChatAccount&, const ChatAccount&) = default;
};

struct Agent {
  std::string id;
  std::string display_name;
  std::string employee_number;
  Employment employment = Employment::kUnspecified;
  std::string base_id;
  Period employed;  // hire date to leave date
  AgentState state = AgentState::kActive;
  int32_t prior_experience_months = 0;
  std::string education;
  std::vector<std::string> languages;
  std::vector<std::string> skills;
  std::vector<ChatAccount> accounts;  // sorted
  int32_t chat_concurrency = 1;
  RecordInfo info;
  std::string leave_reason;  // why the employment ended or will

  // Follow from memberships and tier records for the day on which the agent was read.
  std::string team_id;
  std::string tier_id;
  std::string grade_id;
  Track track = Track::kUnspecified;
};

struct TeamMembership {
  std::string agent_id;
  std::string team_id;
  Period period;
  friend bool operator==(const TeamMembership&, const TeamMembership&) = default;
};

struct Assignment {
  std::string id;
  std::string agent_id;
  std::string shop_id;
  Duty duty = Duty::kUnspecified;
  Period period;
  RecordInfo info;
};

// One dated record of an agent's tier; see domain/tier.h.
struct TierRecord {
  std::string id;
  std::string agent_id;
  int32_t sequence = 0;  // place in the agent's history by recording, from 1 without gaps
  std::string tier_id;
  std::string grade_id;
  Track track = Track::kUnspecified;
  absl::CivilDay effective_date;  // valid time
  TierChangeKind kind = TierChangeKind::kUnspecified;
  std::string reason;
  std::vector<std::string> evidence;
  int32_t ladder_version = 0;
  std::string corrects_id;
  std::string actor;
  absl::Time record_time;  // recorded time; never decreases along `sequence`
  std::string role_id;     // outside customer service; empty: in it
  std::string ladder_id;
};

// One employment of an agent: the present one, or one that has ended.
struct EmploymentSpell {
  Period period;
  std::string end_reason;
  friend bool operator==(const EmploymentSpell&, const EmploymentSpell&) = default;
};

struct Leave {
  std::string id;
  std::string agent_id;
  std::string kind;
  Period period;
  friend bool operator==(const Leave&, const Leave&) = default;
};

}  // namespace kefu::staffing::domain
