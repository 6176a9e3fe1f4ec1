// Loaded into a test's database server: its redo log is written only while nobody holds the lock on
// the file $KEFU_LOG_GATE. What has been committed meanwhile is in the server's memory alone.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

bool IsRedoLog(int fd) {
  char target[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = ::readlink(link.c_str(), target, sizeof target - 1);
  if (size <= 0) return false;
  target[size] = '\0';
  return std::strstr(target, "/ib_logfile") != nullptr;
}

void PassGate() {
  const char* const gate = std::getenv("KEFU_LOG_GATE");
  const int fd = gate != nullptr ? ::open(gate, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  while (::flock(fd, LOCK_SH) != 0 && errno == EINTR) continue;
  ::close(fd);
}

}  // namespace

extern "C" ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  using Write = ssize_t (*)(int, const void*, size_t, off64_t);
  static const auto write = reinterpret_cast<Write>(::dlsym(RTLD_NEXT, "pwrite64"));
  if (IsRedoLog(fd)) PassGate();
  return write(fd, data, size, offset);
}
