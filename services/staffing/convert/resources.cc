#include "services/staffing/convert/resources.h"

#include <algorithm>

#include "fmt/format.h"
#include "services/staffing/convert/enums.h"

namespace kefu::staffing::convert {
namespace {

// Bounds on lists: far above what a shop needs, low enough for one request and one row.
constexpr int kMaxTeamShops = 200, kMaxAccounts = 50, kMaxLanguages = 30, kMaxSkills = 100;
constexpr int kMaxEvidence = 50;
constexpr size_t kMostKindName = 64;
constexpr int kMaxLanguageTag = 35;  // RFC 5646, section 4.4.1
constexpr int kMaxSkill = 64, kMaxNumber = 64, kMaxEvidenceLength = 500;
constexpr int kMaxRegion = 16;
constexpr int kMaxSeats = 1'000'000;
constexpr int kBpsOfAll = 10'000;

template <class Proto>
void SetTimes(const domain::RecordInfo& info, Proto& proto) {
  *proto.mutable_create_time() = ToProto(info.create_time);
  *proto.mutable_update_time() = ToProto(info.update_time);
  proto.set_etag(Etag(info));
}

template <class Proto>
void SetPeriod(const domain::Period& period, Proto& proto) {
  *proto.mutable_start_date() = ToProto(period.start);
  if (period.end) *proto.mutable_end_date() = ToProto(*period.end);
}

domain::AgencySupply FromProto(const v1::AgencySupply& proto, FieldViolations& violations) {
  domain::AgencySupply supply{.agency = Text(proto.agency(), kMaxName, "agency.agency", violations),
                              .warehouse = proto.warehouse(),
                              .pre_sales_agents = proto.pre_sales_agents(),
                              .after_sales_agents = proto.after_sales_agents(),
                              .product_manager = proto.product_manager(),
                              .design = proto.design(),
                              .promotion = proto.promotion(),
                              .commission_bps = Number(proto.commission_bps(), 0, kBpsOfAll,
                                                       "agency.commission_bps", violations)};
  if (proto.has_monthly_fee()) {
    supply.fee_currency = OptionalCurrency(proto.monthly_fee().currency_code(),
                                           "agency.monthly_fee.currency_code", violations);
    violations.Check(!supply.fee_currency.empty(), "agency.monthly_fee.currency_code",
                     "must be set");
    supply.fee_minor = proto.monthly_fee().minor_units();
    violations.Check(supply.fee_minor >= 0, "agency.monthly_fee.minor_units",
                     "must not be negative");
  }
  return supply;
}

v1::AgencySupply ToProto(const domain::AgencySupply& supply) {
  v1::AgencySupply proto;
  proto.set_agency(supply.agency);
  proto.set_warehouse(supply.warehouse);
  proto.set_pre_sales_agents(supply.pre_sales_agents);
  proto.set_after_sales_agents(supply.after_sales_agents);
  proto.set_product_manager(supply.product_manager);
  proto.set_design(supply.design);
  proto.set_promotion(supply.promotion);
  proto.set_commission_bps(supply.commission_bps);
  if (!supply.fee_currency.empty()) {
    proto.mutable_monthly_fee()->set_currency_code(supply.fee_currency);
    proto.mutable_monthly_fee()->set_minor_units(supply.fee_minor);
  }
  return proto;
}

std::vector<domain::ChatAccount> AccountsFromProto(const v1::Agent& proto,
                                                   FieldViolations& violations) {
  violations.Check(proto.accounts_size() <= kMaxAccounts, "accounts",
                   fmt::format("must have at most {} items", kMaxAccounts));
  std::vector<domain::ChatAccount> accounts;
  for (int i = 0; i < proto.accounts_size(); ++i) {
    const std::string path = fmt::format("accounts[{}]", i);
    const v1::ChatAccount& account = proto.accounts(i);
    accounts.push_back(
        {RequiredEnum<domain::Platform>(account.platform(), path + ".platform", violations),
         Text(account.account(), kMaxName, path + ".account", violations)});
  }
  std::ranges::sort(accounts);
  violations.Check(std::ranges::adjacent_find(accounts) == accounts.end(), "accounts",
                   "must not name an account twice");
  return accounts;
}

}  // namespace

std::vector<std::string> Evidence(const google::protobuf::RepeatedPtrField<std::string>& items,
                                  FieldViolations& violations) {
  violations.Check(items.size() <= kMaxEvidence, "evidence",
                   fmt::format("must have at most {} items", kMaxEvidence));
  std::vector<std::string> evidence;
  for (int i = 0; i < items.size(); ++i) {
    evidence.push_back(
        Text(items.Get(i), kMaxEvidenceLength, fmt::format("evidence[{}]", i), violations));
  }
  return evidence;
}

std::string KindName(std::string_view name, std::string_view field, FieldViolations& violations) {
  const bool good =
      !name.empty() && name.size() <= kMostKindName && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
  violations.Check(good, field, "must be 1 to 64 of a-z, 0-9 and _");
  return std::string(name);
}

std::string Etag(const domain::RecordInfo& info) { return fmt::format("{:x}", info.version); }

domain::Organization FromProto(const v1::Organization& proto, FieldViolations& violations) {
  domain::Organization organization{
      .kind = RequiredEnum<domain::OrganizationKind>(proto.kind(), "kind", violations),
      .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
      .time_zone = OptionalZone(proto.time_zone(), "time_zone", violations),
      .currency_code = OptionalCurrency(proto.currency_code(), "currency_code", violations)};
  if (organization.time_zone.empty()) organization.time_zone = "Asia/Shanghai";
  if (organization.currency_code.empty()) organization.currency_code = "CNY";
  return organization;
}

domain::Shop FromProto(const v1::Shop& proto, FieldViolations& violations) {
  domain::Shop shop{
      .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
      .platform = RequiredEnum<domain::Platform>(proto.platform(), "platform", violations),
      .external_id = OptionalText(proto.external_id(), kMaxName, "external_id", violations),
      .time_zone = OptionalZone(proto.time_zone(), "time_zone", violations),
      .currency_code = OptionalCurrency(proto.currency_code(), "currency_code", violations),
      .stage = OptionalEnum<domain::ShopStage>(proto.stage(), "stage", violations),
      .operation = OptionalEnum<domain::ShopOperation>(proto.operation(), "operation", violations),
      .open_date = OptionalDay(proto.has_open_date(), proto.open_date(), "open_date", violations)};
  if (shop.stage == domain::ShopStage::kUnspecified) shop.stage = domain::ShopStage::kStartup;
  if (shop.operation == domain::ShopOperation::kUnspecified) {
    shop.operation = domain::ShopOperation::kOwner;
  }
  if (proto.has_agency()) shop.agency = FromProto(proto.agency(), violations);
  violations.Check(proto.has_agency() == (shop.operation == domain::ShopOperation::kAgency),
                   "agency", "must be set exactly when operation is AGENCY");
  return shop;
}

domain::Site FromProto(const v1::Site& proto, FieldViolations& violations) {
  domain::Site site{
      .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
      .mode = OptionalEnum<domain::SiteMode>(proto.mode(), "mode", violations),
      .region_code = OptionalId(proto.region_code(), "region_code", violations),
      .time_zone = OptionalZone(proto.time_zone(), "time_zone", violations),
      .base_id = OptionalId(proto.base_id(), "base_id", violations),
      .seats = Number(proto.seats(), 0, kMaxSeats, "seats", violations)};
  violations.Check(site.region_code.size() <= kMaxRegion, "region_code",
                   fmt::format("must have at most {} characters", kMaxRegion));
  if (site.mode == domain::SiteMode::kUnspecified) {
    site.mode = domain::SiteMode::kSingleCentralised;
  }
  return site;
}

domain::Team FromProto(const v1::Team& proto, FieldViolations& violations) {
  return {.display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
          .site_id = Id(proto.site_id(), "site_id", violations),
          .lead_agent_id = OptionalId(proto.lead_agent_id(), "lead_agent_id", violations),
          .shop_ids = Ids(proto.shop_ids(), kMaxTeamShops, "shop_ids", violations)};
}

domain::Agent FromProto(const v1::Agent& proto, FieldViolations& violations) {
  domain::Agent agent{
      .display_name = Text(proto.display_name(), kMaxName, "display_name", violations),
      .employee_number =
          OptionalText(proto.employee_number(), kMaxNumber, "employee_number", violations),
      .employment = RequiredEnum<domain::Employment>(proto.employment(), "employment", violations),
      .base_id = OptionalId(proto.base_id(), "base_id", violations),
      .employed = {RequiredDay(proto.has_hire_date(), proto.hire_date(), "hire_date", violations),
                   std::nullopt},
      .prior_experience_months =
          Number(proto.prior_experience_months(), 0, 720, "prior_experience_months", violations),
      .education = OptionalText(proto.education(), kMaxNumber, "education", violations),
      .languages =
          Words(proto.languages(), kMaxLanguages, kMaxLanguageTag, "languages", violations),
      .skills = Words(proto.skills(), kMaxSkills, kMaxSkill, "skills", violations),
      .accounts = AccountsFromProto(proto, violations),
      .chat_concurrency = proto.chat_concurrency() == 0 ? 1
                                                        : Number(proto.chat_concurrency(), 1, 50,
                                                                 "chat_concurrency", violations),
      .team_id = OptionalId(proto.team_id(), "team_id", violations),
      .track = OptionalEnum<domain::Track>(proto.track(), "track", violations)};
  violations.Check(agent.base_id.empty() == (agent.employment != domain::Employment::kBase),
                   "base_id", "must be set exactly when employment is BASE");
  return agent;
}

domain::Assignment FromProto(const v1::Assignment& proto, FieldViolations& violations) {
  domain::Assignment assignment{
      .agent_id = Id(proto.agent_id(), "agent_id", violations),
      .shop_id = Id(proto.shop_id(), "shop_id", violations),
      .duty = RequiredEnum<domain::Duty>(proto.duty(), "duty", violations),
      .period = {RequiredDay(proto.has_start_date(), proto.start_date(), "start_date", violations),
                 OptionalDay(proto.has_end_date(), proto.end_date(), "end_date", violations)}};
  violations.Check(!assignment.period.end || assignment.period.start <= *assignment.period.end,
                   "end_date", "must not be before start_date");
  return assignment;
}

domain::TierRecord FromProto(const v1::TierChange& proto, FieldViolations& violations) {
  domain::TierRecord record{
      .agent_id = Id(proto.agent_id(), "agent_id", violations),
      .tier_id = Id(proto.tier_id(), "tier_id", violations),
      .grade_id = OptionalId(proto.grade_id(), "grade_id", violations),
      .track = OptionalEnum<domain::Track>(proto.track(), "track", violations),
      .effective_date = RequiredDay(proto.has_effective_date(), proto.effective_date(),
                                    "effective_date", violations),
      .kind = RequiredEnum<domain::TierChangeKind>(proto.kind(), "kind", violations),
      .reason = Text(proto.reason(), kMaxReason, "reason", violations, /*lines=*/true),
      .corrects_id =
          OptionalId(proto.corrects_tier_change_id(), "corrects_tier_change_id", violations),
      .role_id = OptionalId(proto.role_id(), "role_id", violations)};
  violations.Check(record.role_id.empty() || record.kind == domain::TierChangeKind::kLateral ||
                       record.kind == domain::TierChangeKind::kCorrection,
                   "role_id", "goes with LATERAL and CORRECTION only");
  if (record.track == domain::Track::kUnspecified) record.track = domain::Track::kProfessional;
  violations.Check(record.kind != domain::TierChangeKind::kHire &&
                       record.kind != domain::TierChangeKind::kRehire,
                   "kind", "must not be HIRE or REHIRE: those come with the employment");
  violations.Check(
      record.corrects_id.empty() == (record.kind != domain::TierChangeKind::kCorrection),
      "corrects_tier_change_id", "must be set exactly when kind is CORRECTION");
  record.evidence = Evidence(proto.evidence(), violations);
  return record;
}

domain::TierRecord InitialTier(const v1::CreateAgentRequest& request, const domain::Agent& agent,
                               FieldViolations& violations) {
  return {
      .tier_id = OptionalId(request.initial_tier_id(), "initial_tier_id", violations),
      .grade_id = OptionalId(request.initial_grade_id(), "initial_grade_id", violations),
      .track = agent.track,
      .effective_date = OptionalDay(request.has_initial_tier_date(), request.initial_tier_date(),
                                    "initial_tier_date", violations)
                            .value_or(agent.employed.start),
      .reason = "registered"};
}

v1::Organization ToProto(const domain::Organization& organization) {
  v1::Organization proto;
  proto.set_organization_id(organization.id);
  proto.set_kind(static_cast<v1::OrganizationKind>(organization.kind));
  proto.set_display_name(organization.display_name);
  proto.set_time_zone(organization.time_zone);
  proto.set_currency_code(organization.currency_code);
  proto.set_state(static_cast<v1::RecordState>(organization.state));
  SetTimes(organization.info, proto);
  return proto;
}

v1::Shop ToProto(const domain::Shop& shop) {
  v1::Shop proto;
  proto.set_shop_id(shop.id);
  proto.set_display_name(shop.display_name);
  proto.set_platform(static_cast<v1::Platform>(shop.platform));
  proto.set_external_id(shop.external_id);
  proto.set_time_zone(shop.time_zone);
  proto.set_currency_code(shop.currency_code);
  proto.set_stage(static_cast<v1::ShopStage>(shop.stage));
  proto.set_operation(static_cast<v1::ShopOperation>(shop.operation));
  if (shop.agency) *proto.mutable_agency() = ToProto(*shop.agency);
  if (shop.open_date) *proto.mutable_open_date() = ToProto(*shop.open_date);
  proto.set_state(static_cast<v1::RecordState>(shop.state));
  SetTimes(shop.info, proto);
  return proto;
}

v1::Site ToProto(const domain::Site& site) {
  v1::Site proto;
  proto.set_site_id(site.id);
  proto.set_display_name(site.display_name);
  proto.set_mode(static_cast<v1::SiteMode>(site.mode));
  proto.set_region_code(site.region_code);
  proto.set_time_zone(site.time_zone);
  proto.set_base_id(site.base_id);
  proto.set_seats(site.seats);
  proto.set_state(static_cast<v1::RecordState>(site.state));
  SetTimes(site.info, proto);
  return proto;
}

v1::Team ToProto(const domain::Team& team) {
  v1::Team proto;
  proto.set_team_id(team.id);
  proto.set_display_name(team.display_name);
  proto.set_site_id(team.site_id);
  proto.set_lead_agent_id(team.lead_agent_id);
  proto.mutable_shop_ids()->Assign(team.shop_ids.begin(), team.shop_ids.end());
  proto.set_state(static_cast<v1::RecordState>(team.state));
  SetTimes(team.info, proto);
  return proto;
}

v1::Agent ToProto(const domain::Agent& agent) {
  v1::Agent proto;
  proto.set_agent_id(agent.id);
  proto.set_display_name(agent.display_name);
  proto.set_employee_number(agent.employee_number);
  proto.set_employment(static_cast<v1::Employment>(agent.employment));
  proto.set_base_id(agent.base_id);
  proto.set_team_id(agent.team_id);
  *proto.mutable_hire_date() = ToProto(agent.employed.start);
  if (agent.employed.end) *proto.mutable_leave_date() = ToProto(*agent.employed.end);
  proto.set_state(static_cast<v1::AgentState>(agent.state));
  proto.set_track(static_cast<v1::Track>(agent.track));
  proto.set_tier_id(agent.tier_id);
  proto.set_grade_id(agent.grade_id);
  proto.set_prior_experience_months(agent.prior_experience_months);
  proto.set_education(agent.education);
  proto.mutable_languages()->Assign(agent.languages.begin(), agent.languages.end());
  proto.mutable_skills()->Assign(agent.skills.begin(), agent.skills.end());
  for (const domain::ChatAccount& account : agent.accounts) {
    v1::ChatAccount* out = proto.add_accounts();
    out->set_platform(static_cast<v1::Platform>(account.platform));
    out->set_account(account.account);
  }
  proto.set_chat_concurrency(agent.chat_concurrency);
  SetTimes(agent.info, proto);
  return proto;
}

v1::Assignment ToProto(const domain::Assignment& assignment) {
  v1::Assignment proto;
  proto.set_assignment_id(assignment.id);
  proto.set_agent_id(assignment.agent_id);
  proto.set_shop_id(assignment.shop_id);
  proto.set_duty(static_cast<v1::Duty>(assignment.duty));
  SetPeriod(assignment.period, proto);
  SetTimes(assignment.info, proto);
  return proto;
}

v1::TeamMembership ToProto(const domain::TeamMembership& membership) {
  v1::TeamMembership proto;
  proto.set_agent_id(membership.agent_id);
  proto.set_team_id(membership.team_id);
  SetPeriod(membership.period, proto);
  return proto;
}

v1::TierChange ToProto(const domain::TierRecord& record) {
  v1::TierChange proto;
  proto.set_tier_change_id(record.id);
  proto.set_agent_id(record.agent_id);
  proto.set_tier_id(record.tier_id);
  proto.set_grade_id(record.grade_id);
  proto.set_track(static_cast<v1::Track>(record.track));
  *proto.mutable_effective_date() = ToProto(record.effective_date);
  proto.set_kind(static_cast<v1::TierChangeKind>(record.kind));
  proto.set_reason(record.reason);
  proto.mutable_evidence()->Assign(record.evidence.begin(), record.evidence.end());
  proto.set_ladder_version(record.ladder_version);
  proto.set_corrects_tier_change_id(record.corrects_id);
  proto.set_actor(record.actor);
  *proto.mutable_record_time() = ToProto(record.record_time);
  proto.set_role_id(record.role_id);
  proto.set_ladder_id(record.ladder_id);
  return proto;
}

}  // namespace kefu::staffing::convert
