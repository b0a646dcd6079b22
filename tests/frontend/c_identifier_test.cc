#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "frontend/frontend.h"
#include "support/reserved_words.h"
#include "tests/common/warnings.h"

namespace slimc::frontend {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CIdentifier, IsSpelledWithWhatCAllows) {
  EXPECT_EQ(spelled_in_c("mobilenet_v1_0.25_224"), "mobilenet_v1_025_224");
  EXPECT_EQ(spelled_in_c("my net-2"), "my_net_2");
  EXPECT_EQ(spelled_in_c("my  (net)"), "my_net");
  EXPECT_EQ(spelled_in_c("n\xc3\xa9t"), "n_t");
  EXPECT_EQ(spelled_in_c("..."), "");
}

std::string why(const std::string& name) {
  const auto checked = check_library_name(name);
  if (checked) return "";
  EXPECT_EQ(checked.error().blame(), Blame::Usage) << name;
  return checked.error().to_string();
}

// What somebody asked for is given, or nothing.
TEST(LibraryName, IsNeverChanged) {
  EXPECT_EQ(
      why("1x"),
      "the name '1x' is no C identifier, which is letters, digits and '_', and begins with no "
      "digit; give another one with --name, as 'net_1x'");
  EXPECT_THAT(why("my net-2"), HasSubstr("as 'my_net_2'"));
  EXPECT_THAT(why("a.b"), HasSubstr("as 'ab'"));
  EXPECT_THAT(why("/etc/x"), HasSubstr("as 'etc_x'"));
  EXPECT_THAT(why("..."), HasSubstr("as 'net_'"));
  EXPECT_THAT(why(""), HasSubstr("is no C identifier"));
  EXPECT_THAT(why("in-t"), HasSubstr("as 'in_t'"));
  EXPECT_THAT(why("i.nt"), HasSubstr("as 'net_int'"));
  EXPECT_EQ(why("my_net_2"), "");
}

TEST(LibraryName, SaysWhyNoLibraryCanBeCalledSo) {
  EXPECT_EQ(why("int"),
            "the name 'int' is a keyword of C or C++; give another one with --name, as 'net_...'");
  EXPECT_THAT(why("_net"), HasSubstr("'_net' begins with '_'"));
  EXPECT_THAT(why("__net"), HasSubstr("'__net' begins with '_'"));
  EXPECT_THAT(why("a__b"), HasSubstr("'a__b' has two '_' in a row"));
  EXPECT_THAT(why("net_"), HasSubstr("'net_' ends with '_', so that 'net__run' would have two"));
  EXPECT_THAT(why("slimc"), HasSubstr("'slimc' is slimc's own"));
  EXPECT_THAT(why("stdint"), HasSubstr("'stdint' would hide the header <stdint.h>"));
  EXPECT_THAT(why("String"), HasSubstr("'String' would hide the header <string.h>"));
  EXPECT_THAT(why("avxintrin"), HasSubstr("'avxintrin' would hide the header <avxintrin.h>"));
  // What the library would be called with, in the C library's spelling: macros are in capitals.
  EXPECT_THAT(why("pthread_attr"), HasSubstr("'pthread_attr' would declare 'pthread_attr_destroy', "
                                             "which is the C library's"));
  EXPECT_THAT(why("timer"), HasSubstr("'timer' would declare 'timer_create'"));
  EXPECT_THAT(why("Timer"), HasSubstr("'Timer' would declare 'Timer_create', which is the C "
                                      "library's 'timer_create' but for the case;"));
  EXPECT_THAT(why("si"), HasSubstr("'si' would declare 'si_status'"));
  EXPECT_THAT(why("mm"), HasSubstr("'mm' would declare 'MM_OK'"));
  EXPECT_THAT(why("SYS_io"), HasSubstr("'SYS_io' would declare 'SYS_io_destroy'"));
  EXPECT_THAT(why("clock_thread_cputime"), HasSubstr("declare 'CLOCK_THREAD_CPUTIME_ID'"));
  EXPECT_THAT(why("pthread_net"), HasSubstr("'pthread_net' begins with 'pthread_', as names kept"));
  EXPECT_THAT(why("ATOMIC_INT"), HasSubstr("'ATOMIC_INT' begins with 'ATOMIC_', as names kept"));
  EXPECT_THAT(why("std"), HasSubstr("'std' is the namespace of C++'s library"));
  EXPECT_THAT(why("main"), HasSubstr("'main' is the function with which a program begins"));
  EXPECT_THAT(why("c"), HasSubstr("'c' would hide the library libc"));
  EXPECT_THAT(why("nul"), HasSubstr("'nul' is a device of Windows"));
  EXPECT_THAT(why("linux"), HasSubstr("'linux' is a macro"));
  EXPECT_THAT(why("printf"), HasSubstr("'printf' would hide the header <printf.h>"));
  EXPECT_THAT(why("scanf"), HasSubstr("'scanf' is a name of the C library's"));
}

