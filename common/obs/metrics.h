// Prometheus metrics behind cheap handles: labels are resolved once, an update is one atomic
// operation.
//
// A default-constructed handle or family, and one made from a null Metrics by the *Of functions,
// does nothing: code never asks whether metrics are on. All classes are thread-safe. Handles stay
// valid as long as their Metrics. Naming: kefu_<area>_<what>_<unit>[_total]. Asking twice for one
// name and the same labels gives the same series; a name may not be used with two kinds (aborts: a
// bug).
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace kefu::obs {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  Counter() = default;
  explicit Counter(prometheus::Counter* counter) : counter_(counter) {}
  void Add(double by = 1) const;  // by >= 0
  double Value() const;           // for tests

 private:
  prometheus::Counter* counter_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(prometheus::Gauge* gauge) : gauge_(gauge) {}
  void Set(double value) const;
  void Add(double by) const;  // may be negative
  double Value() const;

 private:
  prometheus::Gauge* gauge_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(prometheus::Histogram* histogram) : histogram_(histogram) {}
  void Observe(double value) const;
  void Observe(absl::Duration duration) const { Observe(absl::ToDoubleSeconds(duration)); }

 private:
  prometheus::Histogram* histogram_ = nullptr;
};

// 0.25 ms … 30 s: from an inline answer to the longest server deadline.
std::span<const double> LatencyBuckets();

// A family whose label values are known only at run time (method, code). With() looks the series up
// in a cache under a shared lock. At most kMaxSeries series: beyond, every value becomes "other",
// so that a client cannot blow up the memory. Copyable, cheap.
template <class Handle>
class Family {
 public:
  static constexpr size_t kMaxSeries = 4096;
  Family() = default;
  // As many values as the family has label names.
  Handle With(std::initializer_list<std::string_view> values) const;

 private:
  friend class Metrics;
  struct State;
  std::shared_ptr<State> state_;
};

// Removes a callback gauge when it dies.
class Registration {
 public:
  Registration() = default;
  explicit Registration(std::function<void()> undo) : undo_(std::move(undo)) {}
  Registration(Registration&& other) noexcept : undo_(std::exchange(other.undo_, nullptr)) {}
  Registration& operator=(Registration&& other) noexcept {
    std::swap(undo_, other.undo_);
    return *this;
  }
  ~Registration() {
    if (undo_) undo_();
  }

 private:
  std::function<void()> undo_;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  obs::Counter Counter(std::string_view name, std::string_view help, const Labels& labels = {});
  obs::Gauge Gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  obs::Histogram Histogram(std::string_view name, std::string_view help, const Labels& labels = {},
                           std::span<const double> buckets = LatencyBuckets());

  Family<obs::Counter> Counters(std::string_view name, std::string_view help,
                                std::vector<std::string> label_names);
  Family<obs::Gauge> Gauges(std::string_view name, std::string_view help,
                            std::vector<std::string> label_names);
  Family<obs::Histogram> Histograms(std::string_view name, std::string_view help,
                                    std::vector<std::string> label_names,
                                    std::span<const double> buckets = LatencyBuckets());

  // A gauge computed at each scrape. `value` must be quick and must not call back into Metrics. The
  // registration must die before what `value` refers to, and before this object.
  [[nodiscard]] Registration GaugeCallback(std::string_view name, std::string_view help,
                                           const Labels& labels, std::function<double()> value);

  // The exposition text, as /metrics serves it.
  std::string Text() const;

 private:
  friend class MetricsServer;
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// Handles from a Metrics that may be null.
Counter CounterOf(Metrics* metrics, std::string_view name, std::string_view help,
                  const Labels& labels = {});
Gauge GaugeOf(Metrics* metrics, std::string_view name, std::string_view help,
              const Labels& labels = {});
Histogram HistogramOf(Metrics* metrics, std::string_view name, std::string_view help,
                      const Labels& labels = {});
Family<Counter> CountersOf(Metrics* metrics, std::string_view name, std::string_view help,
                           std::vector<std::string> label_names);
Family<Histogram> HistogramsOf(Metrics* metrics, std::string_view name, std::string_view help,
                               std::vector<std::string> label_names);
[[nodiscard]] Registration GaugeCallbackOf(Metrics* metrics, std::string_view name,
                                           std::string_view help, const Labels& labels,
                                           std::function<double()> value);

// Serves GET /metrics over plain HTTP until destroyed.
class MetricsServer {
 public:
  // `address` is "host:port"; port 0 takes a free one. UNAVAILABLE naming the address when it
  // cannot be bound. The server keeps what it shows of `metrics` alive, but callbacks must be gone
  // before.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(Metrics& metrics,
                                                              std::string_view address);
  ~MetricsServer();
  int port() const { return port_; }
  const std::string& address() const { return address_; }  // with the port in use

 private:
  struct Impl;
  MetricsServer();
  std::unique_ptr<Impl> impl_;
  int port_ = 0;
  std::string address_;
};

}  // namespace kefu::obs
