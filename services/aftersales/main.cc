// kefu-aftersales: cases, their clocks and results.
#include <utility>

#include "common/app/service_main.h"
#include "migrations/aftersales.h"
#include "services/aftersales/service.h"

int main(int argc, char** argv) {
  kefu::app::ServiceSpec spec;
  spec.name = "kefu-aftersales";
  spec.summary = "After-sales cases, their deadlines, results and compensation.";
  spec.schema = "kefu_aftersales";
  spec.migrations = {kefu::migrations::Aftersales()};
  spec.add_keys = kefu::aftersales::AddKeys;
  spec.make = [](const kefu::app::Dependencies& deps) {
    return kefu::aftersales::MakeService(deps);
  };
  return kefu::app::ServiceMain(argc, argv, std::move(spec));
}
