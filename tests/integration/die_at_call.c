// Preloaded into slimc: kills it in front of the DIE_AT_CALL-th call that changes a folder or makes
// sure of a file.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static void count(void) {
  static atomic_int calls;
  const char* wanted = getenv("DIE_AT_CALL");
  if (wanted != NULL && atomic_fetch_add(&calls, 1) + 1 == atoi(wanted)) kill(getpid(), SIGKILL);
}

int rename(const char* from, const char* to) {
  count();
  return ((int (*)(const char*, const char*))dlsym(RTLD_NEXT, "rename"))(from, to);
}

int link(const char* from, const char* to) {
  count();
  return ((int (*)(const char*, const char*))dlsym(RTLD_NEXT, "link"))(from, to);
}

int unlink(const char* path) {
  count();
  return ((int (*)(const char*))dlsym(RTLD_NEXT, "unlink"))(path);
}

int mkostemps(char* name, int suffix, int flags) {
  count();
  return ((int (*)(char*, int, int))dlsym(RTLD_NEXT, "mkostemps"))(name, suffix, flags);
}

int fsync(int fd) {
  count();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
