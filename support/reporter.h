// Where long work says how far it is, and where problems that do not stop it go.
#pragma once

#include <string>

#include "support/diagnostics.h"

namespace slimc {

// The library code reports through this interface; the command-line tool decides how it looks
// (a progress bar on a terminal, plain lines elsewhere). Implementations are thread-safe.
class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void warning(const Diagnostic& diagnostic) = 0;
  // `what` is a short noun phrase ("stage block_3"), done of total finished.
  virtual void progress(const std::string& what, int done, int total) = 0;
  // One line of detail, shown with --verbose.
  virtual void detail(const std::string& line) = 0;
};

// Says nothing; for tests and library callers.
class SilentReporter final : public Reporter {
 public:
  void warning(const Diagnostic&) override {}
  void progress(const std::string&, int, int) override {}
  void detail(const std::string&) override {}
};

}  // namespace slimc
