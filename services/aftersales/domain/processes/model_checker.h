// Every way a flow can go: all interleavings of answers (yes, no, later, lost), of processes that
// die before or after the command and before or after the commit, of two workers, of events that
// come early, late or twice, of goods that do not come in time, and of people who resume, cancel
// and settle by other means. What must hold, holds in each state; and from each state an end can be
// reached without a hand, unless it is stuck.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "fmt/format.h"
#include "services/aftersales/domain/processes/process.h"

namespace kefu::aftersales::domain::model {

inline constexpr int kMaxAttempts = 2;

enum Returned : uint8_t { kNotSent, kExpected, kInspected, kCalledOff };
enum Stock : uint8_t { kFree, kHeld, kSold, kReleased, kGone, kExpired };
enum Purpose : uint8_t { kRefund, kCollection, kRepayment, kAward, kFee, kPurposes };
enum Paid : uint8_t { kNever, kRequested, kPaid, kWithdrawn };
enum Phase : uint8_t { kIdle, kClaimed, kExecuted };

// The command that a request_id names.
struct Key {
  uint8_t action = 0, step = 0, round = 0;
  friend auto operator<=>(const Key&, const Key&) = default;
};

inline Key KeyOf(const Process& p) {
  return {static_cast<uint8_t>(ActionOf(p)),
          ActionOf(p) == Action::kReserve ? static_cast<uint8_t>(p.step) : uint8_t{0},
          static_cast<uint8_t>(p.round)};
}

struct State {
  Process process;
  // The other services and the gateway.
  Returned returned = kNotSent;
  Stock stock = kFree;
  std::array<Paid, kPurposes> payment{};   // this service's rows
  std::array<uint8_t, kPurposes> given{};  // what the gateway has moved
  uint8_t orphans = 0, ships = 0, reports = 0, records = 0;
  std::vector<Key> done;  // request ids with a stored answer
  // What events have told.
  Returned told_return = kNotSent;
  Stock told_stock = kFree;
  // The worker whose version is current, and one whose lease has run out.
  Phase phase = kIdle;
  Input outcome = Input::kOk;
  Key late;
  bool has_late = false;
  uint8_t case_state = 0;  // 1 closed, 2 returned to the agent
  uint8_t cancels = 1;     // how often somebody may cancel it yet
  uint8_t waived = 0;      // purposes that nobody is paid for any more, as bits
  uint8_t mishaps = 2;     // how many holds may expire, goods be overdue, others interfere and
                           // answers be forgotten

  std::string Encode() const {
    std::string text;
    const auto put = [&](auto... values) { (text.push_back(static_cast<char>(values)), ...); };
    const Process& p = process;
    put(p.state, p.step, p.compensating, p.undone, p.cancelling, p.past_pivot, p.attempts, p.round);
    text += fmt::format("{}.", p.undo.bits());
    put(returned, stock, orphans, ships, reports, records, told_return, told_stock, phase, outcome);
    put(has_late, late.action, late.step, late.round, case_state, cancels, waived, mishaps);
    for (const Paid paid : payment) put(paid);
    for (const uint8_t n : given) put(n);
    for (const Key& key : done) put(key.action, key.step, key.round);
    return text;
  }
};

struct Rules {
  std::function<absl::StatusOr<Transition>(const Process&, Input)> step =
      [](const Process& p, Input input) { return Step(p, input, kMaxAttempts); };
  bool replay = true;       // the others remember request ids
  bool late_sends = false;  // a call may outlive its lease
  bool hostile = false;     // past the point of no return everything is refused for good
  bool deaf = false;        // what was sent before is rejected for good
  bool settles = true;      // people settle what is stuck by other means
  bool calm = false;        // nothing expires, nobody interferes or cancels
};

class Checker {
 public:
  Checker(ProcessKind kind, Rules rules) : rules_(std::move(rules)) {
    State start;
    start.process = StartProcess(kind);
    // The longest flow with two of them has ten times as many states, and no other kinds of them.
    if (kind == ProcessKind::kExchange) start.mishaps = 1;
    if (rules_.calm) start.mishaps = start.cancels = 0;
    Visit(start, -1, "start", false);
    while (!queue_.empty() && faults_.empty()) {
      const int at = queue_.front();
      queue_.pop_front();
      const State state = states_[at];  // the vector grows
      current_ = at;
      Expand(state);
    }
    if (faults_.empty()) CheckThatItEnds();
  }

