// The configuration keys that every kefu process has, and what they become.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "common/config/config.h"
#include "common/db/database.h"
#include "common/obs/log.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/server.h"

namespace kefu::app {

// Declares log.*, metrics.*, auth.*, server.*, port_file and, when `schema` is not empty, db.*,
// events.*, migrate and migrate_wait, with the checks over several of them.
void AddCommonKeys(config::Spec& spec, std::string_view default_address, std::string_view schema);

rpc::ServerOptions ServerOptionsFrom(const config::Values& values);
// Without clock, verifier and observer.
rpc::DispatcherOptions DispatcherOptionsFrom(const config::Values& values);
db::DatabaseOptions DatabaseOptionsFrom(const config::Values& values);

}  // namespace kefu::app
