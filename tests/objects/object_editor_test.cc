#include "compiler/objects/object_editor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/targets/target_list.h"
#include "tests/common/run_tools.h"

namespace slimc {
namespace {

// What `slimc targets` lists is a promise: each has an editor for the objects that clang makes.
TEST(ObjectEditor, IsThereForEveryListedTarget) {
  for (const ListedTarget& listed : listed_targets()) {
    const std::string object =
        testing::compile_c("int f(void) { return 1; }", listed.target.triple);
    const Result<const ObjectEditor*> editor = editor_of(object);
    ASSERT_TRUE(editor) << listed.name() << ": " << editor.error().to_string();
    EXPECT_EQ((*editor)->format, listed.target.platform->format) << listed.name();
    EXPECT_TRUE((*editor)->edits(listed.target.architecture->bits)) << listed.name();
    EXPECT_NE((*editor)->hide_symbols, nullptr) << listed.name();
  }
}

// llvm-nm shows names as the object has them.
TEST(ObjectEditor, KnowsWhereNamesBeginWithAnUnderscore) {
  for (const char* name : {"x86-64", "x86-32-linux", "arm64-macos", "x86-64-windows",
                           "x86-32-windows", "arm64-windows", "armv7-neon"}) {
    const Target target = *parse_target(name);
    const std::string object = testing::compile_c("int f(void) { return 1; }", target.triple);
    const Result<const ObjectEditor*> editor = editor_of(object);
    ASSERT_TRUE(editor) << name;
    const bool underscores = (*editor)->has_underscores(target.architecture->bits);
    EXPECT_THAT(testing::nm(object), ::testing::Contains(underscores ? "T _f" : "T f")) << name;
  }
}

TEST(ObjectEditor, SaysWhatItExpects) {
  const auto error = [](const std::string& object) {
    const auto editor = editor_of(object);
    return editor ? "" : editor.error().to_string();
  };
  EXPECT_EQ(error(testing::compile_c("int f;", "wasm32-unknown-unknown")),
            "is 32-bit little-endian WASM, which slimc cannot edit; expected little-endian ELF, "
            "Mach-O, COFF");
  EXPECT_THAT(error(""), ::testing::StartsWith("is no object file: "));
}

}  // namespace
}  // namespace slimc
