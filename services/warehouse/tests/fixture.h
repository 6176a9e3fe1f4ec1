// WarehouseService on a real database behind a real gRPC server, and a small world to act in.
#pragma once

#include <cstdlib>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/events/feed.h"
#include "common/events/sequencer.h"
#include "common/hash/sha256.h"
#include "common/ids/id_generator.h"
#include "common/rpc/client.h"
#include "common/testing/fake_clock.h"
#include "common/testing/proto_matchers.h"
#include "common/testing/service_fixture.h"
#include "common/testing/status_matchers.h"
#include "common/testing/test_db.h"
#include "fmt/format.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "kefu/warehouse/v1/warehouse_service.grpc.pb.h"
#include "migrations/warehouse.h"
#include "services/warehouse/cache/feed_follower.h"
#include "services/warehouse/domain/ledger.h"
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/jobs/reservation_sweeper.h"
#include "services/warehouse/service.h"
#include "services/warehouse/store/store.h"

namespace kefu::warehouse {

using ::kefu::testing::EqualsProto;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::StatusIs;
using Stub = v1::WarehouseService::Stub;

template <class Proto>
Proto Parse(const std::string& text) {
  Proto proto;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proto)) << text;
  return proto;
}

// One process: its own pool, feed, cache and handlers on the schema of the test.
struct Replica {
  Replica(const db::DatabaseOptions& options, IdGenerator& ids, const Clock* clock = &kMachineClock)
      : database(*db::Database::Open(options)),
        feed(*database),
        follower(feed, cache),
        deps{.database = *database,
             .ids = ids,
             .feed = feed,
             .cache = cache,
             .on_events = [] {},
             .clock = clock},
        folder(deps),
        handlers(deps),
        reservations(deps, folder) {}
  ~Replica() { feed.Stop(); }

  // A call of `reservations`, waited for.
  template <class Request, class Response>
  absl::StatusOr<Response> Await(
      void (ReservationHandlers::*method)(const RequestContext&, const Request&,
                                          absl::AnyInvocable<void(absl::StatusOr<Response>)>) const,
      const RequestContext& ctx, const Request& request) {
    std::promise<absl::StatusOr<Response>> answer;
    (reservations.*method)(ctx, request, [&](absl::StatusOr<Response> result) {
      answer.set_value(std::move(result));
    });
    return answer.get_future().get();
  }
  absl::StatusOr<v1::Reservation> Reserve(const RequestContext& ctx,
                                          const v1::ReserveRequest& request) {
    return Await(&ReservationHandlers::Reserve, ctx, request);
  }

  std::unique_ptr<db::Database> database;
  events::Feed feed;
  AvailabilityCache cache;
  FeedFollower follower;
  Dependencies deps;
  fold::Folder folder;
  Handlers handlers;
  ReservationHandlers reservations;
};

// It is noon of 2026-01-15 in Shanghai. The tables are empty at the start of each test.
class WarehouseTest : public ::testing::Test {
 protected:
  explicit WarehouseTest(int pool_size = 8)
      : host_({.dispatcher = {.clock = &clock_, .workers = 8}}),
        ids_(clock_),
        replica_(OptionsOf(pool_size), ids_, &clock_),
        service_(host_.dispatcher(), replica_.handlers, replica_.reservations) {
    Db().Clear();
    host_.Start({&service_});
    stub_ = v1::WarehouseService::NewStub(host_.channel());
  }
  ~WarehouseTest() override { host_.Stop(); }

  // One schema for the whole binary.
  static testing::TestDb& Db() {
    static auto* const db = new testing::TestDb({migrations::Warehouse()});
    static const bool dropped_at_exit = std::atexit([] { delete db; }) == 0;
    EXPECT_TRUE(dropped_at_exit);
    return *db;
  }
  static db::DatabaseOptions OptionsOf(int pool_size) {
    db::DatabaseOptions options = Db().options();
    options.pool_size = pool_size;
    return options;
  }

  // The owner of an organization; valid for days, since tests move the clock.
  rpc::CallOptions As(std::string_view org_id) {
    return {.token =
                host_.tokens().Token(org_id, {auth::Role::kOwner}, {}, "tester", absl::Hours(72))};
  }

