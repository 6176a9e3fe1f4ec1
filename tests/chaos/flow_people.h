// The people around returns and exchanges: who sells, opens and decides cases, who works in the
// houses, and who looks after what has got stuck.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kefu/aftersales/v1/processes.grpc.pb.h"
#include "tests/chaos/flow_calls.h"
#include "tests/chaos/flow_world.h"
#include "tests/chaos/suite.h"

namespace kefu::chaos {

// What people did for a case with their hands, each once: a call that is tried again is not done
// again.
struct Deeds {
  const Flow* flow = nullptr;
  int64_t received = 0;  // pieces, by a house
  int sent = 0;          // parcels of one piece
};

class FlowPeople {
 public:
  // All references outlive this object.
  FlowPeople(const Suite& suite, FlowCalls& calls, const FlowWorld& world,
             const std::vector<Flow>& flows);

  // Plays all flows, until every case has come to its end; or fails when nothing moves any more.
  void Run();
  // Until so many calls were answered; false: all is over. From another thread than Run.
  bool WaitForCalls(int64_t calls);

  // When Run is over: by case.
  const std::map<std::string, Deeds>& deeds() const { return deeds_; }
  int resumed() const { return resumed_; }  // how often something stuck was

 private:
  using Process = aftersales::v1::Process;

  // The hands.
  void Post(std::function<void()> job, bool soon = true);
  void Work();
  void End();

  // Of the shop.
  void Begin(const Flow& flow);
  std::string Sell(const Flow& flow);
  void OpenAndDecide(const Flow& flow, int which);
  void Review(const std::string& case_id, const std::string& result, const std::string& why);
  void Close(const std::string& case_id);
  void Appeal(const std::string& case_id);
  void CancelOfCase(const Flow& flow, const std::string& case_id);
  void Cancel(const Flow& flow, const std::string& process_id);
  void Conclude(const Flow& flow, const Process& process);
  void Resume(const Process& process);

  // Of the houses.
  void Serve(const Process& process);
  void BringBack(const Flow& flow, const Process& process);
  void CallOff(const Process& process);
  void LetGo(const Process& process);
  void Send(const Flow& flow, const Process& process);

  // Looks what is to be done; true: nothing any more.
  bool LookAround();
  std::vector<Process> List(const std::string& state);
  std::optional<int64_t> Open();
  bool CloseAppealed();
  bool Stalls(int64_t open);
  const Flow& FlowOf(const std::string& case_id);

  const Suite& suite_;
  FlowCalls& calls_;
  const FlowWorld& world_;
  const std::vector<Flow>& flows_;

  // The thread of Run only.
  std::set<std::string> seen_;  // what somebody was sent to do
  std::map<std::string, int> resumed_of_;
  int resumed_ = 0;
  int64_t open_ = -1;
  absl::Time moved_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;  // guarded by mutex_, as all below
  int at_work_ = 0;
  int64_t done_ = 0;
  bool over_ = false;
  std::map<std::string, Deeds> deeds_;
};

}  // namespace kefu::chaos
