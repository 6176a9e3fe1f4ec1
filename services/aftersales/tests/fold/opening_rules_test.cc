// What opening a case reads by one statement is what the statements of its parts say.
#include <algorithm>

#include "services/aftersales/store/authority.h"
#include "services/aftersales/store/opening.h"
#include "services/aftersales/tests/fixture.h"

namespace kefu::aftersales {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

class OpeningRulesTest : public AftersalesTest {
 protected:
  void SetUp() override {
    AftersalesTest::SetUp();
    Db().Exec(
        "INSERT INTO shop (org_id, shop_id, platform, time_zone) VALUES"
        " ('org-a', 'near', 'TAOBAO', 'Asia/Shanghai'), ('org-a', 'far', 'JD', 'America/New_York'),"
        " ('org-b', 'near', 'JD', 'Asia/Shanghai');"
        "INSERT INTO sla_policy (org_id, policy_id, version, shop_id, platform, base_id,"
        " contract_id, effective_us, china_holidays, withdrawn) VALUES"
        " ('org-a', 'all', 1, '', '', '', '', 10, FALSE, FALSE),"
        " ('org-a', 'all', 2, '', '', '', '', 10, FALSE, FALSE),"
        " ('org-a', 'all', 3, '', '', '', '', 5, FALSE, TRUE),"
        " ('org-a', 'near', 1, 'near', '', '', '', 1, FALSE, FALSE),"
        " ('org-a', 'near-taobao', 1, 'near', 'TAOBAO', '', '', 1, FALSE, FALSE),"
        " ('org-a', 'near-jd', 1, 'near', 'JD', '', '', 1, FALSE, FALSE),"
        " ('org-a', 'jd', 7, '', 'JD', '', '', 9000000000000000, FALSE, FALSE),"
        " ('org-a', 'base', 1, 'near', '', 'base-1', '', 1, FALSE, FALSE),"
        " ('org-b', 'all', 1, '', '', '', '', 1, FALSE, FALSE);"
        "INSERT INTO intake_rules (org_id, topic, version, effective_us, body) VALUES"
        " ('org-a', 'ASSIGNMENT', 1, 5, 'a1'), ('org-a', 'ASSIGNMENT', 2, 9000000000000000, 'a2'),"
        " ('org-a', 'CHANNEL', 3, 5, 'channel'), ('org-b', 'ASSIGNMENT', 1, 5, 'b1');"
        "INSERT INTO assignment_shop (org_id, assignment_id, agent_id, shop_id, after_sales,"
        " start_date, end_date) VALUES"
        " ('org-a', '1', 'anna', 'near', TRUE, '2026-03-02', '2026-03-03'),"
        " ('org-a', '2', 'bela', 'far', FALSE, '2026-03-04', NULL),"
        " ('org-b', '3', 'cleo', 'near', TRUE, '2026-01-01', '2026-03-01');"
        "INSERT INTO authority_policy (org_id, version, body) VALUES"
        " ('org-a', 10, 'ten'), ('org-a', 9, 'nine'), ('org-b', 1, 'other')");
  }
};

TEST_F(OpeningRulesTest, AreWhatTheirPartsSay) {
  bool served_once = false, unserved_once = false;
  for (const std::string org : {"org-a", "org-b", "org-unknown"}) {
    for (const std::string shop : {"near", "far", "unknown"}) {
      for (int hour = 0; hour < 24 * 6; hour += 5) {
        const absl::Time at =
            absl::FromCivil(absl::CivilHour(2026, 2, 28, hour), absl::UTCTimeZone());
        EXPECT_OK(Db().db().RunInTransaction(
            absl::InfiniteFuture(), [&](db::Transaction& t) -> absl::Status {
              const auto all = store::ReadOpeningRules(t, org, shop, at);
              const auto own = store::FindShop(t, org, shop);
              RETURN_IF_ERROR(all.status());
              RETURN_IF_ERROR(own.status());
              EXPECT_EQ(all->shop.platform, own->platform);
              EXPECT_EQ(all->shop.zone.name, own->zone.name);
              EXPECT_EQ(all->shop.zone.assumed, own->zone.assumed);
              const auto sla = store::SlaVersionsOf(t, {*own, "", ""});
              RETURN_IF_ERROR(sla.status());
              EXPECT_THAT(*sla, Not(IsEmpty()));
              EXPECT_TRUE(std::ranges::equal(all->sla, *sla,
                                             [](const auto& a, const auto& b) {
                                               return a.ref == b.ref &&
                                                      a.withdrawn == b.withdrawn &&
                                                      a.effective == b.effective;
                                             }))
                  << org << " " << shop;
              const auto rules = store::RulesAt(t, org, store::kAssignmentRules, at);
              RETURN_IF_ERROR(rules.status());
              EXPECT_EQ(all->assignment.version, rules->version);
              EXPECT_EQ(all->assignment.body, rules->body);
              const auto authority = store::AuthorityPolicies(t, org);
              RETURN_IF_ERROR(authority.status());
              EXPECT_EQ(all->authority, *authority);
              const auto zone = LoadZone(own->zone.name);
              RETURN_IF_ERROR(zone.status());
              const absl::CivilDay day = absl::ToCivilDay(at, *zone);
              const auto agents = store::ServingAgents(t, {org, shop, day});
              RETURN_IF_ERROR(agents.status());
              const bool served = std::ranges::any_of(all->served, [&](const auto& days) {
                return days.first <= day && day <= days.last;
              });
              EXPECT_EQ(served, !agents->empty()) << org << " " << shop << " " << day;
              served_once |= served;
              unserved_once |= !served;
              return absl::OkStatus();
            }));
      }
    }
  }
  EXPECT_TRUE(served_once && unserved_once);
}

}  // namespace
}  // namespace kefu::aftersales
