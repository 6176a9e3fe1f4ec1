// What the handlers work with; all of it outlives them.
#pragma once

#include <functional>

#include "common/db/database.h"
#include "common/ids/id_generator.h"

namespace kefu::aftersales {

struct Dependencies {
  db::Database& database;
  IdGenerator& ids;
  std::function<void()> on_events;  // called after each commit that wrote events; cheap
};

}  // namespace kefu::aftersales
