#include "services/aftersales/convert/platform.h"

#include "kefu/staffing/v1/resources.pb.h"

namespace kefu::aftersales::convert {

namespace staffing = ::kefu::staffing::v1;

std::string PlatformFromProto(const std::string& name, FieldViolations& violations) {
  staffing::Platform platform{};
  const bool known = staffing::Platform_Parse("PLATFORM_" + name, &platform) &&
                     platform != staffing::PLATFORM_UNSPECIFIED;
  violations.Check(name.empty() || known, "platform", "is not a known platform");
  return name;
}

}  // namespace kefu::aftersales::convert
