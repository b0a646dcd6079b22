#!/usr/bin/env python3
"""Which names a C library's headers take from a program, read off this machine's.

  c_library_names.py --print       each name, one a line; "#include" lines of headers first
  c_library_names.py --includes    a piece of C or C++ that includes all of the headers
  c_library_names.py --update      adds what is missing to support/c_library_names.cc

Macros are clang's and, where it is here, gcc's (-E -dM); functions, objects, types, tags and
enumerators are those at file scope of clang's syntax tree, so neither members nor parameters: no
name is refused for one of these. The lists only grow: what stands there of other systems, of newer
standards, or of another version of the library stays. tests/text/c_library_names_test.cc holds
the lists against --print. If it names any: --update, read the difference, commit.
"""
import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap

SUPPORT = pathlib.Path(__file__).resolve().parent.parent / "compiler" / "support"

# ISO C23's, POSIX.1-2008's, and what glibc's package has beside them. Those that are not here are
# left out by __has_include.
HEADERS = """
assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath
threads time uchar wchar wctype

aio arpa/inet cpio dirent dlfcn fcntl fmtmsg fnmatch ftw glob grp iconv langinfo libgen monetary
mqueue ndbm net/if netdb netinet/in netinet/tcp nl_types poll pthread pwd regex sched search
semaphore spawn strings stropts sys/ipc sys/mman sys/msg sys/resource sys/select sys/sem sys/shm
sys/socket sys/stat sys/statvfs sys/time sys/times sys/types sys/uio sys/un sys/utsname sys/wait
syslog tar termios trace ulimit unistd utime utmpx wordexp

a.out aliases alloca ar argp argz arpa/ftp arpa/nameser arpa/nameser_compat arpa/telnet arpa/tftp
byteswap crypt elf endian envz err error execinfo features fpu_control fstab fts gconv getopt
gnu-versions gshadow ieee754 ifaddrs lastlog libintl link malloc mcheck memory mntent net/ethernet
net/if_arp net/if_packet net/if_ppp net/if_shaper net/if_slip net/ppp-comp net/ppp_defs net/route
netinet/ether netinet/icmp6 netinet/if_ether netinet/if_fddi netinet/if_tr netinet/igmp
netinet/in_systm netinet/ip netinet/ip6 netinet/ip_icmp netinet/udp nss obstack paths printf
proc_service pty re_comp resolv sgtty shadow stab stdio_ext sys/acct sys/auxv sys/bitypes sys/cdefs
sys/debugreg sys/dir sys/epoll sys/errno sys/eventfd sys/fanotify sys/fcntl sys/file sys/fsuid
sys/gmon sys/gmon_out sys/inotify sys/io sys/ioctl sys/kd sys/klog sys/mount sys/mtio sys/param
sys/pci sys/perm sys/personality sys/pidfd sys/poll sys/prctl sys/procfs sys/profil sys/ptrace
sys/queue sys/quota sys/random sys/raw sys/reboot sys/reg sys/rseq sys/sendfile sys/signal
sys/signalfd sys/single_threaded sys/socketvar sys/soundcard sys/statfs sys/swap sys/syscall
sys/sysinfo sys/syslog sys/sysmacros sys/termios sys/timeb sys/timerfd sys/timex sys/ttychars
sys/ttydefaults sys/ucontext sys/unistd sys/user sys/vfs sys/vlimit sys/vt sys/xattr syscall
sysexits termio thread_db ttyent ucontext utmp values wait
"""

# Of the C library's package, but an #error where they are not for this machine, or for none.
UNUSABLE = {"regexp", "sys/elf", "sys/vm86"}

# libstdc++ asks for _GNU_SOURCE itself, so C++ is one dialect.
DIALECTS = [["-x", "c", "-std=gnu2x"],
            ["-x", "c", "-std=gnu2x", "-D_GNU_SOURCE"],
            ["-x", "c", "-std=gnu2x", "-D_XOPEN_SOURCE=700"],
            ["-x", "c++", "-std=gnu++20", "-D_GNU_SOURCE"]]

# A word with which at least so many names in capitals begin is kept as a whole.
PREFIX_COUNT = 4

# Rules of reserved_words.cc. What they refuse needs no entry.
RULES = re.compile(r"(E|SIG|SIOC|TIOC|TC)[^_a-z]+$|(PRI|SCN)[^_]+$|(atomic|pthread|stdc|SYS)_")
FLOAT_TYPE = re.compile(r"f(16|32|64|128|32x|64x)(?=_|$)")


