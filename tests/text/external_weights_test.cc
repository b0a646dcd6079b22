// What the texts of a library say of its file of weights.
#include "compiler/text/external_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/text/write_header.h"
#include "compiler/text/write_source.h"
#include "tests/text/libraries.h"

namespace slimc {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ExternalWeights, AreNotMentionedWhereThereAreNone) {
  const Library library = testing::tiny_library();
  EXPECT_EQ(weights_declarations(library) + weights_constants(library) + weights_checks(library) +
                weights_functions(library) + weights_parameters(library),
            "");
  EXPECT_THAT(weights_statuses(library), IsEmpty());
  EXPECT_THAT(weights_sections(library), Each(""));
  EXPECT_THAT(write_header(library) + write_source(library), Not(HasSubstr("WEIGHTS")));
}

// Weights are packed and hashed once a library, when the file is made, and not for each text.
TEST(ExternalWeights, AreDescribedAsTheLibraryDoes) {
  Library library = testing::library_with_external_weights();
  library.weights_file.bytes = 123456;
  library.weights_file.header_checksum = 0x1234;
  library.weights_file.sections[0] = {.offset = 128, .bytes = 99, .checksum = 0x5678};
  EXPECT_THAT(write_header(library), HasSubstr("#define TINY_WEIGHTS_BYTES 123456\n"));
  EXPECT_THAT(write_source(library),
              AllOf(HasSubstr(".bytes = 123456"), HasSubstr("0x0000000000001234"),
                    HasSubstr(".offset = 128, .bytes = 99, .checksum = 0x0000000000005678")));
}

TEST(ExternalWeights, AreMappedWhereThereAreFiles) {
  Library library = testing::library_with_external_weights();
  EXPECT_THAT(write_header(library), HasSubstr("tiny_map_weights("));
  library.no_threads = true;
  EXPECT_THAT(write_header(library),
              AllOf(Not(HasSubstr("tiny_map_weights(")), Not(HasSubstr("WEIGHTS_FILE,")),
                    HasSubstr("TINY_ERROR_DAMAGED_WEIGHTS")));
}

}  // namespace
}  // namespace slimc
