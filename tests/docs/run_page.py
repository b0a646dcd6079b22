#!/usr/bin/env python3
"""Runs the commands of one page of the documentation, as a reader would type them.

run_page.py PAGE SCRATCH PREFIX SOURCE

In a page,
  ```sh                  is run, one block after the other, by one bash in the folder SCRATCH, with
                         PREFIX/bin in front of PATH; the first command that fails ends the test,
                         or one that begins with ! and does not fail;
  ```sh no-test: WHY     is not run; how many there are is printed;
  ```c, ```cmake, ...    with a line `app/app.c`: in front of it is written to that file before;
  ```text output         behind a ```sh block is what that block prints: numbers may be others, and
                         a line ... stands for any lines.
Links to other files and to headings have to lead somewhere. The variables PREFIX (the installed package) and SOURCE (the tree) are there for the commands. What
looks like a command outside of such blocks is an error, so that none escapes the test.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

FENCE = re.compile(r"^```(.*)$")
FILE_NAME = re.compile(r"^`([\w./-]+)`:$")
NO_TEST = re.compile(r"^sh no-test: \S")
COMMAND = re.compile(
    r"^(\w+=\S+ )*(\S*/)?(slimc(-\w+)?|cmake|ctest|cc|c\+\+|g?cc|clang|make|ninja|sha256sum|python3|\w+_test) ")
LANGUAGES = {"c", "cmake", "cpp", "json", "make", "python", "text", "textproto", "diff", ""}


class PageError(Exception):
    pass


class Block:
    def __init__(self, words, opening, before):
        self.words = words  # behind the fence: "sh", "text output"
        self.opening = opening  # line numbers of both fences, from 1
        self.closing = 0
        self.before = before  # the last line with text in front of it
        self.lines = []


def parse(text):
    """The page's blocks in order."""
    blocks, block, before = [], None, ""
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if fence and block:
            if fence[1]:
                raise PageError(f"{number}: a block begins inside the block of line {block.opening}")
            block.closing = number
            blocks.append(block)
            block, before = None, ""
        elif fence:
            block = Block(fence[1].strip(), number, before)
        elif block:
            block.lines.append(line)
        else:
            if line.startswith("    ") and COMMAND.match(line.strip()):
                raise PageError(f"{number}: this command is in no ```sh block, and so in no test")
            before = line or before
    if block:
        raise PageError(f"{block.opening}: this block has no end")
    return blocks


def must_fail(line):
    """What begins with ! has to fail, which `set -e` does not look at."""
    if line.startswith("! ") and line.endswith("\\"):
        raise PageError(f"a command that begins with ! has to be on one line: {line}")
    return line + " || false" if line.startswith("! ") else line


class Script:
    """A page as bash: line n of the script is line n of the page, so that bash's words about lines
    are right."""

    def __init__(self, text):
        self.lines = [""] * (len(text.splitlines()) + 1)
        self.outputs = []  # (block of text, file that has what was printed)
        self.files = {}  # name: text
        self.run = self.skipped = 0
        last = None  # the ```sh block that an output may belong to
        for block in parse(text):
            last = self.add(block, last)

    def add(self, block, last):
        language = block.words.split(" ")[0]
        name = FILE_NAME.match(block.before)
        if block.words == "sh":
            self.run += 1
            # The group of the block, so that its output can be kept.
            self.lines[block.opening - 1] = "{"
            self.lines[block.opening : block.closing - 1] = map(must_fail, block.lines)
            self.lines[block.closing - 1] = "}"
            return block
        if NO_TEST.match(block.words):
            self.skipped += 1
            return None
        if block.words == "text output":
            if not last:
                raise PageError(f"{block.opening}: an output with no ```sh block in front of it")
            file = f"output-{last.opening}"
            self.lines[last.closing - 1] = f'}} >"$OUTPUTS/{file}"'
            self.outputs.append((block, file))
            return None
        if language not in LANGUAGES or (block.words != language):
            raise PageError(f"{block.opening}: ```{block.words} is not known to run_page.py")
        if name:
            if name[1] in self.files:
                raise PageError(f"{block.opening}: a second file {name[1]}")
            self.files[name[1]] = "\n".join(block.lines) + "\n"
        return last

    def text(self, page):
        # The first line of a page is its title, and so free.
        self.lines[0] = (f"set -euo pipefail; trap 'echo \"{page}:$LINENO: this command failed: "
                         "$BASH_COMMAND\" >&2' ERR")
        return "\n".join(self.lines) + "\n"


def loose(line):
    return re.sub(r"\s+", " ", re.sub(r"\d[\d.,]*(e-?\d+)?", "#", line)).strip()


def matches(expected, printed):
    """Whether the printed lines are the expected ones, of which "..." stands for any number."""
    pattern = ""
    for line in expected:
        pattern += r"(.*\n)*?" if line.strip() == "..." else re.escape(loose(line)) + r"\n"
    return re.fullmatch(pattern, "".join(loose(line) + "\n" for line in printed)) is not None


def without_blocks(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text):
    """The names by which links reach the headings of a page, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check_links(page, text):
    for number, line in enumerate(text.splitlines(), 1):
        for link in re.findall(r"\]\(([^()\s]+)\)", line):
            if link.startswith("http"):
                continue
            file, _, anchor = link.partition("#")
            target = page.parent / file if file else page
            if not target.exists():
                raise PageError(f"{number}: there is no {file}")
            if anchor and anchor not in anchors(target.read_text(encoding="utf-8")):
                raise PageError(f"{number}: {file or 'the page'} has no heading for #{anchor}")


def run(page, scratch, prefix, source):
    name = page.relative_to(source)
    try:
        check_links(page, page.read_text(encoding="utf-8"))
        script = Script(page.read_text(encoding="utf-8"))
    except PageError as error:
        sys.exit(f"{name}:{error}")
    shutil.rmtree(scratch, ignore_errors=True)
    work, outputs = scratch / "work", scratch / "outputs"
    for folder in (work, outputs):
        folder.mkdir(parents=True)
    for file, text in script.files.items():
        (work / file).parent.mkdir(parents=True, exist_ok=True)
        (work / file).write_text(text, encoding="utf-8")
    bash = scratch / page.name
    bash.write_text(script.text(name), encoding="utf-8")

    environment = {**os.environ, "PREFIX": str(prefix), "SOURCE": str(source),
                   "OUTPUTS": str(outputs), "PATH": f"{prefix}/bin:{os.environ['PATH']}"}
    environment.pop("PKG_CONFIG_PATH", None)
    sys.stdout.flush()
    outcome = subprocess.run(["bash", "-E", bash], cwd=work, env=environment,
                             stdin=subprocess.DEVNULL, check=False)
    for _, file in script.outputs:
        if (outputs / file).exists():
            sys.stdout.write((outputs / file).read_text(encoding="utf-8"))
    if outcome.returncode != 0:
        sys.exit(f"{name}: bash ended with status {outcome.returncode}")
    for block, file in script.outputs:
        printed = (outputs / file).read_text(encoding="utf-8").splitlines()
        if not matches(block.lines, printed):
            sys.exit(f"{name}:{block.opening}: expected this output, numbers aside:\n"
                     + "\n".join(block.lines) + "\nfound:\n" + "\n".join(printed))
    print(f"{name}: {script.run} blocks of commands run, {len(script.outputs)} outputs compared, "
          f"{script.skipped} blocks skipped, as the page says why")
    if script.run == 0 and script.skipped == 0:
        sys.exit(77)  # skipped, for CTest


if __name__ == "__main__":
    run(*(pathlib.Path(argument).resolve() for argument in sys.argv[1:5]))
