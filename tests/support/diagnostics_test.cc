#include "support/diagnostics.h"

#include <gtest/gtest.h>

namespace slimc {
namespace {

TEST(Diagnostic, SaysFilePlaceSubjectAndMessage) {
  const Diagnostic full{.file = "net.pbtxt",
                        .subject = "node 'x'",
                        .message = "found a, expected b",
                        .line = 12,
                        .column = 7};
  EXPECT_EQ(full.to_string(), "net.pbtxt:12:7: node 'x': found a, expected b");
}

TEST(Diagnostic, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ((Diagnostic{.message = "m"}.to_string()), "m");
  EXPECT_EQ((Diagnostic{.file = "f", .message = "m"}.to_string()), "f: m");
  EXPECT_EQ((Diagnostic{.file = "f", .message = "m", .line = 3}.to_string()), "f:3: m");
  EXPECT_EQ((Diagnostic{.subject = "tensor 't'", .message = "m"}.to_string()), "tensor 't': m");
}

TEST(Diagnostics, PrintsOneLineAProblemInOrder) {
  Diagnostics all(Diagnostic{.message = "first"});
  Diagnostics more(Diagnostic{.message = "second"});
  more.add(Diagnostic{.message = "third"});
  all.add(more);
  EXPECT_EQ(all.to_string(), "first\nsecond\nthird");
  EXPECT_EQ(all.list().size(), 3u);
}

TEST(Diagnostics, GravestBlameDecides) {
  Diagnostics all(Diagnostic{.message = "a"});
  EXPECT_EQ(all.blame(), Blame::Input);
  all.add(Diagnostic{.message = "b", .blame = Blame::Usage});
  EXPECT_EQ(all.blame(), Blame::Usage);
  all.add(Diagnostic{.message = "c", .blame = Blame::Tool});
  EXPECT_EQ(all.blame(), Blame::Tool);
  all.add(Diagnostic{.message = "d"});
  EXPECT_EQ(all.blame(), Blame::Tool);
}

}  // namespace
}  // namespace slimc
