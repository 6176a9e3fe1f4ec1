#include "services/staffing/convert/authority.h"

#include "common/convert/fields.h"

namespace kefu::staffing::convert {

namespace fields = ::kefu::convert;

authority::Question FromProto(const v1::CheckAuthorityRequest& request,
                              FieldViolations& violations) {
  authority::Question question{
      .agent_id = fields::Id(request.agent_id(), "agent_id", violations),
      .contract_id = fields::OptionalId(request.contract_id(), "contract_id", violations),
      .action = static_cast<authority::Action>(
          fields::RequiredEnum<v1::AuthorityAction>(request.action(), "action", violations)),
      .subject =
          fields::OptionalText(request.subject(), authority::kMaxSubject, "subject", violations),
      .amount_minor = request.amount().minor_units()};
  violations.Check(question.amount_minor >= 0, "amount.minor_units", "must not be negative");
  return question;
}

}  // namespace kefu::staffing::convert