  const std::vector<std::string>& faults() const { return faults_; }
  size_t size() const { return states_.size(); }
  int ended(ProcessState state) const { return ends_.count(state) ? ends_.at(state) : 0; }

 private:
  void Visit(const State& state, int from, const std::string& how, bool hand) {
    const auto [it, added] = index_.emplace(state.Encode(), static_cast<int>(states_.size()));
    if (added) {
      states_.push_back(state);
      into_.emplace_back();
      trail_.push_back({from, how});
      queue_.push_back(it->second);
      Check(state, it->second);
    }
    if (from >= 0) into_[it->second].push_back({from, hand});
  }
  void Go(const State& state, const std::string& how, bool hand = false) {
    Visit(state, current_, how, hand);
  }

  std::string Trail(int at) const {
    std::string text;
    for (; at >= 0; at = trail_[at].first) text = trail_[at].second + "; " + text;
    return text;
  }
  void Fault(int at, const std::string& what) {
    if (faults_.size() < 3) faults_.push_back(what + " after: " + Trail(at));
  }

  void Check(const State& s, int at) {
    for (int p = 0; p < kPurposes; ++p) {
      if (s.given[p] > 1) Fault(at, "paid twice");
    }
    if (s.orphans > 0) Fault(at, "something was made that nobody knows of");
    if (s.ships > 1) Fault(at, "shipped twice");
    if (s.records > 1) Fault(at, "recorded twice");
    if (s.given[kRefund] > 0 && s.process.kind == ProcessKind::kReturn &&
        s.returned != kInspected) {
      Fault(at, "refunded before the goods were seen");
    }
    if (!Ended(s.process)) return;
    ++ends_[s.process.state];
    for (const Paid paid : s.payment) {
      if (paid == kRequested) Fault(at, "ended with an open payment");
    }
    if (s.stock == kHeld || s.stock == kSold) Fault(at, "ended with stock held");
    if (s.returned == kExpected) Fault(at, "ended with a return expected");
    const bool well = s.process.state == ProcessState::kDone;
    if (s.case_state != (well ? 1 : 2)) Fault(at, "the case does not know");
    well ? CheckDone(s, at) : CheckUndone(s, at);
  }

  void CheckDone(const State& s, int at) {
    for (int p = 0; p < kPurposes; ++p) {
      if ((s.payment[p] == kPaid) != (s.given[p] == 1)) Fault(at, "a payment is not as it says");
    }
    if (s.reports != s.given[kRefund] + (AwardIsReported(s) ? s.given[kAward] : 0)) {
      Fault(at, "a refund that performance does not know");
    }
    const ProcessKind kind = s.process.kind;
    const bool ships = kind == ProcessKind::kExchange || kind == ProcessKind::kReissue;
    if (s.ships != (ships ? 1 : 0)) Fault(at, "ended without the goods");
    if (s.given[kRepayment] > 0) Fault(at, "repaid what was kept");
    const bool records = kind == ProcessKind::kComplaint || kind == ProcessKind::kBreach;
    if (s.records != (records ? 1 : 0)) Fault(at, "ended without the record");
  }
  static bool AwardIsReported(const State& s) {
    return s.process.kind == ProcessKind::kAdvancePayment;
  }

  void CheckUndone(const State& s, int at) {
    if (s.given[kRefund] + s.given[kAward] + s.given[kFee] > 0) Fault(at, "undone but paid");
    const bool forgone = (s.waived >> kRepayment & 1) != 0;
    if (s.given[kCollection] != s.given[kRepayment] + (forgone ? 1 : 0)) {
      Fault(at, "undone but collected");
    }
    if (s.ships > 0) Fault(at, "undone but shipped");
    if (s.records > 0) Fault(at, "undone but recorded");
  }

  void Expand(const State& s) {
    Work(s);
    World(s);
    Hands(s);
  }

  // --- the workers ---

  // Commits an input; false when the model itself refuses it, which a worker never provokes.
  void Commit(State s, Input input, const std::string& how, bool hand = false) {
    const auto moved = rules_.step(s.process, input);
    if (!moved.ok()) {
      if (!hand) Fault(current_, fmt::format("{} is refused", how));
      return;
    }
    // What became of it is known: it is never sent again.
    if (!rules_.late_sends && !InDoubt(moved->process)) s.done.clear();
    s.process = moved->process;
    if (moved->effect == Effect::kCloseCase) s.case_state = 1;
    if (moved->effect == Effect::kReturnCase) s.case_state = 2;
    Go(s, how, hand);
  }

