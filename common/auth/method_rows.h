// The one table of who may call what. Its reader is PermissionTable.
#ifndef KEFU_COMMON_AUTH_METHOD_ROWS_H_
#define KEFU_COMMON_AUTH_METHOD_ROWS_H_

#include <span>

#include "common/auth/permissions.h"

namespace kefu::auth {

// Sorted by method. A method that does not stand here cannot be called.
std::span<const PermissionTable::MethodRow> MethodRows();

}  // namespace kefu::auth

#endif  // KEFU_COMMON_AUTH_METHOD_ROWS_H_
