#include "services/performance/domain/rollup.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_set>

namespace kefu::performance::domain {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

struct Ref {
  std::string_view customer_id, conversation_id, order_id, note;
  int run = 0;
  std::string_view inspection_id;
};

// A subject and where its sums go.
struct Slot {
  SubjectId id;
  Measures* measures = nullptr;
};

// An answer of a named agent to a run with a message on the day.
struct DayAnswer {
  std::string_view agent_id;
  int64_t time_us = 0;
};

// What a customer did on the day, over all counted conversations.
struct CustomerDay {
  int64_t first_us = INT64_MAX;
  bool replied = false;
  std::string_view conversation_id;
  std::vector<std::string_view> agents;  // who answered, each once
  std::vector<DayAnswer> answers;
  // Who should have answered, and in which conversation.
  std::map<std::string_view, std::string_view> missed_by;
};

// A handling begun on the day.
struct Handled {
  const Handling* handling;
  const Conversation* conversation;
};

// What a customer paid to a subject on the day.
struct Purchases {
  int64_t minor = 0;
  Ref first;
};

int64_t Square(int64_t value) { return value * value; }

struct PaidOrder {
  const Order* order;
  std::string agent_id;  // credited; empty: nobody
  CreditWindow window;
};

// Whose order a subject's customer-day led to.
using OrderBySubject = std::map<SubjectId, std::string_view>;

// Who had to answer a run that nobody answered: the last named agent of the conversation, else the
// one who handled it last; empty: nobody is known.
std::string_view ResponsibleFor(const Conversation& conversation, std::string_view last_answerer) {
  if (!last_answerer.empty()) return last_answerer;
  const auto last =
      std::ranges::max_element(conversation.handlings, {}, [](const Handling& handling) {
        return std::tie(handling.start_us, handling.end_us, handling.agent_id);
      });
  return last == conversation.handlings.end() ? std::string_view() : last->agent_id;
}

// Whether an agent wrote in it. Where nobody did, handlings only say whose it was.
bool IsHandled(const Conversation& c) {
  return std::ranges::find(c.messages, Side::kAgent, &Message::side) != c.messages.end();
}

// Lets a map with string keys be asked by views.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

class DayComputer {
 public:
  DayComputer(const DayFacts& facts, const MetricDefinition& definition, const absl::TimeZone& zone,
              const ContributionSink& sink)
      : facts_(facts),
        definition_(definition),
        zone_(zone),
        sink_(sink),
        start_us_(DayStart(facts.day, zone)),
        end_us_(DayStart(facts.day + 1, zone)),
        window_start_us_(DayStart(facts.day - definition.attribution_days, zone)),
        window_end_us_(DayStart(facts.day + 1 + definition.attribution_days, zone)),
        shop_{SubjectId{}, &result_.measures[SubjectId{}]} {}

  DayResult Run() {
    for (const Conversation* conversation : facts_.conversations) {
      if (conversation->exclusion == Exclusion::kNone && Touches(*conversation))
        AddConversation(*conversation);
    }
    AddWorkload();
    AddOrders();
    AddCustomers();
    for (const auto& refund : facts_.refunds) AddRefund(refund);
    for (const auto& review : facts_.reviews) AddReview(review);
    for (const Inspected& inspected : facts_.inspections) AddInspection(inspected);
    AddVisits();
    return std::move(result_);
  }

  std::map<SubjectId, Measures> RunBusyTime(const std::set<std::string>& agents) {
    for (const Conversation* conversation : facts_.conversations) {
      if (conversation->exclusion != Exclusion::kNone || !IsHandled(*conversation)) continue;
      for (const Handling& handling : conversation->handlings) {
        if (OnDay(handling.start_us) && agents.contains(handling.agent_id))
          handled_.push_back({&handling, conversation});
      }
    }
    AddBusyTime();
    return std::move(result_.measures);
  }

 private:
  bool OnDay(int64_t time_us) const { return time_us >= start_us_ && time_us < end_us_; }

  void Add(const Slot& slot, Measure measure, int64_t amount, const Ref& ref) {
    slot.measures->Add(measure, amount);
    if (sink_) {
      sink_(slot.id, {measure, amount, ref.customer_id, ref.conversation_id, ref.order_id, ref.note,
                      ref.run, ref.inspection_id});
    }
  }

