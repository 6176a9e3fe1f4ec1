#include "common/events/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/events/event_service.h"
#include "common/events/events_test_util.h"
#include "common/events/sequencer.h"
#include "common/ids/id_generator.h"
#include "common/testing/fake_clock.h"
#include "common/testing/test_db.h"

namespace kefu::events {
namespace {

using auth::Role;
using common::v1::WatchRequest;
using common::v1::WatchResponse;
using ::kefu::testing::FakeClock;
using ::kefu::testing::HasReason;
using ::kefu::testing::IsOk;
using ::kefu::testing::IsOkAndHolds;
using ::kefu::testing::StatusIs;
using ::kefu::testing::TestDb;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

WatchRequest From(int64_t after, bool until_now = true, std::vector<std::string> types = {}) {
  WatchRequest request;
  request.set_after_position(after);
  request.set_until_now(until_now);
  for (const std::string& type : types) request.add_types(type);
  return request;
}

class FeedTest : public ::testing::Test {
 protected:
  void Publish(std::string_view org_id, std::string_view text) {
    Emit(db_.db(), org_id, text, clock_.Now());
    ASSERT_THAT(sequencer_.RunPass(), IsOkAndHolds(1));
  }
  void PublishAudit(std::string_view org_id) {
    const OutboxRow row = MakeAuditRow(MakeContext(org_id), "r", std::string(32, 'h'));
    ASSERT_OK(db_.db().RunInTransaction(Soon(), [&](db::Transaction& t) {
      return AppendMany(t, {&row, 1});
    }));
    ASSERT_THAT(sequencer_.RunPass(), IsOkAndHolds(1));
  }

