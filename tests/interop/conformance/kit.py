"""Rogatoria's conformance kit; `kit` prepares what this program needs and calls it.

    kit --client COMMAND                  an office's own implementation, with itself and each of ours
    kit --client COMMAND --client COMMAND these, each with each
    kit                                   our own three, each with each

    --scenario NAME (repeated)  only these      --vectors   only the vectors      --no-vectors  only the scenarios
    --report FOLDER             where the report goes; conformance-report by default
    --strict                    a refusal of a vector has to name the catalogue's reason
    --full                      large documents at full size
    --altered N                 each good vector altered N times by chance (--seed): clients must agree
"""

import argparse
import itertools
import pathlib
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SCENARIOS = sorted(path.stem for path in (HERE / "scenarios").glob("*.toml"))


def parse(arguments):
    parser = argparse.ArgumentParser(prog="kit", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--client", action="append", default=[])
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--vectors", action="store_true")
    parser.add_argument("--no-vectors", action="store_true")
    parser.add_argument("--report", type=pathlib.Path, default=pathlib.Path("conformance-report"))
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--altered", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--known", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--mutants", type=pathlib.Path, help=argparse.SUPPRESS)
    parser.add_argument("--full", action="store_true")
    # What the script `kit` has prepared.
    parser.add_argument("--stubs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--pki", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--work", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--ours", action="append", default=[], help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.scenario) - set(SCENARIOS))
    if unknown:
        parser.error(f"no scenario of that name: {', '.join(unknown)}; there are {', '.join(SCENARIOS)}")
    return options


def set_path(stubs):
    """The client that the kit itself is built on, and what protoc made of the .proto files."""
    sys.dont_write_bytecode = True
    sys.path[:0] = [stubs, str(HERE.parent / "clients/python")]
    import google

    google.__path__.append(str(pathlib.Path(stubs) / "google"))


def pairs_of(options):
    """The ordered pairs of commands that play with each other."""
    if len(options.client) == 1:
        one = options.client[0]
        return [(one, one), *((one, other) for other in options.ours), *((other, one) for other in options.ours)]
    return list(itertools.permutations(options.client or options.ours, 2))


def start(command, log, kind, report):
    """A client of this command; None when it does not start, which is a failure."""
    from client import Client, Silent

    try:
        return Client(command, log)
    except Silent as error:
        report.add(kind, command, "failed", str(error))
        return None


def run_vectors(command, report, options):
    import vectors
    from client import Silent

    client = start(command, options.work / "vectors.log", "vector", report)
    if client is None:
        return
    report.about.append(client.about)
    name = client.about["implementation"]
    try:
        if not options.no_vectors and not client.can("vector"):
            report.add("vector", f"{name}: all", "skipped", "this client reads no single files")
            return
        for vector in () if options.no_vectors else vectors.all_of(ROOT / "docs/formats/vectors"):
            answer = client.ask(vector.request)
            problem = answer.get("failed") or vector.problem(answer, options.strict)
            report.add("vector", f"{name}: {vector.name}", "failed" if problem else "passed", problem)
    except Silent as error:
        report.add("vector", name, "failed", str(error))
    finally:
        client.close()


def run_altered(report, options):
    """Clients that read vectors are asked about altered ones, all of them the same; one alone with the Python client."""
    import mutations
    import vectors
    from client import Silent

    commands = options.client or options.ours
    commands = [*commands, options.ours[-1]] if len(commands) == 1 else commands
    started = [start(command, options.work / "altered.log", "altered", report) for command in commands]
    clients = [client for client in started if client]
    found = vectors.all_of(ROOT / "docs/formats/vectors")
    reading, bad = [client for client in clients if client.can("vector")], 0
    try:
        for name, problem in mutations.run(reading, found, options.work, options.altered, options.seed):
            bad += bool(name)
            if name:
                report.add("altered", name, "failed", problem)
        if not bad:
            report.add("altered", f"{problem} vectors altered by chance, seed {options.seed}", "passed")
    except Silent as error:
        report.add("altered", "a client", "failed", str(error))
    finally:
        for client in clients:
            client.close()


def run_scenarios(report, options, pairs=None):
    from client import Silent
    from scenario import Scenario
    from stage import Stage

    chosen = [Scenario(HERE / f"scenarios/{name}.toml") for name in SCENARIOS if not options.scenario or name in options.scenario]
    for scenario in () if options.full else chosen:
        shorten(scenario)
    stage = Stage(hub_of(options.pki), profiles_of(options.pki), options.work)
    prepare_faults(stage, options.pki)
    try:
        for first, second in pairs or pairs_of(options):
            try:
                stage.cast({"a": first, "b": second, "c": second, "d": first})
            except Silent as error:
                report.add("scenario", f"all, {first} with {second}", "failed", str(error))
                continue
            play_all(stage, chosen, report, known_of(options.known))
    finally:
        stage.close()


