#include "services/warehouse/convert/outbound.h"

#include <set>

#include "fmt/format.h"

namespace kefu::warehouse::convert {
namespace {

constexpr int kMaxLot = 64;           // characters; width of the columns
constexpr int kMaxWaveOrders = 1000;  // bounds a transaction
constexpr int64_t kMaxWavePieces = 1'000'000;
constexpr int kMaxZones = 100;
constexpr int kMaxLocations = 1000;
constexpr int kMaxCartons = 100;
constexpr int kMaxContents = 2000;            // of all cartons: bounds an event
constexpr int64_t kMaxGrams = 1'000'000'000;  // a thousand tonnes
constexpr int64_t kMaxPieces = 1'000'000;     // of a line, as Reserve has it
constexpr int64_t kMaxCounted = 1'000'000'000;
constexpr int kMaxCountLines = 1000;
constexpr int kMaxChannels = 100;
constexpr int kMaxDays = 36'500;    // a century
constexpr int kMaxPitch = 100'000;  // 100 m
constexpr int kBps = 10'000;

int64_t Count(int64_t value, int64_t min, int64_t max, std::string_view field,
              FieldViolations& violations) {
  violations.Check(value >= min && value <= max, field, fmt::format("must be {} to {}", min, max));
  return value;
}

std::string Element(std::string_view field, int index) {
  return fmt::format("{}[{}]", field, index);
}

std::vector<std::string> Texts(const google::protobuf::RepeatedPtrField<std::string>& values,
                               int max_items, std::string_view field, FieldViolations& violations) {
  violations.Check(values.size() <= max_items, field,
                   fmt::format("must have at most {} items", max_items));
  std::set<std::string> seen;
  for (int i = 0; i < values.size(); ++i) {
    const bool first = seen.insert(Lot(values[i], Element(field, i), violations)).second;
    violations.Check(first, Element(field, i), "is named twice");
  }
  return {seen.begin(), seen.end()};
}

domain::Carton CartonFrom(const v1::Carton& proto, const std::string& path,
                          FieldViolations& violations) {
  domain::Carton carton{
      .code = Id(proto.code(), path + ".code", violations),
      .weight_grams = Count(proto.weight_grams(), 0, kMaxGrams, path + ".weight_grams", violations),
      .tare_grams = Count(proto.tare_grams(), 0, kMaxGrams, path + ".tare_grams", violations)};
  violations.Check(proto.contents_size() >= 1 && proto.contents_size() <= kMaxContents,
                   path + ".contents", fmt::format("must have 1 to {} items", kMaxContents));
  for (int i = 0; i < proto.contents_size(); ++i) {
    const std::string at = Element(path + ".contents", i);
    const v1::CartonContent& content = proto.contents(i);
    carton.contents.push_back(
        {Id(content.sku_id(), at + ".sku_id", violations),
         OptionalId(content.owner_id(), at + ".owner_id", violations),
         OptionalText(content.lot(), kMaxLot, at + ".lot", violations),
         Count(content.quantity(), 1, kMaxPieces, at + ".quantity", violations)});
  }
  return carton;
}

template <class Proto>
void SetInfo(const domain::RecordInfo& info, Proto& proto) {
  *proto.mutable_create_time() = ::kefu::convert::ToProto(info.create_time);
  *proto.mutable_update_time() = ::kefu::convert::ToProto(info.update_time);
  proto.set_etag(Etag(info));
}

void SetAccuracy(const domain::Accuracy& accuracy, v1::CountAccuracy* proto) {
  proto->set_lines(accuracy.lines);
  proto->set_exact_lines(accuracy.exact_lines);
  proto->set_line_accuracy_bps(accuracy.line_bps);
  proto->set_expected_pieces(accuracy.expected);
  proto->set_different_pieces(accuracy.different);
  proto->set_piece_accuracy_bps(accuracy.piece_bps);
  for (const auto& [currency, minor] : accuracy.surplus_minor) {
    auto* value = proto->add_surplus_values();
    value->set_currency_code(currency);
    value->set_minor_units(minor);
  }
  for (const auto& [currency, minor] : accuracy.loss_minor) {
    auto* value = proto->add_loss_values();
    value->set_currency_code(currency);
    value->set_minor_units(minor);
  }
}

void SetLine(const domain::CountLine& line, bool hidden, v1::CountLine* proto) {
  proto->set_line_number(line.number);
  *proto->mutable_key() = ToProto(line.key);
  proto->set_state(static_cast<v1::CountLineState>(line.state));
  proto->set_snapshot_entry(line.snapshot_entry);
  proto->set_held_quantity(line.held);
  for (const domain::CountAttempt& attempt : line.attempts) {
    v1::CountAttempt* out = proto->add_attempts();
    out->set_counter(attempt.counter);
    out->set_counted(attempt.counted);
    *out->mutable_count_time() = ::kefu::convert::ToProto(attempt.count_time);
    out->set_entry_number(attempt.entry_number);
    if (!hidden) out->set_expected(attempt.expected);
  }
  if (hidden) return;
  proto->set_snapshot_quantity(line.snapshot_quantity);
  proto->set_difference(line.difference());
}

}  // namespace

std::string Lot(std::string_view value, std::string_view field, FieldViolations& violations) {
  return Text(value, kMaxLot, field, violations);
}

std::vector<std::string> Zones(const google::protobuf::RepeatedPtrField<std::string>& zones,
                               std::string_view field, FieldViolations& violations) {
  return Texts(zones, kMaxZones, field, violations);
}

std::vector<std::string> Locations(const google::protobuf::RepeatedPtrField<std::string>& locations,
                                   std::string_view field, FieldViolations& violations) {
  return Texts(locations, kMaxLocations, field, violations);
}

domain::Shipment FromProto(const v1::Shipment& proto, FieldViolations& violations) {
  domain::Shipment shipment{
      .reservation_id = Id(proto.reservation_id(), "reservation_id", violations),
      .node_id = Id(proto.node_id(), "node_id", violations),
      .carrier = OptionalId(proto.carrier(), "carrier", violations)};
  if (proto.has_cutoff_time()) {
    shipment.cutoff_time = Instant(proto.cutoff_time(), "cutoff_time", violations);
  }
  return shipment;
}

domain::Wave FromProto(const v1::Wave& proto, FieldViolations& violations) {
  const auto grouping = OptionalEnum<v1::WaveGrouping>(proto.grouping(), "grouping", violations);
  domain::Wave wave{
      .node_id = Id(proto.node_id(), "node_id", violations),
      .carrier = OptionalId(proto.carrier(), "carrier", violations),
      .max_orders = Number(proto.max_orders(), 0, kMaxWaveOrders, "max_orders", violations),
      .max_pieces = Count(proto.max_pieces(), 0, kMaxWavePieces, "max_pieces", violations),
      .grouping = grouping == v1::WAVE_GROUPING_UNSPECIFIED
                      ? domain::WaveGrouping::kAny
                      : static_cast<domain::WaveGrouping>(grouping),
      .zones = Zones(proto.zones(), "zones", violations)};
  if (proto.has_cutoff_before()) {
    wave.cutoff_before = Instant(proto.cutoff_before(), "cutoff_before", violations);
  }
  return wave;
}

std::vector<domain::Carton> Cartons(const v1::PackShipmentRequest& request,
                                    FieldViolations& violations) {
  violations.Check(request.cartons_size() >= 1 && request.cartons_size() <= kMaxCartons, "cartons",
                   fmt::format("must have 1 to {} items", kMaxCartons));
  std::vector<domain::Carton> cartons;
  std::set<std::string> codes;
  int contents = 0;
  for (const v1::Carton& carton : request.cartons()) contents += carton.contents_size();
  violations.Check(contents <= kMaxContents, "cartons",
                   fmt::format("must have at most {} contents together", kMaxContents));
  for (int i = 0; i < request.cartons_size(); ++i) {
    const std::string path = Element("cartons", i);
    cartons.push_back(CartonFrom(request.cartons(i), path, violations));
    violations.Check(codes.insert(cartons.back().code).second, path + ".code", "is named twice");
  }
  return cartons;
}

domain::OutboundPolicy FromProto(const v1::OutboundPolicy& proto, FieldViolations& violations) {
  FieldViolations& v = violations;
  domain::OutboundPolicy policy;
  policy.staging_location = Text(proto.staging_location(), kMaxLot, "staging_location", v);
  policy.max_wave_orders = Number(proto.max_wave_orders(), 1, kMaxWaveOrders, "max_wave_orders", v);
  policy.max_wave_pieces = Count(proto.max_wave_pieces(), 1, kMaxWavePieces, "max_wave_pieces", v);
  policy.weight_tolerance_bps =
      Number(proto.weight_tolerance_bps(), 0, kBps, "weight_tolerance_bps", v);
  policy.weight_tolerance_grams =
      Count(proto.weight_tolerance_grams(), 0, kMaxGrams, "weight_tolerance_grams", v);
  policy.recount_tolerance_pieces =
      Count(proto.recount_tolerance_pieces(), 0, kMaxCounted, "recount_tolerance_pieces", v);
  policy.recount_tolerance_bps =
      Number(proto.recount_tolerance_bps(), 0, kBps, "recount_tolerance_bps", v);
  policy.recount_tolerance_value_minor =
      Count(proto.recount_tolerance_value_minor(), 0, 1'000'000'000'000,
            "recount_tolerance_value_minor", v);
  policy.max_counts = Number(proto.max_counts(), 1, 10, "max_counts", v);
  policy.min_remaining_days =
      Number(proto.min_remaining_days(), 0, kMaxDays, "min_remaining_days", v);
  v.Check(proto.channels_size() <= kMaxChannels, "channels",
          fmt::format("must have at most {} items", kMaxChannels));
  for (int i = 0; i < proto.channels_size(); ++i) {
    const std::string path = Element("channels", i);
    const int days = Number(proto.channels(i).min_remaining_days(), 0, kMaxDays,
                            path + ".min_remaining_days", v);
    std::string channel = Id(proto.channels(i).channel(), path + ".channel", v);
    v.Check(policy.channel_days.emplace(std::move(channel), days).second, path + ".channel",
            "is named twice");
  }
  policy.aisle_pitch_mm = Number(proto.aisle_pitch_mm(), 1, kMaxPitch, "aisle_pitch_mm", v);
  policy.position_pitch_mm =
      Number(proto.position_pitch_mm(), 1, kMaxPitch, "position_pitch_mm", v);
  policy.abc_days = Number(proto.abc_days(), 1, 3650, "abc_days", v);
  policy.abc_a_bps = Number(proto.abc_a_bps(), 0, kBps, "abc_a_bps", v);
  policy.abc_b_bps = Number(proto.abc_b_bps(), 0, kBps, "abc_b_bps", v);
  v.Check(proto.abc_a_bps() <= proto.abc_b_bps(), "abc_b_bps", "must not lie below abc_a_bps");
  return policy;
}

std::vector<std::pair<domain::StockKey, int64_t>> Counted(const v1::CountStockRequest& request,
                                                          FieldViolations& violations) {
  violations.Check(request.lines_size() >= 1 && request.lines_size() <= kMaxCountLines, "lines",
                   fmt::format("must have 1 to {} items", kMaxCountLines));
  std::vector<std::pair<domain::StockKey, int64_t>> counted;
  std::set<std::tuple<domain::TotalKey, std::string, std::string>> seen;
  for (int i = 0; i < request.lines_size(); ++i) {
    const std::string path = Element("lines", i);
    const v1::StockKey& proto = request.lines(i).key();
    violations.Check(proto.node_id().empty() || proto.node_id() == request.node_id(),
                     path + ".key.node_id", "must be the request's node");
    auto condition =
        OptionalEnum<v1::StockCondition>(proto.condition(), path + ".key.condition", violations);
    if (condition == v1::STOCK_CONDITION_UNSPECIFIED) condition = v1::STOCK_CONDITION_SELLABLE;
    domain::StockKey key{
        {Id(proto.sku_id(), path + ".key.sku_id", violations),
         OptionalId(proto.owner_id(), path + ".key.owner_id", violations), request.node_id(),
         static_cast<domain::StockCondition>(condition)},
        OptionalText(proto.lot(), kMaxLot, path + ".key.lot", violations),
        OptionalText(proto.location(), kMaxLot, path + ".key.location", violations)};
    violations.Check(seen.insert({key.total, key.lot, key.location}).second, path + ".key",
                     "is counted twice");
    counted.emplace_back(std::move(key), Count(request.lines(i).counted(), 0, kMaxCounted,
                                               path + ".counted", violations));
  }
  return counted;
}

v1::Shipment ToProto(const domain::Shipment& shipment) {
  v1::Shipment proto;
  proto.set_shipment_id(shipment.id);
  proto.set_reservation_id(shipment.reservation_id);
  proto.set_node_id(shipment.node_id);
  proto.set_order_id(shipment.order_id);
  proto.set_channel(shipment.channel);
  proto.set_wave_id(shipment.wave_id);
  proto.set_state(static_cast<v1::ShipmentState>(shipment.state));
  proto.set_carrier(shipment.carrier);
  if (shipment.cutoff_time != absl::InfiniteFuture()) {
    *proto.mutable_cutoff_time() = ::kefu::convert::ToProto(shipment.cutoff_time);
  }
  proto.set_waybill(shipment.waybill);
  proto.set_manifest_id(shipment.manifest_id);
  for (const domain::ShipmentLine& line : shipment.lines) {
    v1::ShipmentLine* out = proto.add_lines();
    out->set_sku_id(line.sku_id);
    out->set_owner_id(line.owner_id);
    out->set_quantity(line.quantity);
    out->set_picked_quantity(line.picked);
    out->set_shipped_quantity(line.shipped);
    out->set_planned_quantity(line.planned);
  }
  for (const domain::Carton& carton : shipment.cartons) {
    v1::Carton* out = proto.add_cartons();
    out->set_code(carton.code);
    out->set_weight_grams(carton.weight_grams);
    out->set_tare_grams(carton.tare_grams);
    out->set_expected_weight_grams(carton.expected_grams);
    for (const domain::CartonContent& content : carton.contents) {
      v1::CartonContent* in = out->add_contents();
      in->set_sku_id(content.sku_id);
      in->set_owner_id(content.owner_id);
      in->set_lot(content.lot);
      in->set_quantity(content.quantity);
    }
  }
  proto.set_policy_version(shipment.policy_version);
  SetInfo(shipment.info, proto);
  return proto;
}

v1::Wave ToProto(const domain::Wave& wave) {
  v1::Wave proto;
  proto.set_wave_id(wave.id);
  proto.set_node_id(wave.node_id);
  proto.set_state(static_cast<v1::WaveState>(wave.state));
  proto.set_carrier(wave.carrier);
  if (wave.cutoff_before != absl::InfiniteFuture()) {
    *proto.mutable_cutoff_before() = ::kefu::convert::ToProto(wave.cutoff_before);
  }
  proto.set_max_orders(wave.max_orders);
  proto.set_max_pieces(wave.max_pieces);
  proto.set_grouping(static_cast<v1::WaveGrouping>(wave.grouping));
  proto.mutable_zones()->Assign(wave.zones.begin(), wave.zones.end());
  proto.set_shipment_count(wave.shipment_count);
  proto.set_piece_count(wave.piece_count);
  SetInfo(wave.info, proto);
  return proto;
}

v1::PickTask ToProto(const domain::PickTask& task) {
  v1::PickTask proto;
  proto.set_task_id(task.id);
  proto.set_shipment_id(task.shipment_id);
  proto.set_wave_id(task.wave_id);
  proto.set_node_id(task.node_id);
  proto.set_kind(static_cast<v1::PickTaskKind>(task.kind));
  proto.set_state(static_cast<v1::PickTaskState>(task.state));
  proto.set_sku_id(task.sku_id);
  proto.set_owner_id(task.owner_id);
  proto.set_lot(task.lot);
  proto.set_location(task.location);
  proto.set_quantity(task.quantity);
  proto.set_done_quantity(task.done);
  proto.set_short_reason(static_cast<v1::ShortReason>(task.short_reason));
  proto.set_actor(task.actor);
  *proto.mutable_create_time() = ::kefu::convert::ToProto(task.info.create_time);
  *proto.mutable_update_time() = ::kefu::convert::ToProto(task.info.update_time);
  return proto;
}

v1::OutboundPolicy ToProto(const domain::OutboundPolicy& policy) {
  v1::OutboundPolicy proto;
  proto.set_version(policy.version);
  proto.set_staging_location(policy.staging_location);
  proto.set_max_wave_orders(policy.max_wave_orders);
  proto.set_max_wave_pieces(policy.max_wave_pieces);
  proto.set_weight_tolerance_bps(policy.weight_tolerance_bps);
  proto.set_weight_tolerance_grams(policy.weight_tolerance_grams);
  proto.set_recount_tolerance_pieces(policy.recount_tolerance_pieces);
  proto.set_recount_tolerance_bps(policy.recount_tolerance_bps);
  proto.set_recount_tolerance_value_minor(policy.recount_tolerance_value_minor);
  proto.set_max_counts(policy.max_counts);
  proto.set_min_remaining_days(policy.min_remaining_days);
  for (const auto& [channel, days] : policy.channel_days) {
    v1::ChannelShelfLife* out = proto.add_channels();
    out->set_channel(channel);
    out->set_min_remaining_days(days);
  }
  proto.set_aisle_pitch_mm(policy.aisle_pitch_mm);
  proto.set_position_pitch_mm(policy.position_pitch_mm);
  proto.set_abc_days(policy.abc_days);
  proto.set_abc_a_bps(policy.abc_a_bps);
  proto.set_abc_b_bps(policy.abc_b_bps);
  return proto;
}

v1::Count ToProto(const domain::Count& count, const std::map<std::string, domain::Sku>& skus) {
  const bool hidden = count.blind && count.state == domain::CountState::kOpen;
  v1::Count proto;
  proto.set_count_id(count.id);
  proto.set_node_id(count.node_id);
  proto.set_state(static_cast<v1::CountState>(count.state));
  proto.set_blind(count.blind);
  proto.set_cause(static_cast<v1::CountCause>(count.cause));
  proto.set_note(count.note);
  for (const domain::CountLine& line : count.lines) SetLine(line, hidden, proto.add_lines());
  if (!hidden) SetAccuracy(domain::AccuracyOf(count, skus), proto.mutable_accuracy());
  proto.set_policy_version(count.policy_version);
  proto.set_approver(count.approver);
  SetInfo(count.info, proto);
  return proto;
}

v1::LotRecall ToProto(const domain::Recall& recall) {
  v1::LotRecall proto;
  proto.set_recall_id(recall.id);
  proto.set_sku_id(recall.sku_id);
  proto.set_lot(recall.lot);
  proto.set_reason(recall.reason);
  proto.set_state(static_cast<v1::RecallState>(recall.state));
  for (const domain::RowPieces& pieces : recall.quarantined) {
    v1::QuarantinedStock* out = proto.add_quarantined();
    *out->mutable_key() = ToProto(pieces.key);
    out->set_quantity(pieces.quantity);
  }
  proto.set_actor(recall.actor);
  SetInfo(recall.info, proto);
  return proto;
}

}  // namespace kefu::warehouse::convert
