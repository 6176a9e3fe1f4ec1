// kefu-performance: facts in, figures out, every figure explained.
#include <utility>

#include "common/app/service_main.h"
#include "migrations/performance.h"
#include "services/performance/service.h"

int main(int argc, char** argv) {
  kefu::app::ServiceSpec spec;
  spec.name = "kefu-performance";
  spec.summary = "Conversations, orders and reviews in; figures by shop, team and agent out.";
  spec.schema = "kefu_performance";
  spec.migrations = {kefu::migrations::Performance()};
  spec.add_keys = kefu::performance::AddKeys;
  spec.make = [](const kefu::app::Dependencies& deps) {
    return kefu::performance::MakeService(deps);
  };
  return kefu::app::ServiceMain(argc, argv, std::move(spec));
}
