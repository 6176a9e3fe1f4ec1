// A port for a server that is stopped and started again at the same address. Test code only.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

namespace kefu::testing {

// A free port of 127.0.0.1, below the range from which the kernel gives ports to outgoing
// connections, so that nobody takes it while the server is down.
inline int FreePort() {
  std::random_device random;
  for (;;) {
    const int port = std::uniform_int_distribution<int>(15000, 32000)(random);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free = ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    ::close(fd);
    if (free) return port;
  }
}

}  // namespace kefu::testing
