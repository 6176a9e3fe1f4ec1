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
#include "common/ids/id_generator.h"
#include "common/rpc/client.h"
#include "common/status/status_macros.h"
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
#include "services/warehouse/handlers/handlers.h"
#include "services/warehouse/jobs/reservation_sweeper.h"
#include "services/warehouse/store/billing.h"
#include "services/warehouse/store/store.h"
#include "services/warehouse/tests/books.h"
#include "services/warehouse/warehouse_service.h"

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

  // The owner "brand"; two nodes, two SKUs kept without and one with lots; 100 of $SKU1 and $SKU2
  // at $NODE1, and a reservation of 10 of $SKU1.
  void MakeWorld() {
    ASSERT_OK(Db().db().RunInTransaction(absl::InfiniteFuture(), AddBrand));
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

  // The owner "brand" of org-a, who has terms from 2026 on.
  static absl::Status AddBrand(db::Transaction& t) {
    const auto terms = Parse<v1::OwnerTerms>(
        "owner_id: 'brand' effective_from { year: 2026 month: 1 day: 1 } currency_code: 'CNY'");
    RETURN_IF_ERROR(store::Insert(t, "org-a",
                                  domain::StockOwner{.id = "brand",
                                                     .display_name = "Brand",
                                                     .kind = domain::StockOwnerKind::kConsignment,
                                                     .time_zone = "Asia/Shanghai",
                                                     .info = {.version = 1}}));
    return store::Insert(t, "org-a", store::Subject::kOwner, "brand",
                         {.version = 1,
                          .effective_from = absl::CivilDay(2026, 1, 1),
                          .body = terms.SerializeAsString()});
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

  void CheckBooks() { warehouse::CheckBooks(Db().db()); }

  testing::FakeClock clock_;
  testing::ServiceHost host_;
  IdGenerator ids_;
  Replica replica_;
  WarehouseServiceImpl service_;
  std::unique_ptr<v1::WarehouseService::Stub> stub_;
  std::map<std::string, std::string> world_;
};

}  // namespace kefu::warehouse
