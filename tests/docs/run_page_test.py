#!/usr/bin/env python3
"""run_page.py finds out what it is there for. run_page_test.py SCRATCH"""

import pathlib
import subprocess
import sys
import unittest

RUN_PAGE = pathlib.Path(__file__).with_name("run_page.py")
SCRATCH = pathlib.Path(sys.argv.pop(1)).resolve()


def block(words, *lines):
    return "\n".join(["```" + words, *lines, "```", ""])


class RunPage(unittest.TestCase):
    def run_page(self, *parts):
        SCRATCH.mkdir(parents=True, exist_ok=True)
        page = SCRATCH / "page.md"
        page.write_text("# Title\n\n" + "\n".join(parts), encoding="utf-8")
        return subprocess.run([sys.executable, RUN_PAGE, page, SCRATCH / "work", SCRATCH, SCRATCH],
                              capture_output=True, text=True, check=False)

    def expect_failure(self, words, *parts):
        outcome = self.run_page(*parts)
        self.assertNotEqual(outcome.returncode, 0, outcome.stdout)
        self.assertIn(words, outcome.stderr)

    def test_runs_blocks_in_one_shell_and_writes_files_before(self):
        outcome = self.run_page(block("sh", "export X=1", "cat a/b.c"), "`a/b.c`:\n",
                                block("c", "int x;"), block("sh", 'test "$X" = 1; cat <<E', "  y",
                                                            "E"))
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.assertIn("int x;", outcome.stdout)
        self.assertIn("page.md: 2 blocks of commands run, 0 outputs compared, 0 blocks skipped",
                      outcome.stdout)

    def test_names_the_line_of_the_first_command_that_fails(self):
        self.expect_failure("page.md:5: this command failed: false",
                            block("sh", "true", "false", "touch reached"))
        self.assertFalse((SCRATCH / "work/work/reached").exists())

    def test_names_the_line_where_the_output_is_compared_and_in_pipes(self):
        self.expect_failure("page.md:4: this command failed: false", block("sh", "false"),
                            block("text output", ""))
        self.expect_failure("page.md:4: this command failed: cat", block("sh", "false | cat"))

    def test_keeps_variables_of_blocks_with_an_output(self):
        outcome = self.run_page(block("sh", "X=1", "echo 2"), block("text output", "1"),
                                block("sh", "test $X = 1"))
        self.assertEqual(outcome.returncode, 0, outcome.stderr)

    def test_wants_commands_to_fail_that_begin_with_an_exclamation_mark(self):
        outcome = self.run_page(block("sh", "! false"))
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.expect_failure("page.md:4: this command failed: false", block("sh", "! true"))
        self.expect_failure("has to be on one line: ! tr\\", block("sh", "! tr\\", "ue"))

    def test_does_not_go_on_with_a_variable_that_is_not_set(self):
        self.expect_failure("line 4: NOBODY: unbound variable", block("sh", "echo $NOBODY"))

    def test_compares_outputs_but_for_numbers_and_left_out_lines(self):
        sh = block("sh", "echo a 1.5 ms; echo b; echo c; echo d")
        good = self.run_page(sh, block("text output", "a  27 ms", "...", "d"))
        self.assertEqual(good.returncode, 0, good.stderr)
        self.expect_failure("page.md:7: expected this output", sh,
                            block("text output", "a 1.5 s", "...", "d"))

    def test_counts_what_is_not_run(self):
        outcome = self.run_page(block("sh no-test: needs root", "false"), block("sh", "true"))
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.assertIn("1 blocks skipped", outcome.stdout)

    def test_wants_a_reason(self):
        self.expect_failure("page.md:3: ```sh no-test: is not known", block("sh no-test:", "false"))

    def test_finds_commands_outside_of_blocks(self):
        self.expect_failure("page.md:3: this command is in no ```sh block", "    slimc compile x")

    def test_follows_links(self):
        good = self.run_page("[a](#title) [b](page.md#name-of-it)", "## NAME of it",
                             block("sh", "true"))
        self.assertEqual(good.returncode, 0, good.stderr)
        self.expect_failure("page.md:3: there is no nothing.md", "[a](nothing.md)")
        self.expect_failure("page.md:3: the page has no heading for #c", "[a](#c)",
                            block("sh", "# c"))

    def test_finds_a_block_without_end(self):
        self.expect_failure("page.md:3: this block has no end", "```sh\ntrue\n")


if __name__ == "__main__":
    unittest.main()
