// The tables and words of contracts and of the supervision of bases.
#include "clients/kefuctl/bases/commands.h"
#include "clients/kefuctl/bases/render.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/tests/checks.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace kefu::bases {
namespace {

namespace st = staffing::v1;
using kefuctl::Parse;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class BaseTablesTest : public ::testing::Test {
 protected:
  BaseTablesTest() { kefuctl::SetLanguage(kefuctl::Language::kEnglish); }
};

constexpr char kContract[] = R"pb(
  contract_id: "c1"
  kind: CONTRACT_KIND_BASE
  display_name: "合肥基地"
  period {
    start_date { year: 2026 month: 1 day: 11 }
    end_date { year: 2027 month: 1 day: 10 }
  }
  shop_ids: "s1"
  price {
    model: PRICE_MODEL_SEATS_AND_COMMISSION
    seats: 2
    seat_fee { currency_code: "CNY" minor_units: 150000 }
    commission_bps: 200
  }
  levels {
    metric_id: "reply_rate"
    bound: SERVICE_BOUND_AT_LEAST
    limit_millionths: 900000
    penalty {
      amount { currency_code: "CNY" minor_units: 10000 }
      bps: 500
    }
  }
  trial_days: 30
  duties: "每周例会\x1b[31m"
)pb";

TEST_F(BaseTablesTest, TheTermsAreReadLineByLine) {
  const auto contract = Parse<st::Contract>(kContract);
  const std::string terms = TermTable(contract).Render(false);
  EXPECT_THAT(terms,
              AllOf(HasSubstr("2026-01-11 – 2027-01-10"), HasSubstr("2 × CNY 1,500.00"),
                    HasSubstr("2.00% of net sales"), HasSubstr("reply_rate ≥ 90.00%"),
                    HasSubstr("CNY 100.00 + 5.00%"), HasSubstr("30 days"), Not(HasSubstr("\x1b"))));
  auto unpriced = contract;
  unpriced.clear_price();
  EXPECT_THAT(TermTable(unpriced).Render(false), Not(HasSubstr("Price")));
}

TEST_F(BaseTablesTest, LevelsAreShownInTheirUnits) {
  const auto checked = Parse<st::CheckContractResponse>(R"pb(
    levels {
      level { metric_id: "reply_rate" bound: SERVICE_BOUND_AT_LEAST limit_millionths: 900000 }
      judgement: LEVEL_JUDGEMENT_MISSED
      numerator: 85
      denominator: 100
    }
    levels {
      level {
        metric_id: "response_seconds_mean"
        bound: SERVICE_BOUND_AT_MOST
        limit_millionths: 30000000
      }
      judgement: LEVEL_JUDGEMENT_KEPT
      numerator: 250000000
      denominator: 10
    }
    levels {
      level { metric_id: "satisfaction" bound: SERVICE_BOUND_AT_LEAST limit_millionths: 4500000 }
      judgement: LEVEL_JUDGEMENT_UNKNOWN
    }
  )pb");
  EXPECT_THAT(
      LevelTable(checked.levels()).Render(false),
      AllOf(HasSubstr("85.00%"), HasSubstr("missed"), HasSubstr("response_seconds_mean ≤ 30.00 s"),
            HasSubstr("25.00 s"), HasSubstr("satisfaction ≥ 4.50"), HasSubstr("–")));
}

TEST_F(BaseTablesTest, AnInvoiceTellsHowEachLineCameAbout) {
  const auto invoice = Parse<st::Invoice>(R"pb(
    lines {
      kind: INVOICE_LINE_KIND_SEATS
      quantity: 2
      unit_price { currency_code: "CNY" minor_units: 150000 }
      days: 20
      month_days: 31
      amount { currency_code: "CNY" minor_units: 193548 }
    }
    lines {
      kind: INVOICE_LINE_KIND_COMMISSION
      shop_id: "s1"
      basis { currency_code: "CNY" minor_units: 2900000 }
      rate_bps: 200
      amount { currency_code: "CNY" minor_units: 58000 }
    }
    lines {
      kind: INVOICE_LINE_KIND_PENALTY
      breach_id: "b1"
      amount { currency_code: "CNY" minor_units: -10000 }
      not_charged { currency_code: "CNY" minor_units: 500 }
    }
    total { currency_code: "CNY" minor_units: 241548 }
  )pb");
  EXPECT_THAT(InvoiceTable(invoice).Render(false),
              AllOf(HasSubstr("2 × CNY 1,500.00 × 20/31"), HasSubstr("CNY 29,000.00 × 2.00%"),
                    HasSubstr("b1, not charged CNY 5.00"), HasSubstr("CNY -100.00"),
                    HasSubstr("draft"), HasSubstr("CNY 2,415.48")));
}

