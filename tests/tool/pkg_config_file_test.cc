#include "tool/pkg_config_file.h"

#include <gmock/gmock.h>

namespace slimc {
namespace {

using ::testing::HasSubstr;

std::string file_for(const std::string& target) {
  const Result<Target> parsed = parse_target(target);
  EXPECT_TRUE(parsed) << target;
  Library library;
  library.targets.emplace_back();
  library.targets[0].target = *parsed;
  library.targets[0].plan.name = "mynet";
  return pkg_config_file(library);
}

TEST(PkgConfigFile, FindsTheLibraryBesideItself) {
  const std::string file = file_for("x86-64-v3");
  EXPECT_THAT(file, HasSubstr("\nName: mynet\n"));
  EXPECT_THAT(file, HasSubstr("prefix=${pcfiledir}\nlibdir=${prefix}\nincludedir=${prefix}\n"));
  EXPECT_THAT(file, HasSubstr("\nCflags: -I${includedir}\n"));
  EXPECT_THAT(file, HasSubstr("\nLibs: -L${libdir} -lmynet -lm -pthread\n"));
}

TEST(PkgConfigFile, NamesWhatTheSystemHas) {
  EXPECT_THAT(file_for("arm64-baremetal"), HasSubstr("-lmynet -lm\n"));
  EXPECT_THAT(file_for("x86-64-windows"), HasSubstr("-lmynet\n"));
  EXPECT_THAT(file_for("arm64-android"), HasSubstr("-lmynet -lm -pthread\n"));
}

}  // namespace
}  // namespace slimc
