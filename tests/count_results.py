#!/usr/bin/env python3
"""Adds up test results for tests/run.

  count_results.py --ctest ctest.xml --cases FOLDER   one run of ctest: its own report, and the
                                                      reports that GoogleTest programs left
  count_results.py --add                              "N passed, N failed" lines on standard input;
                                                      any other line is a failed test
  count_results.py --labels "unit contract" <json     every test of ctest --show-only=json-v1 has
                                                      exactly one of these labels

Prints "N passed, N failed, N skipped" as its last line. Single test cases are counted, not
programs. A program that ended badly without a failed case of its own (it crashed, it leaked, its
time was up) counts as one failed case.
"""

import argparse
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

SUM_LINE = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")


class Sum(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def plus(self, other):
        return Sum(*(a + b for a, b in zip(self, other)))

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def sum_of_line(line):
    """The sum that a line states; None if it states none."""
    match = SUM_LINE.match(line.strip())
    return Sum(*(int(group or 0) for group in match.groups())) if match else None


def sum_of_cases(report):
    """The cases of one GoogleTest XML report; None if there is no readable one."""
    try:
        cases = list(ElementTree.parse(report).iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return None
    failed = sum(case.find("failure") is not None for case in cases)
    skipped = sum(
        case.find("skipped") is not None or case.get("status") == "notrun" for case in cases
    )
    return Sum(len(cases) - failed - skipped, failed, skipped)


def sum_of_program(test, folder):
    """One <testcase> of ctest's report, refined by what the program itself reported."""
    ended_well = test.get("status") == "run" and test.find("failure") is None
    report = folder / (test.get("name").replace(".", "_") + "_test.xml")
    total = sum_of_cases(report)
    if total is None:
        lines = (test.findtext("system-out") or "").strip().splitlines()
        total = sum_of_line(lines[-1]) if lines else None
    if total is None:
        return Sum(passed=1) if ended_well else Sum(failed=1)
    if not ended_well and total.failed == 0:
        print(f"{test.get('name')} ended badly although no case failed")
        return total.plus(Sum(failed=1))
    return total


def count_ctest(report, folder):
    total = Sum()
    if not report.exists():  # ctest writes none when no test matched
        return total
    for test in ElementTree.parse(report).iter("testcase"):
        total = total.plus(sum_of_program(test, folder))
    return total


def count_lines(lines):
    total = Sum()
    for line in lines:
        total = total.plus(sum_of_line(line) or Sum(failed=1))
    return total


def labels_of(test):
    properties = {item["name"]: item["value"] for item in test.get("properties", [])}
    return properties.get("LABELS", [])


def unknown_labels(listing, known):
    """The names of tests that no stage, or more than one, would run."""
    return [
        test["name"]
        for test in listing["tests"]
        if len([label for label in labels_of(test) if label in known]) != 1
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ctest", type=pathlib.Path)
    parser.add_argument("--cases", type=pathlib.Path)
    parser.add_argument("--add", action="store_true")
    parser.add_argument("--labels")
    arguments = parser.parse_args()
    if arguments.labels:
        wrong = unknown_labels(json.load(sys.stdin), arguments.labels.split())
        for name in wrong:
            print(f"{name} must have exactly one of these LABELS: {arguments.labels}")
        return 1 if wrong else 0
    if arguments.add:
        print(count_lines(sys.stdin))
    else:
        print(count_ctest(arguments.ctest, arguments.cases))
    return 0


if __name__ == "__main__":
    sys.exit(main())
