// Operating modes, from the policy to the proposals.
#include "services/warehouse/store/inbound.h"
#include "services/warehouse/tests/network/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// $NODE1 with 90 of $SKU1 free, below it $NODE2 with none; both sell 10 a day.
class SupplyTest : public NetworkTest {
 protected:
  SupplyTest() {
    MakeWorld();
    EXPECT_OK(Call(&Stub::UpdateNode,
                   "node { node_id: '$NODE2' parent_node_id: '$NODE1' }"
                   " update_mask { paths: 'parent_node_id' }"));
  }

  static std::string Needs() {
    std::string text;
    for (const char* node : {"$NODE1", "$NODE2"}) {
      text += fmt::format(
          " needs {{ node_id: '{}' sku_id: '$SKU1' daily_demand_milli: 10000 lead_time_days: 2"
          " safety_stock: 5 order_quantity: 40 }}",
          node);
    }
    return text;
  }
  template <class Response>
  std::vector<std::string> Lines(const absl::StatusOr<Response>& response) {
    EXPECT_OK(response.status());
    std::vector<std::string> lines;
    if (!response.ok()) return lines;
    for (const v1::SupplyProposal& p : response->proposals()) {
      lines.push_back(fmt::format("{} {}>{} {}/{}", v1::SupplyKind_Name(p.kind()).substr(12),
                                  Name(p.from_node_id()), Name(p.to_node_id()), p.quantity(),
                                  p.ready_quantity()));
    }
    return lines;
  }
  std::string Name(const std::string& id) {
    for (const auto& [name, value] : world_) {
      if (value == id) return name;
    }
    return id;
  }
};

TEST_F(SupplyTest, EveryModeProposesItsOwn) {
  EXPECT_THAT(Lines(Call(&NetworkStub::ProposeSupply, Needs())),
              ElementsAre("PURCHASE >$NODE2 40/0"));
  SetMode("THREE_LEVEL");
  EXPECT_THAT(Lines(Call(&NetworkStub::ProposeSupply, Needs())),
              ElementsAre("TRANSFER $NODE1>$NODE2 40/40"));
  EXPECT_THAT(Lines(Call(&NetworkStub::RebalanceStock, Needs())),
              ElementsAre("TRANSFER $NODE1>$NODE2 40/40"));
  SetMode("SHARED_LEDGER", "least_transfer_units: 50");
  EXPECT_THAT(Lines(Call(&NetworkStub::ProposeSupply, Needs())),
              ElementsAre("PURCHASE >$NODE2 40/0"));
  SetMode("SELF_RUN");
  EXPECT_THAT(Call(&NetworkStub::ProposeSupply, Needs()).status(), HasReason("NO_TRANSFER_CENTRE"));
  SetMode("SELF_RUN", "vendor_route: VENDOR_ROUTE_NAMED_NODES named_node_ids: '$NODE1'");
  ASSERT_OK_AND_ASSIGN(const auto named, Call(&NetworkStub::ProposeSupply, Needs()));
  EXPECT_EQ(named.mode(), v1::OPERATING_MODE_SELF_RUN);
  EXPECT_EQ(named.policy_version(), 4);
  EXPECT_EQ(named.proposals_size(), 1);
  EXPECT_THAT(Call(&NetworkStub::RebalanceStock, Needs()).status(),
              HasReason("MODE_HAS_NO_REBALANCING"));
  SetMode("DIRECTED");
  ASSERT_OK_AND_ASSIGN(const auto directed, Call(&NetworkStub::ProposeSupply, Needs()));
  EXPECT_TRUE(directed.proposals(0).process_required());
}

