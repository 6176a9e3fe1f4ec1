// kefu-gateway: the one entrance for people and tools.
#include <utility>

#include "common/app/service_main.h"
#include "services/gateway/service.h"

int main(int argc, char** argv) {
  kefu::app::ServiceSpec spec;
  spec.name = "kefu-gateway";
  spec.summary = "Every RPC as JSON over HTTP, the change feeds, and views over all services.";
  spec.add_keys = kefu::gateway::AddKeys;
  spec.make = [](const kefu::app::Dependencies& deps) { return kefu::gateway::MakeService(deps); };
  return kefu::app::ServiceMain(argc, argv, std::move(spec));
}
