#include "preprocess.h"

#include <algorithm>

namespace {

// Along one axis: which two source pixels an output pixel lies between, and how far along.
struct Sample {
  int low, high;
  float fraction;
};

// The crop is TensorFlow's central_crop, which rounds its start down. The scaling is TensorFlow 1's
// resize_bilinear: output pixel i lies at i * in/out, without today's shift by half a pixel, and
// slim's weights are trained for that.
std::vector<Sample> sample_axis(int in, int out) {
  const int start = int((in - in * 0.875) / 2);
  const int size = in - 2 * start;
  const float scale = float(size) / float(out);

  std::vector<Sample> samples;
  for (int i = 0; i < out; ++i) {
    const float position = float(i) * scale;
    const int low = int(position);
    const int high = std::min(low + 1, size - 1);
    samples.push_back({start + low, start + high, position - float(low)});
  }
  return samples;
}

float mix(float a, float b, float fraction) { return a + (b - a) * fraction; }

}  // namespace

std::vector<float> crop_and_scale(const Picture& picture, int height, int width) {
  const std::vector<Sample> rows = sample_axis(picture.height, height);
  const std::vector<Sample> columns = sample_axis(picture.width, width);
  const auto pixel = [&](int y, int x, int c) {
    return float(picture.rgb[(std::size_t(y) * picture.width + x) * 3 + c]);
  };

  std::vector<float> input;
  input.reserve(std::size_t(height) * width * 3);
  for (const Sample& row : rows) {
    for (const Sample& column : columns) {
      for (int c = 0; c < 3; ++c) {
        const float top =
            mix(pixel(row.low, column.low, c), pixel(row.low, column.high, c), column.fraction);
        const float bottom =
            mix(pixel(row.high, column.low, c), pixel(row.high, column.high, c), column.fraction);
        input.push_back(mix(top, bottom, row.fraction));
      }
    }
  }
  return input;
}
