#!/usr/bin/env python3
"""Runs a program on a pseudo-terminal as a person would: types a line each time it waits for one.

    terminal.py ANSWERS COMMAND...     ANSWERS: a file, a line for each prompt; ^C is the key Ctrl-C

A prompt ends with "> " or "| ". What the program shows goes to standard output, with what was typed where the
terminal echoes it. The exit code is the program's; 99 when it waits and nothing is left to be typed, 98 when answers
are left over.
"""
import os
import pty
import re
import select
import sys
import time

PATIENCE = 60  # seconds without a byte
NOTHING_TO_TYPE, LEFT_OVER = 99, 98
PROMPT = re.compile(r"(^|\n)[^\n]*[>|] $")


class Terminal:
    def __init__(self, command):
        self.child, self.screen = pty.fork()
        if self.child == 0:
            os.execvp(command[0], command)
        self.shown = ""
        self.fresh = ""  # since the last line was typed

    def read(self):
        """What comes within a moment; None when the program is gone."""
        ready, _, _ = select.select([self.screen], [], [], 0.2)
        if not ready:
            return ""
        try:
            data = os.read(self.screen, 65536)
        except OSError:
            return None
        if not data:
            return None
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")
        self.shown += text
        self.fresh += text
        return text

    def waits(self):
        return PROMPT.search(self.fresh) is not None

    def type(self, line):
        self.fresh = ""
        os.write(self.screen, b"\x03" if line == "^C" else line.encode() + b"\n")

    def end(self):
        _, status = os.waitpid(self.child, 0)
        return os.waitstatus_to_exitcode(status)


def converse(command, answers):
    """Exit code and what was shown."""
    terminal = Terminal(command)
    left = list(answers)
    deadline = time.monotonic() + PATIENCE
    while True:
        text = terminal.read()
        if text is None:
            break
        if text:
            deadline = time.monotonic() + PATIENCE
            continue
        if terminal.waits():
            if not left:
                os.close(terminal.screen)
                terminal.end()
                return NOTHING_TO_TYPE, terminal.shown
            terminal.type(left.pop(0))
        elif time.monotonic() > deadline:
            raise SystemExit("the program shows nothing and asks nothing")
    code = terminal.end()
    return (LEFT_OVER if left and code == 0 else code), terminal.shown


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        answers = file.read().splitlines()
    code, shown = converse(sys.argv[2:], answers)
    sys.stdout.write(shown)
    sys.exit(code)


if __name__ == "__main__":
    main()
