"""That each rule can fail: every one is broken on purpose, on a tree that differs from the checkout
in one file, and must then find something in that file that it did not find before.
"""

import sources

LONG_FUNCTION = "int Long() {\n" + "  Do();\n" * sources.FUNCTION_LINES + "}\n"
HEADER = "// A probe.\n#pragma once\n"


def _appended(path, text):
    return lambda tree: (path, (tree.text(path) or "") + text)


def _written(path, text):
    return lambda tree: (path, text)


def _replaced(path, old, new):
    def edit(tree):
        text = tree.text(path)
        assert old in text, f"the self-test expects '{old}' in {path}"
        return path, text.replace(old, new, 1)

    return edit


# Rule, what is broken, how.
BREAKS = (
    ("layers", "an include upwards",
     _written("common/base/p.h", HEADER + '#include "common/model/ids.h"\n')),
    ("layers", "an include of nothing",
     _written("common/base/p.h", HEADER + '#include "common/base/none.h"\n')),
    ("layers", "a folder that is not declared",
     _written("common/novel/p.cc", "")),
    ("layers", "a test that includes what it does not link",
     _written("tests/unit/base/p_test.cc", '#include "common/rpc/door.h"\n')),
    ("services_apart", "a service on a service",
     _appended("services/CMakeLists.txt",
               "rogatoria_library(services/audit DEPS services/gate)\n")),
    ("openssl_in_crypto_only", "OpenSSL in the model",
     _written("common/model/p.cc", "#include <openssl/evp.h>\n")),
    ("stubs_at_the_edge", "stubs in the ledger",
     _written("common/ledger/p.cc", '#include "rogatoria/v1/audit_service.grpc.pb.h"\n')),
    ("content_stays_sealed", "content in the ledger",
     _written("common/ledger/p.cc", '#include "rogatoria/content/v1/content.pb.h"\n')),
    ("content_stays_sealed", "content linked by the broker",
     _appended("services/CMakeLists.txt",
               "rogatoria_library(services/audit LINK proto_content)\n")),
    ("file_sizes", "a long file",
     _written("common/base/p.cc", "\n" * (sources.FILE_LINES + 1))),
    ("function_sizes", "a long function",
     _written("common/base/p.cc", LONG_FUNCTION)),
    ("function_sizes", "a long method in a class in a namespace",
     _written("common/base/p.h",
              HEADER + "namespace n { class C final : public B<int()> {\n" + LONG_FUNCTION +
              "}; }\n")),
    ("function_sizes", "a long function in Python",
     _written("tests/p.py", "def long():\n" + "    pass\n" * sources.FUNCTION_LINES)),
    ("banned_words", "work left for later",
     _appended("common/base/bytes.h", "// TO" + "DO: later\n")),
    ("banned_words", "a test that skips itself",
     _written("tests/unit/base/p_test.cc", "GTEST_" + "SKIP();\n")),
    ("no_foreign_places", "a path of one machine",
     _written("docs/p.md", "See /ho" + "me/ana/notes.\n")),
    ("no_foreign_places", "a host of packages",
     _written("deploy/p.txt", "deb" + ".debian.org\n")),
    ("headers_explain_themselves", "no comment",
     _written("common/base/p.h", "#pragma once\n")),
    ("headers_explain_themselves", "no guard",
     _written("common/base/p.h", "// A probe.\n")),
    ("texts_are_catalogued", "an error explained in English only",
     _written("services/cli/p.cc", 'return Error(Reason::NOT_FOUND).Accepted("a file");\n')),
    ("texts_are_catalogued", "the same in a helper",
     _written("common/client/p.cc", "return Error(Reason::NOT_FOUND)\n    .Accepted(why);\n")),
    ("texts_are_catalogued", "a failure in English only",
     _written("common/client/p.cc", 'return absl::InternalError("cannot");\n')),
    ("texts_are_catalogued", "a status in English only",
     _written("common/client/p.cc", 'absl::Status(absl::StatusCode::kUnknown, "no");\n')),
    ("formatted", "loose form",
     _written("common/base/p.cc", "int  f( ) ;\n")),
    ("shell_scripts", "an unquoted variable",
     _written("deploy/p", "#!/bin/bash\nset -euo pipefail\nrm $1\n")),
    ("shell_scripts", "errors passed over",
     _written("deploy/p", "#!/bin/bash\ntrue\n")),
    ("permissions_declared", "a method without a body",
     _written("proto/rogatoria/v1/p_service.proto", "rpc Get(A) returns (B);\n")),
    ("permissions_declared", "a method without the option",
     _written("proto/rogatoria/v1/p_service.proto",
              "rpc Get(A) returns (B) {\n option (audited) = true;\n}\n")),
    ("permissions_declared", "a method for nobody",
     _written("proto/rogatoria/v1/p_service.proto",
              "rpc Get(A) returns (B) {\n option (permission) = PERMISSION_UNSPECIFIED;\n}\n")),
    ("one_title", "two titles",
     _written("docs/p.md", "# A\n\n# B\n")),
    ("one_title", "no title but in code",
     _written("docs/p.md", "```\n# A\n```\n")),
    ("links_resolve", "a page that is not there",
     _written("docs/p.md", "# P\n\n[x](none.md)\n")),
    ("links_resolve", "a heading that is not there",
     _written("docs/p.md", "# P\n\n[x](#none)\n")),
    ("programs_as_shown", "another program than the file",
     _written("docs/p.md", "# P\n\n<!-- shows tests/run -->\n```sh\ntrue\n```\n")),
    ("programs_as_shown", "a program that is not there",
     _written("docs/p.md", "# P\n\n<!-- shows none.py -->\n```\nx\n```\n")),
    ("programs_as_shown", "a comment without its block",
     _written("docs/p.md", "# P\n\n<!-- shows tests/run -->\n\n```sh\ntrue\n```\n")),
    ("covered_by_existing_tests", "a case that is not there",
     _written("docs/coverage.md", "# C\n\n| a | `No.Such` |\n")),
    ("covered_by_existing_tests", "a programme's test that is not there",
     _replaced("docs/coverage.md", "`tests/bench/alerts_under_load` |", "`tests/bench/novel` |")),
    ("programmes_by_what_exists", "an rpc that is not there",
     _replaced("docs/coverage.md", "| `SubmitAct` `Receive` |", "| `SubmitNovel` `Receive` |")),
    ("programmes_by_what_exists", "a command that is not there",
     _replaced("docs/coverage.md", "| `act lint` `act send` `act print` |", "| `act novel` |")),
    ("programmes_by_what_exists", "a scenario that is not there",
     _replaced("docs/coverage.md", "| `docs/scenarios/case-file.md` |",
               "| `docs/scenarios/novel.md` |")),
    ("programmes_by_what_exists", "a cell that names nothing",
     _replaced("docs/coverage.md", "| `docs/scenarios/case-file.md` |", "| |")),
    ("programmes_by_what_exists", "no table",
     _replaced("docs/coverage.md", "## By programme", "## By programmes")),
    ("errors_page_is_current", "a stale page",
     _appended("docs/errors.md", "\n")),
    ("errors_page_is_current", "a reason that is not on the page",
     _appended("common/base/reasons.inc", 'ROGATORIA_REASON(P, kInternal, "a", "b", "c")\n')),
    ("tests_are_run", "a test in no program",
     _written("tests/unit/novel/p_test.cc", "")),
    ("tests_are_run", "a script in no stage",
     _written("tests/novel/run", "")),
    ("client_page_is_whole", "a method that the page does not tell of",
     _replaced("common/client/office.h", "  absl::StatusOr<v1::Act> FetchAct(",
               "  absl::Status Probe(int a);\n  absl::StatusOr<v1::Act> FetchAct(")),
    ("library_does_not_throw", "a question to the file system that throws",
     _written("common/client/p.cc", "bool B() { return fs::exists(Path(a, b)); }\n")),
    ("library_does_not_throw", "a folder walked with an iterator",
     _written("common/base/p.cc", "void F() { for (auto& f : fs::directory_iterator(a, none)) {} }\n")),
)


def run(tree, rules):
    """Yields (name, problems) for each break, and one for rules that no break tries."""
    by_name = {rule.__name__: rule for rule in rules}
    before = {}
    for name, what, edit in BREAKS:
        if name not in before:
            before[name] = set(by_name[name](tree))
        yield f"{name} sees {what}", _unseen(by_name[name], before[name], tree, edit)
    untried = sorted(set(by_name) - {name for name, _, _ in BREAKS})
    yield "every rule is tried", [f"{name} is never broken on purpose" for name in untried]


def _unseen(rule, before, tree, edit):
    path, text = edit(tree)
    broken = tree.with_file(path, text)
    places = {path, "docs/errors.md"} if rule.__name__ == "errors_page_is_current" else {path}
    fresh = set(rule(broken)) - before
    if any(finding.path in places for finding in fresh):
        return []
    return [f"found nothing wrong in {path} although it was broken"]


