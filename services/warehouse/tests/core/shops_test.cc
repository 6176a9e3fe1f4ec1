// Callers who are confined to shops reserve for those and find nobody else's reservations.
#include "services/warehouse/tests/core/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::ElementsAre;

class ShopsTest : public StockControlTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    const auto made = Call(&Stub::Reserve, Text("shop-1"), clerk_);
    ASSERT_OK(made.status());
    world_["$OWN"] = made->reservation_id();
    const auto other = Call(&Stub::Reserve, Text("shop-2"));
    ASSERT_OK(other.status());
    world_["$OTHER"] = other->reservation_id();
  }
  void TearDown() override { CheckBooks(); }

  static std::string Text(std::string_view shop) {
    return fmt::format(
        "reservation {{ order_id: 'o' shop_id: '{}' lines {{ node_id: '$NODE1' sku_id: '$SKU2'"
        " quantity: 1 }} }}",
        shop);
  }

  const rpc::CallOptions clerk_ = {
      .token = host_.tokens().Token("org-a", {auth::Role::kShopManager}, {"shop-1", "shop-3"},
                                    "clerk", absl::Hours(72))};
};

TEST_F(ShopsTest, TheyReserveForTheirShopsOnly) {
  for (const char* shop : {"shop-2", ""}) {
    const auto refused = Call(&Stub::Reserve, Text(shop), clerk_);
    EXPECT_THAT(refused, HasReason("SHOP_NOT_ALLOWED"));
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied));
  }
  EXPECT_OK(Call(&Stub::Reserve, Text("shop-3"), clerk_));
  EXPECT_OK(Call(&Stub::Reserve, Text("")));  // the owner is not confined
  EXPECT_EQ(StockOf("$NODE1", "$SKU2"), "100/4");
}

TEST_F(ShopsTest, TheyReadTheirsOnly) {
  EXPECT_OK(Call(&Stub::GetReservation, "reservation_id: '$OWN'", clerk_));
  EXPECT_OK(Call(&Stub::GetReservation, "reservation_id: '$OTHER'"));
  const auto other = Call(&Stub::GetReservation, "reservation_id: '$OTHER'", clerk_);
  const auto nobody = Call(&Stub::GetReservation, "reservation_id: 'nobody'", clerk_);
  EXPECT_THAT(other, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(ReasonOf(other.status()), ReasonOf(nobody.status()));
}

TEST_F(ShopsTest, TheyMoveTheirsOnly) {
  const auto not_found = StatusIs(absl::StatusCode::kNotFound);
  for (const char* id : {"$OTHER", "$RES"}) {  // of another shop, and of none
    const std::string named = fmt::format("reservation_id: '{}'", id);
    EXPECT_THAT(Call(&Stub::ConfirmReservation, named, clerk_), not_found);
    EXPECT_THAT(Call(&Stub::ExtendReservation, named + " ttl_seconds: 7200", clerk_), not_found);
    EXPECT_THAT(Call(&Stub::ReleaseReservation, named, clerk_), not_found);
    EXPECT_EQ(Call(&Stub::GetReservation, named)->state(), v1::RESERVATION_STATE_HELD);
  }
  EXPECT_OK(Call(&Stub::ExtendReservation, "reservation_id: '$OWN' ttl_seconds: 7200", clerk_));
  EXPECT_OK(Call(&Stub::ConfirmReservation, "reservation_id: '$OWN'", clerk_));
  EXPECT_OK(Call(&Stub::ReleaseReservation, "reservation_id: '$OWN'", clerk_));
}

TEST_F(ShopsTest, BatchesAndStreamsTellEachCommand) {
  const std::string commands[] = {"reserve { " + Text("shop-2") + " }",
                                  "reserve { " + Text("shop-1") + " }",
                                  "confirm { reservation_id: '$OTHER' }",
                                  "release { reservation_id: '$OTHER' }",
                                  "extend { reservation_id: '$OTHER' ttl_seconds: 7200 }",
                                  "release { reservation_id: '$OWN' }"};
  std::string batch;
  v1::ReserveStreamRequest streamed;
  for (const std::string& command : commands) {
    batch += " commands { " + command + " }";
    v1::NumberedCommand& numbered = *streamed.add_commands();
    numbered.set_sequence_number(streamed.commands_size());
    *numbered.mutable_command() = Parse<v1::ReservationCommand>(Fill(command));
  }
  const auto expected =
      ElementsAre("SHOP_NOT_ALLOWED", "", "NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "");
  ASSERT_OK_AND_ASSIGN(const auto response, Call(&Stub::BatchReserve, batch, clerk_));
  std::vector<std::string> reasons;
  for (const auto& result : response.results()) {
    reasons.push_back(ReasonOf(FromProto(result.error())));
  }
  EXPECT_THAT(reasons, expected);
  grpc::ClientContext context;
  rpc::Prepare(clerk_, context);
  const auto stream = stub_->ReserveStream(&context);
  EXPECT_TRUE(stream->Write(streamed));
  stream->WritesDone();
  std::map<int64_t, std::string> by_number;
  v1::ReserveStreamResponse results;
  while (stream->Read(&results)) {
    for (const auto& result : results.results()) {
      by_number[result.sequence_number()] = ReasonOf(FromProto(result.result().error()));
    }
  }
  EXPECT_TRUE(stream->Finish().ok());
  reasons.clear();
  for (const auto& [number, reason] : by_number) reasons.push_back(reason);
  EXPECT_THAT(reasons, expected);
}

TEST_F(ShopsTest, AStoredAnswerIsForThoseWhoSeeItsReservation) {
  const std::string reserve = Text("shop-2") + " request_id: 'r'";
  const std::string confirm = "reservation_id: '$OTHER' request_id: 'c'";
  const std::string batch =
      "commands { confirm { reservation_id: '$OTHER' } }"
      " commands { confirm { reservation_id: '$OWN' } } request_id: 'b'";
  const std::string move = "reservation_id: '$OTHER' to_node_id: '$NODE1' request_id: 'm'";
  ASSERT_OK(Call(&Stub::Reserve, reserve));
  ASSERT_OK(Call(&Stub::ConfirmReservation, confirm));
  ASSERT_OK(Call(&Stub::BatchReserve, batch));
  ASSERT_OK(Call(&Stub::MoveReservation, move));
  EXPECT_THAT(Call(&Stub::Reserve, reserve, clerk_), HasReason("SHOP_NOT_ALLOWED"));
  const auto not_found = StatusIs(absl::StatusCode::kNotFound);
  EXPECT_THAT(Call(&Stub::ConfirmReservation, confirm, clerk_), not_found);
  EXPECT_THAT(Call(&Stub::MoveReservation, move, clerk_), not_found);
  ASSERT_OK_AND_ASSIGN(const auto answer, Call(&Stub::BatchReserve, batch, clerk_));
  EXPECT_EQ(answer.results(0).error().code(), static_cast<int>(absl::StatusCode::kNotFound));
  EXPECT_EQ(answer.results(1).reservation().reservation_id(), Fill("$OWN"));
}

TEST_F(ShopsTest, AllocationsAreOfNoShop) {
  const std::string order =
      " orders { order_id: 'o' destination { region_code: '310115' }"
      " lines { sku_id: '$SKU2' quantity: 1 } }";
  EXPECT_THAT(Call(&Stub::Allocate, order, clerk_), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_OK(Call(&Stub::Allocate, "dry_run: true" + order, clerk_));
  EXPECT_OK(Call(&Stub::Allocate, order));
}

}  // namespace
}  // namespace kefu::warehouse
