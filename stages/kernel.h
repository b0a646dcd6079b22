// What is known of a stage's kernel before anything is compiled: the generator's parameters, what a
// call of it is given, and which weights it reads in which order.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ir/activation.h"
#include "ir/tensor_type.h"
#include "ir/value.h"
#include "schedules/tiling/tiling.h"

namespace slimc {

// One image of an activation in memory: rows of pixels without gaps between the rows, NHWC.
// Channels from `channels` to `padded_channels` hold zeros, or what the activation makes of zero; a
// gap behind them is neither written nor read.
struct ImageLayout {
  std::int64_t height = 1, width = 1, channels = 1;
  std::int64_t padded_channels = 1;  // a multiple of the writer's vector or panel
  std::int64_t channel_stride = 1;   // elements from pixel to pixel, >= padded_channels

  std::int64_t pixels() const { return height * width; }
  std::int64_t row_elements() const { return width * channel_stride; }
};

// How a constant is packed for a kernel: a matrix of rows x channels becomes
// [panel][row][channel in panel], with zeros for the channels that only pad the last panel.
struct WeightsLayout {
  enum class Values {
    Constant,    // of the graph
    UnitMatrix,  // ones where row and channel agree
    Zeros,
  };
  Values values = Values::Constant;
  std::int64_t rows = 1, channels = 1;  // of the constant, row-major
  std::int64_t panel_channels = 1;      // of a panel
  std::int64_t padded_channels = 1;     // of all panels
  // Rows [.., in_channels] in which the order of in_channels is reversed; 0: none are.
  std::int64_t reversed_in_channels = 0;
  // Behind each `pixel_rows` rows stand rows of zeros up to `padded_pixel_rows`; 0: nowhere.
  std::int64_t pixel_rows = 0, padded_pixel_rows = 0;

  std::int64_t packed_rows() const {
    return pixel_rows == 0 ? rows : rows / pixel_rows * padded_pixel_rows;
  }
  std::int64_t packed_elements() const { return packed_rows() * padded_channels; }
  friend bool operator==(const WeightsLayout&, const WeightsLayout&) = default;
};

// A block of the weights object.
struct WeightsBlock {
  Value value;  // the constant in the graph that was planned; invalid where the layout needs none
  WeightsLayout layout;
  TensorType type;
  std::int64_t offset = 0;  // bytes from the object's start; 64-byte aligned

  std::int64_t bytes() const { return layout.packed_elements() * type.element_bytes(); }
};

// One dimension of an argument, as Halide's halide_dimension_t: innermost first.
struct ArgumentDim {
  std::int64_t extent = 1, stride = 1;  // elements
};

// One argument of a kernel, as its stage sees it.
struct KernelArgument {
  enum class Role {
    Image,    // the caller's image
    Input,    // the `input`-th of the stage's
    Output,   // what the stage writes
    Scratch,  // the running thread's
    Weights,  // `weights`
    TaskRow,  // not a buffer: an int32 scalar, task index * task_step
  };
  std::string name;  // "in", "weights", "bias", "out", ...: the generator's
  Role role = Role::Input;
  int input = 0;
  TensorType type;
  std::int64_t offset = 0;     // elements from the first of the image to what task 0 begins with
  std::int64_t task_step = 0;  // elements (TaskRow: units) that task t moves on by
  std::vector<ArgumentDim> dims;
  WeightsBlock weights;  // without its offset
};

// The GeneratorParams, in fixed order.
using KernelParameters = std::vector<std::pair<std::string, std::string>>;

// A kernel for one type of the network's input.
struct KernelVariant {
  ElementType input = ElementType::Float32;  // UInt8: preprocessing is fused in
  KernelParameters parameters;
  std::vector<KernelArgument> arguments;
};

// All that a stage's kernel is.
struct StageKernel {
  std::string description;  // "depthwise 3x3 stride 2 + pointwise 64 -> 128, 56x56"
  ActivationFunction activation;
  std::int64_t tasks = 1;
  std::int64_t scratch_bytes = 0;
  // Rows that it reads above and below the images that are its inputs; they must hold zeros.
  std::int64_t rows_above = 0, rows_below = 0;
  std::int64_t multiply_adds = 0;
  std::int64_t parameters = 0;
  std::int64_t parameter_bytes = 0;  // as they are stored, without what pads panels
  // Floats first; more than one where the stage reads the network's input.
  std::vector<KernelVariant> variants;
};

// How 1x1 convolutions are computed, Float32 or Float16 each.
struct Precision {
  // How their weights are stored. The target must be able to convert them (Target::converts_half).
  ElementType weights = ElementType::Float32;
  // What they are multiplied in, and added up in. Float16 is for targets that have it
  // (Target::computes_half), with weights of Float16 and a tiling of the model's.
  ElementType arithmetic = ElementType::Float32;
  ElementType accumulate = ElementType::Float32;
};

}  // namespace slimc
