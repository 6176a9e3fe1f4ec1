// The bare gRPC server that services are measured against.
#pragma once

namespace kefu::bench {

// Serves EchoService by gRPC's callback API and nothing else on a free port of 127.0.0.1, prints
// "echo listens on HOST:PORT" to stdout, and goes on until it is killed. Returns an exit code when
// it cannot listen.
int RunEchoServer();

}  // namespace kefu::bench