  // The agent's own slot first, then those of the agent's teams.
  const std::vector<Slot>& SlotsOf(std::string_view agent_id) {
    auto it = slots_.find(agent_id);
    if (it == slots_.end()) {
      it = slots_.try_emplace(std::string(agent_id)).first;
      std::set<SubjectId> ids{{SubjectKind::kAgent, std::string(agent_id)}};
      const auto teams = facts_.teams_of_agent.find(std::string(agent_id));
      if (teams != facts_.teams_of_agent.end()) {
        for (const std::string& team : teams->second) ids.insert({SubjectKind::kTeam, team});
      }
      const auto base = facts_.base_of_agent.find(std::string(agent_id));
      if (base != facts_.base_of_agent.end()) ids.insert({SubjectKind::kBase, base->second});
      for (const SubjectId& id : ids) it->second.push_back({id, &result_.measures[id]});
    }
    return it->second;
  }

  // Adds for the shop and, where the agent is known, for the agent and its teams.
  void AddFor(std::string_view agent_id, Measure measure, int64_t amount, const Ref& ref) {
    Add(shop_, measure, amount, ref);
    if (agent_id.empty()) return;
    for (const Slot& slot : SlotsOf(agent_id)) Add(slot, measure, amount, ref);
  }

  // Whether anything of a conversation lies on the day: most of the neighbouring days' do not.
  bool Touches(const Conversation& conversation) const {
    if (conversation.messages.front().time_us < end_us_ &&
        conversation.messages.back().time_us >= start_us_)
      return true;
    return std::any_of(conversation.handlings.begin(), conversation.handlings.end(),
                       [this](const Handling& handling) { return OnDay(handling.start_us); });
  }

  // Follows the turns of a conversation. A run is the customer's messages since the last answer; an
  // answer belongs to every day on which its run has a message, its gap to the day of the run's
  // first message.
  void AddConversation(const Conversation& conversation) {
    const Ref ref{conversation.customer_id, conversation.id, "", ""};
    const bool timed = !IsQuiet(definition_, conversation.messages.front().time_us, zone_);
    bool run_open = false, run_on_day = false, answered_before = false;
    int64_t run_start_us = 0;
    Ref run = ref;
    CustomerDay* customer = nullptr;
    std::set<std::string_view> answerers;
    std::string_view last_answerer;
    for (const Message& message : conversation.messages) {
      if (message.side == Side::kCustomer) {
        if (!run_open) {
          run_open = true;
          run_on_day = false;
          run_start_us = message.time_us;
          ++run.run;
        }
        if (!OnDay(message.time_us)) continue;
        run_on_day = true;
        customer = &customers_[conversation.customer_id];
        if (message.time_us < customer->first_us) {
          customer->first_us = message.time_us;
          customer->conversation_id = conversation.id;
        }
        Add(shop_, Measure::kCustomerMessages, 1, ref);
      } else if (message.side == Side::kAgent) {
        if (OnDay(message.time_us)) AddFor(message.agent_id, Measure::kAgentMessages, 1, ref);
        if (run_open && timed && OnDay(run_start_us)) {
          AddRound(message.agent_id, !answered_before, run);
          AddGap(message.agent_id, run_start_us, message.time_us, !answered_before, run);
        }
        answered_before = answered_before || run_open;
        run_open = false;
        if (run_on_day) NoteAnswer(*customer, message);
        if (!message.agent_id.empty()) {
          answerers.insert(message.agent_id);
          last_answerer = message.agent_id;
        }
      }
    }
    if (run_open) {
      // A round that nobody answered is a loss of the agent whose conversation it was.
      const std::string_view responsible = ResponsibleFor(conversation, last_answerer);
      if (timed && OnDay(run_start_us)) AddRound(responsible, !answered_before, run);
      if (run_on_day) customer->missed_by.try_emplace(responsible, conversation.id);
    }
    AddConversationAsAWhole(conversation, answerers, last_answerer, ref);
  }

  void AddRound(std::string_view agent_id, bool first, const Ref& ref) {
    AddFor(agent_id, Measure::kRounds, 1, ref);
    if (first) AddFor(agent_id, Measure::kAskedConversations, 1, ref);
  }