  void Work(const State& s) {
    if (s.phase == kIdle || !s.has_late) Claim(s);
    if (s.phase == kClaimed) {
      State died = s;
      died.phase = kIdle;
      Go(died, "worker dies before the command");
      Execute(s, KeyOf(s.process), [this](State after, Input outcome, const std::string& how) {
        after.phase = kExecuted;
        after.outcome = outcome;
        Go(after, how);
      });
    }
    if (s.phase == kExecuted) {
      State died = s;
      died.phase = kIdle;
      Go(died, "worker dies before the commit");
      CommitOutcome(s);
    }
    if (s.has_late) {
      State gone = s;
      gone.has_late = false;
      Go(gone, "late worker gives up");
      if (rules_.late_sends) {
        Execute(s, s.late, [this](State after, Input, const std::string& how) {
          after.has_late = false;
          Go(after, "late " + how);
        });
      }
    }
  }

  void CommitOutcome(State s) {
    s.phase = kIdle;
    const Action action = ActionOf(s.process);
    if ((action == Action::kPay || action == Action::kRepay) && s.outcome == Input::kOk) {
      for (Paid& paid : s.payment) paid = paid == kRequested ? kPaid : paid;
    }
    Commit(s, s.outcome, fmt::format("{} committed", NameOf(action)));
  }

  void Claim(State s) {
    const Action action = ActionOf(s.process);
    Outdate(s);
    if (s.process.state == ProcessState::kWaiting) return Listen(s);
    if (action == Action::kNone) return;
    if (!IsRemote(action)) return Local(s, action);
    const auto sent = rules_.step(s.process, Input::kSend);
    if (!sent.ok()) return Fault(current_, "a worker cannot send");
    s.process = sent->process;
    s.phase = kClaimed;
    Go(s, fmt::format("claim {}", NameOf(action)));
  }

  // The version moves on under whoever holds it. Its commit will fail; what it may still do is
  // send, and only if calls outlive leases.
  void Outdate(State& s) const {
    if (s.phase == kIdle) return;
    if (rules_.late_sends) {
      s.late = KeyOf(s.process);
      s.has_late = true;
    }
    s.phase = kIdle;
  }

  void Listen(const State& s) {
    if (SignalOf(s.process) == Signal::kGoodsInspected) {
      if (s.told_return == kInspected) Commit(s, Input::kOk, "goods inspected");
      if (s.told_return == kCalledOff) Commit(s, Input::kRefused, "return called off");
      if (s.mishaps > 0 && s.told_return != kInspected && s.told_return != kCalledOff) {
        State after = s;
        --after.mishaps;
        Commit(after, Input::kOverdue, "the term runs out");
      }
    } else {
      if (s.told_stock == kGone) Commit(s, Input::kOk, "goods shipped");
      if (s.told_stock == kReleased) Commit(s, Input::kRefused, "goods taken back");
    }
  }

  static Purpose PurposeOf(Action action) {
    switch (action) {
      case Action::kRequestCollection:
        return kCollection;
      case Action::kRequestRepayment:
        return kRepayment;
      case Action::kRequestCompensation:
      case Action::kRequestAdvance:
        return kAward;
      case Action::kRequestCharge:
        return kFee;
      default:
        return kRefund;
    }
  }

  void Local(const State& s, Action action) {
    if (action == Action::kWithdrawPayment) {
      State after = s;
      for (Paid& paid : after.payment) paid = paid == kRequested ? kWithdrawn : paid;
      return Commit(after, Input::kOk, "withdrawn");
    }
    if (action == Action::kJudgeGoods) {
      Commit(s, Input::kOk, "goods are fine");
      return Commit(s, Input::kRefused, "goods are not fine");
    }
    State after = s;
    Paid& paid = after.payment[PurposeOf(action)];
    if (paid != kNever) Fault(current_, "requested twice");
    paid = kRequested;
    Commit(after, Input::kOk, fmt::format("{}", NameOf(action)));
    if (s.process.compensating) return;
    Commit(s, Input::kRefused, fmt::format("{} refused", NameOf(action)));
    if (RowOf(s.process.kind, s.process.step).skipped != ProcessStep::kUnspecified) {
      Commit(s, Input::kSkipped, fmt::format("{} skipped", NameOf(action)));
    }
  }

  // --- the other services ---

  using Then = std::function<void(State, Input, const std::string&)>;

