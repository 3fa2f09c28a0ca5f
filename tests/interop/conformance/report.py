"""What came of a run: lines while it goes, then a report in JSON and Markdown to send with an application to join."""

import datetime
import hashlib
import html
import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
# What Markdown would make more of than text, bare addresses among it.
_MARKS = re.compile(r"[\\`*_~\[\]!|@]|:(?=//)|(?<=www)\.")


def digest_of_kit(root):
    """One digest over the kit's own files, the formats' vectors and the protocol, by name."""
    folders = [HERE, root / "docs/formats/vectors", root / "proto"]
    files = sorted(p for folder in folders for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


class Report:
    """Results, one after the other: passed, failed or skipped, each with its reason."""

    def __init__(self, root, quiet=False, left_out=(), full_size=False):
        self.results, self.about, self.quiet = [], [], quiet
        self.left_out, self.full_size = list(left_out), full_size
        self.date = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        self.kit = digest_of_kit(root)

    def add(self, kind, name, standing, reason=""):
        self.results.append({"kind": kind, "name": name, "standing": standing, "reason": reason})
        if not self.quiet and (standing == "failed" or kind != "vector"):
            print(f"{'FAIL' if standing == 'failed' else standing} {kind} {name}{': ' + reason if reason else ''}", flush=True)

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        fields = {"format": "rogatoria-conformance v1", "date": self.date, "kit_sha256": self.kit,
                  "clients": self.about, "complete": not self.left_out, "left_out": self.left_out,
                  "full_size": self.full_size, "results": self.results}
        (folder / "report.json").write_text(json.dumps(fields, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        (folder / "report.md").write_text(self._markdown(), encoding="utf-8")

    def units(self):
        """What is counted: scenarios and mutants one by one, the vectors of a folder together."""
        found = [r for r in self.results if r["kind"] != "vector"]
        folders = {}
        for result in self.results:
            if result["kind"] == "vector":
                folders.setdefault(result["name"].split("/")[0], []).append(result)
        for name, of_it in folders.items():
            failed = [r for r in of_it if r["standing"] == "failed"]
            skipped = [r for r in of_it if r["standing"] == "skipped"]
            reason = f"{len(failed)} of {len(of_it)} vectors" if failed else (skipped or [{"reason": ""}])[0]["reason"]
            standing = "failed" if failed else "skipped" if skipped else "passed"
            found.append({"kind": "vectors", "name": name, "standing": standing, "reason": reason or f"{len(of_it)} vectors"})
        return found

    def count(self, standing):
        return sum(unit["standing"] == standing for unit in self.units())

    def _markdown(self):
        clients = ["- " + _cell(f"{one['implementation']}, version {one['version']}") for one in self.about]
        lines = ["# Conformance report", "", *self._partial(), f"Rogatoria's conformance kit, {self.date}; digest of the kit's files:",
                 f"`{self.kit}`.", "", f"Large documents were played {self._size()}.", "", "Clients:", "", *clients, "", self.closing(), "",
                 "| kind | name | | |", "|---|---|---|---|"]
        lines += [_row(unit) for unit in self.units()]
        bad = [r for r in self.results if r["kind"] == "vector" and r["standing"] == "failed"]
        if bad:
            lines += ["", "Vectors that failed:", "", "| kind | name | | |", "|---|---|---|---|", *map(_row, bad)]
        return "\n".join([*lines, ""])

    def _partial(self):
        return [f"**Only a part of the kit was run.** Left out: {', '.join(self.left_out)}.", ""] if self.left_out else []

    def _size(self):
        return "at their full size" if self.full_size else "shortened (`--full` plays them at their full size)"

    def closing(self):
        skipped = self.count("skipped")
        more = f", {skipped} skipped" if skipped else ""
        return f"{self.count('passed')} passed, {self.count('failed')} failed{more}"


def _row(result):
    return "| " + " | ".join(_cell(result[n]) for n in ("kind", "name", "standing", "reason")) + " |"


def _cell(text):
    return _MARKS.sub(r"\\\g<0>", html.escape(" ".join(text.split())[:300], quote=False))
