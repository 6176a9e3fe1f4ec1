#include "clients/kefuctl/planning/slotting.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "clients/kefuctl/columns.h"
#include "clients/kefuctl/planning/lookup.h"
#include "clients/kefuctl/progress.h"
#include "clients/kefuctl/text.h"
#include "clients/kefuctl/words.h"
#include "common/status/status_macros.h"

namespace kefu::planning {
namespace {

namespace wh = warehouse::v1;
using kefuctl::Bar;
using kefuctl::Grouped;
using kefuctl::In;
using kefuctl::ReadColumns;
using kefuctl::ReadCount;
using kefuctl::ReadDay;
using Json = nlohmann::ordered_json;

constexpr int kSkusPerCall = 1000, kRowsPerMessage = 5000, kBinsPerCall = 10'000;

absl::Status Bad(std::string words) { return absl::InvalidArgumentError(words); }

std::string Where(const std::string& path, const kefuctl::ColumnsRow& row) {
  return fmt::format("{}:{}", path, row.line);
}

// "A", "B" or "C".
absl::StatusOr<wh::SizeClass> SizeClassOf(const std::string& where, char letter) {
  if (letter >= 'A' && letter <= 'C') return static_cast<wh::SizeClass>(letter - 'A' + 1);
  return Bad(fmt::format("{}: '{}' is no size class: A, B or C", where, letter));
}

absl::StatusOr<int64_t> OptionalCount(const std::string& where, const std::string& text) {
  if (text.empty()) return 0;
  return ReadCount(where, text);
}

std::string Metres(int64_t cm) {
  return Grouped(fmt::format("{}.{:02}", cm / 100, std::abs(cm % 100)));
}

absl::StatusOr<int64_t> ImportSkus(kefuctl::Client& client, const std::string& path) {
  ASSIGN_OR_RETURN(const auto skus, ReadSkus(path));
  int64_t created = 0;
  for (size_t from = 0; from < skus.size(); from += kSkusPerCall) {
    wh::BatchCreateSkusRequest batch;
    for (size_t i = from; i < std::min(skus.size(), from + kSkusPerCall); ++i) {
      *batch.add_skus() = skus[i];
    }
    ASSIGN_OR_RETURN(const auto response, client.Call(kBatchCreateSkus, batch));
    for (const wh::BatchItem& item : response.items()) created += item.created();
  }
  return created;
}

absl::StatusOr<int64_t> ImportBins(kefuctl::Client& client, const SlottingImport& options) {
  ASSIGN_OR_RETURN(const auto bins, ReadBins(options.bins));
  ASSIGN_OR_RETURN(const Ids nodes, AllNodes(client));
  wh::SetBinsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_node_id(), nodes.Of("--node", options.node));
  request.set_replace_all(options.replace);
  for (size_t i = 0; i < bins.size(); ++i) {
    *request.add_bins() = bins[i];
    if (request.bins_size() < kBinsPerCall && i + 1 < bins.size()) continue;
    RETURN_IF_ERROR(client.Call(kSetBins, request).status());
    request.clear_bins();
    request.set_replace_all(false);
  }
  return static_cast<int64_t>(bins.size());
}

absl::StatusOr<wh::ImportAffinityResponse> ImportAffinity(kefuctl::Context& context,
                                                          kefuctl::Client& client,
                                                          const SlottingImport& options) {
  ASSIGN_OR_RETURN(auto rows, ReadAffinities(options.affinity));
  wh::ImportAffinityRequest message;
  message.set_level(wh::AFFINITY_LEVEL_CATEGORY);
  if (options.level == "sku") {
    message.set_level(wh::AFFINITY_LEVEL_SKU);
    ASSIGN_OR_RETURN(const Ids skus, AllSkus(client));
    for (wh::AffinityRow& row : rows) {
      const std::string where = fmt::format("{}:{}", options.affinity, row.line());
      wh::Affinity& pair = *row.mutable_affinity();
      ASSIGN_OR_RETURN(*pair.mutable_first(), skus.Of(where, pair.first()));
      ASSIGN_OR_RETURN(*pair.mutable_second(), skus.Of(where, pair.second()));
    }
  }
  kefuctl::Progress progress(context.err_is_terminal && !context.no_progress);
  RETURN_IF_ERROR(client.StartStream(kImportAffinity));
  for (size_t i = 0; i < rows.size(); ++i) {
    *message.add_rows() = std::move(rows[i]);
    if (message.rows_size() < kRowsPerMessage && i + 1 < rows.size()) continue;
    RETURN_IF_ERROR(client.Send(message));
    message.Clear();
    progress.Say(Bar(In("载入关联", "importing affinities"), static_cast<int64_t>(i + 1),
                     static_cast<int64_t>(rows.size())));
  }
  return client.FinishStream<wh::ImportAffinityResponse>();
}

absl::StatusOr<wh::ComputeSlottingRequest> QuestionOf(const SlottingQuestion& options,
                                                      const Ids& nodes, const Ids& skus) {
  wh::ComputeSlottingRequest request;
  ASSIGN_OR_RETURN(const absl::CivilDay from, ReadDay("--from", options.from));
  ASSIGN_OR_RETURN(const absl::CivilDay to, ReadDay("--to", options.to));
  for (const auto& [day, date] : {std::pair(from, request.mutable_days()->mutable_start_date()),
                                  std::pair(to, request.mutable_days()->mutable_end_date())}) {
    date->set_year(static_cast<int>(day.year()));
    date->set_month(day.month());
    date->set_day(day.day());
  }
  ASSIGN_OR_RETURN(*request.mutable_node_id(), nodes.Of("--node", options.node));
  request.set_max_moves(options.moves);
  std::map<std::string, std::string> locations;
  if (!options.locations.empty()) {
    if (options.picks.empty()) return Bad("--locations goes with --picks");
    ASSIGN_OR_RETURN(locations, ReadLocations(options.locations));
  }
  if (options.picks.empty()) return request;
  ASSIGN_OR_RETURN(const auto picks, ReadPicks(options.picks, from, to));
  for (const auto& [code, count] : picks) {
    wh::SkuPicks& item = *request.add_picks();
    ASSIGN_OR_RETURN(*item.mutable_sku_id(), skus.Of(options.picks, code));
    item.set_picks(count);
    const auto location = locations.find(code);
    if (location != locations.end()) item.set_location(location->second);
  }
  return request;
}

void PrintSlotting(const kefuctl::Context& context, const Ids& skus,
                   const wh::ComputeSlottingResponse& response) {
  std::map<std::string, const wh::SkuSlot*> slots;
  std::map<wh::PickClass, int> classes;
  for (const wh::SkuSlot& slot : response.slots()) {
    slots[slot.sku_id()] = &slot;
    ++classes[slot.pick_class()];
  }
  kefuctl::Table table({{In("次序", "rank"), true},
                        {In("商品", "SKU")},
                        {In("类", "class")},
                        {In("拣货次数", "picks"), true},
                        {In("从", "from")},
                        {In("到", "to")},
                        {In("件数", "pieces"), true},
                        {In("每日省米数", "saved m/day"), true},
                        {In("搬动米数", "effort m"), true}});
  for (const wh::SlotMove& move : response.moves()) {
    const wh::SkuSlot& slot = *slots.at(move.sku_id());
    table.Add({std::to_string(move.group()), skus.NameOf(move.sku_id()),
               wh::PickClass_Name(slot.pick_class()).substr(11),  // behind "PICK_CLASS_"
               Grouped(std::to_string(slot.picks())),
               move.from_location().empty() ? "-" : move.from_location(), move.to_location(),
               Grouped(std::to_string(move.pieces())), Metres(move.group_saved_cm_per_day()),
               Metres(move.effort_cm())});
  }
  if (!table.empty()) {
    context.Print(table);
    context.Print("\n");
  }
  context.Print(fmt::format(
      fmt::runtime(
          In("商品 {} 个（A {}，B {}，C {}），搬动 {} 个。每日行走：现在 {} 米，搬动后 {} 米，"
             "最优 {} 米，其中关联省 {} 米。\n",
             "{} SKUs (A {}, B {}, C {}), {} to move. Walking a day: {} m as things lie, "
             "{} m after the moves, {} m at best, {} m of that saved by affinity.\n")),
      response.slots_size(), classes[wh::PICK_CLASS_A], classes[wh::PICK_CLASS_B],
      classes[wh::PICK_CLASS_C], response.moves_size(),
      Metres(response.walking_before_cm_per_day()), Metres(response.walking_after_cm_per_day()),
      Metres(response.walking_best_cm_per_day()), Metres(response.affinity_saved_cm_per_day())));
}

}  // namespace