  void Execute(const State& s, Key key, const Then& then) {
    const auto action = static_cast<Action>(key.action);
    const std::string name(NameOf(action));
    then(s, Input::kFailed, name + " not sent");
    if (rules_.hostile && s.process.past_pivot) return then(s, Input::kRefused, name + " refused");
    const bool makes = action == Action::kExpectReturn || action == Action::kReserve;
    if (rules_.deaf && s.process.attempts > 1 && !(makes && Adopts(s, action))) {
      return then(s, Input::kRejected, name + " unheard");
    }
    if (std::ranges::count(s.done, key) > 0) {
      then(s, Input::kOk, name + " replayed");
      return;
    }
    State after = s;
    const bool carried_out = Carry(after, action);
    if (!carried_out) return then(s, Input::kRefused, name + " refused");
    if (rules_.replay && action != Action::kPay && action != Action::kRepay) {
      after.done.push_back(key);
      std::ranges::sort(after.done);
    }
    then(after, Input::kOk, name + " done");
    then(after, Input::kFailed, name + " done, answer lost");
    if (MayRefuse(s, action)) then(s, Input::kRefused, name + " refused");
    then(s, Input::kRejected, name + " rejected");
  }

  // What is on record is answered, never refused.
  static bool MayRefuse(const State& s, Action action) {
    switch (action) {
      case Action::kLocateReturn:
      case Action::kReportRefund:
        return true;
      case Action::kExpectReturn:
        return !Adopts(s, action);
      case Action::kReserve:
        return !Adopts(s, action);
      case Action::kRecordConduct:
        return s.records == 0;
      case Action::kPay:
        return !Given(s);
      default:
        return false;
    }
  }

  // The feed has told of something that was made for this case: it is taken for the answer.
  static bool Adopts(const State& s, Action action) {
    if (action == Action::kReserve) return s.told_stock == kHeld && s.stock == kHeld;
    return s.told_return == kExpected || s.told_return == kInspected;
  }

  static bool Given(const State& s) {
    for (int p = 0; p < kPurposes; ++p) {
      if (s.payment[p] == kRequested && s.given[p] > 0) return true;
    }
    return false;
  }

  // Does it; false when the state there forbids it.
  bool Carry(State& s, Action action) const {
    switch (action) {
      case Action::kExpectReturn:
        if (rules_.replay && Adopts(s, action)) return true;
        s.orphans += s.returned == kExpected || s.returned == kInspected;
        s.returned = kExpected;
        s.told_return = kNotSent;  // what was told was told of another one
        return true;
      case Action::kCancelReturn:
        if (s.returned == kInspected) return false;
        if (s.returned == kExpected) s.returned = kCalledOff;
        return true;
      case Action::kReserve:
        if (rules_.replay && Adopts(s, action)) return true;
        s.orphans += s.stock == kHeld || s.stock == kSold;
        s.stock = kHeld;
        s.told_stock = kFree;
        return true;
      case Action::kConfirm:
        // Nobody else confirms it: what has left was confirmed by an attempt whose answer was lost.
        if (s.stock == kGone) return true;
        if (s.stock != kHeld && s.stock != kSold) return false;
        s.stock = kSold;
        return true;
      case Action::kRelease:
        if (s.stock == kGone) return false;
        if (s.stock == kHeld || s.stock == kSold) s.stock = kReleased;
        return true;
      case Action::kPay:
      case Action::kRepay:
        for (int p = 0; p < kPurposes; ++p) {
          if (s.payment[p] == kRequested) s.given[p] += s.given[p] == 0 || !rules_.replay ? 1 : 0;
        }
        return true;
      case Action::kReportRefund:
        s.reports = 1;  // by the payment's id
        return true;
      case Action::kRecordConduct:
        s.records += s.records == 0 || !rules_.replay ? 1 : 0;  // by its source_id
        return true;
      default:
        return true;
    }
  }

