"""Plays a scenario file: each step is asked of a client, and what it answers is held against what must come of it."""

import base64
import hashlib
import os
import pathlib
import time
import tomllib

import faults
import lies
from client import Silent
from rogatoria_office.acts import Draft
from rogatoria_office.hub import Hub
from rogatoria_office.receipt import Receipt
from rogatoria_office.refused import Refused
from rogatoria_office.settings import Settings

CHUNK = 1024 * 1024


class Failed(Exception):
    """A step did not come out as it must."""


class Taken(Failed):
    """A client took a lie. The scenario goes on, so that each one that it takes is told."""

    def __init__(self, client, lie, why):
        super().__init__(why)
        self.client, self.lie = client, lie


class Skipped(Exception):
    """A client cannot do what a step asks, and says so."""


def must(condition, why):
    if not condition:
        raise Failed(why)


class Scenario:
    """A file of scenarios/: `title`, `steps`, and `needs` (full: left out in short mode)."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.fields = tomllib.load(file)
        self.name, self.title, self.steps = path.stem, self.fields["title"], self.fields["steps"]


class Play:
    """One run of a scenario by the offices of a stage."""

    def __init__(self, stage, scenario):
        self.stage, self.scenario, self.done = stage, scenario, {}
        self.folder = stage.folder / f"{scenario.name}-{time.monotonic_ns()}"
        self.folder.mkdir()

    def run(self, known=()):
        """Plays all steps. `known`: (client, scenario, lie) that it takes as things stand; then it is Skipped."""
        told, unknown = [], False
        for number, step in enumerate(self.scenario.steps, 1):
            try:
                self._step(step)
            except (Failed, Silent, Refused) as error:
                told.append(f"step {number}, {step['office']} {step['do']}: {error}")
                taken = isinstance(error, Taken)
                unknown |= not taken or (error.client, self.scenario.name, error.lie) not in known
                if not taken:
                    break
        if told:
            raise (Failed if unknown else Skipped)("; ".join(told))

    def _step(self, step):
        office = self.stage.offices[step["office"]]
        fault = self._fault(step.get("fault"))
        office.line.begin(fault)
        try:
            answer = getattr(self, "_" + step["do"])(office, step)
        finally:
            calls, seen = office.line.calls, office.line.seen
            calls["acknowledge"] = self._acknowledged_lies(office.line.acknowledged, fault)
            office.line.begin(None)
        self._judge(step, answer, calls)
        if isinstance(fault, faults.UploadCut):
            again = len(seen) - len(set(seen))
            must(fault.done and again <= 8, f"{again} chunks were sent again after the cut")

    def _acknowledged_lies(self, acts, fault):
        """How many of these ids are of acts that may not be taken. What an earlier step left may come in a later one, and
        is taken as always: a mailbox holds what a cut stream had for a minute when that was often."""
        return sum(act != "" and (act is None or fault is not None or act in self.stage.lies) for act in acts)

    def _fault(self, told):
        if told is None:
            return None
        told = {"name": told} if isinstance(told, str) else dict(told)
        made = faults.by_name(told.pop("name"))(**{k: v for k, v in told.items() if k != "of"})
        if "of" in told:
            made.receipts = [r.data for r in self.done[told["of"]]["receipts"]]
        return made

    def _judge(self, step, answer, calls):
        if "unsupported" in answer:
            raise Skipped(f"{self.stage.offices[step['office']].client.command} cannot {step['do']}")
        must("failed" not in answer, f"the client broke: {str(answer.get('failed'))[-600:]}")
        reasons = step.get("refused")
        if reasons is not None and not ("act_id" in answer and step.get("or_sent")):
            if "refused" not in answer:
                raise self._taken(step, "taken")
            found = answer["refused"].get("reason", "")
            must(not reasons or found in reasons, f"refused for {found}, not {' or '.join(reasons)}")
            for name, most in step.get("at_most", {}).items():
                if calls[name] > most:
                    raise self._taken(step, f"{name} was called")
            return
        must("refused" not in answer, f"refused: {answer.get('refused')}")
        must(step["do"] not in ("send", "forward") or answer.get("act_id"), "the answer names no act_id")
        answer["receipts"] = self._receipts(answer, step)
        self._expect(step, answer)
        self.done[step.get("as", "")] = {**step, **answer}

    def _taken(self, step, how):
        client, lie = self.stage.offices[step["office"]].client.about["implementation"], self._wrong(step)
        return Taken(client, lie, f"{how}, though it must be refused ({lie})")

    def _wrong(self, step):
        """The fault or the lie that a step is about."""
        fault = step.get("fault", "")
        return (fault if isinstance(fault, str) else fault["name"]) or self.done[step["of"]]["lie"]

    def _receipts(self, answer, step):
        """Receipts that a client says it verified are looked at once more, by the kit."""
        found = [Receipt(_of_base64(data), self.stage.log_keys) for data in answer.get("receipts", [])]
        act_id = answer.get("act_id") or self.done[step["of"]]["act_id"]
        for receipt in found:
            receipt.demand_says(act=act_id)
        return sorted(found, key=lambda receipt: receipt.index)

    def _expect(self, step, answer):
        expected = dict(step.get("expect", {}))
        events = expected.pop("events", None)
        if events is not None:
            found = [f"{r.event} {self.stage.letter_of(r.evidence['recipient'])}" for r in answer["receipts"]]
            must(found == events, f"receipts {found}, not {events}")
        for name, value in expected.pop("receipt", {}).items():
            found = [r.evidence[name] for r in answer["receipts"]]
            must(value in found if value != "*" else found and found[-1] != "-", f"{name} of the receipts: {found}")
        if expected.pop("documents", False):
            self._same_documents(step, answer)
        if "forwarded" in expected:
            texts = [one["text"] for one in answer.get("forwarded", [])]
            must(texts == expected.pop("forwarded"), f"handed on: {texts}")
        if "sender" in expected:
            expected["sender"] = self.stage.offices[expected["sender"]].authority
        for name, value in expected.items():
            must(answer.get(name) == value, f"{name} is {answer.get(name)!r}, not {value!r}")

    def _same_documents(self, step, answer):
        sent = [_sha256(path) for path in self.done[step["of"]]["files"]]
        found = [_sha256(path) for path in answer.get("documents", [])]
        must(sent and found == sent, "the documents are not those that were sent")
        below = self.folder.resolve() / step["office"]
        outside = [path for path in answer["documents"] if below not in pathlib.Path(path).resolve().parents]
        must(not outside, f"saved elsewhere than asked: {outside}")

    # ---- what a step does -----------------------------------------------------------------------

    def _act(self, step):
        """The act of a step, its references filled in; files that it attaches are made."""
        act = dict(step["act"])
        act["to"] = [self.stage.offices[letter].authority for letter in act.get("to", [])]
        for name in ("case", "in_reply_to"):
            if name in act:
                act[name] = self.done[act[name]]["act_id"]
        files = []
        for number, size in enumerate(act.pop("attach_bytes", []), 1):
            files.append(str(self.folder / f"annex {number} ação.bin"))
            with open(files[-1], "wb") as file:
                for _ in range(size // CHUNK):
                    file.write(os.urandom(CHUNK))
                file.write(os.urandom(size % CHUNK))
        return act | ({"attach": files} if files else {}), files

    def _send(self, office, step):
        act, files = self._act(step)
        answer = office.client.ask({"op": "send", "act": act, "folder": str(self.folder)})
        return {**answer, "files": files}

    def _lie(self, office, step):
        """What a dishonest sender sends; the hub takes it."""
        act, files = self._act(step)
        settings = Settings(office.settings_to_hub)
        liar = lies.by_name(step["lie"])(settings, Hub(settings))
        act_id, _, receipts = liar.send(Draft(**act))
        liar.hub.close()
        if not step["lie"].startswith("document-"):  # of those the act itself is true
            self.stage.lies.add(act_id)
        return {"act_id": act_id, "receipts": [base64.b64encode(r.data).decode() for r in receipts], "files": files}

    def _receive(self, office, step):
        folder = self.folder / office.letter
        folder.mkdir(exist_ok=True)
        request = {"op": "receive", "act_id": self.done[step["of"]]["act_id"], "folder": str(folder), "timeout_s": 20}
        return office.client.ask(request)

    def _fetch(self, office, step):
        return office.client.ask({"op": "receipts", "act_id": self.done[step["of"]]["act_id"]})

    def _forward(self, office, step):
        to = self.stage.offices[step["to"]].authority
        request = {"op": "forward", "act_id": self.done[step["of"]]["act_id"], "to": to, "reasons": step["reasons"],
                   "folder": str(self.folder)}
        return office.client.ask(request)


def _of_base64(text):
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Failed(f"a receipt that is no base64: {error}") from error


def _sha256(path):
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise Failed(f"no file that can be read: {error}") from error
