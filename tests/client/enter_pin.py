#!/usr/bin/env python3
"""Runs a command on a terminal of its own and enters a PIN when it is asked for one.

    enter_pin.py PIN QUESTION COMMAND...

Shows what the terminal showed; fails when the PIN was among it, or was not asked for.
"""

import os
import pty
import sys


def read_some(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:  # the command has ended
        return b""


def main():
    pin, question, command = sys.argv[1].encode(), sys.argv[2].encode(), sys.argv[3:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    shown, entered = b"", False
    while part := read_some(terminal):
        shown += part
        if question in shown and not entered:
            os.write(terminal, pin + b"\n")
            entered = True
    _, status = os.waitpid(child, 0)
    sys.stdout.buffer.write(shown)
    if not entered or pin in shown:
        return 99
    return os.waitstatus_to_exitcode(status)


sys.exit(main())