TEST_F(SupplyTest, WhatIsOnOrderIsNotOrderedAgain) {
  // $NODE2 needs more than 25.
  const auto announce = [&](const char* id, domain::InboundKind kind, domain::InboundState state,
                            const char* owner, int64_t quantity, int64_t received) {
    const domain::InboundNotice notice{.id = id,
                                       .node_id = Fill("$NODE2"),
                                       .kind = kind,
                                       .lines = {{.sku_id = Fill("$SKU1"),
                                                  .owner_id = owner,
                                                  .quantity = quantity,
                                                  .received = received}},
                                       .state = state,
                                       .info = {.version = 1}};
    EXPECT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), [&](db::Transaction& t) {
      return store::Insert(t, "org-a", notice);
    }));
  };
  using Kind = domain::InboundKind;
  using State = domain::InboundState;
  // Another owner's, goods that come back, and what will not come do not count.
  announce("n1", Kind::kPurchase, State::kExpected, "brand", 90, 0);
  announce("n2", Kind::kReturn, State::kExpected, "", 90, 0);
  announce("n3", Kind::kPurchase, State::kClosed, "", 90, 0);
  announce("n4", Kind::kPurchase, State::kCancelled, "", 90, 0);
  announce("n5", Kind::kPurchase, State::kReceiving, "", 40, 30);
  announce("n6", Kind::kPurchase, State::kExpected, "", 15, 0);
  ASSERT_OK_AND_ASSIGN(const auto response, Call(&NetworkStub::ProposeSupply, Needs()));
  EXPECT_THAT(Lines(absl::StatusOr<v1::ProposeSupplyResponse>(response)),
              ElementsAre("PURCHASE >$NODE2 40/0"));
  EXPECT_THAT(response.proposals(0).explanation(), ::testing::HasSubstr("25 on order"));
  announce("n7", Kind::kPurchase, State::kExpected, "", 1, 0);
  EXPECT_THAT(Lines(Call(&NetworkStub::ProposeSupply, Needs())), IsEmpty());
}

TEST_F(SupplyTest, RefusesWhatIsNotThere) {
  const auto not_found = StatusIs(absl::StatusCode::kNotFound);
  EXPECT_THAT(Call(&NetworkStub::ProposeSupply, Needs(), "org-b").status(), not_found);
  EXPECT_THAT(Call(&NetworkStub::RebalanceStock, Needs(), "org-b").status(), not_found);
  EXPECT_THAT(Call(&NetworkStub::ProposeSupply, Needs() + " vendor_node_id: 'x'").status(),
              not_found);
  EXPECT_THAT(Call(&NetworkStub::ProposeSupply, "needs { node_id: '$NODE1' sku_id: 'x' }").status(),
              not_found);
  const auto faults = Call(&NetworkStub::ProposeSupply,
                           Needs() + Needs() +
                               " needs { sku_id: '$SKU1' daily_demand_milli: -1 lead_time_days: 366"
                               " order_cost { currency_code: 'CNY' }"
                               " unit_holding_cost_per_year { currency_code: 'USD' } }")
                          .status();
  const auto detail = GetDetail<google::rpc::BadRequest>(faults);
  ASSERT_TRUE(detail);
  std::vector<std::string> fields;
  for (const auto& v : detail->field_violations()) fields.push_back(v.field());
  EXPECT_THAT(fields, ElementsAre("needs[2]", "needs[3]", "needs[4].node_id",
                                  "needs[4].daily_demand_milli", "needs[4].lead_time_days",
                                  "needs[4].unit_holding_cost_per_year.currency_code"));
  EXPECT_THAT(Call(&NetworkStub::RebalanceStock, "").status(), HasReason("INVALID_FIELDS"));
}

class AckTest : public SupplyTest {
 protected:
  // The hash of an entry of $NODE2's chain.
  std::string HashOf(int64_t number) {
    const auto ledger =
        Call(&Stub::GetLedger, fmt::format("node_id: '$NODE2' after_entry_number: {}", number - 1));
    EXPECT_OK(ledger.status());
    return ledger->entries(0).entry_hash();
  }
  absl::StatusOr<v1::AcknowledgeEntriesResponse> Say(int64_t number, const std::string& hash,
                                                     std::string_view more) {
    return Call(&NetworkStub::AcknowledgeEntries,
                fmt::format("acks {{ node_id: '$NODE1' entry_node_id: '$NODE2' entry_number: {}"
                            " entry_hash: '{}' {} }}",
                            number, hash, more));
  }
  int Missing(std::string_view more = "") {
    const auto list =
        Call(&NetworkStub::ListUnacknowledged, fmt::format("entry_node_id: '$NODE2' {}", more));
    EXPECT_OK(list.status());
    return list.ok() ? list->entries_size() : -1;
  }
  std::vector<domain::AckFault> Faults() {
    std::vector<domain::AckFault> faults;
    EXPECT_OK(store::EachDueAckFault(db::Reader(Db().db(), absl::InfiniteFuture()), "org-a",
                                     Fill("$NODE2"), clock_.Now(),
                                     [&](const domain::AckFault& fault) {
                                       faults.push_back(fault);
                                       return true;
                                     }));
    return faults;
  }
};