  // Call(&Stub::GetNode, R"pb(node_id: "$NODE1")pb"), as the owner of "org-a" unless told
  // otherwise.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::string& text) {
    return Call(method, text, As("org-a"));
  }
  template <class Request, class Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const std::string& text, const rpc::CallOptions& options) {
    return rpc::Call(*stub_, method, Parse<Request>(Fill(text)), options);
  }

  // Replaces $NAME by the id of that record of the world.
  std::string Fill(std::string text) const {
    for (const auto& [name, id] : world_) {
      for (size_t at; (at = text.find(name)) != std::string::npos;) {
        text.replace(at, name.size(), id);
      }
    }
    return text;
  }

  // Two nodes, two SKUs kept without and one with lots; 100 of $SKU1 and $SKU2 at $NODE1, and a
  // reservation of 10 of $SKU1.
  void MakeWorld() {
    for (const char* node : {"$NODE1", "$NODE2"}) {
      ASSERT_OK_AND_ASSIGN(
          const v1::Node made,
          Call(&Stub::CreateNode, fmt::format("node {{ display_name: '{}' external_id: '{}'"
                                              " kind: NODE_KIND_CITY_WAREHOUSE }}",
                                              node + 1, node + 1)));
      world_[node] = made.node_id();
    }
    for (const char* sku : {"$SKU1", "$SKU2", "$LOTSKU"}) {
      ASSERT_OK_AND_ASSIGN(
          const v1::Sku made,
          Call(&Stub::CreateSku,
               fmt::format("sku {{ code: '{0}' display_name: '{0}' category: 'shirts'"
                           " lot_tracked: {1} }}",
                           sku + 1, sku[1] == 'L')));
      world_[sku] = made.sku_id();
    }
    ASSERT_OK(Receive("$NODE1", "$SKU1", 100));
    ASSERT_OK(Receive("$NODE1", "$SKU2", 100));
    ASSERT_OK_AND_ASSIGN(const v1::Reservation made, Reserve({{"$NODE1", "$SKU1", 10}}));
    world_["$RES"] = made.reservation_id();
  }

  absl::StatusOr<v1::ReceiveResponse> Receive(std::string_view node, std::string_view sku,
                                              int64_t quantity) {
    return Call(&Stub::Receive, fmt::format("node_id: '{}' lines {{ sku_id: '{}' quantity: {} }}",
                                            node, sku, quantity));
  }

  struct Line {
    std::string_view node, sku;
    int64_t quantity;
  };
  static std::string ReserveText(const std::vector<Line>& lines, std::string_view more = "") {
    std::string text = "reservation { order_id: 'O 1'";
    for (const Line& line : lines) {
      text += fmt::format(" lines {{ node_id: '{}' sku_id: '{}' quantity: {} }}", line.node,
                          line.sku, line.quantity);
    }
    return text + " } " + std::string(more);
  }
  absl::StatusOr<v1::Reservation> Reserve(const std::vector<Line>& lines,
                                          std::string_view more = "") {
    return Call(&Stub::Reserve, ReserveText(lines, more));
  }

  // "on hand/reserved" of a SKU at a node, from the table.
  std::string StockOf(std::string_view node, std::string_view sku) {
    const std::string where = Fill(fmt::format(
        " FROM stock_total WHERE node_id = '{}' AND sku_id = '{}' AND stock_condition = 'SELLABLE'",
        node, sku));
    return fmt::format("{}/{}", Db().Count("SELECT COALESCE(SUM(on_hand), 0)" + where),
                       Db().Count("SELECT COALESCE(SUM(reserved), 0)" + where));
  }

  // Everything that must hold of the tables at any time: totals, stock by lot and reservations
  // follow from the ledger, and its chains are unbroken.
  void CheckBooks() {
    EXPECT_EQ(Db().Count(kTotalsAgainstLedger), 0);
    EXPECT_EQ(Db().Count(kTotalsAgainstStock), 0);
    EXPECT_EQ(Db().Count(kTotalsAgainstReservations), 0);
    static constexpr db::Sql kChains{
        "SELECT org_id, node_id, entry_number, entry_sha256 FROM ledger_chain"};
    ASSERT_OK_AND_ASSIGN(const db::Rows chains, Db().db().Read(absl::InfiniteFuture(), kChains));
    for (const db::Row chain : chains) {
      ASSERT_OK_AND_ASSIGN(const auto entries,
                           store::ListLedger(db::Reader(Db().db(), absl::InfiniteFuture()),
                                             chain.Text(0), chain.Text(1), "", 0, 1'000'000));
      std::string hash = domain::GenesisHash();
      int64_t number = 0;
      for (const domain::LedgerEntry& entry : entries) {
        ASSERT_EQ(entry.entry_number, ++number);
        hash = Sha256({domain::ChainBytes(hash, chain.Text(0), entry)});
        ASSERT_EQ(hash, entry.hash) << "entry " << number;
      }
      ASSERT_EQ(chain.Int(2), number);
      ASSERT_EQ(chain.Text(3), hash);
    }
  }

  testing::FakeClock clock_;
  testing::ServiceHost host_;
  IdGenerator ids_;
  Replica replica_;
  WarehouseServiceImpl service_;
  std::unique_ptr<v1::WarehouseService::Stub> stub_;
  std::map<std::string, std::string> world_;

 private:
  static constexpr const char* kTotalsAgainstLedger =
      "SELECT COUNT(*) FROM stock_total AS t LEFT JOIN ("
      " SELECT org_id, sku_id, owner_id, node_id, stock_condition,"
      " SUM(IF(to_account IN ('FREE', 'RESERVED'), quantity, 0)"
      " - IF(from_account IN ('FREE', 'RESERVED'), quantity, 0)) AS on_hand,"
      " SUM(IF(to_account = 'RESERVED', quantity, 0)"
      " - IF(from_account = 'RESERVED', quantity, 0)) AS reserved,"
      " SUM(IF(to_account = 'IN_TRANSIT', quantity, 0)"
      " - IF(from_account = 'IN_TRANSIT', quantity, 0)) AS in_transit"
      " FROM ledger_entry GROUP BY org_id, sku_id, owner_id, node_id, stock_condition) AS l"
      " USING (org_id, sku_id, owner_id, node_id, stock_condition)"
      " WHERE t.on_hand <> COALESCE(l.on_hand, 0) OR t.reserved <> COALESCE(l.reserved, 0)"
      " OR t.in_transit <> COALESCE(l.in_transit, 0)";
  static constexpr const char* kTotalsAgainstStock =
      "SELECT COUNT(*) FROM stock_total AS t LEFT JOIN ("
      " SELECT org_id, sku_id, owner_id, node_id, stock_condition, SUM(on_hand) AS on_hand"
      " FROM stock GROUP BY org_id, sku_id, owner_id, node_id, stock_condition) AS s"
      " USING (org_id, sku_id, owner_id, node_id, stock_condition)"
      " WHERE t.on_hand <> COALESCE(s.on_hand, 0)";
  static constexpr const char* kTotalsAgainstReservations =
      "SELECT COUNT(*) FROM stock_total AS t LEFT JOIN ("
      " SELECT org_id, sku_id, owner_id, node_id, SUM(quantity - shipped) AS quantity"
      " FROM reservation, JSON_TABLE(line_list, '$[*]' COLUMNS (node_id VARCHAR(64) PATH '$[0]',"
      " sku_id VARCHAR(64) PATH '$[1]', owner_id VARCHAR(64) PATH '$[2]',"
      " quantity BIGINT PATH '$[3]', shipped BIGINT PATH '$[4]')) AS line"
      " WHERE state IN ('HELD', 'CONFIRMED') GROUP BY org_id, sku_id, owner_id, node_id) AS r"
      " USING (org_id, sku_id, owner_id, node_id)"
      " WHERE t.stock_condition = 'SELLABLE' AND t.reserved <> COALESCE(r.quantity, 0)";
};

}  // namespace kefu::warehouse