  TestDb db_;
  FakeClock clock_;
  Feed feed_{db_.db(), {.poll = absl::Milliseconds(2)}};
  Sequencer sequencer_{
      db_.db(), clock_, "a", {.on_published = [this](int64_t head) { feed_.Published(head); }}};
  EventServiceHandler service_{feed_, {.heartbeat = absl::Seconds(5), .events_per_response = 3}};
  const RequestContext everyone_ = MakeContext("", {Role::kService});
};

TEST_F(FeedTest, DeliversFromAnyPosition) {
  for (int i = 1; i <= 8; ++i) Publish("ORG", fmt::format("{}", i));
  CollectingWriter all, tail;
  EXPECT_OK(service_.Watch(everyone_, From(0), all));
  EXPECT_THAT(all.Texts(), ElementsAre("1", "2", "3", "4", "5", "6", "7", "8"));
  EXPECT_EQ(all.position, 8);
  EXPECT_OK(service_.Watch(everyone_, From(6), tail));
  EXPECT_THAT(tail.Texts(), ElementsAre("7", "8"));
  const common::v1::Event& event = tail.events[0];
  EXPECT_EQ(event.position(), 7);
  EXPECT_EQ(event.org_id(), "ORG");
  EXPECT_EQ(event.key(), "key");
  EXPECT_EQ(event.create_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_EQ(event.event_id(), all.events[6].event_id());
  EXPECT_NE(event.event_id(), all.events[7].event_id());
  EXPECT_TRUE(IsUlid(event.event_id()));
  EXPECT_THAT(TimeOfUlid(event.event_id()), IsOkAndHolds(clock_.Now()));
}

TEST_F(FeedTest, EmptyFeedEndsAtOnce) {
  CollectingWriter writer;
  EXPECT_OK(service_.Watch(everyone_, From(0), writer));
  EXPECT_THAT(writer.events, IsEmpty());
  EXPECT_EQ(writer.position, 0);
}

TEST_F(FeedTest, UntilNowIncludesWhatWaitsInTheOutbox) {
  Publish("ORG", "old");
  Emit(db_.db(), "ORG", "committed");
  OpenWrite open(db_.db(), "ORG", "uncommitted");
  CollectingWriter writer;
  sequencer_.Start();  // looks every 50 ms
  EXPECT_OK(service_.Watch(everyone_, From(0), writer));
  EXPECT_THAT(writer.Texts(), ElementsAre("old", "committed"));
}

TEST_F(FeedTest, ShowsOwnOrganizationOnly) {
  Publish("ORG", "mine");
  Publish("OTHER", "theirs");
  Publish("ORG", "mine too");
  Publish("OTHER", "theirs too");
  CollectingWriter mine;
  EXPECT_OK(service_.Watch(MakeContext("ORG", {Role::kOwner}), From(0), mine));
  EXPECT_THAT(mine.Texts(), ElementsAre("mine", "mine too"));
  EXPECT_EQ(mine.position, 4);
  CollectingWriter nobody;
  EXPECT_THAT(service_.Watch(MakeContext("", {Role::kOwner}), From(0), nobody),
              StatusIs(absl::StatusCode::kPermissionDenied));
  RequestContext confined = MakeContext("ORG", {Role::kShopManager});
  confined.principal.shops = {"SHOP"};
  EXPECT_THAT(service_.Watch(confined, From(0), nobody), HasReason("SHOP_NOT_ALLOWED"));
  EXPECT_EQ(nobody.responses, 0);
}

TEST_F(FeedTest, AuditRecordsAreForAuditors) {
  Publish("ORG", "event");
  PublishAudit("ORG");
  PublishAudit("OTHER");
  CollectingWriter owner, auditor, service;
  EXPECT_OK(service_.Watch(MakeContext("ORG", {Role::kOwner}), From(0), owner));
  EXPECT_EQ(owner.events.size(), 1);
  EXPECT_EQ(owner.position, 3);
  EXPECT_OK(service_.Watch(MakeContext("ORG", {Role::kAuditor}), From(0), auditor));
  EXPECT_EQ(auditor.events.size(), 2);
  EXPECT_OK(service_.Watch(everyone_, From(0), service));
  EXPECT_EQ(service.events.size(), 3);
}

TEST_F(FeedTest, FiltersByType) {
  Publish("ORG", "one");
  PublishAudit("ORG");
  Publish("OTHER", "two");
  CollectingWriter texts, records, mine, none;
  EXPECT_OK(
      service_.Watch(everyone_, From(0, true, {"google.protobuf.StringValue", "x.Y"}), texts));
  EXPECT_THAT(texts.Texts(), ElementsAre("one", "two"));
  EXPECT_OK(service_.Watch(everyone_, From(0, true, {"kefu.common.v1.WriteRecorded"}), records));
  EXPECT_EQ(records.events.size(), 1);
  const RequestContext owner = MakeContext("ORG", {Role::kOwner});
  EXPECT_OK(service_.Watch(owner, From(0, true, {"google.protobuf.StringValue"}), mine));
  EXPECT_THAT(mine.Texts(), ElementsAre("one"));
  EXPECT_OK(service_.Watch(owner, From(0, true, {"kefu.common.v1.WriteRecorded"}), none));
  EXPECT_THAT(none.events, IsEmpty());
  EXPECT_EQ(none.position, 3);
}

TEST_F(FeedTest, RefusesBadRequests) {
  CollectingWriter writer;
  EXPECT_THAT(service_.Watch(everyone_, From(-1), writer), HasReason("INVALID_FIELDS"));
  EXPECT_THAT(service_.Watch(everyone_, From(0, true, std::vector<std::string>(65, "a.B")), writer),
              HasReason("INVALID_FIELDS"));
  EXPECT_THAT(service_.Watch(everyone_, From(1), writer), HasReason("POSITION_AHEAD"));
}

TEST_F(FeedTest, NewEventsArriveWhileWatching) {
  struct Live final : rpc::StreamWriter<WatchResponse> {
    bool Write(WatchResponse response) override {
      for (const auto& event : response.events()) seen.Set(event.position());
      return true;
    }
    Watched<int64_t> seen;
  } writer;
  std::atomic<bool> gone = false;
  RequestContext context = everyone_;
  context.cancelled = [&] { return gone.load(); };
  absl::Status status;
  std::thread watching([&] { status = service_.Watch(context, From(0, false), writer); });
  for (int i = 1; i <= 3; ++i) {
    Publish("ORG", "x");
    writer.seen.Await([&](int64_t position) { return position == i; });
  }
  gone = true;
  watching.join();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kCancelled));
}

// A replica without the sequencer learns of new events from the table.
TEST_F(FeedTest, FindsEventsThatAnotherProcessPublished) {
  Sequencer other(db_.db(), clock_, "other");
  Emit(db_.db(), "ORG", "x");
  std::thread publishing([&] { EXPECT_OK(other.RunPass()); });
  while (feed_.WaitBeyond(0, absl::Seconds(5)) < 1) {
  }
  publishing.join();
}

TEST_F(FeedTest, GivesSignsOfLife) {
  EventServiceHandler quick(feed_, {.heartbeat = absl::Milliseconds(5)});
  Publish("OTHER", "not for you");
  CollectingWriter writer(3);  // leaves after the third response
  EXPECT_THAT(quick.Watch(MakeContext("ORG", {Role::kOwner}), From(0, false), writer),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(writer.responses, 3);
  EXPECT_THAT(writer.events, IsEmpty());
  EXPECT_EQ(writer.position, 1);
}

TEST_F(FeedTest, StopEndsStreams) {
  absl::Status status;
  CollectingWriter writer;
  std::thread watching([&] { status = service_.Watch(everyone_, From(0, false), writer); });
  feed_.Stop();
  watching.join();
  EXPECT_THAT(status, HasReason("SHUTTING_DOWN"));
}

TEST_F(FeedTest, TrimmedEventsAreOutOfRange) {
  for (int i = 1; i <= 6; ++i) {
    Publish("ORG", fmt::format("{}", i));
    clock_.Advance(absl::Hours(1));
  }
  const absl::Time cut = clock_.Now() - absl::Hours(2) - absl::Minutes(30);  // before event 5
  EXPECT_THAT(TrimEvents(db_.db(), cut, 3), IsOkAndHolds(3));
  EXPECT_THAT(TrimEvents(db_.db(), cut, 3), IsOkAndHolds(1));
  EXPECT_THAT(TrimEvents(db_.db(), cut, 3), IsOkAndHolds(0));
  CollectingWriter late, exact, fresh;
  const absl::Status status = service_.Watch(everyone_, From(3), late);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(status, HasReason("EVENTS_TRIMMED"));
  EXPECT_EQ(MetadataOf(status, "trimmed_position"), "4");
  EXPECT_OK(service_.Watch(everyone_, From(4), exact));
  EXPECT_THAT(exact.Texts(), ElementsAre("5", "6"));
  EXPECT_OK(service_.Watch(everyone_, From(0), fresh));
  EXPECT_THAT(fresh.Texts(), ElementsAre("5", "6"));
}

TEST_F(FeedTest, BigEventsTravelInSmallResponses) {
  const std::string big(700'000, 'x');
  for (int i = 0; i < 5; ++i) Publish("ORG", big);
  const auto batch = feed_.Read(0, 100, {});
  ASSERT_OK(batch);
  EXPECT_EQ(batch->events.size(), 2);
  EXPECT_EQ(batch->position, 2);
  EventServiceHandler wide(feed_, {.events_per_response = 100});
  CollectingWriter writer;
  EXPECT_OK(wide.Watch(everyone_, From(0), writer));
  EXPECT_EQ(writer.events.size(), 5);
  EXPECT_EQ(writer.responses, 3);
}

}  // namespace
}  // namespace kefu::events
