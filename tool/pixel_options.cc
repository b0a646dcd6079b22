#include "tool/pixel_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

#include "support/suggestions.h"
#include "tool/command.h"

namespace slimc {
namespace {

// The modes of keras/applications/imagenet_utils.py (tf, caffe, torch), and two without a mean.
// ImageNet's means and deviations of a channel are those of that file; torch's of 0 to 1.
const std::map<std::string, PixelEncoding>& presets() {
  constexpr double kMean[] = {0.485, 0.456, 0.406}, kDeviation[] = {0.229, 0.224, 0.225};
  static const std::map<std::string, PixelEncoding> encodings = [&] {
    std::map<std::string, PixelEncoding> all;
    all["inception"] = {.scale = {1 / 127.5}, .offset = {-1}};
    all["unit"] = {.scale = {1.0 / 255}, .offset = {0}};
    all["raw"] = {.scale = {1}, .offset = {0}};
    all["caffe"] = {
        .scale = {1}, .offset = {-103.939, -116.779, -123.68}, .order = ChannelOrder::Bgr};
    PixelEncoding torch{.scale = {}, .offset = {}};
    for (std::size_t c = 0; c < 3; ++c) {
      torch.scale.push_back(1 / (255 * kDeviation[c]));
      torch.offset.push_back(-kMean[c] / kDeviation[c]);
    }
    all["torch"] = torch;
    return all;
  }();
  return encodings;
}

std::vector<std::string> names_of_presets() {
  std::vector<std::string> names;
  for (const auto& [name, encoding] : presets()) names.push_back(name);
  return names;
}

// "0.5" or "1/255", finite.
std::optional<double> parse_number(const std::string& text) {
  const auto plain = [](const std::string& digits) -> std::optional<double> {
    char* end = nullptr;
    const double value = std::strtod(digits.c_str(), &end);
    const bool whole = !digits.empty() && end == digits.c_str() + digits.size();
    // Blanks in front and hexadecimal digits would be taken, too.
    const bool usual = digits.find_first_not_of("+-.0123456789eE") == std::string::npos;
    return whole && usual && std::isfinite(value) ? std::optional(value) : std::nullopt;
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return plain(text);
  const auto above = plain(text.substr(0, slash)), below = plain(text.substr(slash + 1));
  if (!above || !below || *below == 0) return std::nullopt;
  return *above / *below;
}

bool begins_like_numbers(const std::string& text) {
  return text.rfind("scale=", 0) == 0 || text.rfind("offset=", 0) == 0;
}

// Numbers that are wrong, or a name near one: no array, unless there is a file of that name.
bool is_misspelt(const std::string& word) {
  std::error_code error;
  if (std::filesystem::exists(word, error)) return false;
  return begins_like_numbers(word) || !nearest_names(word, names_of_presets()).empty();
}

std::optional<PixelEncoding> parse_numbers(const std::string& text) {
  if (!begins_like_numbers(text)) return std::nullopt;
  PixelEncoding pixels{.scale = {}, .offset = {}};
  std::vector<double>* list = nullptr;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::string word = text.substr(at, comma - at);
    at = comma + 1;
    for (const auto& [key, numbers] :
         {std::pair("scale=", &pixels.scale), std::pair("offset=", &pixels.offset)}) {
      if (word.rfind(key, 0) != 0) continue;
      if (!numbers->empty()) return std::nullopt;
      list = numbers;
      word = word.substr(std::string(key).size());
      break;
    }
    const auto number = parse_number(word);
    if (!number) return std::nullopt;
    list->push_back(*number);
  }
  if (pixels.scale.empty()) pixels.scale = {1};
  if (pixels.offset.empty()) pixels.offset = {0};
  for (const double scale : pixels.scale) {
    if (scale == 0) return std::nullopt;
  }
  return pixels;
}

}  // namespace

std::optional<PixelEncoding> parse_pixels(const std::string& text) {
  std::optional<PixelEncoding> pixels = parse_numbers(text);
  if (const auto found = presets().find(text); found != presets().end()) pixels = found->second;
  if (pixels) pixels->source = PixelEncoding::Source::User;
  return pixels;
}

void add_pixel_options(CLI::App& command, frontend::ModelRequest& request,
                       std::filesystem::path* array) {
  const auto take = [&request, array](const std::vector<std::string>& words) {
    for (const std::string& word : words) {
      if (auto pixels = parse_pixels(word)) {
        if (request.pixels) throw CLI::ValidationError("--input", "says twice what pixels become");
        request.pixels = std::move(pixels);
        request.pixels_have_order = presets().count(word) != 0;
      } else if (array != nullptr && array->empty() && !is_misspelt(word)) {
        *array = word;
      } else {
        throw CLI::ValidationError(
            "--input", fmt::format("'{}' is not inception, unit, raw, caffe, torch, or "
                                   "scale=..,offset=.. with one number or one a channel, "
                                   "scale=1/255,offset=0 for example{}",
                                   word, did_you_mean(word, names_of_presets())));
      }
    }
    return true;
  };
  const std::string encodings =
      "What the network takes for a pixel's channel x of 0 to 255: x/127.5-1 (inception), x/255 "
      "(unit), x (raw), Caffe's or PyTorch's means of ImageNet, or any scale and offset. Without "
      "it, what the model's own arithmetic tells, else inception";
  CLI::Option* input = command.add_option_function<std::vector<std::string>>(
      "--input", take, array == nullptr ? encodings : encodings + ". Or an array as input");
  input->type_name(array == nullptr ? "ENCODING" : "ENCODING|FILE.npy")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all()
      ->group("Model");
  command
      .add_option_function<std::string>(
          "--order",
          [&request](const std::string& order) {
            request.order = order == "bgr" ? ChannelOrder::Bgr : ChannelOrder::Rgb;
          },
          "The order of channels that the network was trained on; photos and bytes are red, green, "
          "blue, and are reversed for bgr")
      ->type_name("rgb|bgr")
      ->check(one_of({"rgb", "bgr"}))
      ->default_str("rgb")
      ->group("Model");
}

}  // namespace slimc
