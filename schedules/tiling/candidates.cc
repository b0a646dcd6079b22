#include "schedules/tiling/candidates.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace slimc {
namespace {

// Beyond these a kernel is no faster and takes minutes to compile: all of it is unrolled.
constexpr int kMostAccumulators = 64;
constexpr int kMostUnrolledK = 32;
constexpr int kMostDepthwisePixels = 128;
constexpr int kMostDepthwiseRows = 8;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t round_up(std::int64_t n, std::int64_t multiple) {
  return ceil_div(n, multiple) * multiple;
}
bool divides(std::int64_t divisor, std::int64_t n) { return divisor > 0 && n % divisor == 0; }

std::int64_t panel_of(const Tiling& t) { return std::int64_t{t.lanes} * t.panel_vectors; }

bool has_register_tile(StageKind kind) {
  return kind == StageKind::FirstConvolution || kind == StageKind::Pointwise ||
         kind == StageKind::DepthwisePointwise;
}

bool has_rows(StageKind kind) { return has_register_tile(kind) || kind == StageKind::Depthwise; }

bool has_depthwise(StageKind kind) {
  return kind == StageKind::Depthwise || kind == StageKind::DepthwisePointwise;
}

// The pixels that register tiles are cut from: all of a task's where they are one dimension.
std::int64_t tiled_pixels(const StageShape& s, const Tiling& t) {
  return s.kind == StageKind::FirstConvolution ? s.out_w : t.rows * s.out_w;
}

// ---- What is legal ----

// The first thing that is wrong, in words. Conditions are evaluated whatever came before them.
class Check {
 public:
  Check(const StageShape& s, const TargetTraits& target, const Tiling& t)
      : s_(s), target_(target), t_(t) {}

  std::string run() {
    if (!is_shape()) return "the stage's shape has a size below 1 or above 2147483647";
    vector("lanes", t_.lanes);
    if (has_register_tile(s_.kind)) register_tile();
    if (s_.kind == StageKind::Pointwise || s_.kind == StageKind::DepthwisePointwise) {
      require(t_.unroll_k >= 1 && t_.unroll_k <= kMostUnrolledK,
              "unroll_k is " + text(t_.unroll_k) + ", expected 1 to " + text(kMostUnrolledK));
      pixel_channels();
      prefetch();
    }
    if (has_rows(s_.kind)) {
      require(divides(t_.rows, s_.out_h), "rows is " + text(t_.rows) +
                                              ", expected a divisor of the " + text(s_.out_h) +
                                              " rows of output");
    }
    if (has_depthwise(s_.kind)) depthwise();
    switch (s_.kind) {
      case StageKind::Depthwise:
        if (s_.depth_multiplier == 1) divides_channels("lanes", t_.lanes);
        require(!t_.split_channels || s_.depth_multiplier == 1,
                "split_channels is 1, expected 0 for a depthwise with depth multiplier " +
                    text(s_.depth_multiplier));
        if (t_.split_channels) split("lanes", t_.lanes, s_.in_padded_c);
        break;
      case StageKind::Pointwise:
        if (t_.split_channels) {
          split("lanes * panel_vectors", panel_of(t_),
                round_up(s_.out_c, std::max<std::int64_t>(1, panel_of(t_))));
        }
        break;
      case StageKind::DepthwisePointwise:
        // All channels of the depthwise are inputs of every output of the pointwise.
        require(!t_.split_channels,
                "split_channels is 1, expected 0: tasks of a fused stage are rows");
        break;
      case StageKind::Pool:
        require(t_.panel_vectors >= 1 && t_.panel_vectors <= kMostAccumulators,
                "panel_vectors is " + text(t_.panel_vectors) + ", expected 1 to " +
                    text(kMostAccumulators));
        task_channels("lanes * panel_vectors", panel_of(t_), s_.in_padded_c);
        break;
      case StageKind::FirstConvolution:
      case StageKind::Softmax:
      case StageKind::Copy:
        break;
    }
    return problem_;
  }

 private:
  static std::string text(std::int64_t n) { return std::to_string(n); }

  void require(bool holds, const std::string& otherwise) {
    if (!holds && problem_.empty()) problem_ = otherwise;
  }

  // Products of two of these fit 64 bits, and each fits a generator's parameter.
  bool is_shape() const {
    const auto is_size = [](std::int64_t n) {
      return n >= 1 && n <= std::numeric_limits<std::int32_t>::max();
    };
    return is_size(s_.in_h) && is_size(s_.in_w) && is_size(s_.in_c) && is_size(s_.out_h) &&
           is_size(s_.out_w) && is_size(s_.out_c) && is_size(s_.depth_multiplier) &&
           is_size(s_.in_padded_c);
  }

