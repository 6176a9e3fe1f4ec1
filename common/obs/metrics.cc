// Handles over a prometheus-cpp registry; the HTTP endpoint is prometheus-cpp's pull exposer.
#include "common/obs/metrics.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "fmt/format.h"
#include "prometheus/counter.h"
#include "prometheus/exposer.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "prometheus/text_serializer.h"

namespace kefu::obs {
namespace {

// One worker: a scrape every few seconds by one or two collectors.
constexpr size_t kScrapeThreads = 1;

template <class Handle>
struct Backend;
template <>
struct Backend<Counter> {
  using Metric = prometheus::Counter;
};
template <>
struct Backend<Gauge> {
  using Metric = prometheus::Gauge;
};
template <>
struct Backend<Histogram> {
  using Metric = prometheus::Histogram;
};

// Opens and closes a connection to a local port.
void Poke(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  close(fd);
}

}  // namespace

void Counter::Add(double by) const {
  if (counter_ != nullptr) counter_->Increment(by);
}
double Counter::Value() const { return counter_ == nullptr ? 0 : counter_->Value(); }
void Gauge::Set(double value) const {
  if (gauge_ != nullptr) gauge_->Set(value);
}
void Gauge::Add(double by) const {
  if (gauge_ != nullptr) gauge_->Increment(by);
}
double Gauge::Value() const { return gauge_ == nullptr ? 0 : gauge_->Value(); }
void Histogram::Observe(double value) const {
  if (histogram_ != nullptr) histogram_->Observe(value);
}

std::span<const double> LatencyBuckets() {
  static constexpr double kBuckets[] = {0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                        0.1,     0.25,   0.5,   1,      2.5,   5,    10,    30};
  return kBuckets;
}

// The registry plus callbacks; what the exposer collects.
struct Metrics::Impl : public prometheus::Collectable {
  std::vector<prometheus::MetricFamily> Collect() const override {
    const std::lock_guard<std::mutex> lock(mutex);
    for (const auto& [id, refresh] : callbacks) refresh();
    return registry.Collect();
  }

