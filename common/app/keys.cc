#include "common/app/keys.h"

#include "fmt/format.h"

namespace kefu::app {
namespace {

using config::Key;
using config::Problems;
using config::Spec;
using config::Values;

// Connections that no worker holds: the sequencer and the readiness check.
constexpr int64_t kOwnConnections = 2;

void AddServerKeys(Spec& spec, std::string_view default_address) {
  spec.Add(Key::Address("server.address", "Where gRPC listens; port 0 takes a free one")
               .Default(std::string(default_address)))
      .Add(Key::Path("server.tls_cert_file", "Certificate chain (PEM); without it only loopback")
               .MustExist())
      .Add(Key::Path("server.tls_key_file", "Private key of the certificate (PEM)").MustExist())
      .Add(Key::Path("server.tls_ca_file", "Clients must show a certificate of this CA (PEM)")
               .MustExist())
      .Add(Key::Int("server.workers", "Threads that run unary calls").Default("8").Range(1, 512))
      .Add(Key::Int("server.queue", "Unary calls that may wait for a worker")
               .Default("1024")
               .Range(1, 1'000'000))
      .Add(Key::Int("server.max_streams", "Streams that run at once; each holds a thread")
               .Default("64")
               .Range(1, 4096))
      .Add(Key::Int("server.max_receive_bytes", "Largest message taken")
               .Default("4194304")
               .Range(65'536, 67'108'864))
      .Add(Key::Duration("server.default_deadline", "Time of a unary call that brings no deadline")
               .Default("30s")
               .Range(absl::Milliseconds(100), absl::Hours(1)))
      .Add(Key::Duration("server.drain_timeout", "Calls in flight may go on so long at the end")
               .Default("20s")
               .Range(absl::ZeroDuration(), absl::Minutes(10)))
      .Add(Key::Duration("server.health_interval", "How often readiness is checked")
               .Default("1s")
               .Range(absl::Milliseconds(50), absl::Minutes(1)))
      .Add(Key::Bool("server.reflection", "Serve gRPC reflection").Default("true"))
      .Add(
          Key::Path("port_file", "File that names the addresses in use while the process listens"));
  spec.Check([](const Values& values, Problems& problems) {
    if (values.Has("server.tls_cert_file") != values.Has("server.tls_key_file")) {
      problems.Add({"server.tls_cert_file", "server.tls_key_file"},
                   "certificate and key go together");
    }
    if (values.Has("server.tls_ca_file") && !values.Has("server.tls_cert_file")) {
      problems.Add({"server.tls_ca_file"}, "needs server.tls_cert_file and server.tls_key_file");
    }
    if (!values.Has("server.tls_cert_file") && !values.Address("server.address").IsLoopback()) {
      problems.Add({"server.address"},
                   fmt::format("{} is not loopback; without server.tls_cert_file and "
                               "server.tls_key_file only loopback is allowed",
                               values.Address("server.address").ToString()));
    }
  });
}

void AddDatabaseKeys(Spec& spec, std::string_view schema) {
  spec.Add(Key::Addresses("db.hosts", "Database hosts, tried in order").DefaultPort(3306))
      .Add(Key::Path("db.socket", "Unix socket of the database, instead of db.hosts"))
      .Add(Key::String("db.schema", "Schema of this service").Default(std::string(schema)))
      .Add(Key::String("db.user", "Database user").Default(std::string(schema)))
      .Add(Key::SecretFile("db.password_file", "File with the user's password"))
      .Add(Key::Int("db.pool_size", "Connections; more than server.workers")
               .Default("12")
               .Range(3, 512))
      .Add(Key::Duration("db.connect_timeout", "Longest time to connect, per host")
               .Default("2s")
               .Range(absl::Seconds(1), absl::Minutes(1)))
      .Add(Key::Duration("db.lock_wait_timeout", "Longest wait for a row lock")
               .Default("5s")
               .Range(absl::Seconds(1), absl::Minutes(5)))
      .Add(Key::Path("db.tls_ca_file", "CA of the database's certificate; makes TLS mandatory")
               .MustExist())
      .Add(Key::Path("db.tls_cert_file", "Own certificate towards the database").MustExist())
      .Add(Key::Path("db.tls_key_file", "Key of that certificate").MustExist())
      .Add(Key::Duration("events.keep", "Events older than this are removed; 0 keeps all")
               .Default("0")
               .Range(absl::ZeroDuration(), absl::Hours(24 * 3660)))
      .Add(Key::Duration("requests.keep", "Answers are kept for repeated request ids so long")
               .Default("96h")
               .Range(absl::Hours(72), absl::Hours(24 * 366)))
      .Add(Key::Bool("migrate", "Bring the schema up to date and exit"))
      .Add(Key::Duration("migrate_wait", "How long --migrate waits for a database that is down")
               .Default("30s")
               .Range(absl::ZeroDuration(), absl::Hours(1)));
  spec.Check([](const Values& values, Problems& problems) {
    if (values.Has("db.hosts") == values.Has("db.socket")) {
      problems.Add({"db.hosts", "db.socket"}, "set exactly one of the two");
    }
    if (values.Has("db.tls_cert_file") != values.Has("db.tls_key_file")) {
      problems.Add({"db.tls_cert_file", "db.tls_key_file"}, "certificate and key go together");
    }
    if (values.Int("db.pool_size") < values.Int("server.workers") + kOwnConnections) {
      problems.Add({"db.pool_size", "server.workers"},
                   fmt::format("the pool needs {} connections at least: one per worker and {} more",
                               values.Int("server.workers") + kOwnConnections, kOwnConnections));
    }
  });
}

}  // namespace

void AddCommonKeys(Spec& spec, std::string_view default_address, std::string_view schema) {
  spec.Add(Key::String("log.level", "Least severe lines that are written")
               .Default("info")
               .OneOf({"debug", "info", "warning", "error"}))
      .Add(Key::String("log.calls", "Which calls get a log line")
               .Default("failed")
               .OneOf({"all", "failed", "none"}))
      .Add(Key::Bool("metrics.enabled", "Serve /metrics").Default("true"))
      .Add(Key::Address("metrics.address", "Where /metrics is served").Default("127.0.0.1:0"))
      .Add(Key::Path("auth.key_dir", "Folder with the public keys <kid>.pem").Required())
      .Add(Key::String("auth.issuer", "Issuer that tokens must name").Default("kefu"))
      .Add(Key::String("auth.audience", "Audience that tokens must name").Default("kefu"));
  AddServerKeys(spec, default_address);
  if (!schema.empty()) AddDatabaseKeys(spec, schema);
}

rpc::ServerOptions ServerOptionsFrom(const Values& values) {
  rpc::ServerOptions options;
  options.address = values.Address("server.address").ToString();
  options.tls.certificate = values.Path("server.tls_cert_file");
  options.tls.key = values.Path("server.tls_key_file");
  options.tls.ca = values.Path("server.tls_ca_file");
  options.max_receive_bytes = static_cast<int>(values.Int("server.max_receive_bytes"));
  options.health_interval = values.Duration("server.health_interval");
  options.reflection = values.Bool("server.reflection");
  return options;
}

rpc::DispatcherOptions DispatcherOptionsFrom(const Values& values) {
  rpc::DispatcherOptions options;
  options.workers = static_cast<int>(values.Int("server.workers"));
  options.queue_capacity = static_cast<size_t>(values.Int("server.queue"));
  options.max_streams = static_cast<size_t>(values.Int("server.max_streams"));
  options.default_deadline = values.Duration("server.default_deadline");
  return options;
}

db::DatabaseOptions DatabaseOptionsFrom(const Values& values) {
  db::DatabaseOptions options;
  for (const config::HostPort& address : values.Addresses("db.hosts")) {
    options.hosts.push_back({address.host, address.port});
  }
  options.unix_socket = values.Path("db.socket");
  options.user = values.Str("db.user");
  options.password = values.Secret("db.password_file");
  options.schema = values.Str("db.schema");
  options.pool_size = static_cast<int>(values.Int("db.pool_size"));
  options.connect_timeout = values.Duration("db.connect_timeout");
  options.lock_wait_timeout = values.Duration("db.lock_wait_timeout");
  options.tls_ca = values.Path("db.tls_ca_file");
  options.tls_cert = values.Path("db.tls_cert_file");
  options.tls_key = values.Path("db.tls_key_file");
  return options;
}

}  // namespace kefu::app
