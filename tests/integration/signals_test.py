#!/usr/bin/env python3
"""signals_test.py SLIMC MODEL FOLDER: whatever ends `slimc compile` while its children work, they end
with it, the exit status is the signal's, and neither outputs nor temporary folders stay; behind
SIGKILL the next slimc removes what stayed."""
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

slimc, model, work = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
PATIENCE = 60  # seconds until something that should happen is taken for never


def check(what, holds):
    if not holds:
        sys.exit(f"does not hold: {what}")


def wait_for(what, holds):
    end = time.monotonic() + PATIENCE
    while not holds():
        check(what, time.monotonic() < end)
        time.sleep(0.01)


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def listed(folder):
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []


def script(path, text):
    # In the place of one that may still run: that cannot be written to.
    fresh = path.with_name("fresh")
    fresh.write_text("#!/bin/sh\n" + text)
    fresh.chmod(fresh.stat().st_mode | stat.S_IXUSR)
    fresh.replace(path)


class Attack:
    """A compile, or another command, whose generator program (or clang) has a child of its own and
    never ends."""

    def __init__(self, name, slow, words=None):
        self.folder = work / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.temporary, self.out, self.pids = (self.folder / n for n in ("tmp", "out", "pids"))
        binaries = self.folder / "bin"
        for folder in (self.temporary, self.out, self.pids, binaries):
            folder.mkdir(parents=True)
        (self.folder / "include").symlink_to(slimc.parent.parent / "include")
        for program in ("slimc", "slimc-launch", "slimc-stages"):
            shutil.copy(slimc.parent / program, binaries / program)
        sleeper = f"sleep 1000 & touch {self.pids}/$$ {self.pids}/$!; wait; wait\n"
        environment = {**os.environ, "TMPDIR": str(self.temporary)}
        if slow == "stages":
            script(binaries / "slimc-stages", sleeper)
        else:
            script(binaries / "clang", sleeper)
            environment["SLIMC_CLANG"] = str(binaries / "clang")
        cache = self.folder / "cache" if slow == "stages" else work / "cache"
        self.program = binaries / "slimc"
        self.environment = environment
        self.command = [self.program, *(words or ["compile", model, "-o", self.out]), "--cache-dir",
                        cache]

    def start(self, **more):
        self.slimc = subprocess.Popen(self.command, env=self.environment, text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        wait_for("children are at work", lambda: len(self.started()) >= 2)

    def started(self):
        return [int(p.name) for p in self.pids.iterdir()]

    def end(self, by):
        self.slimc.send_signal(by)
        _, self.words = self.slimc.communicate(timeout=PATIENCE)
        check(f"slimc ended by {by!r}, not with {self.slimc.returncode}", self.slimc.returncode == -by)
        for pid in self.started():
            wait_for(f"child {pid} has ended", lambda: not runs(pid))

    def check_nothing_stays(self):
        left = list(self.temporary.iterdir()) + list(self.out.iterdir())
        check(f"nothing stays: {left}", not left)


for slow in ("stages", "clang"):
    for by in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGXCPU):
        attack = Attack(f"{slow}_{by.name}", slow)
        attack.start()
        attack.end(by)
        attack.check_nothing_stays()
        check(f"nothing is said of killed children: {attack.words}", "error" not in attack.words)

    attack = Attack(f"{slow}_SIGKILL", slow)
    attack.start()
    # Others' folders of the same name are not ours to remove, nor is what a link names.
    kept = [attack.temporary / "slimc-temporary-others", attack.temporary / "slimc-temporary-link"]
    if os.geteuid() == 0:
        kept[0].mkdir(mode=0o700)
        os.chown(kept[0], 12345, 12345)
    (attack.folder / "target").mkdir(mode=0o700)
    (attack.folder / "target" / "file").touch()
    kept[1].symlink_to(attack.folder / "target")
    attack.end(signal.SIGKILL)
    check("a killed slimc leaves a folder",
          any(p not in kept for p in attack.temporary.iterdir()))
    for program in ("slimc-stages", "clang"):
        script(attack.folder / "bin" / program, "exit 1\n")
    again = subprocess.run([*attack.command[:-1], attack.folder / "empty"],
                           env=attack.environment, capture_output=True, text=True, check=False)
    check(f"the next one runs: {again}", again.returncode == 3)
    check("a link's target stays", (attack.folder / "target" / "file").exists())
    check("other users' folders stay", os.geteuid() != 0 or kept[0].exists())
    for path in kept:
        if path.is_symlink():
            path.unlink()
        elif path.exists():
            path.rmdir()
    attack.check_nothing_stays()

picture = Path(__file__).parents[2] / "examples" / "classify" / "picture.png"
records = work / "records.textproto"
others = {"verify": [model], "run": [model, picture], "bench": [model], "tune": [model, "-o", records]}
for command, words in others.items():
    attack = Attack(f"{command}_SIGTERM", "stages", [command, *words])
    attack.start()
    attack.end(signal.SIGTERM)
    attack.check_nothing_stays()
    attack = Attack(f"{command}_SIGINT", "stages", [command, *words])
    attack.start()
    if command == "tune":  # the first one asks it to come to an end, which here never comes
        attack.slimc.send_signal(signal.SIGINT)
        time.sleep(0.1)
        check("tune goes on", attack.slimc.poll() is None)
    attack.end(signal.SIGINT)
    attack.check_nothing_stays()

# Where its work ends, tune ends with it, and says so.
attack = Attack("tune_to_an_end", "stages", ["tune", model, "-o", records, "--json"])
shutil.copy(slimc.parent / "slimc-stages", attack.folder / "bin" / "slimc-stages")
tuning = subprocess.Popen(attack.command, env=attack.environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
wait_for("tune is at work", lambda: any(attack.temporary.iterdir()))
tuning.send_signal(signal.SIGINT)
report, words = tuning.communicate(timeout=PATIENCE)
check(f"tune was interrupted: {report} {words}",
      tuning.returncode == 0 and json.loads(report)["interrupted"])
attack.check_nothing_stays()

# A living slimc's folder is left alone.
attack = Attack("two_at_once", "stages")
attack.start()
# Those of clang come and go; the kernels' has a folder a kernel in it.
folders = {f for f in attack.temporary.iterdir() if any(p.is_dir() for p in listed(f / "files"))}
script(attack.folder / "bin" / "other-stages", "exit 1\n")
(attack.folder / "bin" / "other-stages").rename(attack.folder / "bin" / "slimc-stages")
subprocess.run(attack.command, env=attack.environment, capture_output=True, check=False)
check("it is still there", folders and all(listed(f / "files") for f in folders))
attack.end(signal.SIGTERM)
attack.check_nothing_stays()

# nohup: what was ignored stays ignored.
attack = Attack("nohup", "stages")
attack.start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
attack.slimc.send_signal(signal.SIGHUP)
time.sleep(0.1)
check("it goes on", attack.slimc.poll() is None)
attack.end(signal.SIGTERM)
attack.check_nothing_stays()

# `slimc ... | head`: no words, SIGPIPE's status.
reader, writer = os.pipe()
os.close(reader)
inspect = subprocess.run([slimc, "inspect", model], stdout=writer, stderr=subprocess.PIPE, text=True,
                         check=False)
check(f"it ends by SIGPIPE and says nothing: {inspect}",
      inspect.returncode == -signal.SIGPIPE and inspect.stderr == "")