def known_of(path):
    """The lies that clients of ours are known to take: (client, scenario, lie) by line."""
    lines = path.read_text(encoding="utf-8").splitlines() if path else ()
    return {tuple(line.split()) for line in lines if line and not line.startswith("#")}


def play_all(stage, scenarios, report, known):
    """Each scenario by the clients that the stage is cast with."""
    from client import Silent
    from scenario import Failed, Play, Skipped

    names = " with ".join(stage.offices[letter].client.about["implementation"] for letter in "ab")
    for scenario in scenarios:
        standing, reason = "passed", ""
        try:
            Play(stage, scenario).run(known)
        except Skipped as error:
            standing, reason = "skipped", str(error)
        except (Failed, Silent) as error:
            standing, reason = "failed", str(error)
        report.add("scenario", f"{scenario.name}, {names}", standing, reason)


def shorten(scenario):
    """Documents of 40 MB become smaller where time is short; a cut in the middle stays one."""
    for step in scenario.steps:
        sizes = step.get("act", {}).get("attach_bytes")
        if sizes:
            step["act"]["attach_bytes"] = [min(size, 12_000_017) for size in sizes]


def hub_of(pki):
    with open(pki / "rogatoriad.toml", "rb") as file:
        public = tomllib.load(file)["public"]
    return {"endpoint": public["listen"][0], "key": public["key"], "certificate": public["certificate"],
            "client_ca": public["client_ca"]}


def profiles_of(pki):
    """Office a asks, b is asked, c is asked too, d is of b's country and hears what b hands on."""
    names = {"a": "pt-pgr", "b": "co-fgn", "c": "br-pgr", "d": "co-min"}
    return {letter: pki / "authorities" / name / "office.toml" for letter, name in names.items()}


def prepare_faults(stage, pki):
    """The keys with which an operator would lie."""
    import faults
    import planted
    from rogatoria_office import signature
    from rogatoria_office.certificate import KeyPair

    stranger = planted.certificate()
    other = KeyPair(*(stage.offices["c"].at(stage.offices["c"].profile["user"][n]) for n in ("certificate", "key")))
    true_log = planted.TrueLog(stage.log_keys[0], pki / "hub/log-key.pem")
    faults.StatementOver.log = faults.HandoverOfAnotherStatement.log = true_log
    faults.StatementOver.identity_keys = {o.authority: planted.private_key(o.at("identity-key.pem"))
                                          for o in stage.offices.values()}
    faults.OtherRoute.other = stage.offices["c"].authority
    faults.PlantedCertificate.planted = faults.PlantedStatement.planted = stranger.certificate.der
    faults.PlantedStatement.state = planted.statement
    faults.DeliveredSigner.sign = lambda message: signature.sign(message, stranger)
    faults.DeliveredOtherSigner.sign = lambda message: signature.sign(message, other)


def try_mutants(report, options):
    """Tests the kit itself: each line of the file names a mistake and what has to catch it, all of it."""
    from report import Report

    for line in options.mutants.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        reasons, *catchers = line.split()
        command = f"/usr/bin/python3 {HERE}/mutant.py {reasons} {options.stubs}"
        options.client, options.scenario = [command], [c.split("(")[0] for c in catchers if c.split("(")[0] in SCENARIOS]
        found = Report(ROOT, quiet=True)
        run_vectors(command, found, options)
        if options.scenario:
            run_scenarios(found, options, [(command, command)])
        for catcher in catchers:
            hit = any(is_caught(catcher, result) for result in found.results)
            report.add("mutant", f"{reasons} by {catcher}", "passed" if hit else "failed", "" if hit else "passed unnoticed")


def is_caught(catcher, result):
    """Whether a result is a failure where it is expected: a scenario at a step, or a vector of a folder."""
    if result["standing"] != "failed":
        return False
    scenario, _, step = catcher.partition("(")
    if step:
        return result["name"].startswith(scenario + ",") and f"must be refused ({step}" in result["reason"]
    return f": {catcher}/" in result["name"]


def left_out_of(options):
    """What of the kit the options leave out, for the report."""
    scenarios = SCENARIOS if options.vectors else [name for name in SCENARIOS if options.scenario and name not in options.scenario]
    left_out = [f"scenario {name}" for name in scenarios]
    left_out += ["all vectors"] if options.no_vectors else []
    return left_out + (["playing with each of our clients"] if len(options.client) > 1 and not options.vectors else [])


def main(arguments):
    options = parse(arguments)
    set_path(options.stubs)
    from report import Report

    report = Report(ROOT, left_out=left_out_of(options), full_size=options.full)
    for command in options.client or options.ours:
        run_vectors(command, report, options)
    if options.altered:
        run_altered(report, options)
    if not options.vectors:
        run_scenarios(report, options)
    report.write(options.report)
    print(f"The report is in {options.report}")
    if options.mutants:
        try_mutants(report, options)
    print(report.closing())
    return 1 if report.count("failed") or not report.count("passed") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