  void World(const State& s) {
    const auto become = [&](auto change, const std::string& how) {
      State after = s;
      change(after);
      Go(after, how);
    };
    if (s.returned == kExpected) {
      become([](State& a) { a.returned = kInspected; }, "goods come and are inspected");
      if (s.mishaps > 0) {
        become([](State& a) { a.returned = kCalledOff, --a.mishaps; }, "warehouse calls off");
      }
    }
    if (s.stock == kHeld && s.mishaps > 0) {
      become([](State& a) { a.stock = kExpired, --a.mishaps; }, "hold expires");
    }
    if (s.stock == kSold) {
      become([](State& a) { a.stock = kGone, ++a.ships; }, "goods leave");
      if (s.mishaps > 0) {
        become([](State& a) { a.stock = kReleased, --a.mishaps; }, "warehouse takes back");
      }
    }
    // Events come when they come, and may come again: they tell how things stand.
    if (s.told_return != s.returned || s.told_stock != s.stock) {
      become([](State& a) { a.told_return = a.returned, a.told_stock = a.stock; }, "feed tells");
    } else if (s.mishaps > 0 && s.phase == kIdle && !s.has_late && !s.done.empty()) {
      become([](State& a) { a.done.clear(), --a.mishaps; }, "three days pass");
    }
  }

  // What people do while a command is under way makes the worker's version old.
  void Hands(State s) {
    if (s.phase != kIdle && s.has_late) return;
    Outdate(s);
    if (s.process.state == ProcessState::kStuck) {
      Commit(s, Input::kResume, "resumed by hand", true);
      if (rules_.settles && CheckSettling(s.process).ok()) SettleByHand(s);
    }
    if (s.cancels > 0 && !Ended(s.process)) {
      --s.cancels;
      Commit(s, Input::kCancel, "cancelled by hand", true);
    }
  }

  // Whoever settles a step has found out at the other side what became of it.
  void SettleByHand(const State& s) {
    State after = s;
    const Action action = HeldAction(s.process);
    if (!s.process.past_pivot && !s.process.compensating) CallOffByHand(s, action);
    if (action == Action::kLocateReturn || action == Action::kExpectReturn ||
        action == Action::kReserve) {
      return;  // nobody else can tell what was made
    }
    if (action == Action::kPay || action == Action::kRepay) {
      const bool was_paid = Given(s);
      for (int p = 0; p < kPurposes; ++p) {
        if (s.payment[p] != kRequested) continue;
        after.given[p] = 1;
        after.payment[p] = kPaid;
        if (was_paid || (!s.process.past_pivot && !s.process.compensating)) continue;
        State waived = s;
        waived.payment[p] = kWithdrawn;
        waived.waived |= static_cast<uint8_t>(1 << p);
        Commit(waived, Input::kWaive, "waived by hand", true);
      }
    } else if (IsRemote(action) && !Carry(after, action)) {
      return;  // goods that are gone are not said to be there
    }
    Commit(after, Input::kElsewhere, "settled by hand", true);
  }

  // What was in doubt was not carried out, or whoever found it has made it void.
  void CallOffByHand(State s, Action action) {
    const bool carried_out =
        (action == Action::kPay && Given(s)) ||
        (action == Action::kConfirm && (s.stock == kSold || s.stock == kGone)) ||
        (action == Action::kRecordConduct && s.records > 0) ||
        (action == Action::kExpectReturn && s.returned == kInspected);
    if (carried_out) return;
    if (action == Action::kReserve && s.stock == kHeld) s.stock = kReleased;
    if (action == Action::kExpectReturn && s.returned == kExpected) s.returned = kCalledOff;
    Commit(s, Input::kWaive, "called off by hand", true);
  }

  // Backwards from the ends, over every edge that needs no hand, and over hands out of stuck ones.
  void CheckThatItEnds() {
    std::vector<char> good(states_.size(), 0);
    std::deque<int> queue;
    for (size_t i = 0; i < states_.size(); ++i) {
      if (Ended(states_[i].process)) queue.push_back(static_cast<int>(i)), good[i] = 1;
    }
    while (!queue.empty()) {
      const int at = queue.front();
      queue.pop_front();
      for (const auto& [from, hand] : into_[at]) {
        if (good[from] || (hand && states_[from].process.state != ProcessState::kStuck)) continue;
        good[from] = 1;
        queue.push_back(from);
      }
    }
    for (size_t i = 0; i < states_.size(); ++i) {
      if (!good[i]) return Fault(static_cast<int>(i), "no end can be reached");
    }
  }

  const Rules rules_;
  std::vector<State> states_;
  std::unordered_map<std::string, int> index_;
  std::vector<std::vector<std::pair<int, bool>>> into_;
  std::vector<std::pair<int, std::string>> trail_;
  std::deque<int> queue_;
  std::map<ProcessState, int> ends_;
  std::vector<std::string> faults_;
  int current_ = -1;
};

}  // namespace kefu::aftersales::domain::model
