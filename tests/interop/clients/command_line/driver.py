#!/usr/bin/env python3
"""The conformance kit's driver of our own command line (docs/integrators.md), so that it is one client among others.

    driver.py ROGATORIA        the program
"""

import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import uuid

REASON = re.compile(r"\b[A-Z]{3,}(?:_[A-Z0-9]+)+\b")


class Refused(Exception):
    def __init__(self, reason, why):
        super().__init__(why)
        self.reason = reason


class Driver:
    """One office at the command line; each operation is a method."""

    def __init__(self, program):
        self.program, self.profile = program, ""

    def run(self, *arguments, form="json"):
        """What the command prints, as data; a refusal when it ends with another code than 0."""
        command = [self.program, "--profile", self.profile, "--language", "en", "--timeout", "30", "-o", form]
        environment = {**os.environ, "NO_COLOR": "1"}
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            named = [n for n in REASON.findall(done.stderr)]
            raise Refused(named[-1] if named else f"EXIT_{done.returncode}", done.stderr)
        return list(_documents(done.stdout)) if form == "json" else done.stdout.split()

    def hello(self, request):
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
        return {"implementation": "rogatoria-command-line", "version": version,
                "operations": ["hello", "configure", "send", "receive", "receipts", "forward"]}

    def configure(self, request):
        self.profile = request["profile"]
        return {}

    def send(self, request):
        folder = pathlib.Path(request["folder"])
        file = folder / f"{uuid.uuid4()}.json"
        file.write_text(json.dumps(act_file(request["act"])), encoding="utf-8")
        [sent] = self.run("act", "send", str(file), "--force")
        return self.sent(sent)

    def sent(self, sent):
        files = sorted(pathlib.Path(sent["folder"]).glob("*.receipt"))
        return {"act_id": sent["act"], "disposition": sent["standing"], "receipts": [_base64(f) for f in files]}

    def receive(self, request):
        end, folder = time.monotonic() + request["timeout_s"], request["folder"]
        while request["act_id"] not in self.run("inbox", "list", form="name"):
            if time.monotonic() > end:
                raise Refused("NOT_FOUND", "nothing came")
            self.run("inbox", "watch", "--limit", "1", "--idle", "2")
        return self.opened(request["act_id"], folder)

    def opened(self, act_id, folder, receipts=True):
        saved = pathlib.Path(folder, act_id.replace("/", "_"))
        [act] = self.run("inbox", "open", act_id, "--save", str(saved))
        notice = act.get("content", {}).get("forwarding_notice", {})
        ours = notice.get("competent_authority") == self.authority()
        handed_on = [one["act_id"] for one in notice.get("forwarded_acts", [])] if ours else []
        return {"act_id": act["act"], "case_id": act["case"], "sender": act["from"], "kind": act["kind"],
                "text": act.get("content", {}).get("letter", {}).get("text", ""),
                "documents": sorted(map(str, saved.glob("*"))) if saved.is_dir() else [],
                "receipts": self.receipts({"act_id": act_id})["receipts"] if receipts else [],
                "forwarded": [self.opened(one, folder, receipts=False) for one in handed_on]}

    def authority(self):
        text = pathlib.Path(self.profile).read_text(encoding="utf-8")
        return re.search(r'^authority = "(.+)"', text, re.M).group(1)

    def receipts(self, request):
        [found] = self.run("receipt", "list", request["act_id"])
        return {"receipts": [_base64(pathlib.Path(one["file"])) for one in found]}

    def forward(self, request):
        arguments = ["--to", request["to"], "--reasons", request["reasons"]]
        [sent] = self.run("act", "forward", request["act_id"], *arguments)
        return self.sent(sent)

    def answer(self, request):
        if request["op"] not in self.hello({})["operations"]:
            return {"unsupported": request["op"]}
        try:
            return getattr(self, request["op"])(request)
        except Refused as error:
            return {"refused": {"reason": error.reason, "why": str(error)}}
        except Exception as error:  # whatever it is, the kit has to be told
            return {"failed": repr(error)}


def act_file(act):
    """The kit's act as an act file (docs/act-files.md)."""
    file = {"kind": act["kind"], "language": act.get("language", "en"), "to": act["to"],
            "data_class": act.get("data_class", "OPERATIONAL"), "channel": act.get("channel", "INTERINSTITUTIONAL"),
            "letter": {"text": act.get("text", "")}}
    if act.get("case"):
        del file["to"]
    if "instrument" in act:
        file["legal_basis"] = {"instrument": act["instrument"], "article": act.get("article", "")}
    for ours, theirs in (("channel_basis", "channel_basis"), ("case", "case"), ("in_reply_to", "in_reply_to"),
                         ("request_id", "request_id")):
        if act.get(ours):
            file[theirs] = act[ours]
    if act.get("measures"):
        file["measure"] = [{"number" if act.get("case") and name == "ordinal" else name: value
                            for name, value in one.items() if act.get("case") or name != "ordinal"}
                           for one in act["measures"]]
    if act.get("subject"):
        file["cover_slip"] = {"subject": act["subject"]}
    if act.get("attach"):
        file["letter"]["enclosure"] = [{"file": path, "attach": True} for path in act["attach"]]
    return file


def _documents(text):
    """The JSON values that stand one after the other."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        yield value


def _base64(path):
    return base64.b64encode(path.read_bytes()).decode()


def main():
    driver = Driver(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(driver.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
