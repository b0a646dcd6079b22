#include "tool/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A file of version 1 with this header and these data bytes.
std::string file_with(const std::string& header, const std::string& data, char version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += {version, '\0', static_cast<char>(header.size()), static_cast<char>(header.size() >> 8)};
  if (version > 1) bytes += std::string(2, '\0');
  return bytes + header + data;
}

std::string problem(const std::string& bytes) {
  const Result<NpyArray> array = parse_npy(bytes, "in.npy");
  return array ? "no problem" : array.error().to_string();
}

TEST(Npy, ReadsWhatItWrites) {
  const Shape shape({2, 1, 3});
  const std::vector<float> data = {1, -2, 3.5f, 0, 1e-30f, 6};
  const std::string bytes = npy_bytes(shape, data);
  const Result<NpyArray> array = parse_npy(bytes, "in.npy");
  ASSERT_TRUE(array) << array.error().to_string();
  EXPECT_EQ(array->shape, shape);
  EXPECT_EQ(std::get<std::vector<float>>(array->data), data);
}

TEST(Npy, WritesWhatNumPyWrites) {
  // numpy.save of numpy.float32([1]).
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }";
  EXPECT_EQ(npy_bytes(Shape({1}), {1.0f}),
            file_with(header + std::string(117 - header.size(), ' ') + "\n",
                      std::string("\0\0\x80\x3f", 4)));
}

TEST(Npy, ReadsBytesAndOtherSpellings) {
  const std::string headers[] = {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }\n",
                                 "{\"shape\":(2,2),\"fortran_order\":False,\"descr\":\"|u1\"}"};
  for (const std::string& header : headers) {
    for (const char version : {1, 2, 3}) {
      const Result<NpyArray> array = parse_npy(file_with(header, "\x01\x02\x03\xff", version), "f");
      ASSERT_TRUE(array) << array.error().to_string();
      EXPECT_FALSE(array->is_float());
      EXPECT_EQ(array->shape, Shape({2, 2}));
      EXPECT_THAT(std::get<std::vector<std::uint8_t>>(array->data), ElementsAre(1, 2, 3, 255));
    }
  }
}

TEST(Npy, SaysWhatIsWrong) {
  const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
  EXPECT_EQ(problem("GIF89a"), "in.npy: not a .npy file: it does not begin as one");
  EXPECT_EQ(problem(""), "in.npy: not a .npy file: it does not begin as one");
  EXPECT_THAT(problem(file_with(good, "12345678", 4)), HasSubstr("format version 4"));
  EXPECT_EQ(problem(file_with(good, "1234567")),
            "in.npy: 7 bytes of data, but the shape (2) of '<f4' takes 2 numbers of 4 bytes");
  EXPECT_THAT(problem(file_with(good, "123456789")), HasSubstr("9 bytes of data"));
  EXPECT_THAT(problem(file_with("{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "")),
              HasSubstr("elements of type '<f8', expected '<f4' (float32) or '|u1' (uint8)"));
  EXPECT_THAT(
      problem(file_with("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1)}", "1234")),
      HasSubstr("Fortran order"));
  EXPECT_THAT(problem(file_with("{'descr': '<f4', 'fortran_order': False, 'shape': "
                                "(4611686018427387904, 4)}",
                                "")),
              HasSubstr("9223372036854775807 or more numbers of 4 bytes"));
}

TEST(Npy, RefusesMalformedHeaders) {
  const std::string headers[] = {
      "",
      "{",
      "{}",
      "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,",
      "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} trailing",
      "{'descr': '<f4, 'fortran_order': False, 'shape': (99999999999999999999,)}",
  };
  for (const std::string& header : headers) {
    EXPECT_THAT(problem(file_with(header, "1234")), HasSubstr("malformed .npy header")) << header;
  }
}

TEST(Npy, RefusesEveryTruncation) {
  const std::string bytes = npy_bytes(Shape({2, 3}), std::vector<float>(6));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(parse_npy(bytes.substr(0, size), "in.npy")) << size;
  }
}

}  // namespace
}  // namespace slimc