constexpr std::string_view kAccept = "verdict: ACK_VERDICT_ACCEPTED";

TEST_F(AckTest, TradesWaitForTheirWitness) {
  EXPECT_EQ(Missing(), 0);
  SetMode("SHARED_LEDGER");
  ASSERT_OK(Receive("$NODE2", "$SKU1", 20));
  ASSERT_OK(Receive("$NODE2", "$SKU2", 20));
  ASSERT_OK(Reserve({{"$NODE2", "$SKU1", 1}}));  // no trade
  EXPECT_EQ(Missing(), 2);
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&NetworkStub::ListUnacknowledged,
                                              "entry_node_id: '$NODE2' page_size: 1"));
  ASSERT_EQ(first.entries_size(), 1);
  EXPECT_EQ(first.entries(0).witness_node_id(), Fill("$NODE1"));
  EXPECT_FALSE(first.entries(0).overdue());
  ASSERT_OK_AND_ASSIGN(const auto second,
                       Call(&NetworkStub::ListUnacknowledged,
                            fmt::format("entry_node_id: '$NODE2' page_size: 1 page_token: '{}'",
                                        first.next_page_token())));
  ASSERT_EQ(second.entries_size(), 1);
  EXPECT_EQ(second.entries(0).entry().entry_number(), 2);
  EXPECT_EQ(second.next_page_token(), "");
  ASSERT_OK_AND_ASSIGN(const auto said, Say(1, HashOf(1), kAccept));
  EXPECT_EQ(said.acks(0).actor(), "tester");
  EXPECT_EQ(Missing(), 1);
  // Once more changes nothing; another word is refused.
  clock_.Advance(absl::Minutes(1));
  ASSERT_OK_AND_ASSIGN(const auto again, Say(1, HashOf(1), kAccept));
  EXPECT_THAT(again, EqualsProto(said));
  EXPECT_THAT(Say(1, HashOf(1), "verdict: ACK_VERDICT_CONTRADICTED reason: 'no'").status(),
              HasReason("ACKNOWLEDGEMENT_FINAL"));
  EXPECT_THAT(Say(3, HashOf(3), kAccept).status(), HasReason("NOT_A_TRADE"));
  EXPECT_THAT(Say(9, std::string(64, 'a'), kAccept).status(),
              StatusIs(absl::StatusCode::kNotFound));
  CheckBooks();
}

TEST_F(AckTest, MissingAndContradictingWordsAreFaults) {
  SetMode("SHARED_LEDGER", "acknowledgement_grace_seconds: 3600");
  for (int i = 0; i < 3; ++i) ASSERT_OK(Receive("$NODE2", "$SKU1", 20));
  EXPECT_THAT(Faults(), IsEmpty());
  ASSERT_OK(Say(1, HashOf(1), kAccept));
  // A hash that is not the ledger's contradicts, whatever is said.
  ASSERT_OK_AND_ASSIGN(const auto wrong, Say(2, std::string(64, 'a'), kAccept));
  EXPECT_EQ(wrong.acks(0).ack().verdict(), v1::ACK_VERDICT_CONTRADICTED);
  ASSERT_EQ(Faults().size(), 1u);
  EXPECT_EQ(Faults()[0].entry.entry_number, 2);
  EXPECT_EQ(Missing("overdue_only: true"), 0);
  clock_.Advance(absl::Seconds(3601));
  EXPECT_EQ(Missing("overdue_only: true"), 1);
  ASSERT_EQ(Faults().size(), 2u);
  EXPECT_EQ(Faults()[1].kind, domain::AckFault::Kind::kMissing);
  EXPECT_EQ(Faults()[1].entry.entry_number, 3);
}

