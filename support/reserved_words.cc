#include "support/reserved_words.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "support/c_library_names.h"
#include "support/library_suffixes.h"

namespace slimc {
namespace {

// A list of words, separated by spaces, as a set.
class Words {
 public:
  explicit Words(std::string_view list) {
    std::istringstream words{std::string(list)};
    for (std::string word; words >> word;) set_.insert(word);
  }
  bool has(const std::string& word) const { return set_.count(word) != 0; }

 private:
  std::unordered_set<std::string> set_;
};

// C23's and C++23's, and those of GCC's dialects. "import" and "module" are none everywhere, but
// begin a directive where they begin a line.
constexpr char kKeywords[] =
    "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t "
    "char32_t class co_await co_return co_yield compl concept const const_cast consteval constexpr "
    "constinit continue contract_assert decltype default delete do double dynamic_cast else enum "
    "explicit export extern false float for friend goto if import inline int long module mutable "
    "namespace new noexcept not not_eq nullptr operator or or_eq private protected public register "
    "reinterpret_cast requires restrict return short signed sizeof static static_assert "
    "static_cast struct switch template this thread_local throw true try typedef typeid typename "
    "typeof typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq";

// NAME.h would be found in place of the system's.
constexpr char kHeaders[] =
    // ISO C and POSIX
    "aio arpa assert complex cpio ctype dirent dlfcn errno fcntl fenv float fmtmsg fnmatch ftw "
    "glob grp iconv inttypes iso646 langinfo libgen limits locale math monetary mqueue ndbm netdb "
    "nl_types poll pthread pwd regex sched search semaphore setjmp signal spawn stdalign stdarg "
    "stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string strings "
    "stropts syslog tar termios tgmath threads time trace uchar ulimit unistd utime utmpx wchar "
    "wctype wordexp "
    // GNU, BSD, Apple
    "aliases alloca ar argp argz availability byteswap crypt elf endian envz err error execinfo "
    "features fpu_control fstab fts gconv getopt gshadow ieee754 ifaddrs lastlog libintl link "
    "malloc mcheck memory mntent nss obstack paths printf proc_service pty re_comp regexp resolv "
    "sgtty shadow stab stdio_ext syscall sysexits targetconditionals termio thread_db ttyent "
    "ucontext unwind ustat util utmp values varargs wait xlocale "
    // Windows
    "conio corecrt crtdbg direct guiddef io mbstring minwindef ntdef objbase process share "
    "sdkddkver tchar vcruntime winbase windef windows windowsx winerror wingdi winnt winsock "
    "winsock2 winuser ws2tcpip "
    // compilers
    "acc_prof altivec arm_acle arm_bf16 arm_fp16 arm_neon arm_sve builtins cet cpuid emmintrin "
    "immintrin intrin mm3dnow mm_malloc mmintrin msa nmmintrin omp ompt openacc pmmintrin quadmath "
    "smmintrin stdfix syslimits tmmintrin vadefs wmmintrin x86intrin xmmintrin";

// libNAME.a would be taken in place of what compilers and build systems link by themselves.
constexpr char kLinkedLibraries[] =
    "anl asan atomic brokenlocale bsd c c_nonshared clang_rt compiler_rt crypt dl g gcc gcc_eh "
    "gcc_s gcov gfortran gomp hwasan iomp5 itm kernel32 log lsan m mcheck mingw32 mingwex moldname "
    "msvcrt mvec nsl ntdll objc omp pthread pthread_nonshared quadmath resolv rt socket ssp "
    "ssp_nonshared supc stdc system tsan ubsan ucrt ucrtbase unwind user32 util vcruntime ws2_32 "
    "xnet";

constexpr char kDevices[] =
    "aux con nul prn com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt0 lpt1 lpt2 lpt3 lpt4 "
    "lpt5 lpt6 lpt7 lpt8 lpt9";

// What begins so is kept for the C library: C17 7.31.8, C23 7.33.17, POSIX 2.2.2, <sys/syscall.h>.
constexpr std::string_view kPrefixes[] = {"atomic_", "pthread_", "stdc_", "SYS_"};

constexpr char kBeginnings[] = "DllMain WinMain main wWinMain wmain";

bool has(const std::string& name, bool (*is)(char)) {
  return std::any_of(name.begin(), name.end(), is);
}

bool is_small(char c) { return c >= 'a' && c <= 'z'; }

bool is_keyword(const std::string& name) {
  static const Words keywords(kKeywords);
  return keywords.has(name);
}

// Two leading underscores, or one and a capital, are the implementation's (C17 7.1.3).
bool is_implementations(const std::string& name) {
  return name.size() > 1 && name[0] == '_' &&
         (name[1] == '_' || (name[1] >= 'A' && name[1] <= 'Z'));
}

bool is_macro(const std::string& name) {
  static const Words macros(kMacros), capitals(kCapitals), prefixes(kCapitalPrefixes);
  if (macros.has(name) || capitals.has(name) || name.starts_with("SYS_")) return true;
  if (has(name, is_small) && !name.starts_with("PRI") && !name.starts_with("SCN")) return false;
  const std::size_t word = name.find('_');
  if (word != std::string::npos) return prefixes.has(name.substr(0, word));
  // C17 7.31 and POSIX 2.2.2 keep these for more of them: EPERM, SIGINT, PRIu64, TIOCGWINSZ.
  for (const std::string_view prefix : {"E", "SIG", "PRI", "SCN", "SIOC", "TIOC", "TC"}) {
    if (name.size() > prefix.size() && name.starts_with(prefix)) return true;
  }
  return false;
}

std::string in_small_letters(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

// What C23 annex H repeats for each type: sin and sinf for sinf32, strtof_l for strtof128_l.
std::vector<std::string> for_other_float_types(const std::string& name) {
  for (const std::string_view type : {"f16", "f32", "f64", "f128", "f32x", "f64x"}) {
    const std::size_t at = name.rfind(type);
    if (at == std::string::npos) continue;
    const std::string rest = name.substr(at + type.size());
    if (!rest.empty() && rest[0] != '_') continue;
    return {name.substr(0, at) + rest, name.substr(0, at) + "f" + rest};
  }
  return {};
}

// Whether one of a library's functions or macros would be the C library's: timer_create, R_OK.
// Macros have NAME in capitals; what differs in case alone is refused too.
std::string why_not_declared(const std::string& name) {
  static const auto taken = [] {
    std::unordered_map<std::string, std::string> spelled;  // by the name in small letters
    std::istringstream words{std::string(kSuffixed)};
    for (std::string word; words >> word;) spelled.emplace(in_small_letters(word), word);
    return spelled;
  }();
  std::istringstream suffixes{std::string(kLibrarySuffixes)};
  for (std::string suffix; suffixes >> suffix;) {
    const auto found = taken.find(in_small_letters(name + suffix));
    if (found == taken.end()) continue;
    const std::string& theirs = found->second;
    if (!has(suffix, is_small) || theirs == name + suffix) {
      return "would declare '" + theirs + "', which is the C library's";
    }
    return "would declare '" + name + suffix + "', which is the C library's '" + theirs +
           "' but for the case";
  }
  return "";
}

}  // namespace

bool is_reserved_word(const std::string& identifier) {
  return is_keyword(identifier) || is_implementations(identifier) || is_macro(identifier);
}

std::string why_no_library(const std::string& name) {
  static const Words c_library(kCLibraryNames), headers(kHeaders), linked(kLinkedLibraries),
      devices(kDevices), beginnings(kBeginnings);
  // Windows and macOS find files whatever the case of their names.
  const std::string small = in_small_letters(name);
  if (is_keyword(name)) return "is a keyword of C or C++";
  if (name.starts_with('_')) return "begins with '_', as names that compilers keep for themselves";
  if (name.ends_with('_')) return "ends with '_', so that '" + name + "_run' would have two";
  if (name.find("__") != std::string::npos) return "has two '_' in a row, which C++ reserves";
  if (name == "slimc") return "is slimc's own";
  if (name == "std") return "is the namespace of C++'s library";
  if (beginnings.has(name)) return "is the function with which a program begins";
  // <immintrin.h> includes some 60 of these.
  if (headers.has(small) || small.ends_with("intrin")) {
    return "would hide the header <" + small + ".h>";
  }
  if (std::string why = why_not_declared(name); !why.empty()) return why;
  for (const std::string_view prefix : kPrefixes) {
    if (name.starts_with(prefix) || small.starts_with(prefix)) {
      return "begins with '" + name.substr(0, prefix.size()) + "', as names kept for the C library";
    }
  }
  if (linked.has(small)) return "would hide the library lib" + small + ", which programs link";
  if (devices.has(small)) return "is a device of Windows, where no file can be called so";
  std::vector<std::string> alike = for_other_float_types(name);
  alike.push_back(name);
  for (const std::string& one : alike) {
    if (is_macro(one)) {
      return "is a macro or constant of the C library's or the system's, or kept for one";
    }
    if (c_library.has(one)) return "is a name of the C library's";
  }
  return "";
}

}  // namespace slimc
