// The first convolution: the caller's image (floats, or 8-bit channels) to the first activations.
// Its reduction is short (3x3x3 = 27) and its input is user memory without padding, so a task first
// copies the image rows that it needs into a padded scratch, scaling and moving channels on the
// way (8-bit ones by x/127.5 - 1, slim's and Keras' preprocessing, or as the model says); that is
// under 5% of the task's work. The padding is zeros behind that.
//
// Channels and columns of the image are one dimension q = x * in_channels + c: kernel columns and
// input channels then form one contiguous run of the reduction.
#include <sstream>

#include "schedules/stage_common.h"

namespace slimc::schedules {

enum class InputType { Float32, UInt8 };

class FirstConvolution : public Halide::Generator<FirstConvolution> {
 public:
  GeneratorParam<int> in_h{"in_h", 224};
  GeneratorParam<int> in_w{"in_w", 224};
  GeneratorParam<int> in_channels{"in_channels", 3};
  GeneratorParam<int> rows{"rows", 4};  // of output, a task
  GeneratorParam<int> out_w{"out_w", 112};
  GeneratorParam<int> out_channels{"out_channels", 32};  // a multiple of the panel
  GeneratorParam<int> kernel_h{"kernel_h", 3};
  GeneratorParam<int> kernel_w{"kernel_w", 3};
  GeneratorParam<int> stride_h{"stride_h", 2};
  GeneratorParam<int> stride_w{"stride_w", 2};
  GeneratorParam<int> pad_top{"pad_top", 0};
  GeneratorParam<int> pad_left{"pad_left", 0};
  GeneratorParam<Activation> activation{"activation", Activation::Relu6, activation_names()};
  GeneratorParam<float> activation_alpha{"activation_alpha", 0};
  GeneratorParam<float> activation_beta{"activation_beta", 0};
  GeneratorParam<InputType> input_type{
      "input_type",
      InputType::Float32,
      {{"float32", InputType::Float32}, {"uint8", InputType::UInt8}}};
  // x * scale + offset: one number for all channels, or one for each with commas between them.
  GeneratorParam<std::string> image_scale{"image_scale", "1"};
  GeneratorParam<std::string> image_offset{"image_offset", "0"};
  GeneratorParam<int> lanes{"lanes", 8};
  GeneratorParam<int> panel_vectors{"panel_vectors", 2};
  GeneratorParam<int> tile_pixels{"tile_pixels", 4};
  GeneratorParam<std::string> in_dims{"in_dims", "672:1,224:672"};
  GeneratorParam<std::string> weights_dims{"weights_dims", "16:1,9:16,3:144,2:432"};
  GeneratorParam<std::string> bias_dims{"bias_dims", "32:1"};
  GeneratorParam<std::string> scratch_dims{"scratch_dims", "675:1,9:675"};
  GeneratorParam<std::string> out_dims{"out_dims", "32:1,112:32,4:3584"};

  Input<Buffer<>> in{"in", 2};            // q, y; the whole image
  Input<int32_t> first_row{"first_row"};  // of the task's output
  Input<Buffer<float>> weights{"weights",
                               4};  // c in panel, kernel_w * in_channels, kernel_h, panel
  Input<Buffer<float>> bias{"bias", 1};
  Output<Buffer<float>> scratch{"scratch", 2};  // q, y; padded
  Output<Buffer<float>> out{"out", 3};          // c, x, y

  void configure() {
    in.set_type(input_type == InputType::UInt8 ? Halide::UInt(8) : Halide::Float(32));
  }

  void generate() {
    // Rows outside the image repeat a row that is inside and are then multiplied away by the
    // select: the loads stay in bounds.
    const Sizes k = sizes();
    const Expr row = first_row * k.stride_h + y_ - pad_top;
    const Expr column = q_ - k.pad_q;
    Expr pixel = Halide::cast<float>(
        in(Halide::clamp(column, 0, k.in_q - 1), Halide::clamp(row, 0, in_h - 1)));
    pixel = scaled(pixel);
    const Expr inside = row >= 0 && row < in_h && column >= 0 && column < k.in_q;
    scratch(q_, y_) = Halide::select(inside, pixel, 0.0f);

    taps_ = RDom(0, k.run, 0, kernel_h, "taps");
    accumulator_(c_, x_, y_) = start_of_sum(get_target(), bias(c_));
    accumulator_(c_, x_, y_) += weights(c_ % k.panel, taps_.x, taps_.y, c_ / k.panel) *
                                scratch(x_ * k.stride_q + taps_.x, y_ * k.stride_h + taps_.y);
    out(c_, x_, y_) =
        activate({activation, activation_alpha, activation_beta}, accumulator_(c_, x_, y_));
  }