// Keywords, macros of the implementation and of libraries, and what is declared with the headers.
TEST(LibraryName, RefusesWhatIsTaken) {
  for (const char* name :
       {// C and C++ up to the newest
        "auto", "alignas", "and_eq", "bitor", "char8_t", "co_await", "concept", "constexpr",
        "constinit", "import", "module", "nullptr", "not", "requires", "restrict", "static_assert",
        "this", "thread_local", "typeof", "typeof_unqual", "wchar_t", "xor", "_Bool", "_Atomic",
        // macros
        "bool", "true", "NULL", "EOF", "INFINITY", "NAN", "I", "errno", "assert", "stdin", "stderr",
        "unix", "i386", "complex", "offsetof", "setjmp", "INT8_MAX", "EPERM", "SIGINT", "PRIu64",
        "AF_INET", "BUFSIZ", "major", "isnan",
        // functions, types, tags and objects
        "main", "malloc", "free", "read", "write", "exit", "j0", "y1", "jn", "index", "signal",
        "time", "size_t", "ptrdiff_t", "uint8_t", "int32_t", "max_align_t", "FILE", "DIR", "stat",
        "tm", "timeval", "select", "environ", "sin", "log", "gamma", "stpcpy", "std", "div", "abs",
        // of headers that fewer programs include
        "shmget", "ftok", "semctl", "msgqnum_t", "atomic_int", "atomic_flag", "strptime",
        "getdate_err", "grantpt", "wcwidth", "sigset", "sigignore", "pututxline", "link_map",
        "memory_order_consume", "ATOMIC_INT_LOCK_FREE", "INADDR_NONE", "INADDR_LOOPBACK", "NZERO",
        "WORD_BIT", "MAXFLOAT", "GETVAL", "SETVAL", "MM_NULLTXT", "TRAP_BRKPT", "TCP_NODELAY",
        "SIG_BLOCK", "SIGEV_THREAD", "TGEXEC", "IN6ADDR_ANY_INIT", "SYS_read", "ElfW", "sinf32",
        "M_PIf64x", "M_PIl", "lgammaf128_r", "strtof128_l",
        // of newer standards and libraries than most
        "stdc_bit_ceil", "ckd_add", "acospif", "rootnl", "strfromd", "pidfd_spawn", "c8rtomb",
        // headers, libraries, devices, families
        "stddef", "math", "memory", "unistd", "windows", "immintrin", "m", "dl", "rt", "gcc_s",
        "stdc", "unwind", "con", "AUX", "com1", "pthread", "sem", "thrd", "mtx", "f", "r", "msg"}) {
    EXPECT_NE(why(name), "") << name;
  }
}

TEST(LibraryName, AllowsWhatIsNobodys) {
  for (const char* name : {"integer", "net",    "Net",      "NET",        "a",         "z",
                           "network", "final",  "override", "version",    "slimc_net", "EDGE_NET",
                           "sinks",   "sine32", "atomics",  "system_net", "shm",       "syslog_net",
                           "timers",  "status", "data",     "model_f32",  "objectf"}) {
    EXPECT_EQ(why(name), "") << name;
  }
}

TEST(LibraryName, IsAtMost63CharactersLong) {
  EXPECT_EQ(why(std::string(63, 'a')), "");
  EXPECT_THAT(why(std::string(64, 'a')), HasSubstr("has 64 characters"));
}

// Nobody chose a file's name for a library, and several models in one call can have no --name.
TEST(CIdentifier, OfAFileIsMadePossible) {
  testing::Warnings warnings;
  const auto of = [&](const char* name) { return c_identifier_of_file("m.pb", name, warnings); };
  EXPECT_EQ(of("mobilenet_v1_0.25_224"), "mobilenet_v1_025_224");
  EXPECT_EQ(of("_my__net_"), "my_net");
  EXPECT_TRUE(warnings.list.empty());
  EXPECT_EQ(of("2fast"), "net_2fast");
  EXPECT_EQ(of("int"), "net_int");
  EXPECT_EQ(of("stdint"), "net_stdint");
  EXPECT_EQ(of("\xe7\xbd\x91"), "net");
  EXPECT_THAT(warnings.list,
              ElementsAre(HasSubstr("'net_2fast', because '2fast' begins with a digit"),
                          "m.pb: its library is called 'net_int', because 'int' is a keyword of C "
                          "or C++; --name gives another name",
                          HasSubstr("'net_stdint', because 'stdint' would hide the header"),
                          HasSubstr("'net', because")));
  EXPECT_FALSE(of(std::string(64, 'a').c_str()).has_value());
  // What is put in front of a digit counts.
  EXPECT_FALSE(of(std::string(60, '1').c_str()).has_value());
}

TEST(ReservedWord, IsWhatNoMemberCanBeCalled) {
  for (const char* name : {"int", "errno", "linux", "__x", "_X", "st_atime", "module"}) {
    EXPECT_TRUE(is_reserved_word(name)) << name;
  }
  for (const char* name : {"printf", "_x", "string", "output"}) {
    EXPECT_FALSE(is_reserved_word(name)) << name;
  }
}

}  // namespace
}  // namespace slimc::frontend
