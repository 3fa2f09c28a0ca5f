"""That tests/run itself can fail: the runner, in a folder with nothing but one made-up stage."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SUM = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")

# What is tried, the stage's script, options of the runner, its sum, what its output must say.
CASES = (
    ("adds up what a stage says", "echo '3 passed, 0 failed'", (), (3, 0, 0), "done"),
    ("adds up what was skipped", "echo '3 passed, 0 failed, 2 skipped'", (), (3, 0, 2), "done"),
    ("sees a failed test", "echo '3 passed, 1 failed'; exit 1", (), (3, 1, 0), "exit code 1"),
    ("sees a failed test behind exit code 0", "echo '3 passed, 1 failed'", (), (3, 1, 0), "FAILED"),
    ("sees a crash after a good sum", "echo '3 passed, 0 failed'; exit 139", (), (3, 1, 0), "139"),
    ("sees a stage that says nothing and fails", "exit 3", (), (0, 1, 0), "exit code 3"),
    ("sees that nothing ran", "echo '0 passed, 0 failed'", (), (0, 0, 0), "Nothing ran"),
    ("sees a stage that says nothing", "exit 0", (), (0, 1, 0), "does not say how many"),
    ("sees a sum that is not the last line", "echo '3 passed, 0 failed'; echo more", (), (0, 1, 0),
     "does not say how many"),
    ("ends a stage that hangs", "sleep 1000", ("--within", "2"), (0, 1, 0), "its time was up"),
    ("ends and reports what a stage left running", "sleep 1000 & echo '3 passed, 0 failed'", (),
     (3, 1, 0), "left running"),
    ("gives a stage no input", "cat; echo '1 passed, 0 failed'", (), (1, 0, 0), "done"),
)


def run(root):
    """Yields (name, problems) for each case."""
    for name, script, options, expected, said in CASES:
        with tempfile.TemporaryDirectory() as folder:
            yield f"tests/run {name}", _problems(root, folder, script, options, expected, said)


def _problems(root, folder, script, options, expected, said):
    _lay(root, pathlib.Path(folder), script)
    done = subprocess.run(
        ["tests/run", *options, "structure"],
        cwd=folder,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        env={**os.environ, "CI": "true"},
        check=False,
    )
    last = done.stdout.splitlines()[-1]
    match = SUM.match(last)
    problems = []
    if not match or tuple(map(int, match.groups())) != expected:
        problems.append(f"the last line is '{last}', not the sum {expected}")
    if (done.returncode == 0) != (expected[0] > 0 and expected[1] == 0):
        problems.append(f"the exit code is {done.returncode} with the sum {expected}")
    if said not in done.stdout:
        problems.append(f"does not say '{said}'")
    return problems


def _lay(root, folder, script):
    """The runner with a stage `structure` that is the script, and nothing to install."""
    (folder / "deploy").mkdir()
    (folder / "tests/structure").mkdir(parents=True)
    shutil.copy(root / "tests/run", folder / "tests/run")
    for path, text in (("deploy/install-dependencies", "true"), ("tests/structure/run", script)):
        (folder / path).write_text(f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
        (folder / path).chmod(0o755)
