#!/usr/bin/env python3
"""A client that says hello as it must and misbehaves from then on; the kit has to go on and write its report.

    misbehaving.py list | null | text | ends
"""

import json
import sys

ANSWERS = {"list": "[1, 2]", "null": '{"facts": null}', "text": "Traceback: no JSON"}

how = sys.argv[1]
sys.stdin.readline()
print(json.dumps({"implementation": f"misbehaving-{how}", "version": "1", "operations": ["send", "vector"]}), flush=True)
for _ in sys.stdin:
    if how not in ANSWERS:
        sys.exit(1)
    print(ANSWERS[how], flush=True)
