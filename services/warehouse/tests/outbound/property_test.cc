// Random work by two operators at once: whatever they do, and in whatever order, the books are
// right and no piece is in two hands.
#include <random>

#include "services/warehouse/tests/outbound/fixture.h"

namespace kefu::warehouse {
namespace {

using ::testing::AnyOf;

class PropertyTest : public OutboundTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(MakeWorld());
    for (int bin = 1; bin <= 6; ++bin) {
      Stock("$LOTSKU", fmt::format("A-{}", bin), 12, Lot(fmt::format("L{}", bin % 3), 5 + bin % 3));
      Stock("$SKU2", fmt::format("B-{}", bin), 9);
    }
  }

  // One random step; what it is refused with must be a reason, never a fault of the server.
  void Step(std::mt19937& random, std::string_view person) {
    const auto any = [&](const auto& list) { return list[random() % list.size()]; };
    const auto shipments = Out(&OutStub::ListShipments, "page_size: 1000", person);
    ASSERT_OK(shipments);
    const auto tasks =
        Out(&OutStub::ListPickTasks, "page_size: 1000 state: PICK_TASK_STATE_OPEN", person);
    ASSERT_OK(tasks);
    const auto id = [&]() -> std::string {
      return shipments->shipments().empty() ? "none" : any(shipments->shipments()).shipment_id();
    };
    absl::Status status;
    switch (random() % 12) {
      case 0:
      case 1:
        status = Sell(random);
        break;
      case 2: {
        const auto wave = Out(&OutStub::CreateWave,
                              fmt::format("wave {{ node_id: '$NODE1' max_orders: {} }}"
                                          " include_reservations: true",
                                          1 + random() % 4),
                              person);
        status = wave.status();
        if (wave.ok() && random() % 8 == 0) {
          status = Out(&OutStub::CancelWave, "wave_id: '" + wave->wave_id() + "'", person).status();
        } else if (wave.ok()) {
          status =
              Out(&OutStub::ReleaseWave, "wave_id: '" + wave->wave_id() + "'", person).status();
        }
        break;
      }
      case 3:
        status =
            Out(&OutStub::CancelShipment,
                fmt::format("shipment_id: '{}' release_stock: {}", id(), random() % 2 == 0), person)
                .status();
        break;
      case 4: {
        const std::string shipment = id();
        status = Out(&OutStub::PackShipment,
                     fmt::format("shipment_id: '{}' {}", shipment, CartonOf(shipment)), person)
                     .status();
        break;
      }
      case 5:
      case 6:
        status = Out(&OutStub::ShipShipment,
                     fmt::format("shipment_id: '{}' carrier: 'sf' waybill: 'w'", id()), person)
                     .status();
        break;
      case 7:
        status = CountOne(random, person);
        break;
      default:
        if (!tasks->tasks().empty()) status = Do(random, any(tasks->tasks()), person);
    }
    EXPECT_THAT(status.code(),
                AnyOf(absl::StatusCode::kOk, absl::StatusCode::kFailedPrecondition,
                      absl::StatusCode::kAborted, absl::StatusCode::kNotFound,
                      absl::StatusCode::kInvalidArgument, absl::StatusCode::kPermissionDenied))
        << status;
  }

  absl::Status Sell(std::mt19937& random) {
    std::vector<Line> lines = {{"$NODE1", "$LOTSKU", static_cast<int64_t>(1 + random() % 7)}};
    if (random() % 2 == 0)
      lines.push_back({"$NODE1", "$SKU2", static_cast<int64_t>(1 + random() % 9)});
    const auto reserved = Reserve(lines);
    if (!reserved.ok()) return reserved.status();
    return Call(&Stub::ConfirmReservation,
                fmt::format("reservation_id: '{}'", reserved->reservation_id()))
        .status();
  }

  absl::Status Do(std::mt19937& random, const v1::PickTask& task, std::string_view person) {
    if (task.kind() == v1::PICK_TASK_KIND_PUT_BACK) {
      return Out(&OutStub::RecordPutBack, "task_id: '" + task.task_id() + "'", person).status();
    }
    const bool is_short = random() % 6 == 0;
    const int64_t picked =
        is_short ? static_cast<int64_t>(random() % task.quantity()) : task.quantity();
    return Out(&OutStub::RecordPick,
               fmt::format("task_id: '{}' picked_quantity: {} {}", task.task_id(), picked,
                           is_short ? "short_reason: SHORT_REASON_NOT_FOUND" : ""),
               person)
        .status();
  }

  absl::Status CountOne(std::mt19937& random, std::string_view person) {
    const auto counts = Out(&OutStub::ListCounts, "page_size: 1000", person);
    if (!counts.ok()) return counts.status();
    for (const v1::Count& count : counts->counts()) {
      const std::string id = "count_id: '" + count.count_id() + "'";
      if (count.state() == v1::COUNT_STATE_SUBMITTED) {
        return random() % 5 == 0 ? Out(&OutStub::CancelCount, id, person).status()
                                 : Out(&OutStub::ApproveCount, id, "boss").status();
      }
      if (count.state() == v1::COUNT_STATE_OPEN) {
        return Out(&OutStub::SubmitCount,
                   fmt::format("{} lines {{ line_number: 1 counted: {} }}", id, random() % 12),
                   person)
            .status();
      }
    }
    return Call(&Stub::CountStock,
                fmt::format("node_id: '$NODE1' lines {{ key {{ sku_id: '$SKU2' location: 'B-{}' }}"
                            " counted: {} }}",
                            1 + random() % 6, random() % 15))
        .status();
  }
};

TEST_F(PropertyTest, TheBooksAreRightAfterEveryStep) {
  std::mt19937 random(20260115);
  const std::vector<std::string_view> people = {"ann", "bob", "cid", "dan"};
  for (int step = 0; step < 400 && !HasFailure(); ++step) {
    Step(random, people[random() % people.size()]);
    if (step % 10 == 0) CheckWork();
  }
  CheckWork();
  EXPECT_GT(Db().Count("SELECT COUNT(*) FROM shipment WHERE state = 'SHIPPED'"), 3);
  EXPECT_GT(Db().Count("SELECT COUNT(*) FROM shipment WHERE state = 'CANCELLED'"), 3);
  EXPECT_GT(Db().Count("SELECT COUNT(*) FROM pick_task WHERE state = 'SHORT'"), 3);
}

TEST_F(PropertyTest, OperatorsAtOnce) {
  std::vector<std::thread> threads;
  const std::vector<std::string_view> people = {"ann", "bob", "cid", "dan"};
  for (size_t i = 0; i < people.size(); ++i) {
    threads.emplace_back([&, i] {
      std::mt19937 random(static_cast<unsigned>(i));
      for (int step = 0; step < 60; ++step) Step(random, people[i]);
    });
  }
  for (auto& thread : threads) thread.join();
  CheckWork();
}

}  // namespace
}  // namespace kefu::warehouse
