#include "services/staffing/convert/problems.h"

#include "services/staffing/convert/enums.h"
#include "services/staffing/convert/resources.h"
#include "services/staffing/domain/handover/handover.h"

namespace kefu::staffing::convert {
namespace {

// Limits in characters; widths of the columns.
constexpr int kMostQuestion = 1'000, kMostProduct = 64, kMostLink = 500;

}  // namespace

problems::Problem FromProto(const v1::Problem& proto, FieldViolations& violations) {
  return {.shop_id = Id(proto.shop_id(), "shop_id", violations),
          .question = handover::Masked(
              Text(proto.question(), kMostQuestion, "question", violations, /*lines=*/true)),
          .product_id = OptionalText(proto.product_id(), kMostProduct, "product_id", violations),
          .attribute = OptionalText(proto.attribute(), kMostProduct, "attribute", violations),
          .link = OptionalText(proto.link(), kMostLink, "link", violations),
          .conversation_id = OptionalId(proto.conversation_id(), "conversation_id", violations)};
}

v1::Problem ToProto(const problems::Problem& problem) {
  v1::Problem proto;
  proto.set_problem_id(problem.id);
  proto.set_shop_id(problem.shop_id);
  proto.set_agent_id(problem.agent_id);
  proto.set_question(problem.question);
  proto.set_product_id(problem.product_id);
  proto.set_attribute(problem.attribute);
  proto.set_link(problem.link);
  proto.set_conversation_id(problem.conversation_id);
  proto.set_state(static_cast<v1::ProblemState>(problem.state));
  proto.set_answer(problem.answer);
  proto.set_answered_by(problem.answered_by);
  if (problem.answer_time) *proto.mutable_answer_time() = ToProto(*problem.answer_time);
  proto.set_recorded_by(problem.recorded_by);
  *proto.mutable_create_time() = ToProto(problem.info.create_time);
  *proto.mutable_update_time() = ToProto(problem.info.update_time);
  proto.set_etag(Etag(problem.info));
  return proto;
}

v1::ProblemAnswer ToProto(const problems::Answer& answer) {
  v1::ProblemAnswer proto;
  proto.set_sequence(answer.sequence);
  proto.set_answer(answer.text);
  proto.set_answered_by(answer.answered_by);
  *proto.mutable_answer_time() = ToProto(answer.time);
  return proto;
}

}  // namespace kefu::staffing::convert
