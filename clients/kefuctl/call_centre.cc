#include "clients/kefuctl/data_sets.h"
#include "clients/kefuctl/i18n.h"
#include "clients/kefuctl/text.h"

namespace kefu::kefuctl {
namespace {

namespace v1 = performance::v1;

constexpr int64_t kMaxSeconds = 24 * 3600;  // nobody waits or talks longer than a day
constexpr std::string_view kNobody = "NO_SERVER";

enum CallColumn {
  kLine,
  kCallId,
  kCustomer,
  kPriority,
  kType,
  kDate,
  kVruEntry,
  kVruExit,
  kVruTime,
  kQueueStart,
  kQueueExit,
  kQueueTime,
  kOutcome,
  kServiceStart,
  kServiceExit,
  kServiceTime,
  kServer,
};
constexpr ColumnSpec kColumns[] = {
    {"vru+line", true}, {"call_id", true},   {"customer_id", true}, {"priority"},  {"type"},
    {"date", true},     {"vru_entry", true}, {"vru_exit", true},    {"vru_time"},  {"q_start"},
    {"q_exit"},         {"q_time", true},    {"outcome", true},     {"ser_start"}, {"ser_exit"},
    {"ser_time", true}, {"server", true}};
constexpr std::pair<std::string_view, int> kFields[] = {{"", kCallId},
                                                        {"customer_id", kCustomer},
                                                        {"messages", kVruExit},
                                                        {"handlings", kServiceTime},
                                                        {"messages.agent_id", kServer},
                                                        {"handlings.agent_id", kServer},
                                                        {"topic", kType}};

class Calls final : public RowSource<v1::ConversationRow> {
 public:
  using RowSource::RowSource;

 private:
  std::optional<v1::ConversationRow> Convert(Fields& fields) override {
    const std::string_view outcome = fields.Get(kOutcome);
    if (outcome == "PHANTOM") return std::nullopt;
    if (outcome != "AGENT" && outcome != "HANG")
      fields.Refuse(kOutcome, Tr(Text::kUnknownOutcome, Truncate(Printable(outcome), 40)));
    v1::ConversationRow fact;
    v1::Conversation& call = *fact.mutable_conversation();
    call.set_conversation_id(fields.Id(kLine) + "/" + fields.Id(kCallId));
    const std::string customer = fields.Id(kCustomer);
    call.set_customer_id(customer == "0" ? "unknown/" + call.conversation_id() : customer);
    call.set_channel(v1::CHANNEL_TELEPHONE);
    call.set_topic(fields.Text(kType));
    const absl::Time asked = TimeOfQuestion(fields);
    AddMessage(call, asked, v1::SIDE_CUSTOMER, "");
    const int64_t waited = fields.Integer(kQueueTime, 0, kMaxSeconds);
    const int64_t served = fields.Integer(kServiceTime, 0, kMaxSeconds);
    if (outcome != "AGENT") return fact;
    std::string agent = fields.Id(kServer);
    if (agent == kNobody) agent.clear();
    const absl::Time replied = asked + absl::Seconds(waited);
    AddMessage(call, replied, v1::SIDE_AGENT, agent);
    v1::Handling& handling = *call.add_handlings();
    handling.set_agent_id(agent);
    *handling.mutable_start_time() = ToTimestamp(replied);
    *handling.mutable_end_time() = ToTimestamp(replied + absl::Seconds(served));
    return fact;
  }

  static void AddMessage(v1::Conversation& call, absl::Time time, v1::Side side,
                         const std::string& agent) {
    v1::Message& message = *call.add_messages();
    *message.mutable_send_time() = ToTimestamp(time);
    message.set_side(side);
    message.set_agent_id(agent);
  }

  static absl::Time TimeOfQuestion(Fields& fields) {
    const auto refuse = [&](int column, const absl::Status& status) {
      fields.Refuse(column, {status.message().data(), status.message().size()});
    };
    const auto day = ParseShortDate(fields.Get(kDate));
    if (!day.ok()) refuse(kDate, day.status());
    const auto entry = ParseClockTime(fields.Get(kVruEntry));
    if (!entry.ok()) refuse(kVruEntry, entry.status());
    const auto exit = ParseClockTime(fields.Get(kVruExit));
    if (!exit.ok()) refuse(kVruExit, exit.status());
    if (!day.ok() || !entry.ok() || !exit.ok()) return absl::UnixEpoch();
    const absl::CivilDay asked_on = *exit < *entry ? *day + 1 : *day;
    return InstantOf(absl::CivilSecond(asked_on) + *exit, fields.locale().zone);
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<FactSource<v1::ConversationRow>>> OpenCallCentre(
    const std::string& path, const ShopLocale& locale) {
  ASSIGN_OR_RETURN(auto table, CsvTable::Open(path, '\t', kColumns));
  return std::make_unique<Calls>(std::move(table), locale, kFields);
}

}  // namespace kefu::kefuctl