  // An answer at `answer_us` to a run that began at `start_us`.
  void AddGap(std::string_view agent_id, int64_t start_us, int64_t answer_us, bool first,
              const Ref& ref) {
    const int64_t gap_us = answer_us - start_us;
    const bool in_time = gap_us <= definition_.answer_seconds * kMicrosPerSecond;
    if (gap_us <= definition_.round_seconds * kMicrosPerSecond)
      AddFor(agent_id, Measure::kRoundsWon, 1, ref);
    if (in_time) AddFor(agent_id, Measure::kAnswersInTime, 1, ref);
    AddFor(agent_id, Measure::kResponseCount, 1, ref);
    AddFor(agent_id, Measure::kResponseMicros, gap_us, ref);
    shop_.measures->response.Add(gap_us);
    if (!agent_id.empty()) {
      for (const Slot& slot : SlotsOf(agent_id)) slot.measures->response.Add(gap_us);
    }
    if (!first) return;
    AddFor(agent_id, Measure::kFirstResponseCount, 1, ref);
    AddFor(agent_id, Measure::kFirstResponseMicros, gap_us, ref);
    if (in_time) AddFor(agent_id, Measure::kFirstAnswersInTime, 1, ref);
    AddFor(agent_id, Measure::kFirstBusinessMicros,
           BusinessMicros(definition_.hours, start_us, answer_us, zone_), ref);
  }

  static void NoteAnswer(CustomerDay& customer, const Message& answer) {
    customer.replied = true;
    if (answer.agent_id.empty()) return;
    customer.answers.push_back({answer.agent_id, answer.time_us});
    auto& agents = customer.agents;
    if (std::find(agents.begin(), agents.end(), answer.agent_id) == agents.end())
      agents.push_back(answer.agent_id);
  }

  void AddConversationAsAWhole(const Conversation& conversation,
                               const std::set<std::string_view>& answerers,
                               std::string_view last_answerer, const Ref& ref) {
    int64_t begin_us = conversation.messages.front().time_us;
    for (const Handling& handling : conversation.handlings) {
      begin_us = std::min(begin_us, handling.start_us);
      if (!OnDay(handling.start_us) || !IsHandled(conversation)) continue;
      AddFor(handling.agent_id, Measure::kHandleCount, 1, ref);
      AddFor(handling.agent_id, Measure::kHandleMicros, handling.end_us - handling.start_us, ref);
      handled_.push_back({&handling, &conversation});
    }
    if (!OnDay(begin_us)) return;
    Add(shop_, Measure::kConversations, 1, ref);
    for (const Slot* slot : DistinctSlots(answerers)) Add(*slot, Measure::kConversations, 1, ref);
    if (conversation.rating > 0) {
      AddFor(last_answerer, Measure::kRatings, 1, ref);
      AddFor(last_answerer, Measure::kRatingPoints, conversation.rating, ref);
      AddFor(last_answerer, Measure::kRatingSquares, Square(conversation.rating), ref);
    }
  }

  // The slots of several agents, a shared team once.
  template <class Agents>
  std::vector<const Slot*> DistinctSlots(const Agents& agents) {
    std::map<SubjectId, const Slot*> distinct;
    for (std::string_view agent : agents) {
      for (const Slot& slot : SlotsOf(agent)) distinct.emplace(slot.id, &slot);
    }
    std::vector<const Slot*> result;
    for (const auto& [id, slot] : distinct) result.push_back(slot);
    return result;
  }

  CustomerIndex ConversationsOfBuyers() const {
    std::unordered_set<std::string_view> buyers;
    for (const Order* order : facts_.orders) buyers.insert(order->customer_id);
    std::vector<const Conversation*> theirs;
    if (buyers.empty()) return {};
    for (const Conversation* conversation : facts_.conversations) {
      if (buyers.contains(conversation->customer_id)) theirs.push_back(conversation);
    }
    return IndexByCustomer(theirs);
  }

  // Each handling is busy with what no earlier one of its agent covers, so that an agent's busy
  // time is what its handlings cover together.
  void AddBusyTime() {
    std::ranges::sort(handled_, [](const Handled& a, const Handled& b) {
      return std::tie(a.handling->start_us, a.handling->end_us, a.conversation->id,
                      a.handling->agent_id) < std::tie(b.handling->start_us, b.handling->end_us,
                                                       b.conversation->id, b.handling->agent_id);
    });
    std::unordered_map<std::string_view, int64_t> covered_until;
    for (const auto& [handling, conversation] : handled_) {
      const Ref ref{conversation->customer_id, conversation->id, "", ""};
      int64_t& covered = covered_until.try_emplace(handling->agent_id, INT64_MIN).first->second;
      const int64_t from = std::max(covered, handling->start_us);
      if (handling->end_us > from) {
        AddFor(handling->agent_id, Measure::kBusyMicros, handling->end_us - from, ref);
        covered = handling->end_us;
      }
    }
  }