absl::StatusOr<std::vector<wh::Sku>> ReadSkus(const std::string& path) {
  ASSIGN_OR_RETURN(const auto rows,
                   ReadColumns(path, 0, {"sku|品类", "?category", "?size_class|件型"}));
  std::vector<wh::Sku> skus;
  for (const auto& row : rows) {
    wh::Sku& sku = skus.emplace_back();
    sku.set_code(row[0]);
    sku.set_display_name(row[0]);
    sku.set_category(row[1].empty() ? row[0] : row[1]);
    if (row[2].empty()) continue;
    if (row[2].size() > 1) return Bad(fmt::format("{}: '{}' is no size", Where(path, row), row[2]));
    ASSIGN_OR_RETURN(const wh::SizeClass size, SizeClassOf(Where(path, row), row[2][0]));
    sku.set_size_class(size);
  }
  return skus;
}

absl::StatusOr<std::vector<wh::Bin>> ReadBins(const std::string& path) {
  ASSIGN_OR_RETURN(const auto rows,
                   ReadColumns(path, 0,
                               {"location", "distance_cm", "?aisle", "?position", "?capacity_cm3",
                                "?size_classes", "?temperature_zone", "?closed"}));
  std::vector<wh::Bin> bins;
  for (const auto& row : rows) {
    const std::string where = Where(path, row);
    wh::Bin& bin = bins.emplace_back();
    bin.set_location(row[0]);
    ASSIGN_OR_RETURN(const int64_t distance, ReadCount(where, row[1]));
    bin.set_distance_cm(distance);
    bin.set_aisle(row[2]);
    ASSIGN_OR_RETURN(const int64_t position, OptionalCount(where, row[3]));
    if (position > INT32_MAX) return Bad(fmt::format("{}: '{}' is too far", where, row[3]));
    bin.set_position(static_cast<int32_t>(position));
    ASSIGN_OR_RETURN(const int64_t capacity, OptionalCount(where, row[4]));
    bin.set_capacity_cm3(capacity);
    for (const char letter : row[5]) {
      ASSIGN_OR_RETURN(const wh::SizeClass size, SizeClassOf(where, letter));
      bin.add_size_classes(size);
    }
    bin.set_temperature_zone(row[6]);
    bin.set_closed(row[7] == "1");
  }
  return bins;
}

