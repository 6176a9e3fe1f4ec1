// SIGTERM and SIGINT as an ordinary wait instead of a handler.
#ifndef KEFU_COMMON_RPC_SHUTDOWN_SIGNAL_H_
#define KEFU_COMMON_RPC_SHUTDOWN_SIGNAL_H_

namespace kefu::rpc {

// Blocks SIGTERM and SIGINT for this thread and those it starts later, and ignores SIGPIPE. Call it
// first in main, before any thread or gRPC object exists.
void BlockShutdownSignals();

// Waits for one of them and returns its number. Only after BlockShutdownSignals.
int WaitForShutdownSignal();

// Wakes WaitForShutdownSignal as if SIGTERM had come: for a process that must end by itself.
void RequestShutdown();

}  // namespace kefu::rpc

#endif  // KEFU_COMMON_RPC_SHUTDOWN_SIGNAL_H_
