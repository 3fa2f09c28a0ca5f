"""A client under test: a command that answers each line of JSON by a line of JSON (docs/integrators.md)."""

import json
import select
import shlex
import subprocess
import time


MAX_LINE_BYTES = 64 * 1024 * 1024  # an answer has an act's receipts at most
TEXTS = ("failed", "unsupported", "act_id", "case_id", "sender", "kind", "text", "disposition")
LISTS_OF_TEXTS = ("receipts", "documents", "operations")


class Silent(Exception):
    """The client ended, did not answer in time, or answered nothing that can be understood."""


def shape_problem(answer):
    """What keeps an answer from being one of docs/integrators.md; empty for nothing."""
    if not isinstance(answer, dict):
        return "no JSON object"
    for name, value in answer.items():
        if name in TEXTS and not isinstance(value, str):
            return f"{name} is no text"
        if name in LISTS_OF_TEXTS and not _is_list_of(str, value):
            return f"{name} is no list of texts"
        if name in ("facts", "refused") and not isinstance(value, dict):
            return f"{name} is no object"
    if not isinstance(answer.get("refused", {}).get("reason", ""), str):
        return "the reason of refused is no text"
    return _forwarded_problem(answer.get("forwarded", []))


def _forwarded_problem(acts):
    good = _is_list_of(dict, acts) and all(isinstance(one.get("text"), str) for one in acts)
    return "" if good else "forwarded is no list of acts with a text"


def _is_list_of(kind, value):
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)


class Client:
    """One process of a client; it plays one office."""

    def __init__(self, command, log):
        self.command, self.buffer, self.gone = command, b"", ""
        try:
            with open(log, "ab") as file:  # what it says on standard error
                self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                                stderr=file)
        except (OSError, ValueError) as error:
            raise Silent(f"{command}: {error}") from error
        try:
            self.about = self._hello()
        except Silent:
            self.close()
            raise

    def _hello(self):
        about = self.ask({"op": "hello"})
        for name in ("implementation", "version"):
            if not isinstance(about.get(name), str):
                raise Silent(f"{self.command}: it does not say its {name} to hello")
        return about

    def ask(self, request, timeout_s=120):
        """Its answer, an object whose known members have the right shape; raises Silent when there is none."""
        if self.gone:  # what comes late would be taken for the answer to another request
            raise Silent(self.gone)
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            answer = json.loads(self._line(timeout_s))
        except OSError:
            raise self._left("it ended") from None
        except (ValueError, RecursionError) as error:
            raise Silent(f"{self.command}: no JSON: {error}") from error
        problem = shape_problem(answer)
        if problem:
            raise Silent(f"{self.command}: another answer than docs/integrators.md says: {problem}")
        return answer

    def _line(self, timeout_s):
        end = time.monotonic() + timeout_s
        while b"\n" not in self.buffer:
            left = max(0, end - time.monotonic())
            ready, _, _ = select.select([self.process.stdout], [], [], left)
            more = self.process.stdout.read1(65536) if ready else b""
            if not more:
                raise self._left("it ended" if ready else "no answer in time")
            self.buffer += more
            if len(self.buffer) > MAX_LINE_BYTES:
                raise self._left("a line without an end")
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def _left(self, why):
        self.gone = f"{self.command}: {why}"
        return Silent(self.gone)

    def can(self, operation):
        return operation in self.about.get("operations", ())

    def close(self):
        try:
            self.process.stdin.close()
        except OSError:  # it ended, and left a request unread
            pass
        try:
            self.process.wait(1 if self.gone else 10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
