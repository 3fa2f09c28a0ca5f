#!/usr/bin/env python3
"""Fills in the configuration that is shipped, as an operator does: by editing its lines.

    fill_config.py SHIPPED VALUES      writes the result to standard output

VALUES is a TOML file. Each of its keys must have its line in the shipped file, with the default
behind a number sign or a value; that line, and no other, is replaced.
"""

import json
import re
import sys
import tomllib


def main(shipped, values):
    with open(values, "rb") as file:
        wanted = tomllib.load(file)
    missing = {("", k) for k, v in wanted.items() if not isinstance(v, dict)}
    missing |= {(s, k) for s, t in wanted.items() if isinstance(t, dict) for k in t}
    section = ""
    for line in open(shipped, encoding="utf-8").read().splitlines():
        if head := re.fullmatch(r"\[(\w+)\]", line):
            section = head[1]
        pair = re.match(r"(?:# )?(\w+) = ", line)
        if pair and (section, pair[1]) in missing:
            missing.remove((section, pair[1]))
            value = (wanted[section] if section else wanted)[pair[1]]
            line = f"{pair[1]} = {json.dumps(value)}"
        print(line)
    if missing:
        sys.exit(f"the shipped file has no line for {sorted(missing)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
