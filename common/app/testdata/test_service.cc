// The smallest service: no RPCs of its own, one background part, one key.
#include "common/app/service_main.h"
#include "common/obs/log.h"
#include "migrations/apptest.h"

namespace {

class TestService final : public kefu::app::Service {
 public:
  std::vector<kefu::rpc::NamedService> services() override { return {}; }
  std::vector<std::pair<std::string, std::string>> addresses() override {
    return {{"extra", "127.0.0.1:1"}};
  }
  void StartWork() override { kefu::obs::Info("work started"); }
  void Drain(absl::Time) override { kefu::obs::Info("service drains"); }
  void Stop() override { kefu::obs::Info("service stopped"); }
};

}  // namespace

int main(int argc, char** argv) {
  kefu::app::ServiceSpec spec;
  spec.name = "kefu-apptest";
  spec.summary = "A service under test.";
  spec.schema = "kefu_apptest";
  spec.migrations = {kefu::migrations::Apptest()};
  spec.add_keys = [](kefu::config::Spec& keys) {
    keys.Add(kefu::config::Key::Int("notes.limit", "Most notes").Default("3").Range(1, 10));
  };
  spec.make = [](const kefu::app::Dependencies& deps)
      -> absl::StatusOr<std::unique_ptr<kefu::app::Service>> {
    if (deps.values.Int("notes.limit") == 7) return absl::InternalError("seven is out of luck");
    return std::make_unique<TestService>();
  };
  return kefu::app::ServiceMain(argc, argv, std::move(spec));
}
