// The same from C++: two images' results at once, which share two classes.
#include <array>
#include <string>

#include "expect.h"
#include "one.h"

int main() {
  std::array<float, 2 * ONE_CLASSES> predictions{};
  predictions[7] = 0.75f;
  predictions[3] = 0.25f;
  predictions[ONE_CLASSES + 3] = 1;
  std::array<one_prediction, 4> best{};
  expect(one_decode_predictions(predictions.data(), predictions.size(), 2, best.data()) == ONE_OK);
  expect(best[0].label == std::string("class 7") && best[0].probability == 0.75f);
  expect(best[1].label == std::string("class 3") && best[1].probability == 0.25f);
  expect(best[2].wordnet_id == std::string("n10000003") && best[2].probability == 1);
  expect(best[3].label == std::string("background") && best[3].wordnet_id == nullptr);
}
