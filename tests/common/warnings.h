// What a reporter was warned of, for tests to look at.
#pragma once

#include <string>
#include <vector>

#include "support/reporter.h"

namespace slimc::testing {

class Warnings final : public Reporter {
 public:
  void warning(const Diagnostic& diagnostic) override {
    list.push_back(diagnostic.to_string());
    text += list.back() + "\n";
  }
  void progress(const std::string&, int, int) override {}
  void detail(const std::string&) override {}

  std::vector<std::string> list;
  std::string text;  // a line each
};

}  // namespace slimc::testing
