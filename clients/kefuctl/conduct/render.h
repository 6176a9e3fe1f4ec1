// Tables of conduct, announcements and problems. Pure.
#pragma once

#include "absl/time/time.h"
#include "clients/kefuctl/table.h"
#include "kefu/staffing/v1/announcements.pb.h"
#include "kefu/staffing/v1/conduct.pb.h"
#include "kefu/staffing/v1/problems.pb.h"

namespace kefu::conduct {

kefuctl::Table ConductTable(const staffing::v1::ListConductResponse& events);
// Every step of an event's way; times on this machine's clock `zone`.
kefuctl::Table WayTable(const staffing::v1::ExplainConductResponse& explained, absl::TimeZone zone);
kefuctl::Table KindTable(const staffing::v1::ConductCatalogue& catalogue);
kefuctl::Table ScoreTable(const staffing::v1::GetConductScoreResponse& score);

// What is not acknowledged in time in red.
kefuctl::Table AnnouncementTable(const staffing::v1::ListAnnouncementsResponse& announcements,
                                 absl::Time now, absl::TimeZone zone);
kefuctl::Table ReaderTable(const staffing::v1::ListAnnouncementReadersResponse& readers,
                           absl::TimeZone zone);

kefuctl::Table ProblemTable(const staffing::v1::ListProblemsResponse& problems);

}  // namespace kefu::conduct
