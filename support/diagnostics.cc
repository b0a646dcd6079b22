#include "support/diagnostics.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace slimc {

std::string Diagnostic::to_string() const {
  std::string place = file;
  if (line > 0) {
    if (!place.empty()) place += ":";
    place += std::to_string(line);
    if (column > 0) place += ":" + std::to_string(column);
  }
  std::string text;
  for (const std::string& part : {place, subject, message}) {
    if (part.empty()) continue;
    if (!text.empty()) text += ": ";
    text += part;
  }
  return text;
}

void Diagnostics::add(Diagnostics other) {
  list_.insert(list_.end(), std::make_move_iterator(other.list_.begin()),
               std::make_move_iterator(other.list_.end()));
}

Blame Diagnostics::blame() const {
  const auto has = [this](Blame blame) {
    return std::any_of(list_.begin(), list_.end(),
                       [blame](const Diagnostic& d) { return d.blame == blame; });
  };
  if (has(Blame::Tool)) return Blame::Tool;
  if (has(Blame::Usage)) return Blame::Usage;
  return Blame::Input;
}

std::string Diagnostics::to_string() const {
  std::string text;
  for (const Diagnostic& diagnostic : list_) {
    if (!text.empty()) text += '\n';
    text += diagnostic.to_string();
  }
  return text;
}

}  // namespace slimc
