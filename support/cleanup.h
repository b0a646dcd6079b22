// What must not outlive the process: groups of children, and files and folders that are not whole.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <list>
#include <optional>

namespace slimc {

// Once, from main(), before there are other threads. From then on a thread waits for each signal
// that ends a process by default, is not the fault of its own code, and was neither ignored nor
// blocked (SIGINT, SIGTERM, SIGXCPU, ...), and for the SIGPIPE of a reader of stdout or stderr that
// went. It kills and removes what is registered below, waits for its children, and then lets the
// signal end the process, as it would have at once. A second signal does end it at once.
void clean_up_at_signals();

// Ends the process from any thread, where nothing can be unwound: kills and removes as a signal
// does. Needs a little memory.
[[noreturn]] void clean_up_and_exit(int status);

// While it lives, no signal ends slimc: for the moment between making something and registering it.
// May be nested; keep it short.
class EndPostponed {
 public:
  EndPostponed();
  EndPostponed(const EndPostponed&) = delete;
  EndPostponed& operator=(const EndPostponed&) = delete;
  ~EndPostponed();
};

// While it lives, a first SIGINT ends nothing: who works on a search comes to an end and keeps what
// there is. A second one ends slimc. One at a time.
class InterruptAwaited {
 public:
  InterruptAwaited();
  InterruptAwaited(const InterruptAwaited&) = delete;
  InterruptAwaited& operator=(const InterruptAwaited&) = delete;
  ~InterruptAwaited();

  bool came() const;
};

// While it lives, `path` is removed if a signal ends slimc: a file, or a folder with all in it.
class RemovedAtEnd {
 public:
  explicit RemovedAtEnd(std::filesystem::path path);
  RemovedAtEnd(RemovedAtEnd&& other) noexcept;
  RemovedAtEnd& operator=(RemovedAtEnd&& other) noexcept;
  ~RemovedAtEnd();  // only forgets the path

 private:
  std::optional<std::list<std::filesystem::path>::iterator> entry_;
};

// While it lives, all of a process group is killed if a signal ends slimc.
class KilledAtEnd {
 public:
  explicit KilledAtEnd(pid_t group);
  KilledAtEnd(const KilledAtEnd&) = delete;
  KilledAtEnd& operator=(const KilledAtEnd&) = delete;
  ~KilledAtEnd();

 private:
  std::list<pid_t>::iterator entry_;
};

}  // namespace slimc
