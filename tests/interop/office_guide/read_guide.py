#!/usr/bin/env python3
"""Does what a page of the office guide says, in its order, and holds what it shows against what really comes.

    read_guide.py PAGE HUB_FOLDER BIN_FOLDER

A block marked `console` has commands after "$ " and what they show; a line "…" stands for any lines, "…" in a line for
any text. Ids, file stamps and times are the page's own: the first time one is shown it stands for what really came,
and from then on for the same. What a person types into questions is what stands behind the prompt. Comments tell what
happens elsewhere meanwhile:

    <!-- desk AUTHORITY LOCALE FILE... -->     who the reader is, and the files in the folder
    <!-- other AUTHORITY ARGUMENT... -->       what another office does;  <!-- here ARGUMENT... --> what ours does;
                                               behind "as", the id by which the page calls what came of it
    <!-- fails ARGUMENT... -->                 what ours tries in vain;  <!-- sign FOLDER --> a signature by openssl
    <!-- hub stop -->, <!-- hub start -->      it does not answer, and answers again
"""
import os
import re
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "support"))
import terminal  # noqa: E402

OURS = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<stamp>\b\d{8}-\d{4}\b)"
    r"|(?P<time>\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?|\b\d\d:\d\d:\d\d\b)"
    r"|(?P<any>\s*…\s*)"
)
SHAPE = {
    "uuid": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "stamp": r"\d{8}-\d{4}(?:-\d+)?",
    "time": r"[\d:.TZ-]+",
    "any": r".*",
}
TYPED = re.compile(r"^ {3}(?:\[.*\] )?(?:>|\|) ?(.*)$")


