// kefu-staffing: who works where, for which shops, at which tier.
#include <utility>

#include "common/app/service_main.h"
#include "migrations/staffing.h"
#include "services/staffing/service.h"

int main(int argc, char** argv) {
  kefu::app::ServiceSpec spec;
  spec.name = "kefu-staffing";
  spec.summary = "Organizations, shops, sites, teams, agents, assignments and tiers.";
  spec.schema = "kefu_staffing";
  spec.migrations = {kefu::migrations::Staffing()};
  spec.add_keys = kefu::staffing::AddKeys;
  spec.make = [](const kefu::app::Dependencies& deps) { return kefu::staffing::MakeService(deps); };
  return kefu::app::ServiceMain(argc, argv, std::move(spec));
}
