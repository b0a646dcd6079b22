#include "schedules/tiling/knobs.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <utility>

#include "schedules/tiling/tiling_rules.h"

namespace slimc {
namespace {

template <auto Field>
constexpr Knob knob(const char* name) {
  using T = std::remove_reference_t<decltype(std::declval<Tiling&>().*Field)>;
  return {
      name, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(),
      [](const Tiling& t) { return static_cast<std::int64_t>(t.*Field); },
      [](Tiling& t, std::int64_t value) {
        assert(value >= std::numeric_limits<T>::min() && value <= std::numeric_limits<T>::max());
        t.*Field = static_cast<T>(value);
      }};
}

constexpr Knob kKnobs[] = {
    knob<&Tiling::lanes>("lanes"),
    knob<&Tiling::panel_vectors>("panel_vectors"),
    knob<&Tiling::tile_pixels>("tile_pixels"),
    knob<&Tiling::unroll_k>("unroll_k"),
    knob<&Tiling::pixel_channels>("pixel_channels"),
    knob<&Tiling::rows>("rows"),
    knob<&Tiling::panels_outside>("panels_outside"),
    knob<&Tiling::prefetch>("prefetch"),
    knob<&Tiling::prefetch_rows>("prefetch_rows"),
    knob<&Tiling::split_channels>("split_channels"),
    knob<&Tiling::task_channels>("task_channels"),
    knob<&Tiling::depthwise_lanes>("depthwise_lanes"),
    knob<&Tiling::depthwise_pixels>("depthwise_pixels"),
    knob<&Tiling::depthwise_rows>("depthwise_rows"),
    knob<&Tiling::depthwise_channels_inside>("depthwise_channels_inside"),
};

// How many fields an aggregate has: as many as it takes initialisers.
struct AnyValue {
  template <typename T>
  constexpr operator T() const;
};
template <typename T, typename... Values>
constexpr std::size_t field_count() {
  if constexpr (requires { T{Values{}..., AnyValue{}}; }) {
    return field_count<T, Values..., AnyValue>();
  } else {
    return sizeof...(Values);
  }
}
static_assert(std::size(kKnobs) == field_count<Tiling>(),
              "a field of Tiling is missing in the table of knobs, or stands there twice");

}  // namespace

std::span<const Knob> knobs() { return kKnobs; }

const Knob* find_knob(std::string_view name) {
  const auto found = std::find_if(std::begin(kKnobs), std::end(kKnobs),
                                  [name](const Knob& k) { return k.name == name; });
  return found == std::end(kKnobs) ? nullptr : &*found;
}

bool is_relevant(const Knob& knob, StageKind kind) {
  for (std::string_view rest = tiling_rules(kind).knobs; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == knob.name) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::string to_string(const Tiling& tiling, StageKind kind) {
  std::string text;
  for (const Knob& k : knobs()) {
    if (!is_relevant(k, kind)) continue;
    if (!text.empty()) text += ' ';
    text += k.name;
    text += '=';
    text += std::to_string(k.get(tiling));
  }
  return text;
}

}  // namespace slimc
