// Contract <-> domain for training. Normalised messages are as they are kept: texts trimmed, output
// fields empty; faults are all named at once, with paths inside the message. Pure, thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/status/error.h"
#include "kefu/performance/v1/reports.pb.h"
#include "kefu/staffing/v1/training.pb.h"
#include "services/staffing/domain/training/catalogue.h"
#include "services/staffing/domain/training/effect.h"
#include "services/staffing/domain/training/figures.h"
#include "services/staffing/domain/training/talent.h"

namespace kefu::staffing::convert {

training::Catalogue FromProto(const v1::TrainingCatalogue& proto, FieldViolations& violations);
v1::TrainingCatalogue ToProto(const training::Catalogue& catalogue);
training::Course FromProto(const v1::Course& proto);
v1::Course ToProto(const training::Course& course);

v1::AgentSkill Normalised(const v1::AgentSkill& proto, FieldViolations& violations);
v1::TrainingCertificate Normalised(const v1::TrainingCertificate& proto,
                                   FieldViolations& violations);
v1::CompetenceAssessment Normalised(const v1::CompetenceAssessment& proto,
                                    FieldViolations& violations);
v1::TrainingAssignment Normalised(const v1::TrainingAssignment& proto, FieldViolations& violations);
v1::TrainingSession Normalised(const v1::TrainingSession& proto, FieldViolations& violations);

// The shares and means of a report's row.
training::Figures FiguresOf(const performance::v1::ReportRow& row);
// How one of the row's figures is told by the day; the scale as of training::Figure.
struct DayUnit {
  training::Unit unit = training::Unit::kSum;
  int64_t scale = 1'000'000;
};
DayUnit DayUnitOf(performance::v1::MetricUnit unit, bool has_denominator);

v1::TrainingEffect ToProto(const training::Effect& effect);
v1::CourseMetricEffect ToProto(const std::string& metric_id, const training::Together& together);
// Without agent, assessment and months.
v1::TalentAssessment ToProto(const training::TalentTerms& terms,
                             const training::TalentFacts& facts);

}  // namespace kefu::staffing::convert