  // Customers an hour and concurrent chats.
  void AddWorkload() {
    AddBusyTime();
    std::map<SubjectId, std::set<std::string_view>> customers;
    for (const auto& [handling, conversation] : handled_) {
      const Ref ref{conversation->customer_id, conversation->id, "", ""};
      const auto count_customer = [&](const Slot& slot) {
        if (customers[slot.id].insert(conversation->customer_id).second)
          Add(slot, Measure::kHandledCustomers, 1, ref);
      };
      count_customer(shop_);
      if (handling->agent_id.empty()) continue;
      for (const Slot& slot : SlotsOf(handling->agent_id)) count_customer(slot);
    }
  }

  // Whether an order's money counts and came in on the day.
  bool SoldOnDay(const Order& order) const {
    return order.exclusion == Exclusion::kNone && IsPaid(order) && OnDay(*order.pay_us);
  }

  void AddOrders() {
    const CustomerIndex index = ConversationsOfBuyers();
    for (const Order* order : facts_.orders) {
      if (SoldOnDay(*order)) ++orders_of_buyer_[order->customer_id];
    }
    for (const Order* order : facts_.orders) {
      if (order->exclusion != Exclusion::kNone) continue;
      const Ref ref{order->customer_id, "", order->id, ""};
      if (OnDay(order->create_us)) {
        Add(shop_, Measure::kOrders, 1, ref);
        if (IsLateShipment(*order)) Add(shop_, Measure::kLateShipments, 1, ref);
      }
      if (!IsPaid(*order) || *order->pay_us < window_start_us_ || *order->pay_us >= window_end_us_)
        continue;
      NoteFirstPayment(*order);
      if (*order->pay_us < start_us_) continue;
      Attribution credit = Attribute(*order, index, definition_, zone_);
      paid_[order->customer_id].push_back(
          {order, credit.agent_id, WindowOf(*order, definition_, zone_)});
      if (!OnDay(*order->pay_us)) continue;
      AddSale(*order, credit);
      result_.credits.emplace(order->id, std::move(credit));
    }
    // Of several orders explanations name the first by id, in whatever order they came.
    for (auto& [customer_id, paid] : paid_)
      std::ranges::sort(paid, {}, [](const PaidOrder& each) { return each.order->id; });
    AddBuyers();
  }

  void NoteFirstPayment(const Order& order) {
    const Order*& first = first_payment_.try_emplace(order.customer_id, &order).first->second;
    if (std::tie(*order.pay_us, order.id) < std::tie(*first->pay_us, first->id)) first = &order;
  }

  // The order that a customer had paid in the window by an instant; nullptr: none.
  const Order* PaidBy(std::string_view customer_id, int64_t time_us) const {
    const auto found = first_payment_.find(customer_id);
    return found == first_payment_.end() || *found->second->pay_us > time_us ? nullptr
                                                                             : found->second;
  }

  void AddSale(const Order& order, const Attribution& credit) {
    // The credit moves into the result and stays; its conversation is one of the day's facts.
    const Ref ref{order.customer_id, ConversationId(credit), order.id,
                  credit.agent_id.empty() ? "silent" : "credited"};
    AddFor(credit.agent_id, Measure::kPaidOrders, 1, ref);
    AddFor(credit.agent_id, Measure::kSalesMinor, *order.paid_minor, ref);
    if (order.new_buyer)
      AddFor(credit.agent_id, Measure::kNewBuyerSalesMinor, *order.paid_minor, ref);
    const auto buys = [&](const Slot& slot) {
      Purchases& purchases = buyers_[slot.id][order.customer_id];
      if (purchases.first.order_id.empty() || order.id < purchases.first.order_id)
        purchases.first = ref;
      purchases.minor += *order.paid_minor;
    };
    buys(shop_);
    if (credit.agent_id.empty()) {
      Add(shop_, Measure::kSilentOrders, 1, ref);
      Add(shop_, Measure::kSilentSalesMinor, *order.paid_minor, ref);
    } else {
      for (const Slot& slot : SlotsOf(credit.agent_id)) buys(slot);
    }
  }

  static std::string_view ConversationId(const Attribution& credit) {
    for (const AttributionStep& step : credit.steps) {
      if (step.conversation->id == credit.conversation_id) return step.conversation->id;
    }
    return "";
  }

