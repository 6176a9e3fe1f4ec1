// What holds for every call of AnnouncementService alike.
#include "common/testing/every_call.h"
#include "services/staffing/tests/announcements/announcement_fixture.h"

namespace kefu::staffing {
namespace {

using ::kefu::testing::CallRow;
using ::kefu::testing::EveryCall;
using ::kefu::testing::Other;

const std::vector<CallRow>& Rows() {
  static const auto& rows = *new std::vector<CallRow>{
      {"PublishAnnouncement",
       R"(announcement { title: "n~" text: "x" audience { agent_ids: "$AGENT" } })",
       Other::kNotFound},
      {"WithdrawAnnouncement", R"(announcement_id: "$WRONG" reason: "n~")", Other::kNotFound},
      {"GetAnnouncement", R"(announcement_id: "$NEWS")", Other::kNotFound},
      {"ListAnnouncements", "", Other::kEmpty},
      {"AcknowledgeAnnouncement", "announcement_id: \"$NEWS\" # ~\n", Other::kNotFound},
      {"ListAnnouncementReaders", R"(announcement_id: "$NEWS")", Other::kNotFound},
  };
  return rows;
}

class AnnouncementCallsTest : public AnnouncementTest {
 protected:
  using AnnouncementTest::AnnouncementTest;
  void SetUp() override { Fresh(); }
  void Fresh() {
    Db().Clear();
    world_.clear();
    ASSERT_NO_FATAL_FAILURE(MakePeople());
    for (const char* name : {"$NEWS", "$WRONG"}) {
      ASSERT_OK_AND_ASSIGN(const v1::Announcement news, Publish("everybody: true"));
      world_[name] = news.announcement_id();
    }
  }
  // The owner, who is an agent too.
  rpc::CallOptions Owner() { return AsAgent("org-a", world_["$AGENT"], {auth::Role::kOwner}); }

  const EveryCall calls_{"kefu.staffing.v1.AnnouncementService", host_.channel(),
                         [this](std::string text) { return Fill(std::move(text)); }};
};

TEST_F(AnnouncementCallsTest, TheTableNamesEveryMethod) { calls_.CheckTable(Rows()); }

TEST_F(AnnouncementCallsTest, EachSucceedsAndIsRefusedWhereItMustBe) {
  for (const CallRow& row : Rows()) {
    calls_.CheckCall(
        row, {Owner(), As("org-b"), host_.AsService(), host_.As("org-a", {auth::Role::kAuditor})});
  }
}

TEST_F(AnnouncementCallsTest, AWriteIsToldAndReplayedAndItsIdNotReused) {
  calls_.CheckWrites(
      Rows(), [this] { Fresh(); }, [this] { return Owner(); }, Db(), clock_);
}

// The only connection is held by the test, so that no call can be answered in time.
class AnnouncementDeadlineTest : public AnnouncementCallsTest {
 protected:
  AnnouncementDeadlineTest() : AnnouncementCallsTest(/*pool_size=*/1) {}
};

TEST_F(AnnouncementDeadlineTest, EveryCallEndsByItsDeadlineAndLeavesNothing) {
  calls_.CheckDeadlines(Rows(), Owner(), *database_, Db());
}

}  // namespace
}  // namespace kefu::staffing
