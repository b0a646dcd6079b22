// What the kernels of several kinds of stages have in common: parameters as text, arguments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schedules/tiling/arithmetic.h"
#include "schedules/tiling/register_tile.h"
#include "stages/stage_kind.h"

namespace slimc {

inline constexpr std::int64_t kFloat = sizeof(float);

std::string parameter_text(std::int64_t n);
std::string parameter_text(bool b);
std::string parameter_text(float x);
// Numbers of channels, or one where all are the same.
std::string parameter_text(const std::vector<double>& numbers);

void append(KernelParameters& to, const KernelParameters& more);

// `name` and, of those that have them, the activation's parameters.
KernelParameters activation_parameters(const std::string& name, const ActivationFunction& a);
// Of the loops of a depthwise (schedules/depthwise_rows.h); `channels` are a task's.
KernelParameters depthwise_parameters(const StageContext& context, std::int64_t channels,
                                      std::int64_t pad_left);
// Of a matrix product (schedules/gemm_tile.h).
KernelParameters gemm_parameters(const Tiling& t, std::int64_t reduction,
                                 const Precision& precision);

// [pixels][channels], rows joined.
std::vector<ArgumentDim> matrix_dims(std::int64_t channels, std::int64_t pixels,
                                     std::int64_t stride);
// [row][pixel][channel]
std::vector<ArgumentDim> image_dims(std::int64_t c, std::int64_t w, std::int64_t h,
                                    std::int64_t stride);
// [panel][row][channel in panel]
std::vector<ArgumentDim> panel_dims(std::int64_t panel, std::int64_t rows, std::int64_t panels);

KernelArgument input_argument(std::vector<ArgumentDim> dims, std::int64_t task_step);
KernelArgument output_argument(std::vector<ArgumentDim> dims, std::int64_t task_step);
// A constant of rows x channels in panels.
KernelArgument weights_argument(const std::string& name, Value constant,
                                const WeightsLayout& layout, std::vector<ArgumentDim> dims,
                                std::int64_t task_step, ElementType type = ElementType::Float32);
// `read`: the channels that a task reads.
KernelArgument bias_argument(const std::string& name, Value constant, std::int64_t channels,
                             std::int64_t padded_channels, std::int64_t read,
                             std::int64_t task_step);
// The kernel's scratch of so many elements.
KernelArgument scratch_argument(StageKernel& kernel, std::vector<ArgumentDim> dims,
                                std::int64_t elements, ElementType type = ElementType::Float32);

// Rows of input that `rows` rows of output read.
std::int64_t input_rows(const StageShape& s, std::int64_t rows);

// The lines of a depthwise's input, for a task of so many channels; and the kernel's rows above and
// below its input.
KernelArgument depthwise_input(const StageContext& context, StageKernel& kernel,
                               const Padding& padding, std::int64_t channels);

// "3x3 stride 2"
std::string convolution_words(const StageShape& s);

// A convolution's op and its constants.
struct ConvolutionOp {
  const Op& op;
  const ConvolutionAttributes& attributes;
  Value weights, bias;
  std::int64_t elements;  // of the weights
};
ConvolutionOp convolution_of(const Graph& graph, Value value);

// What is wrong with the pixels of a stage's input, for a stage that looks at several; or nothing.
std::string problem_of_pixels(const Forming& network, Value input);

// Of an op alone that computes each pixel from the same pixel of its one input, and as many
// channels.
NetworkStage stage_of_pixels(const Forming& network, StageKind kind, const std::string& name,
                             Value value);

// Of a stage whose result has the shape of its input.
StageShape shape_keeping(StageKind kind, const Shape& shape);
// Height, width and channels of a value; 1x1 where it is a matrix.
StageShape shape_between(StageKind kind, const Shape& in, const Shape& out);

}  // namespace slimc
