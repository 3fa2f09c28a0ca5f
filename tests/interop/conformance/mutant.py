#!/usr/bin/python3
"""The Python client, wrong on purpose: it goes on when one kind of check fails. The kit has to notice.

    mutant.py REASON[:WHY][,REASON[:WHY]...] STUBS     the reasons of refusals that it does not heed; with WHY (spaces as
                                                       hyphens) only the check whose words begin so
"""

import importlib
import pathlib
import sys

sys.dont_write_bytecode = True
ignored = set(sys.argv.pop(1).split(","))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "clients/python"))

import driver  # noqa: E402  (after the path is set)
from rogatoria_office import refused  # noqa: E402

MODULES = ("acts", "canonical", "certificate", "documents", "guidance", "header", "keys", "log", "receipt", "seal",
           "signature", "texts")


def careless(condition, reason, why=""):
    said = f"{reason}:{why}".replace(" ", "-")
    if not any(reason == one or ":" in one and said.startswith(one) for one in ignored):
        refused.demand(condition, reason, why)


for name in MODULES:
    module = importlib.import_module(f"rogatoria_office.{name}")
    if hasattr(module, "demand"):
        module.demand = careless

driver.main()
