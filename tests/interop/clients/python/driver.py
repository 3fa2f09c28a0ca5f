#!/usr/bin/python3
"""The conformance kit's driver (docs/integrators.md): a line of JSON asks, a line of JSON answers.

    driver.py STUBS        STUBS: folder of what protoc made of the .proto files
"""

import base64
import json
import pathlib
import sys
import traceback

sys.dont_write_bytecode = True
sys.path[:0] = [sys.argv[1], str(pathlib.Path(__file__).resolve().parent)]

import google  # noqa: E402  (after the path is set)

google.__path__.append(str(pathlib.Path(sys.argv[1]) / "google"))  # google.rpc, which Debian has not packaged

from rogatoria.v1 import exchange_service_pb2 as exchange  # noqa: E402

from rogatoria_office import header, vectors  # noqa: E402
from rogatoria_office.acts import Draft, Office  # noqa: E402
from rogatoria_office.hub import Hub  # noqa: E402
from rogatoria_office.refused import Refused  # noqa: E402
from rogatoria_office.settings import Settings  # noqa: E402


def told(receipts):
    """Receipts that this client verified, for the kit to look at once more."""
    return [base64.b64encode(one.data).decode() for one in receipts]


class Driver:
    """One client at the kit's command; each operation is a method."""

    def __init__(self):
        self.office = None

    def hello(self, request):
        return {"implementation": "rogatoria-python", "version": "1",
                "operations": ["hello", "configure", "send", "receive", "receipts", "forward", "vector"]}

    def configure(self, request):
        if self.office:
            self.office.hub.close()
        settings = Settings(request["settings"])
        self.office = Office(settings, Hub(settings))
        return {}

    def sent(self, act_id, answer, receipts):
        disposition = exchange.ActDisposition.Name(answer.disposition).removeprefix("ACT_DISPOSITION_")
        return {"act_id": act_id, "disposition": disposition, "receipts": told(receipts)}

    def send(self, request):
        return self.sent(*self.office.send(Draft(**request["act"])))

    def describe(self, opened, folder):
        head = opened.header
        return {"act_id": head.act_id, "case_id": head.case_id, "sender": head.sender, "kind": header.kind_name(head),
                "text": opened.content.letter.text, "documents": self.office.save(opened, folder)}

    def receive(self, request):
        for taken, receipt in self.office.receive(request["timeout_s"]):
            if isinstance(taken, Refused):
                raise taken
            if taken.header.act_id == request["act_id"]:
                forwarded = [self.describe(one, request["folder"]) for one in self.office.open_forwarded(taken)]
                return {**self.describe(taken, request["folder"]), "forwarded": forwarded,
                        "receipts": told([*taken.receipts, receipt])}
        raise Refused("NOT_FOUND", "nothing came")

    def receipts(self, request):
        return {"receipts": told(self.office.receipts(request["act_id"]))}

    def forward(self, request):
        return self.sent(*self.office.forward(request["act_id"], request["to"], request["reasons"]))

    def vector(self, request):
        return {"facts": vectors.judge(request)}

    def answer(self, request):
        operation = getattr(self, request["op"], None)
        if request["op"] not in self.hello({})["operations"]:
            return {"unsupported": request["op"]}
        try:
            return operation(request)
        except Refused as error:
            return {"refused": {"reason": error.reason, "why": str(error)}}
        except Exception:  # whatever it is, the kit has to be told
            return {"failed": traceback.format_exc()}


def main():
    driver = Driver()
    for line in sys.stdin:
        print(json.dumps(driver.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