absl::StatusOr<std::vector<wh::AffinityRow>> ReadAffinities(const std::string& path) {
  ASSIGN_OR_RETURN(const auto rows,
                   ReadColumns(path, 0, {"first|品类1", "second|品类2", "orders|关联度"}));
  std::vector<wh::AffinityRow> affinities;
  for (const auto& row : rows) {
    wh::AffinityRow& each = affinities.emplace_back();
    each.set_line(row.line);
    each.mutable_affinity()->set_first(row[0]);
    each.mutable_affinity()->set_second(row[1]);
    ASSIGN_OR_RETURN(const int64_t orders, ReadCount(Where(path, row), row[2]));
    each.mutable_affinity()->set_orders(orders);
  }
  return affinities;
}

absl::StatusOr<std::map<std::string, int64_t>> ReadPicks(const std::string& path,
                                                         absl::CivilDay from, absl::CivilDay to) {
  ASSIGN_OR_RETURN(const auto rows, ReadColumns(path, 0, {"sku|品类", "picks|销量", "?date|日期"}));
  std::map<std::string, int64_t> picks;
  for (const auto& row : rows) {
    const std::string where = Where(path, row);
    ASSIGN_OR_RETURN(const int64_t count, ReadCount(where, row[1]));
    int64_t& sum = picks[row[0]];
    if (!row[2].empty()) {
      ASSIGN_OR_RETURN(const absl::CivilDay day, ReadDay(where, row[2]));
      if (day < from || to < day) continue;
    }
    sum += count;
  }
  return picks;
}

absl::StatusOr<std::map<std::string, std::string>> ReadLocations(const std::string& path) {
  ASSIGN_OR_RETURN(const auto rows, ReadColumns(path, 0, {"sku|品类", "location"}));
  std::map<std::string, std::string> locations;
  for (const auto& row : rows) locations[row[0]] = row[1];
  return locations;
}

absl::Status RunSlottingImport(kefuctl::Context& context, const SlottingImport& options) {
  if (options.skus.empty() && options.bins.empty() && options.affinity.empty()) {
    return Bad("nothing to import: --skus, --bins or --affinity");
  }
  if (!options.bins.empty() && options.node.empty()) return Bad("--bins needs --node");
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  Json json;
  if (!options.skus.empty()) {
    ASSIGN_OR_RETURN(json["skus_created"], ImportSkus(*client, options.skus));
  }
  if (!options.bins.empty()) {
    ASSIGN_OR_RETURN(json["bins_written"], ImportBins(*client, options));
  }
  if (!options.affinity.empty()) {
    ASSIGN_OR_RETURN(const auto response, ImportAffinity(context, *client, options));
    json["affinities_written"] = response.written();
    json["affinities_refused"] = response.refused();
    for (const wh::AffinityRowError& error : response.errors()) {
      context.Say(fmt::format("{}:{}: {}", options.affinity, error.line(), error.description()));
    }
    context.rows_refused = response.refused() > 0;
  }
  if (context.json()) {
    context.PrintJson(json);
    return absl::OkStatus();
  }
  for (const auto& [what, count] : json.items())
    context.Say(fmt::format("{}: {}", what, count.dump()));
  return absl::OkStatus();
}

absl::Status RunSlottingPlan(kefuctl::Context& context, const SlottingQuestion& options) {
  ASSIGN_OR_RETURN(kefuctl::Client* const client, context.gateway_client());
  ASSIGN_OR_RETURN(const Ids nodes, AllNodes(*client));
  ASSIGN_OR_RETURN(const Ids skus, AllSkus(*client));
  ASSIGN_OR_RETURN(const auto request, QuestionOf(options, nodes, skus));
  ASSIGN_OR_RETURN(const auto response, client->Call(kComputeSlotting, request));
  if (context.json()) {
    context.PrintJson(kefuctl::JsonOf(response));
  } else {
    PrintSlotting(context, skus, response);
  }
  return absl::OkStatus();
}

}  // namespace kefu::planning