  // The paying customers of each subject. One comes back when it had paid another order before, to
  // whomever.
  void AddBuyers() {
    for (const auto& [id, customers] : buyers_) {
      const Slot slot{id, &result_.measures[id]};
      for (const auto& [customer_id, purchases] : customers) {
        const Ref& ref = purchases.first;
        Add(slot, Measure::kPaidCustomers, 1, ref);
        if (orders_of_buyer_[customer_id] > 1 ||
            facts_.earlier_buyers.contains(std::string(customer_id)))
          Add(slot, Measure::kRepurchasers, 1, ref);
        const __int128 minor = std::min(purchases.minor, kMaxSquaredMinor);
        const __int128 square = minor * minor;
        Add(slot, Measure::kSalesSquaresHigh, static_cast<int64_t>(square >> kSquareLimbBits), ref);
        Add(slot, Measure::kSalesSquaresLow,
            static_cast<int64_t>(square & ((__int128{1} << kSquareLimbBits) - 1)), ref);
      }
    }
  }

  void AddCustomers() {
    // In order of their ids, so that explanations list them alike each time.
    std::vector<std::string_view> ids;
    ids.reserve(customers_.size());
    for (const auto& [customer_id, customer] : customers_) ids.push_back(customer_id);
    std::sort(ids.begin(), ids.end());
    for (const std::string_view customer_id : ids) {
      const CustomerDay& customer = customers_.find(customer_id)->second;
      const Ref ref{customer_id, customer.conversation_id, "", ""};
      Add(shop_, Measure::kConsulted, 1, ref);
      if (customer.replied) Add(shop_, Measure::kReplied, 1, ref);
      std::string_view converted_by_order;
      OrderBySubject sold, helped;
      for (const PaidOrder& paid : ResultsOf(customer_id)) {
        if (*paid.order->pay_us <= customer.first_us) continue;
        if (converted_by_order.empty()) converted_by_order = paid.order->id;
        NoteSellersAndHelpers(paid, customer, sold, helped);
      }
      const Ref order_ref{customer_id, customer.conversation_id, converted_by_order, ""};
      if (!converted_by_order.empty()) {
        Add(shop_, Measure::kConverted, 1, order_ref);
      } else {
        AddPaidBefore(shop_, customer_id, customer, customer.first_us);
      }
      std::set<SubjectId> answered;
      for (const Slot* slot : DistinctSlots(customer.agents)) {
        answered.insert(slot->id);
        Add(*slot, Measure::kConsulted, 1, ref);
        Add(*slot, Measure::kReplied, 1, ref);
        const auto order_of = [&](const OrderBySubject& orders) {
          const auto found = orders.find(slot->id);
          return Ref{customer_id, customer.conversation_id,
                     found == orders.end() ? "" : found->second, ""};
        };
        if (sold.contains(slot->id)) {
          Add(*slot, Measure::kConverted, 1, order_of(sold));
        } else if (helped.contains(slot->id)) {
          Add(*slot, Measure::kAssisted, 1, order_of(helped));
        } else {
          AddPaidBefore(*slot, customer_id, customer, FirstAnswer(customer, *slot));
        }
      }
      AddMissed(customer_id, customer, answered);
    }
  }

  void AddPaidBefore(const Slot& slot, std::string_view customer_id, const CustomerDay& customer,
                     int64_t time_us) {
    const Order* paid = PaidBy(customer_id, time_us);
    if (paid == nullptr) return;
    Add(slot, Measure::kPaidBefore, 1, {customer_id, customer.conversation_id, paid->id, ""});
  }

  // When a subject's agents first answered the customer.
  int64_t FirstAnswer(const CustomerDay& customer, const Slot& slot) {
    int64_t first_us = INT64_MAX;
    for (const DayAnswer& answer : customer.answers) {
      if (answer.time_us < first_us &&
          std::ranges::any_of(SlotsOf(answer.agent_id),
                              [&](const Slot& each) { return each.id == slot.id; }))
        first_us = answer.time_us;
    }
    return first_us;
  }

  // A payment is the result of a customer's day for the credited agent's subjects, and help of
  // everybody else whose answers on the day count for it: those of Attribution::assists.
  void NoteSellersAndHelpers(const PaidOrder& paid, const CustomerDay& customer,
                             OrderBySubject& sold, OrderBySubject& helped) {
    if (paid.agent_id.empty()) return;
    for (const Slot& slot : SlotsOf(paid.agent_id)) sold.try_emplace(slot.id, paid.order->id);
    for (const DayAnswer& answer : customer.answers) {
      if (answer.agent_id == paid.agent_id || !paid.window.Holds(answer.time_us)) continue;
      for (const Slot& slot : SlotsOf(answer.agent_id)) helped.try_emplace(slot.id, paid.order->id);
    }
  }