def headers():
    """ISO's and POSIX' in the order above, then what else the C library's package has."""
    names = [name + ".h" for name in HEADERS.split()]
    try:
        listed = subprocess.run(["dpkg-query", "--listfiles", "libc6-dev"], capture_output=True,
                                text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        listed = []
    place = re.compile(r"/usr/include/(?:[^/]+-linux-gnu[^/]*/)?"
                       r"((?:(?:sys|arpa|net|netinet)/)?[^/]+\.h)$")
    found = sorted(match.group(1) for match in map(place.match, listed) if match)
    names += [name for name in found if name not in names]
    return [name for name in names if name[:-2] not in UNUSABLE]


def includes():
    return "".join(f"#if __has_include(<{name}>)\n#include <{name}>\n#endif\n"
                   for name in headers())


def compiler_says(compiler, arguments, code):
    done = subprocess.run([compiler, *arguments, "-w", "-"], input=code, capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{compiler} {' '.join(arguments)}: expected the system's headers to compile, found\n"
                 + done.stderr)
    return done.stdout


def macros(compiler, dialect):
    """Those that replace every use of the name, and those that replace NAME(...) alone."""
    text = compiler_says(compiler, [*dialect, "-E", "-dM"], includes())
    simple, calls = set(), set()
    for name, parenthesis in re.findall(r"^#define (\w+)(\(?)", text, re.MULTILINE):
        (calls if parenthesis else simple).add(name)
    return simple, calls


def declared(node, in_c):
    """The names that a piece of the syntax tree declares at file scope."""
    for child in node.get("inner", []):
        kind = child.get("kind", "")
        if kind == "LinkageSpecDecl":
            yield from declared(child, in_c)
            continue
        if not kind.endswith("Decl") or kind in ("FieldDecl", "IndirectFieldDecl"):
            continue
        if "name" in child:
            yield child["name"].split("::")[-1]
        if kind == "EnumDecl" and "scopedEnumTag" not in child:
            yield from declared(child, in_c)
        if kind == "RecordDecl" and in_c:
            # In C tags and enumerators that are declared in a struct are not the struct's.
            yield from declared(child, in_c)


def read_headers(clang):
    """All names, and those of them that no member of a struct can have."""
    names, simple_macros, call_macros, declarations = set(), set(), set(), set()
    for dialect in DIALECTS:
        # Each has headers of its own for what ISO asks of a compiler: float.h, stdatomic.h.
        for compiler in filter(None, [clang, shutil.which("gcc")]):
            simple, calls = macros(compiler, dialect)
            simple_macros |= simple
            call_macros |= calls
        tree = compiler_says(clang, [*dialect, "-fsyntax-only", "-Xclang", "-ast-dump=json"],
                          includes())
        declarations |= set(declared(json.loads(tree), "c" in dialect))
    names = simple_macros | call_macros | declarations
    # What begins or ends with '_', or has two in a row, is refused by rule.
    usable = re.compile(r"(?!.*__)[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?$")
    names = {name for name in names if usable.match(name)}
    return names, names & (simple_macros | (call_macros - declarations))


def read_lists():
    """The lists as they are: name of the array -> words."""
    text = (SUPPORT / "c_library_names.cc").read_text()
    lists = {}
    constant = re.compile(r"^constinit const std::string_view (\w+) =\n(.*?);$", re.DOTALL | re.M)
    for name, body in constant.findall(text):
        lists[name] = set(" ".join(re.findall(r'"([^"]*)"', body)).split())
    return lists


def library_suffixes():
    text = (SUPPORT / "library_suffixes.cc").read_text()
    return " ".join(re.findall(r'^ +"([^"]*)"', text, re.MULTILINE)).split()


def is_small(name):
    return re.search("[a-z]", name) is not None


def ends_as_a_librarys(name, suffixes):
    """timer_create, R_OK: a library's macros have its name in capitals."""
    for suffix in suffixes:
        stem = name[:-len(suffix)]
        if stem and name.endswith(suffix) and (is_small(suffix) or not is_small(stem)):
            return True
    return False


def merge(lists, names, no_members):
    suffixes = library_suffixes()
    known = set().union(*(words for name, words in lists.items() if name != "kCapitalPrefixes"))
    every = known | names
    lists["kSuffixed"] |= {name for name in every if ends_as_a_librarys(name, suffixes)}
    capitals = {name for name in names if not is_small(name)} | lists["kCapitals"]
    counts = collections.Counter(name.split("_")[0] for name in capitals if "_" in name)
    prefixes = lists["kCapitalPrefixes"] | {w for w, n in counts.items() if n >= PREFIX_COUNT}

    def by_rule(name):
        if RULES.match(name):
            return True
        bases = {FLOAT_TYPE.sub("", name), FLOAT_TYPE.sub("f", name)}
        return name not in bases and not bases.isdisjoint(every)

    small = {name for name in names if is_small(name) and not by_rule(name)}
    lists["kMacros"] |= small & no_members
    lists["kCLibraryNames"] |= small
    lists["kCLibraryNames"] -= lists["kMacros"]
    lists["kCapitals"] = {name for name in capitals if not by_rule(name)
                          and not ("_" in name and name.split("_")[0] in prefixes)}
    lists["kCapitalPrefixes"] = prefixes


def write_lists(lists):
    text = ('#include "support/c_library_names.h"\n\n'
            "// Written by scripts/c_library_names.py --update, which keeps what stands here: names "
            "of other\n// systems and of newer standards were added by hand.\n\n"
            "namespace slimc {\n")
    for name, words in lists.items():
        lines = textwrap.wrap(" ".join(sorted(words)), 93, break_long_words=False,
                              break_on_hyphens=False)
        assert sum(map(len, lines)) < 65000, "longer than C++ promises to take"
        body = "\n".join(f'    "{line} "' for line in lines)
        text += f"\nconstinit const std::string_view {name} =\n{body[:-2]}\";\n"
    (SUPPORT / "c_library_names.cc").write_text(text + "\n}  // namespace slimc\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clang", default="clang")
    action = parser.add_mutually_exclusive_group(required=True)
    for option in ("--print", "--includes", "--update"):
        action.add_argument(option, action="store_true")
    arguments = parser.parse_args()
    if arguments.includes:
        print(includes(), end="")
        return
    names, no_members = read_headers(arguments.clang)
    if arguments.print:
        for name in headers():
            print(f"#include <{name}>")
        print("\n".join(sorted(names)))
        return
    lists = read_lists()
    merge(lists, names, no_members)
    write_lists(lists)


if __name__ == "__main__":
    main()