  void vector(const std::string& name, std::int64_t lanes) {
    require(lanes >= 1 && lanes <= target_.lanes() && (lanes & (lanes - 1)) == 0,
            name + " is " + text(lanes) + ", expected a power of two up to the target's " +
                text(target_.lanes()));
  }

  void divides_channels(const std::string& name, std::int64_t lanes) {
    require(divides(lanes, s_.in_padded_c), name + " is " + text(lanes) +
                                                ", expected a divisor of the " +
                                                text(s_.in_padded_c) + " channels of input");
  }

  void register_tile() {
    const std::int64_t vectors = ceil_div(s_.out_c, std::max(1, t_.lanes));
    require(t_.panel_vectors >= 1 && t_.panel_vectors <= vectors,
            "panel_vectors is " + text(t_.panel_vectors) + ", expected 1 to the " + text(vectors) +
                " vectors that hold all channels");
    require(t_.tile_pixels >= 1, "tile_pixels is " + text(t_.tile_pixels) + ", expected 1 or more");
    const std::int64_t accumulators = std::int64_t{t_.panel_vectors} * t_.tile_pixels;
    require(accumulators <= kMostAccumulators, "panel_vectors * tile_pixels is " +
                                                   text(accumulators) + ", expected at most " +
                                                   text(kMostAccumulators));
  }

  void depthwise() {
    if (s_.kind == StageKind::DepthwisePointwise) {
      vector("depthwise_lanes", t_.depthwise_lanes);
      if (s_.depth_multiplier == 1) divides_channels("depthwise_lanes", t_.depthwise_lanes);
    }
    require(t_.depthwise_rows >= 1 && t_.depthwise_rows <= kMostDepthwiseRows,
            "depthwise_rows is " + text(t_.depthwise_rows) + ", expected 1 to " +
                text(kMostDepthwiseRows));
    require(t_.depthwise_pixels >= 1 && t_.depthwise_pixels <= kMostDepthwisePixels,
            "depthwise_pixels is " + text(t_.depthwise_pixels) + ", expected 1 to " +
                text(kMostDepthwisePixels));
  }

  // Loads of several channels have no conditions for what is left of them at the end.
  void pixel_channels() {
    vector("pixel_channels", t_.pixel_channels);
    require(divides(t_.pixel_channels, t_.unroll_k),
            "pixel_channels is " + text(t_.pixel_channels) +
                ", expected a divisor of unroll_k = " + text(t_.unroll_k));
    const std::int64_t channels = s_.in_c * s_.depth_multiplier;
    require(t_.pixel_channels == 1 || divides(t_.unroll_k, channels),
            "unroll_k is " + text(t_.unroll_k) + ", expected a divisor of the " + text(channels) +
                " channels of input where pixel_channels is not 1");
  }

  void prefetch() {
    require(t_.prefetch >= 0 && t_.prefetch <= 2,
            "prefetch is " + text(t_.prefetch) + ", expected 0, 1 or 2");
    if (s_.kind != StageKind::DepthwisePointwise) return;
    require(t_.prefetch_rows >= 0 && t_.prefetch_rows <= 2,
            "prefetch_rows is " + text(t_.prefetch_rows) + ", expected 0, 1 or 2");
  }

  void split(const std::string& unit_name, std::int64_t unit, std::int64_t channels) {
    require(t_.rows == s_.out_h, "rows is " + text(t_.rows) + ", expected all " + text(s_.out_h) +
                                     " where channels are split");
    task_channels(unit_name, unit, channels);
  }

  void task_channels(const std::string& unit_name, std::int64_t unit, std::int64_t channels) {
    require(divides(t_.task_channels, channels) && divides(unit, t_.task_channels),
            "task_channels is " + text(t_.task_channels) + ", expected a multiple of " + unit_name +
                " = " + text(unit) + " that divides " + text(channels));
  }

  const StageShape& s_;
  const TargetTraits& target_;
  const Tiling& t_;
  std::string problem_;
};

// ---- What is worth measuring ----

std::vector<std::int64_t> divisors(std::int64_t n) {
  std::vector<std::int64_t> found;
  for (std::int64_t d = 1; d <= n; ++d) {
    if (n % d == 0) found.push_back(d);
  }
  return found;
}

// Narrower vectors than the target's, where channels are so few that a ninth or more of the work
// would be for padding.
std::vector<int> lanes_for(std::int64_t channels, int widest) {
  std::vector<int> found = {widest};
  for (int lanes = widest / 2; lanes >= std::min(4, widest); lanes /= 2) {
    if (round_up(channels, lanes) * 9 <= round_up(channels, found.back()) * 8) {
      found.push_back(lanes);
    }
  }
  return found;
}

// Vectors that divide a number of channels; narrower than four only where nothing else does.
std::vector<int> lanes_dividing(std::int64_t channels, int widest) {
  std::vector<int> found;
  for (int lanes = widest; lanes >= 1; lanes /= 2) {
    if (channels % lanes == 0 && (lanes >= 4 || found.empty())) found.push_back(lanes);
  }
  return found;
}

class Candidates {
 public:
  Candidates(const StageShape& s, const TargetTraits& target, const Tiling& around)
      : s_(s), target_(target), around_(around) {}

