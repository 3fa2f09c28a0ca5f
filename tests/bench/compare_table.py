"""The table of tests/bench/compare: medians over the rounds, and ours over theirs.

    compare_table.py FOLDER [--json] [--versions NAME=VERSION...]

FOLDER has ours.jsonl (a report of `bench run --json` a round), rabbitmq.jsonl and nats.jsonl (a line a
level and round, from compare_client).
"""

import argparse
import json
import pathlib
import statistics

FIGURES = ("per_second", "p50_us", "p99_us", "server_cpu_us", "client_cpu_us")
PEERS = (("rabbitmq", "RabbitMQ quorum queue"), ("nats", "NATS, synchronous writes"))


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def medians(rows):
    """{in flight: {figure: median}} of rows that are alike but for the round."""
    levels = {}
    for row in rows:
        levels.setdefault(row["in_flight"], []).append(row)
    return {level: {name: statistics.median(row[name] for row in same)
                    for name in FIGURES if name in same[0]}
            for level, same in sorted(levels.items())}


def ours(path):
    """Medians of the exchanges and of the echo; a failed operation is no figure."""
    rows = [row for report in lines(path) for row in report["rows"]]
    failed = sum(row["failed"] for row in rows)
    if failed:
        raise SystemExit(f"compare: {failed} operations of ours failed")
    return [medians([row for row in rows if row["load"] == load]) for load in ("exchange", "echo")]


def report(folder, versions):
    exchange, echo = ours(folder / "ours.jsonl")
    systems = [("rogatoria", "Rogatoria exchange", exchange), ("echo", "bare gRPC echo", echo)]
    systems += [(key, name, medians(lines(folder / f"{key}.jsonl"))) for key, name in PEERS]
    rows = [{"system": key, "name": name, "in_flight": level, **figures,
             "ours_to_it": exchange[level]["per_second"] / figures["per_second"]}
            for level in exchange for key, name, levels in systems
            for figures in [levels[level]]]
    ratios = {f"ratio_to_{row['system']}_{row['in_flight']}": round(row["ours_to_it"], 3)
              for row in rows if row["system"] != "rogatoria"}
    return {"versions": versions, **ratios, "rows": rows}


def table(rows):
    yield (f"{'system':<26}{'in flight':>10}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}"
           f"{'srv CPU us':>12}{'cli CPU us':>12}{'ours to it':>12}")
    for row in rows:
        client = f"{row['client_cpu_us']:.0f}" if "client_cpu_us" in row else "-"
        yield (f"{row['name']:<26}{row['in_flight']:>10}{row['per_second']:>9.0f}"
               f"{row['p50_us'] / 1000:>9.2f}{row['p99_us'] / 1000:>9.2f}"
               f"{row['server_cpu_us']:>12.0f}{client:>12}{row['ours_to_it']:>12.3f}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--json", action="store_true")
    options.add_argument("--versions", nargs="*", default=[])
    given = options.parse_args()
    result = report(given.folder, dict(pair.split("=", 1) for pair in given.versions))
    print("\n".join(table(result["rows"])))
    if given.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
