#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tests/benchmarks/peers/report.h"

namespace slimc::peers {
namespace {

// All in pixels.
constexpr int kLabels = 170;  // names of networks, left of the bars
constexpr int kBars = 380;    // the longest bar
constexpr int kGap = 40;      // between panels
constexpr int kBar = 8, kBarGap = 1, kGroupGap = 10;
constexpr int kNotes = 74, kNote = 14;  // the first one, and from one to the next
constexpr int kAboveBars = 26, kBottom = 40;
constexpr const char* kColours[] = {"#0b5394", "#6fa8dc", "#e69138",
                                    "#6aa84f", "#a64d79", "#999999"};

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string text_at(int x, int y, const std::string& text, const char* attributes = "") {
  return fmt::format("<text x=\"{}\" y=\"{}\" {}>{}</text>\n", x, y, attributes, escaped(text));
}

const char* colour_of(std::size_t contender) {
  return kColours[std::min(contender, std::size(kColours) - 1)];
}

class Chart {
 public:
  explicit Chart(const Comparison& comparison) : comparison_(comparison) {
    longest_ = 1;
    for (const Row& row : comparison.rows) {
      for (std::size_t i = 0; i < row.outcomes.size(); ++i) {
        longest_ = std::max(longest_, speed(row, i));
      }
    }
    longest_ = std::ceil(longest_ * 4) / 4;
    top_ = height_ =
        kNotes + kNote * static_cast<int>(comparison.circumstances.notes.size()) + kAboveBars;
  }

  std::string draw() {
    const std::vector<int> threads = threads_of(comparison_);
    for (std::size_t panel = 0; panel < threads.size(); ++panel) {
      draw_panel(static_cast<int>(panel) * (kLabels + kBars + kGap), threads[panel]);
    }
    const int width = std::max(1, static_cast<int>(threads.size())) * (kLabels + kBars + kGap);
    return fmt::format(
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
               "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"11\">\n"
               "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
               width, height_ + kBottom) +
           legend() + body_ + "</svg>\n";
  }

 private:
  double speed(const Row& row, std::size_t i) const {
    return ratio_to_best_peer(comparison_, row, static_cast<int>(i), Figure::Min);
  }
  int length_of(double speed) const { return static_cast<int>(speed / longest_ * kBars); }

  std::string legend() const {
    std::string text = text_at(10, 20, "Speed against the best peer of each row (1 = its minimum)",
                               "font-size=\"14\"");
    text += text_at(10, 38, comparison_.circumstances.cpu + ", " + comparison_.circumstances.date);
    int x = 10;
    for (std::size_t i = 0; i < comparison_.contenders.size(); ++i) {
      const std::string& name = comparison_.contenders[i].name;
      text += fmt::format("<rect x=\"{}\" y=\"48\" width=\"10\" height=\"10\" fill=\"{}\"/>\n", x,
                          colour_of(i));
      text += text_at(x + 14, 57, name);
      x += 34 + 7 * static_cast<int>(name.size());
    }
    int y = kNotes;
    for (const std::string& note : comparison_.circumstances.notes) {
      text += text_at(10, y, note, "fill=\"#cc0000\"");
      y += kNote;
    }
    return text;
  }

  void draw_panel(int left, int threads) {
    const int zero = left + kLabels;
    body_ += text_at(zero, top_ - 8, fmt::format("{} thread{}", threads, threads == 1 ? "" : "s"),
                     "font-weight=\"bold\"");
    int y = top_;
    for (const Row& row : comparison_.rows) {
      if (row.threads == threads) y = draw_row(row, zero, y);
    }
    for (const double tick : {0.5, 1.0, 1.5, 2.0, 3.0}) {
      if (tick > longest_) break;
      const int x = zero + length_of(tick);
      body_ += fmt::format(
          "<line x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\" stroke=\"black\" "
          "stroke-opacity=\"{3}\"/>\n",
          x, top_, y, tick == 1 ? 0.8 : 0.15);
      body_ += text_at(x, y + 14, fmt::format("{:g}", tick), "text-anchor=\"middle\"");
    }
    height_ = std::max(height_, y);
  }

  // Returns where the next row begins.
  int draw_row(const Row& row, int zero, int y) {
    const int middle = y + static_cast<int>(row.outcomes.size()) * (kBar + kBarGap) / 2 + 4;
    body_ += text_at(zero - 6, middle, row.network, "text-anchor=\"end\"");
    for (std::size_t i = 0; i < row.outcomes.size(); ++i) {
      const double ratio = speed(row, i);
      body_ += fmt::format(
          "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
          "fill=\"{}\"><title>{}</title></rect>\n",
          zero, y, length_of(ratio), kBar, colour_of(i),
          escaped(row.outcomes[i].timed()
                      ? fmt::format("{}: {:.3f} ms, {:.2f}", comparison_.contenders[i].name,
                                    row.outcomes[i].min_ms, ratio)
                      : comparison_.contenders[i].name + ": " + row.outcomes[i].problem));
      y += kBar + kBarGap;
    }
    return y + kGroupGap;
  }

  const Comparison& comparison_;
  double longest_ = 1;
  int top_ = 0, height_ = 0;  // of the bars, and where the lowest ends
  std::string body_;
};

}  // namespace

std::string to_svg(const Comparison& comparison) { return Chart(comparison).draw(); }

}  // namespace slimc::peers