  std::vector<Tiling> run() {
    add(around_);
    switch (s_.kind) {
      case StageKind::FirstConvolution:
        for (const std::int64_t rows : row_counts()) {
          Tiling t = around_;
          t.rows = rows;
          add_register_tiles(t);
        }
        break;
      case StageKind::Depthwise:
        for (const Tiling& t : depthwise_tasks()) add_depthwise_loops(t);
        break;
      case StageKind::Pointwise:
        add_products();
        break;
      case StageKind::DepthwisePointwise:
        add_products();
        for (const int lanes : depthwise_lanes(s_.in_c * s_.depth_multiplier)) {
          Tiling t = around_;
          t.depthwise_lanes = lanes;
          add_depthwise_loops(t);
        }
        break;
      case StageKind::Pool:
        add_pools();
        break;
      case StageKind::Softmax:
      case StageKind::Copy:
        for (int lanes = target_.lanes(); lanes >= std::min(4, target_.lanes()); lanes /= 2) {
          Tiling t = around_;
          t.lanes = lanes;
          add(t);
        }
        break;
    }
    return std::move(found_);
  }

 private:
  void add(const Tiling& t) {
    assert(check_tiling(s_, target_, t).empty());
    if (std::find(found_.begin(), found_.end(), t) == found_.end()) found_.push_back(t);
  }

  // Tasks that keep what they read and what is between their convolutions in L2.
  std::vector<std::int64_t> row_counts() const {
    std::int64_t row_floats = s_.in_w * s_.in_c * s_.stride_h;
    if (s_.kind == StageKind::DepthwisePointwise) {
      row_floats += s_.out_w * s_.in_c * s_.depth_multiplier;
    }
    const std::int64_t most = target_.l2_bytes / std::int64_t{sizeof(float)} / row_floats;
    std::vector<std::int64_t> rows = divisors(s_.out_h);
    rows.erase(
        std::remove_if(rows.begin(), rows.end(),
                       [&](std::int64_t r) { return r != 1 && r != around_.rows && r > most; }),
        rows.end());
    return rows;
  }

  // Lanes and register tiles for the rows of `t`.
  std::vector<Tiling> register_tiles(Tiling t) const {
    std::vector<Tiling> tiles;
    const std::int64_t pixels = tiled_pixels(s_, t);
    // AVX-512 broadcasts an operand from memory; elsewhere a pixel takes a register.
    const int registers = target_.vector_registers - (target_.lanes() >= 16 ? 0 : 1);
    std::vector<int> widths = lanes_for(s_.out_c, target_.lanes());
    if (std::find(widths.begin(), widths.end(), around_.lanes) == widths.end()) {
      widths.push_back(around_.lanes);
    }
    for (const int lanes : widths) {
      const std::int64_t vectors = ceil_div(s_.out_c, lanes);
      t.lanes = lanes;
      for (int v = 1; v <= 8 && v <= vectors; ++v) {
        // A quarter of the work for channels that nobody reads is too much.
        if (round_up(vectors, v) * 4 > vectors * 5) continue;
        // Accumulators and the panel's weights; 16 pixels already hide every latency.
        const std::int64_t most = std::min<std::int64_t>({registers / v - 1, 16, pixels});
        for (std::int64_t p = std::max<std::int64_t>(1, ceil_div(most, 2)); p <= most; ++p) {
          // Of tiles that cut the pixels into as many pieces the smallest does the least work
          // twice.
          if (p > 1 && ceil_div(pixels, p) == ceil_div(pixels, p - 1)) continue;
          t.panel_vectors = v;
          t.tile_pixels = static_cast<int>(p);
          tiles.push_back(t);
        }
      }
    }
    return tiles;
  }

  void add_register_tiles(const Tiling& t) {
    for (const Tiling& tile : register_tiles(t)) add(tile);
  }

