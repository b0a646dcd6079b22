#!/usr/bin/env python3
"""promises_test.py PAGE TESTS: every test that the page names as the one that holds a promise is
there. `Suite.Name` and `Suite.*` are GoogleTest's, `folder.name` CTest's."""

import fnmatch
import pathlib
import re
import sys

GOOGLE = re.compile(r"^\s*(?:TYPED_TEST|TEST(?:_[FP])?)\(\s*(\w+),\s*(\w+)\s*\)", re.M)
CTEST = re.compile(r"NAME\s+([a-z_]+\.[\w$.{}]+)")
NAME = re.compile(r"^(?:\w+/)?(\w+\.\w*\*?\w*)$")


def tests_in(folder):
    names = set()
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".cc":
            names.update(".".join(pair) for pair in GOOGLE.findall(path.read_text()))
        elif path.name == "CMakeLists.txt":
            names.update(CTEST.findall(path.read_text()))
            # Functions that make names of their arguments: slimc_integration(NAME ...).
            names.update("integration." + word for word in
                         re.findall(r"\(\s*([\w${}]+)", path.read_text()))
    return names


def is_there(name, known):
    """`name` may have a * at its end; a known one a CMake variable: "integration.sets_${how}"."""
    return bool(fnmatch.filter(known, name)) or any(
        fnmatch.fnmatchcase(name, re.sub(r"\$\{\w+\}", "?*", one)) for one in known
        if re.match(r"integration\.\w\w\w+\$\{", one))


def named_in(page):
    """The names between backticks; ".Name" is of the suite before it."""
    suite = ""
    for quoted in re.findall(r"`([^`\n]+)`", page):
        if quoted.startswith(".") and suite and quoted[1:2].isupper():
            quoted = suite + quoted
        match = NAME.match(quoted)
        if match is None or not (quoted[0].isupper() or quoted.startswith(("integration.", "tools.", "campaign."))):
            continue
        if quoted.startswith("NAME") or quoted.endswith((".txt", ".cc", ".h")):
            continue
        suite = match[1].split(".")[0]
        yield match[1]


def main(page, folder):
    known = tests_in(pathlib.Path(folder))
    named = list(named_in(pathlib.Path(page).read_text()))
    missing = [name for name in named if not is_there(name, known)]
    for name in missing:
        print("%s names a test that is not there: %s" % (page, name))
    if len(named) < 30:
        sys.exit("only %d tests are named: they are not found any more" % len(named))
    sys.exit(1 if missing else 0)


main(*sys.argv[1:])