  mutable std::mutex mutex;  // guards callbacks; also held while they run
  std::map<uint64_t, std::function<void()>> callbacks;
  uint64_t next_id = 0;
  prometheus::Registry registry;
};

template <class Handle>
struct Family<Handle>::State {
  using Metric = typename Backend<Handle>::Metric;
  std::shared_ptr<void> keep_alive;  // the registry that owns the series
  std::vector<std::string> label_names;
  std::function<Metric&(const Labels&)> add;
  std::shared_mutex mutex;
  absl::flat_hash_map<std::string, Handle> series;
};

template <class Handle>
Handle Family<Handle>::With(std::initializer_list<std::string_view> values) const {
  if (state_ == nullptr) return Handle();
  std::string key;
  for (const std::string_view value : values) {
    key += value;
    key += '\0';
  }
  {
    const std::shared_lock<std::shared_mutex> lock(state_->mutex);
    const auto it = state_->series.find(key);
    if (it != state_->series.end()) return it->second;
  }
  const std::unique_lock<std::shared_mutex> lock(state_->mutex);
  const bool full = state_->series.size() >= kMaxSeries;
  Labels labels;
  auto value = values.begin();
  for (const std::string& name : state_->label_names) {
    labels[name] = full || value == values.end() ? "other" : std::string(*value);
    if (value != values.end()) ++value;
  }
  const Handle handle(&state_->add(labels));
  if (!full) state_->series.try_emplace(std::move(key), handle);
  return handle;
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

Metrics::Metrics() : impl_(std::make_shared<Impl>()) {}
Metrics::~Metrics() = default;

Counter Metrics::Counter(std::string_view name, std::string_view help, const Labels& labels) {
  return obs::Counter(&prometheus::BuildCounter()
                           .Name(std::string(name))
                           .Help(std::string(help))
                           .Register(impl_->registry)
                           .Add(labels));
}

Gauge Metrics::Gauge(std::string_view name, std::string_view help, const Labels& labels) {
  return obs::Gauge(&prometheus::BuildGauge()
                         .Name(std::string(name))
                         .Help(std::string(help))
                         .Register(impl_->registry)
                         .Add(labels));
}

Histogram Metrics::Histogram(std::string_view name, std::string_view help, const Labels& labels,
                             std::span<const double> buckets) {
  return obs::Histogram(
      &prometheus::BuildHistogram()
           .Name(std::string(name))
           .Help(std::string(help))
           .Register(impl_->registry)
           .Add(labels, prometheus::Histogram::BucketBoundaries(buckets.begin(), buckets.end())));
}

Family<Counter> Metrics::Counters(std::string_view name, std::string_view help,
                                  std::vector<std::string> label_names) {
  auto& family = prometheus::BuildCounter()
                     .Name(std::string(name))
                     .Help(std::string(help))
                     .Register(impl_->registry);
  Family<obs::Counter> result;
  result.state_ = std::make_shared<Family<obs::Counter>::State>();
  result.state_->keep_alive = impl_;
  result.state_->label_names = std::move(label_names);
  result.state_->add = [&family](const Labels& labels) -> auto& { return family.Add(labels); };
  return result;
}

Family<Gauge> Metrics::Gauges(std::string_view name, std::string_view help,
                              std::vector<std::string> label_names) {
  auto& family = prometheus::BuildGauge()
                     .Name(std::string(name))
                     .Help(std::string(help))
                     .Register(impl_->registry);
  Family<obs::Gauge> result;
  result.state_ = std::make_shared<Family<obs::Gauge>::State>();
  result.state_->keep_alive = impl_;
  result.state_->label_names = std::move(label_names);
  result.state_->add = [&family](const Labels& labels) -> auto& { return family.Add(labels); };
  return result;
}

Family<Histogram> Metrics::Histograms(std::string_view name, std::string_view help,
                                      std::vector<std::string> label_names,
                                      std::span<const double> buckets) {
  auto& family = prometheus::BuildHistogram()
                     .Name(std::string(name))
                     .Help(std::string(help))
                     .Register(impl_->registry);
  Family<obs::Histogram> result;
  result.state_ = std::make_shared<Family<obs::Histogram>::State>();
  result.state_->keep_alive = impl_;
  result.state_->label_names = std::move(label_names);
  result.state_->add = [
    &family, bounds = prometheus::Histogram::BucketBoundaries(buckets.begin(), buckets.end())
  ](const Labels& labels) -> auto& {
    return family.Add(labels, bounds);
  };
  return result;
}

Registration Metrics::GaugeCallback(std::string_view name, std::string_view help,
                                    const Labels& labels, std::function<double()> value) {
  const obs::Gauge gauge = Gauge(name, help, labels);
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  const uint64_t id = impl_->next_id++;
  impl_->callbacks[id] = [gauge, value = std::move(value)] { gauge.Set(value()); };
  return Registration([impl = impl_, id] {
    const std::lock_guard<std::mutex> lock(impl->mutex);
    impl->callbacks.erase(id);
  });
}

std::string Metrics::Text() const {
  return prometheus::TextSerializer().Serialize(impl_->Collect());
}

Counter CounterOf(Metrics* metrics, std::string_view name, std::string_view help,
                  const Labels& labels) {
  return metrics == nullptr ? Counter() : metrics->Counter(name, help, labels);
}
Gauge GaugeOf(Metrics* metrics, std::string_view name, std::string_view help,
              const Labels& labels) {
  return metrics == nullptr ? Gauge() : metrics->Gauge(name, help, labels);
}
Histogram HistogramOf(Metrics* metrics, std::string_view name, std::string_view help,
                      const Labels& labels) {
  return metrics == nullptr ? Histogram() : metrics->Histogram(name, help, labels);
}
Family<Counter> CountersOf(Metrics* metrics, std::string_view name, std::string_view help,
                           std::vector<std::string> label_names) {
  return metrics == nullptr ? Family<Counter>()
                            : metrics->Counters(name, help, std::move(label_names));
}
Family<Histogram> HistogramsOf(Metrics* metrics, std::string_view name, std::string_view help,
                               std::vector<std::string> label_names) {
  return metrics == nullptr ? Family<Histogram>()
                            : metrics->Histograms(name, help, std::move(label_names));
}
Registration GaugeCallbackOf(Metrics* metrics, std::string_view name, std::string_view help,
                             const Labels& labels, std::function<double()> value) {
  return metrics == nullptr ? Registration()
                            : metrics->GaugeCallback(name, help, labels, std::move(value));
}

struct MetricsServer::Impl {
  std::shared_ptr<Metrics::Impl> metrics;  // before the exposer, which only holds weak references
  std::unique_ptr<prometheus::Exposer> exposer;
};

MetricsServer::MetricsServer() : impl_(std::make_unique<Impl>()) {}

MetricsServer::~MetricsServer() {
  // civetweb notices its end when its poll returns, up to 2 s later, or when a connection comes.
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  std::thread waker([&] {
    std::unique_lock<std::mutex> lock(mutex);
    while (!done) {
      Poke(port_);
      ended.wait_for(lock, std::chrono::milliseconds(10), [&] { return done; });
    }
  });
  impl_->exposer.reset();
  {
    const std::lock_guard<std::mutex> lock(mutex);
    done = true;
  }
  ended.notify_all();
  waker.join();
}

absl::StatusOr<std::unique_ptr<MetricsServer>> MetricsServer::Start(Metrics& metrics,
                                                                    std::string_view address) {
  std::unique_ptr<MetricsServer> server(new MetricsServer());
  server->impl_->metrics = metrics.impl_;
  std::string bind(address);
  // civetweb resolves no names.
  if (bind.starts_with("localhost:")) bind.replace(0, 9, "127.0.0.1");
  try {
    server->impl_->exposer = std::make_unique<prometheus::Exposer>(bind, kScrapeThreads);
    server->impl_->exposer->RegisterCollectable(server->impl_->metrics);
    const std::vector<int> ports = server->impl_->exposer->GetListeningPorts();
    server->port_ = ports.empty() ? 0 : ports.front();
  } catch (const std::exception&) {  // civetweb says no more than that it failed
    return absl::UnavailableError(
        fmt::format("cannot serve metrics on {}: the address is taken, not of this machine, or "
                    "not allowed",
                    address));
  }
  server->address_ = fmt::format("{}:{}", bind.substr(0, bind.rfind(':')), server->port_);
  return server;
}

}  // namespace kefu::obs
