"""A client under test: a command that answers each line of JSON by a line of JSON (docs/integrators.md)."""

import json
import select
import shlex
import subprocess


class Silent(Exception):
    """The client ended, or did not answer in time."""


class Client:
    """One process of a client; it plays one office."""

    def __init__(self, command, log):
        self.command = command
        with open(log, "ab") as file:  # what it says on standard error
            self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=file)
        self.buffer = b""
        self.about = self.ask({"op": "hello"})

    def ask(self, request, timeout_s=120):
        """Its answer; raises Silent when there is none."""
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            line = self._line(timeout_s)
            return json.loads(line)
        except (OSError, ValueError) as error:
            raise Silent(f"{self.command}: {error}") from error

    def _line(self, timeout_s):
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], timeout_s)
            more = self.process.stdout.read1(65536) if ready else b""
            if not more:
                raise Silent(f"{self.command}: {'it ended' if ready else 'no answer in time'}")
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def can(self, operation):
        return operation in self.about.get("operations", ())

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
