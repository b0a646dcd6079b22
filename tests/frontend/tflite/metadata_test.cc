// What a file says of the numbers of its image.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "frontend/tflite/load_tflite.h"
#include "frontend/tflite/metadata_generated.h"
#include "tests/frontend/tflite/model_builder.h"

namespace slimc::frontend {
namespace {

using namespace testing::schema;
namespace metadata = tflite::metadata;
using ::testing::ElementsAre;
using testing::ModelBuilder;

class Metadata : public ::testing::Test {
 protected:
  Metadata() {
    image_ = model_.input("image", {1, 1, 1, 3});
    out_ = model_.tensor("out", {1, 1, 1, 3});
    model_.op(BuiltinOperator::RELU, {image_}, {out_});
  }

  void normalise(std::vector<float> mean, std::vector<float> std) {
    metadata::NormalizationOptionsT options;
    options.mean = std::move(mean);
    options.std = std::move(std);
    auto unit = std::make_unique<metadata::ProcessUnitT>();
    unit->options.Set(std::move(options));
    auto input = std::make_unique<metadata::TensorMetadataT>();
    input->process_units.push_back(std::move(unit));
    auto subgraph = std::make_unique<metadata::SubGraphMetadataT>();
    subgraph->input_tensor_metadata.push_back(std::move(input));
    metadata::ModelMetadataT root;
    root.subgraph_metadata.push_back(std::move(subgraph));
    flatbuffers::FlatBufferBuilder builder;
    metadata::FinishModelMetadataBuffer(builder, metadata::ModelMetadata::Pack(builder, &root));
    auto buffer = std::make_unique<BufferT>();
    buffer->data.assign(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
    // In place of an earlier one.
    if (!model_.model.metadata.empty()) model_.model.buffers.pop_back();
    auto entry = std::make_unique<MetadataT>();
    entry->name = "TFLITE_METADATA";
    entry->buffer = static_cast<std::uint32_t>(model_.model.buffers.size());
    model_.model.buffers.push_back(std::move(buffer));
    model_.model.metadata.clear();
    model_.model.metadata.push_back(std::move(entry));
  }

  PixelEncoding pixels() {
    ModelRequest request;
    request.model = "net.tflite";
    warnings_.text.clear();
    const auto graph = read_tflite(model_.bytes(), request, warnings_);
    EXPECT_TRUE(graph.has_value()) << graph.error().to_string();
    return graph ? graph->pixels : PixelEncoding();
  }

  ModelBuilder model_;
  testing::Warnings warnings_;
  int image_, out_;
};

TEST_F(Metadata, IsNotNeeded) {
  EXPECT_EQ(pixels().source, PixelEncoding::Source::Assumed);
  model_.model.metadata.push_back(std::make_unique<MetadataT>());
  model_.model.metadata[0]->name = "min_runtime_version";
  EXPECT_EQ(pixels().source, PixelEncoding::Source::Assumed);
  EXPECT_EQ(warnings_.text, "");
}

// (x - 0) / 255
TEST_F(Metadata, HasAMeanAndAStandardDeviation) {
  normalise({0}, {255});
  const PixelEncoding found = pixels();
  EXPECT_EQ(found.source, PixelEncoding::Source::Model);
  EXPECT_THAT(found.scale, ElementsAre(1 / 255.));
  EXPECT_THAT(found.offset, ElementsAre(0));
  EXPECT_EQ(found.evidence, "the file's metadata (mean 0, standard deviation 255)");
}

TEST_F(Metadata, HasThemForEachChannel) {
  normalise({100, 120, 125}, {50, 40, 25});
  const PixelEncoding found = pixels();
  EXPECT_THAT(found.scale, ElementsAre(0.02, 0.025, 0.04));
  EXPECT_THAT(found.offset, ElementsAre(-2, -3, -5));
}

TEST_F(Metadata, ThatCannotBeUsed) {
  const std::string begin = "net.tflite: its metadata is not used: ";
  const std::string end = "; --input says what the numbers of the image mean\n";
  normalise({1, 2}, {1, 2});
  EXPECT_EQ(pixels().source, PixelEncoding::Source::Assumed);
  EXPECT_EQ(warnings_.text,
            begin + "it gives 2 means and 2 standard deviations for 3 channels" + end);
  normalise({1}, {0});
  EXPECT_EQ(pixels().source, PixelEncoding::Source::Assumed);
  EXPECT_EQ(warnings_.text, begin + "its mean is 1, its standard deviation 0" + end);
  normalise({std::numeric_limits<float>::quiet_NaN()}, {1});
  EXPECT_EQ(pixels().source, PixelEncoding::Source::Assumed);
  EXPECT_EQ(warnings_.text, begin + "its mean is nan, its standard deviation 1" + end);
  normalise({1}, {1});
  model_.model.buffers.back()->data.resize(20);
  EXPECT_EQ(pixels().source, PixelEncoding::Source::Assumed);
  EXPECT_EQ(warnings_.text, begin + "it is damaged" + end);
  model_.model.metadata.back()->buffer = 1000;
  EXPECT_EQ(pixels().source, PixelEncoding::Source::Assumed);
  EXPECT_EQ(warnings_.text,
            "net.tflite: has numbers that nothing reads, which converters do not leave: buffer 1; "
            "the file may be damaged\n");
}

TEST_F(Metadata, SaysNothingOfAnImageOfBytes) {
  model_.at(image_).type = TensorType::UINT8;
  model_.model.operator_codes[0]->builtin_code = BuiltinOperator::CAST;
  model_.model.operator_codes[0]->deprecated_builtin_code = 53;
  normalise({127.5f}, {127.5f});
  const PixelEncoding found = pixels();
  EXPECT_EQ(found.source, PixelEncoding::Source::Model);
  EXPECT_THAT(found.scale, ElementsAre(1));
  EXPECT_THAT(found.offset, ElementsAre(0));
  EXPECT_EQ(found.evidence, "its image is UINT8");
}

}  // namespace
}  // namespace slimc::frontend