class Guide:
    def __init__(self, path, hub, programs):
        self.path, self.hub, self.programs = path, hub, programs
        self.bound = {}
        self.checked = 0
        self.away = False
        self.environment = dict(os.environ)
        for name in ("LC_ALL", "LC_MESSAGES", "ROGATORIA_LANGUAGE"):
            self.environment.pop(name, None)

    # ---- reading the page --------------------------------------------------------------------------

    def follow(self):
        with open(self.path, encoding="utf-8") as file:
            page = file.read()
        for comment, block in re.findall(r"<!-- (.*?) -->|```console\n(.*?)```", page, re.DOTALL):
            if comment:
                self.meanwhile(shlex.split(self.real(comment)))
            else:
                self.block(block)
        print(f"{os.path.basename(self.path)}: {self.checked} lines held")

    def meanwhile(self, words):
        if words[0] == "desk":
            self.sit_down(*words[1:])
        elif words[0] == "other":
            self.quietly(self.profile(words[1]), words[2:], self.elsewhere)
        elif words[0] == "here":
            self.quietly(self.profile(self.authority), words[1:], self.desk)
        elif words[0] == "fails":
            self.quietly(self.profile(self.authority), ["--timeout", "2", *words[1:]], self.desk, fails=True)
        elif words[0] == "sign":
            self.sign(words[1])
        elif words[0] == "hub":
            self.switch(words[1])
        else:
            raise SystemExit(f"no such comment: {words}")

    def block(self, text):
        command, expected = None, []
        for line in text.splitlines():
            if line.startswith("$ "):
                if command:
                    self.command(command, expected)
                command, expected = line[2:], []
            else:
                expected.append(line)
        self.command(command, expected)

    # ---- doing it ----------------------------------------------------------------------------------

    def sit_down(self, authority, locale, *files):
        self.authority = authority
        home = os.path.join(self.hub, "pki", "home-" + authority)  # the profile names ../../ca
        self.desk = os.path.join(home, "desk")
        os.makedirs(self.desk)
        os.symlink(os.path.dirname(self.profile(authority)), os.path.join(home, "rogatoria"))
        self.elsewhere = os.path.join(self.hub, "pki", "elsewhere")  # where the other offices sit
        os.makedirs(self.elsewhere)
        for folder in (self.desk, self.elsewhere):
            for name in files:
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(b"%PDF-1.4\n" + name.encode())
        with open(os.path.join(self.elsewhere, "video.bin"), "wb") as file:
            file.write(os.urandom(3000000))
        self.environment.update(
            HOME=home,
            XDG_CONFIG_HOME=os.path.join(home, ".config"),
            LANG=locale,
            PATH=self.programs + ":" + self.environment["PATH"],
        )

    def profile(self, authority):
        return os.path.join(self.hub, "pki", "authorities", authority, "office.toml")

    def quietly(self, profile, words, folder, fails=False):
        name = words[-1] if words[-2] == "as" else None
        words = ["-o", "name", *words[:-2]] if name else words
        program = os.path.join(self.programs, "rogatoria")
        done = subprocess.run(
            [program, "--profile", profile, *words], cwd=folder, capture_output=True, text=True, env=self.environment
        )
        if (done.returncode != 0) != fails:
            raise SystemExit(f"{words}: {done.stderr}")
        if name:
            self.bound[name.split("/")[1]] = done.stdout.strip().split("/")[1]

    def sign(self, folder):
        keys = os.path.dirname(self.profile(self.authority))
        subprocess.run(
            ["openssl", "cms", "-sign", "-cades", "-binary", "-outform", "DER", "-md", "sha256", "-nosmimecap",
             "-signer", f"{keys}/user-u1.pem", "-inkey", f"{keys}/user-u1-key.pem", "-in", f"{folder}/header.bin",
             "-out", f"{folder}/signature.der"],
            cwd=self.desk, check=True, capture_output=True,
        )

    def switch(self, way):
        self.away = way == "stop"
        with open(os.path.join(self.hub, "hub.pid"), encoding="utf-8") as file:
            subprocess.run(["kill", "-STOP" if self.away else "-CONT", file.read().strip()], check=True)

    def command(self, command, expected):
        line = self.real(command)
        if self.away:  # nobody waits a minute for a hub that a test has stopped
            line = line.replace("rogatoria ", "rogatoria --timeout 2 ", 1)
        answers = [match.group(1) for match in map(TYPED.match, expected) if match]
        if answers:
            os.chdir(self.desk)
            os.environ.update(self.environment)
            code, shown = terminal.converse(["bash", "-c", line], answers)
        else:
            done = subprocess.run(
                ["bash", "-c", line], cwd=self.desk, env=self.environment,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL
            )
            code, shown = done.returncode, done.stdout
        if code != 0 and not self.away:
            raise SystemExit(f"{self.path}: $ {line}\nended with {code}:\n{shown}")
        self.compare(line, expected, [" ".join(one.split()) for one in shown.splitlines()])

    # ---- holding it against the page -----------------------------------------------------------------

    def real(self, text):
        """The page's own ids and stamps, where they stand for something by now."""
        return OURS.sub(lambda match: self.bound.get(match.group(), match.group()), text)

    def pattern(self, line):
        names, parts, at = [], [], 0
        for match in OURS.finditer(line):
            parts.append(re.escape(line[at : match.start()]))
            at = match.end()
            sort, text = match.lastgroup, match.group()
            if sort in ("uuid", "stamp") and text in self.bound:
                parts.append(re.escape(self.bound[text]))
            elif sort in ("uuid", "stamp"):
                parts.append(f"({SHAPE[sort]})")
                names.append(text)
            else:
                parts.append(SHAPE[sort])
        parts.append(re.escape(line[at:]))
        return re.compile("".join(parts).rstrip() + r"\s*"), names

    def compare(self, command, expected, shown):
        at = 0
        for line in expected:
            if not line.strip() or line.strip() == "…":
                continue
            pattern, names = self.pattern(" ".join(line.split()))
            found = next((i for i in range(at, len(shown)) if pattern.fullmatch(shown[i])), None)
            if found is None:
                raise SystemExit(
                    f"{self.path}: after $ {command}\nthe page says: {line}\nwhat came, from there on:\n"
                    + "\n".join(shown[at:])
                )
            self.bound.update(zip(names, pattern.fullmatch(shown[found]).groups()))
            self.checked += 1
            at = found + 1


Guide(*sys.argv[1:]).follow()