TEST_F(BaseTablesTest, WhatIsOverdueStandsOut) {
  auto inspection = Parse<st::BaseInspection>(R"pb(
    findings {
      finding_id: "f1"
      severity: FINDING_SEVERITY_CRITICAL
      text: "私下加微信"
      due_date { year: 2026 month: 2 day: 22 }
      state: FINDING_STATE_OPEN
    })pb");
  const std::string in_time = FindingTable(inspection).Render(true);
  EXPECT_THAT(in_time, AllOf(HasSubstr("critical"), HasSubstr("私下加微信"), HasSubstr("open")));
  inspection.mutable_findings(0)->mutable_escalate_time()->set_seconds(1);
  EXPECT_NE(FindingTable(inspection).Render(true), in_time);
  EXPECT_THAT(TrialTable(Parse<st::Trial>("last_date { year: 2026 month: 3 day: 2 } breaches: 1"))
                  .Render(false),
              AllOf(HasSubstr("2026-03-02"), HasSubstr("undecided")));
  EXPECT_THAT(
      ReportTable(Parse<st::ListBaseReportsResponse>(R"pb(
        reports {
          kind: BASE_REPORT_KIND_WEEKLY
          period {
            start_date { year: 2026 month: 2 day: 9 }
            end_date { year: 2026 month: 2 day: 15 }
          }
          levels { judgement: LEVEL_JUDGEMENT_MISSED }
        })pb"))
          .Render(false),
      AllOf(HasSubstr("weekly"), HasSubstr("2026-02-09 – 2026-02-15"), HasSubstr("missing")));
}

TEST_F(BaseTablesTest, NamesInBothLanguages) {
  kefuctl::ExpectNamesInBothLanguages(
      {st::ContractKind_descriptor(), st::PriceModel_descriptor(), st::BreachDemand_descriptor(),
       st::LevelJudgement_descriptor(), st::BreachState_descriptor(),
       st::InvoiceLineKind_descriptor(), st::InspectionPhase_descriptor(),
       st::InspectionManner_descriptor(), st::FindingSeverity_descriptor(),
       st::FindingState_descriptor(), st::BaseInspectionState_descriptor(),
       st::ContractSide_descriptor(), st::BaseComplaintState_descriptor(),
       st::TrialDecision_descriptor(), st::BaseReportKind_descriptor()});
}

TEST_F(BaseTablesTest, EachCommandNeedsWhatItsCallNeeds) {
  kefuctl::Context context;
  CLI::App program("test");
  AddBaseCommands(program, context);
  kefuctl::ExpectLines(
      program,
      {"contract list --base b --on 2026-01-31",
       "contract show c",
       "contract check c --month 2026-01",
       "contract breaches c --state open",
       "contract charge c b",
       "contract waive c b --reason x",
       "contract invoice c --month 2026-01",
       "contract issue c --month 2026-01 --total 2415.48",
       "contract compare --sales 200000",
       "base terms c",
       "base report c --week 2026-02-09",
       "base report c --month 2026-02",
       "base reports c --kind weekly",
       "base inspections --base b",
       "base inspection i",
       "base answer i f --text x --contract c",
       "base close i f --text x --due 2026-02-25",
       "base complaints c",
       "base complain c --demand correction --text x",
       "base accept c k --text x --on 2026-02-28 --by a",
       "base reject c k --text x",
       "base trial c",
       "base decide-trial c extended --days 10 --text x"},
      {"contract", "contract check c", "contract waive c b", "contract issue c --month 2026-01",
       "contract compare", "contract compare --sales 1 --months 0", "base",
       "base report c --week 2026-02-09 --month 2026-02", "base complain c --text x",
       "base decide-trial c passed"});
}

}  // namespace
}  // namespace kefu::bases
