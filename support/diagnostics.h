// What slimc says about a problem: which file, which node or tensor in it, what was found there
// and what was expected.
#pragma once

#include <string>
#include <vector>

namespace slimc {

// Who has to act decides the exit status of the tool.
enum class Blame {
  Input,  // a bad file, model or failed check: exit status 1
  Usage,  // a wrong command line: exit status 2
  Tool,   // clang++, the generator program or another helper is missing or broke: exit status 3
};

// Every member has an initialiser, so that `{.file = f, .message = m}` is complete for all
// compilers.
struct Diagnostic {
  std::string file = {};  // empty where no file is concerned
  std::string subject =
      {};  // "node 'MobilenetV1/Logits/Conv2D'", "tensor 'a/weights'"; may be empty
  std::string message = {};  // what was found and what was expected; no trailing period
  Blame blame = Blame::Input;
  int line = 0;    // 1-based; 0 where there is none
  int column = 0;  // 1-based; 0 where there is none

  // "net.pbtxt:12:7: node 'x': message", leaving out the parts that are empty.
  std::string to_string() const;
};

// A list of problems that is never empty once it is the error of a Result.
class Diagnostics {
 public:
  Diagnostics() = default;
  explicit Diagnostics(Diagnostic diagnostic) { add(std::move(diagnostic)); }

  void add(Diagnostic diagnostic) { list_.push_back(std::move(diagnostic)); }
  void add(Diagnostics other);

  bool empty() const { return list_.empty(); }
  const std::vector<Diagnostic>& list() const { return list_; }

  // The gravest blame of the list, for the exit status: Tool, then Usage, then Input.
  Blame blame() const;

  // One line a problem.
  std::string to_string() const;

 private:
  std::vector<Diagnostic> list_;
};

}  // namespace slimc
