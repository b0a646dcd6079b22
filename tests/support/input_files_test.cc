#include "support/input_files.h"

#include <gmock/gmock.h>

namespace slimc {
namespace {

using ::testing::ElementsAre;

TEST(InputFiles, CollectsEachFileOnceWhileItLives) {
  note_input_file("before");
  const InputFiles inputs;
  note_input_file("net/net.ckpt.index");
  note_input_file("net/./net.ckpt.index");
  note_input_file("labels.txt");
  EXPECT_THAT(inputs.files(), ElementsAre("labels.txt", "net/net.ckpt.index"));
}

TEST(InputFiles, SecondCollectorStartsWithNothing) {
  {
    const InputFiles first;
    note_input_file("a");
  }
  const InputFiles second;
  EXPECT_TRUE(second.files().empty());
}

TEST(Depfile, IsARuleWithMakesEscapes) {
  EXPECT_EQ(depfile({"out/libnet.a"}, {"a b#$.ckpt", "c"}).value(),
            "out/libnet.a: \\\n"
            "  a\\ b\\#$$.ckpt \\\n"
            "  c\n");
  EXPECT_EQ(depfile({"x/l.a", "y/l.a"}, {}).value(), "x/l.a y/l.a:\n");
}

TEST(Depfile, HasAWordInFrontOfWhatMakeTakesForAnAssignment) {
  EXPECT_EQ(depfile({"out/libnet.a"}, {"alpha=1/net"}).value(),
            "out/libnet.a: /bin/sh \\\n  alpha=1/net\n");
}

TEST(Depfile, NamesEveryPathThatItCannotHold) {
  const auto rule = depfile({"out%/libnet.a"}, {"a", "b\nall: ; rm x", "c;d"});
  ASSERT_FALSE(rule);
  EXPECT_EQ(rule.error().list().size(), 3u);
}

}  // namespace
}  // namespace slimc