TEST_F(AckTest, TheAuditOfTheLedgerFindsThem) {
  // "FAULT node/entry xcount" of each finding.
  const auto audit = [&] {
    grpc::ClientContext context;
    rpc::Prepare(As("org-a"), context);
    const auto stream = stub_->VerifyLedger(&context, v1::VerifyLedgerRequest());
    std::vector<std::string> found;
    v1::VerifyLedgerResponse part;
    while (stream->Read(&part)) {
      if (!part.has_finding()) continue;
      const v1::LedgerFinding& finding = part.finding();
      found.push_back(fmt::format("{} {}/{} x{}{}", v1::LedgerFault_Name(finding.fault()),
                                  finding.node_id() == Fill("$NODE2") ? 2 : 1,
                                  finding.entry_number(), finding.count(),
                                  finding.attested() ? " attested" : ""));
    }
    EXPECT_TRUE(stream->Finish().ok());
    return found;
  };
  ASSERT_OK(Receive("$NODE2", "$SKU1", 20));  // no trade yet
  SetMode("SHARED_LEDGER", "acknowledgement_grace_seconds: 3600");
  EXPECT_THAT(audit(), IsEmpty());
  clock_.Advance(absl::Hours(48));
  Db().Exec("UPDATE network_policy SET effective_from = '2026-01-17'");
  for (int i = 0; i < 3; ++i) ASSERT_OK(Receive("$NODE2", "$SKU1", 20));
  EXPECT_THAT(audit(), IsEmpty());  // within the grace
  ASSERT_OK(Say(2, HashOf(2), kAccept));
  ASSERT_OK(Say(3, HashOf(3), "verdict: ACK_VERDICT_CONTRADICTED reason: 'none came'"));
  EXPECT_THAT(audit(), ElementsAre("LEDGER_FAULT_ACKNOWLEDGEMENT 2/3 x1"));
  clock_.Advance(absl::Seconds(3601));
  EXPECT_THAT(audit(), ElementsAre("LEDGER_FAULT_ACKNOWLEDGEMENT 2/3 x2"));
  ASSERT_OK(Say(4, HashOf(4), kAccept));
  EXPECT_THAT(audit(), ElementsAre("LEDGER_FAULT_ACKNOWLEDGEMENT 2/3 x1"));
  // Somebody looks into it and answers for it.
  Db().Exec(
      Fill("INSERT INTO ledger_attestation (org_id, node_id, attestation_id, from_entry,"
           " to_entry, reason, actor, record_us)"
           " VALUES ('org-a', '$NODE2', 'a', 3, 3, 'r', 'x', 1)"));
  EXPECT_THAT(audit(), ElementsAre("LEDGER_FAULT_ACKNOWLEDGEMENT 2/3 x1 attested"));
}

TEST_F(AckTest, OtherOrganizationsAndFaults) {
  SetMode("SHARED_LEDGER");
  ASSERT_OK(Receive("$NODE2", "$SKU1", 20));
  const std::string text = fmt::format(
      "acks {{ node_id: '$NODE1' entry_node_id: '$NODE2' entry_number: 1"
      " entry_hash: '{}' verdict: ACK_VERDICT_ACCEPTED }} request_id: 'a'",
      HashOf(1));
  EXPECT_THAT(Call(&NetworkStub::AcknowledgeEntries, text, "org-b").status(),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Call(&NetworkStub::ListUnacknowledged, "entry_node_id: '$NODE2'", "org-b").status(),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(const auto first, Call(&NetworkStub::AcknowledgeEntries, text));
  ASSERT_OK_AND_ASSIGN(const auto replayed, Call(&NetworkStub::AcknowledgeEntries, text));
  EXPECT_THAT(replayed, EqualsProto(first));
  const auto faults = Call(&NetworkStub::AcknowledgeEntries,
                           "acks { entry_hash: 'xy' verdict: ACK_VERDICT_CONTRADICTED }")
                          .status();
  const auto detail = GetDetail<google::rpc::BadRequest>(faults);
  ASSERT_TRUE(detail);
  EXPECT_EQ(detail->field_violations_size(), 5);
  EXPECT_THAT(Call(&NetworkStub::AcknowledgeEntries, "").status(), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(Call(&NetworkStub::ListUnacknowledged, "page_size: -1").status(),
              HasReason("INVALID_FIELDS"));
}

}  // namespace
}  // namespace kefu::warehouse