  // A team has missed a customer when one of its agents had to answer and none did.
  void AddMissed(std::string_view customer_id, const CustomerDay& customer,
                 const std::set<SubjectId>& answered) {
    std::set<SubjectId> missed;
    for (const auto& [agent_id, conversation_id] : customer.missed_by) {
      if (agent_id.empty()) continue;
      for (const Slot& slot : SlotsOf(agent_id)) {
        if (answered.contains(slot.id) || !missed.insert(slot.id).second) continue;
        Add(slot, Measure::kMissed, 1, {customer_id, conversation_id, "", ""});
      }
    }
  }

  const std::vector<PaidOrder>& ResultsOf(std::string_view customer_id) const {
    static const std::vector<PaidOrder> kNone;
    const auto found = paid_.find(customer_id);
    return found == paid_.end() ? kNone : found->second;
  }

  void AddRefund(const Credited<Refund>& refund) {
    if (refund.excluded) return;
    const Ref ref{"", "", refund.fact.order_id, refund.fact.id};
    AddFor(refund.agent_id, Measure::kRefundOrders, 1, ref);
    AddFor(refund.agent_id, Measure::kRefundMinor, refund.fact.amount_minor, ref);
  }

  void AddReview(const Credited<Review>& review) {
    if (review.excluded) return;
    const Ref ref{"", "", review.fact.order_id, review.fact.id};
    AddFor(review.agent_id, Measure::kReviews, 1, ref);
    AddFor(review.agent_id, Measure::kReviewPoints, review.fact.score, ref);
    AddFor(review.agent_id, Measure::kReviewSquares, Square(review.fact.score), ref);
    if (review.fact.score >= definition_.positive_score)
      AddFor(review.agent_id, Measure::kPositiveReviews, 1, ref);
  }

  void AddInspection(const Inspected& inspected) {
    const Ref ref{"", inspected.conversation_id, "", inspected.id, 0, inspected.id};
    AddFor(inspected.agent_id, Measure::kInspections, 1, ref);
    if (inspected.accurate) AddFor(inspected.agent_id, Measure::kAccurate, 1, ref);
    if (inspected.polite) AddFor(inspected.agent_id, Measure::kPolite, 1, ref);
    AddFor(inspected.agent_id, Measure::kCentipoints, inspected.centipoints, ref);
    AddFor(inspected.agent_id, Measure::kCentipointSquares, Square(inspected.centipoints), ref);
  }

  void AddVisits() {
    if (!facts_.visits) return;
    const DailyVisits& day = *facts_.visits;
    Add(shop_, Measure::kVisits, day.visits, {});
    Add(shop_, Measure::kClicks, day.clicks, {});
    Add(shop_, Measure::kAdOrders, day.ad_orders, {});
    Add(shop_, Measure::kAdSpendMinor, day.ad_spend_minor, {});
  }

  const DayFacts& facts_;
  const MetricDefinition& definition_;
  const absl::TimeZone& zone_;
  const ContributionSink& sink_;
  const int64_t start_us_;
  const int64_t end_us_;
  const int64_t window_start_us_;  // who paid from then on and then asks is no loss
  const int64_t window_end_us_;    // payments before it can be results of the day's conversations
  DayResult result_;
  Slot shop_;
  std::unordered_map<std::string, std::vector<Slot>, TextHash, std::equal_to<>> slots_;
  std::unordered_map<std::string_view, CustomerDay> customers_;
  std::unordered_map<std::string_view, std::vector<PaidOrder>> paid_;
  std::unordered_map<std::string_view, const Order*> first_payment_;  // in the window
  std::vector<Handled> handled_;
  std::unordered_map<std::string_view, int> orders_of_buyer_;  // paid on the day
  std::map<SubjectId, std::map<std::string_view, Purchases>> buyers_;
};

}  // namespace

DayResult ComputeDay(const DayFacts& facts, const MetricDefinition& definition,
                     const absl::TimeZone& zone, const ContributionSink& sink) {
  return DayComputer(facts, definition, zone, sink).Run();
}

std::map<SubjectId, Measures> BusyTime(const DayFacts& facts, const std::set<std::string>& agents,
                                       const MetricDefinition& definition,
                                       const absl::TimeZone& zone) {
  const ContributionSink none;
  return DayComputer(facts, definition, zone, none).RunBusyTime(agents);
}

}  // namespace kefu::performance::domain