  // Rows or channels of a task, register tiles and the order of loops depend on each other: all
  // combinations. The unrolling of the reduction and the prefetch of weights alone.
  void add_products() {
    for (const std::int64_t rows : row_counts()) {
      Tiling t = around_;
      t.rows = rows;
      t.split_channels = false;
      for (const Tiling& tile : register_tiles(t)) add_orders(tile, round_up_panels(tile));
    }
    if (s_.kind == StageKind::Pointwise) {
      Tiling t = around_;
      t.rows = s_.out_h;
      t.split_channels = true;
      for (const Tiling& tile : register_tiles(t)) {
        for (const std::int64_t panels : divisors(round_up_panels(tile))) {
          Tiling task = tile;
          task.task_channels = panels * panel_of(tile);
          add_orders(task, panels);
        }
      }
    }
    for (const int k : {1, 2, 4, 8}) {
      Tiling t = around_;
      t.unroll_k = k;
      t.pixel_channels = 1;
      const std::int64_t channels = s_.in_c * s_.depth_multiplier;
      if (k <= channels) add(t);
      t.pixel_channels = std::min(4, target_.lanes());
      if (target_.multiplies_by_lane && divides(t.pixel_channels, k) && divides(k, channels))
        add(t);
    }
    for (const int level : {0, 1, 2}) {
      Tiling t = around_;
      t.prefetch = level;
      add(t);
      t.prefetch = around_.prefetch;
      t.prefetch_rows = level;
      if (s_.kind == StageKind::DepthwisePointwise) add(t);
    }
  }

  std::int64_t round_up_panels(const Tiling& t) const { return ceil_div(s_.out_c, panel_of(t)); }

  void add_orders(Tiling t, std::int64_t panels) {
    const bool one_loop = panels == 1 || t.tile_pixels == tiled_pixels(s_, t);
    for (const bool outside : {around_.panels_outside, !around_.panels_outside}) {
      t.panels_outside = outside;
      add(t);
      if (one_loop) break;
    }
  }

  std::vector<int> depthwise_lanes(std::int64_t channels) const {
    return s_.depth_multiplier == 1 ? lanes_dividing(s_.in_padded_c, target_.lanes())
                                    : lanes_for(channels, target_.lanes());
  }

  std::vector<Tiling> depthwise_tasks() const {
    std::vector<Tiling> tasks;
    for (const int lanes : depthwise_lanes(s_.out_c)) {
      Tiling t = around_;
      t.lanes = lanes;
      t.split_channels = false;
      for (const std::int64_t rows : row_counts()) {
        t.rows = rows;
        tasks.push_back(t);
      }
      if (s_.depth_multiplier != 1) continue;
      t.split_channels = true;
      t.rows = s_.out_h;
      for (const std::int64_t vectors : divisors(s_.in_padded_c / lanes)) {
        t.task_channels = vectors * lanes;
        tasks.push_back(t);
      }
    }
    return tasks;
  }

  void add_depthwise_loops(Tiling t) {
    std::vector<std::int64_t> pixels;
    for (std::int64_t p = 1; p <= 8 && p <= s_.out_w; ++p) pixels.push_back(p);
    // A row without a loop and without conditions, while that is not a page of code.
    constexpr std::int64_t kMostTaps = 512;
    if (s_.out_w > 8 && s_.out_w <= 32 && s_.out_w * s_.kernel_h * s_.kernel_w <= kMostTaps) {
      pixels.push_back(s_.out_w);
    }
    for (const std::int64_t p : pixels) {
      for (const bool inside : {false, true}) {
        t.depthwise_pixels = static_cast<int>(p);
        t.depthwise_channels_inside = inside;
        for (const int rows : {1, 2}) {
          t.depthwise_rows = rows;
          if (rows <= t.rows && (rows == 1 || p <= 8)) add(t);
        }
      }
    }
  }

  void add_pools() {
    for (const int lanes : lanes_dividing(s_.in_padded_c, target_.lanes())) {
      for (int v = 1; v <= 8; ++v) {
        const std::int64_t panel = std::int64_t{lanes} * v;
        if (s_.in_padded_c % panel != 0) continue;
        for (const std::int64_t panels : divisors(s_.in_padded_c / panel)) {
          Tiling t = around_;
          t.lanes = lanes;
          t.panel_vectors = v;
          t.task_channels = panels * panel;
          add(t);
        }
      }
    }
  }

  const StageShape& s_;
  const TargetTraits& target_;
  const Tiling& around_;
  std::vector<Tiling> found_;
};

}  // namespace

std::string check_tiling(const StageShape& shape, const TargetTraits& target,
                         const Tiling& tiling) {
  return Check(shape, target, tiling).run();
}

std::vector<Tiling> candidate_tilings(const StageShape& shape, const TargetTraits& target) {
  return candidate_tilings(shape, target, choose_tiling(shape, target));
}

std::vector<Tiling> candidate_tilings(const StageShape& shape, const TargetTraits& target,
                                      const Tiling& around) {
  return Candidates(shape, target, around).run();
}

}  // namespace slimc