  void schedule() {
    const Sizes k = sizes();
    set_constant_shape(in, in_dims, auto_schedule);
    set_constant_shape(weights, weights_dims, auto_schedule);
    set_constant_shape(bias, bias_dims, auto_schedule);
    set_constant_shape(scratch, scratch_dims, auto_schedule);
    set_constant_shape(out, out_dims, auto_schedule);
    if (auto_schedule) {
      first_row.set_estimate(0);
      return;
    }

    const std::vector<ConstantDim> padded = constant_dims(scratch_dims);
    scratch.bound(q_, 0, padded[0].extent).bound(y_, 0, padded[1].extent);
    // A last vector that does not fit is moved back, so a row must hold at least one.
    int vector = lanes;
    while (vector > padded[0].extent) vector /= 2;
    scratch.vectorize(q_, vector, TailStrategy::ShiftInwards);

    Var co("co"), ci("ci"), xo("xo"), xi("xi");
    const int tile = std::min<int>(tile_pixels, out_w);
    out.bound(c_, 0, out_channels)
        .bound(x_, 0, out_w)
        .bound(y_, 0, rows)
        .split(c_, co, ci, k.panel, TailStrategy::RoundUp)
        .split(x_, xo, xi, tile, TailStrategy::ShiftInwards)
        .reorder(ci, xi, xo, y_, co)
        .vectorize(ci, lanes)
        .unroll(ci)
        .unroll(xi);
    accumulator_.compute_at(out, xo)
        .store_in(MemoryType::Stack)
        .bound_extent(c_, k.panel)
        .bound_extent(x_, tile)
        .vectorize(c_, lanes)
        .unroll(c_)
        .unroll(x_);
    auto update = accumulator_.update();
    update.reorder(c_, x_, taps_.x, taps_.y).vectorize(c_, lanes).unroll(c_).unroll(x_);
    // One pixel's channels are straight code. With a whole kernel row the compiler sees that
    // neighbouring outputs share input pixels, keeps their broadcasts alive and spills (9 stack
    // accesses for 126 FMAs with 7 x 2 accumulators).
    constexpr int kMostUnrolledChannels = 4;
    // One vmla behind another on the same sum becomes a product and a sum again.
    if (has_only_vmla(get_target())) return;
    update.unroll(taps_.x, in_channels <= kMostUnrolledChannels ? in_channels : 2);
  }

 private:
  static std::vector<float> numbers(const std::string& list) {
    std::vector<float> result;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) result.push_back(std::stof(word));
    return result;
  }

  // The number of channel q_ % in_channels.
  Expr of_channel(const std::vector<float>& list) const {
    Expr value = list.front();
    for (std::size_t c = 1; c < list.size(); ++c) {
      value = Halide::select(q_ % in_channels == static_cast<int>(c), list[c], value);
    }
    return value;
  }

  Expr scaled(Expr pixel) const {
    const std::vector<float> scale = numbers(image_scale), offset = numbers(image_offset);
    if (scale != std::vector<float>{1}) pixel = pixel * of_channel(scale);
    if (offset != std::vector<float>{0}) pixel = pixel + of_channel(offset);
    return pixel;
  }

  // Products of the parameters, as plain numbers; _q counts floats of a row.
  struct Sizes {
    int stride_h, panel, run, in_q, pad_q, stride_q;
  };
  Sizes sizes() const {
    const int ci = in_channels, kw = kernel_w, sw = stride_w, sh = stride_h;
    Sizes k;
    k.stride_h = sh;
    k.panel = int(lanes) * int(panel_vectors);
    k.run = kw * ci;
    k.in_q = int(in_w) * ci;
    k.pad_q = int(pad_left) * ci;
    k.stride_q = sw * ci;
    return k;
  }
  Var c_{"c"}, x_{"x"}, y_{"y"}, q_{"q"};
  RDom taps_;
  Func accumulator_{"accumulator"};
};

}  // namespace slimc::schedules

HALIDE_REGISTER_GENERATOR(slimc::schedules::FirstConvolution, first_convolution)
