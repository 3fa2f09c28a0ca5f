"""The stage of a run: the hub, the offices with their keys, a line to each, and who plays them."""

import json
import pathlib
import tomllib

from client import Client
from line import Line
from rogatoria_office.log import VerifierKey


class Office:
    """One office: its files, its line to the hub, and the client that plays it."""

    def __init__(self, letter, profile_path, hub, folder):
        self.letter = letter
        self.profile_path = pathlib.Path(profile_path)
        with open(profile_path, "rb") as file:
            self.profile = tomllib.load(file)
        self.authority = self.profile["authority"]
        files = {"hub_ca": self.at(self.profile["hub_ca"]), "tls_key": self.at(self.profile["tls"]["key"]),
                 "tls_certificate": self.at(self.profile["tls"]["certificate"])}
        self.line = Line(files, hub)
        self.client = None
        self.settings_to_hub = self._write_settings(folder, "direct", hub["endpoint"])
        self.settings = self._write_settings(folder, "line", self.line.endpoint)

    def at(self, name):
        return str((self.profile_path.parent / name).resolve())

    def _pair(self, names):
        return {key: self.at(value) for key, value in names.items()}

    def _write_settings(self, folder, name, endpoint):
        """The settings of docs/integrators.md, with whole paths."""
        of = self.profile
        fields = {"trust_domain": of["trust_domain"], "authority": of["authority"], "endpoint": endpoint,
                  "hub_ca": self.at(of["hub_ca"]), "signer_ca": self.at(of["signer_ca"]), "log_key": of["log_key"],
                  "tls": self._pair(of["tls"]), "user": self._pair(of["user"]), "seal": self._pair(of["seal"]),
                  "sealing": [self._pair(one) for one in of["sealing"]], "identities": of["identities"]}
        path = folder / f"{self.authority}-{name}.json"
        path.write_text(json.dumps(fields, indent=2), encoding="utf-8")
        return str(path)

    def _write_profile(self, folder):
        """The same as a profile of docs/office-profile.md, with a state of its own."""
        path = self.profile_path.parent / f"{folder.name}.toml"
        lines = []
        for line in self.profile_path.read_text(encoding="utf-8").splitlines():
            if line.startswith("endpoints"):
                line = f'endpoints = ["{self.line.endpoint}"]'
            elif line.startswith("state"):
                line = f'state = "{folder / self.authority}"'
            lines.append(line)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return str(path)

    def play(self, command, folder):
        """From now on this office is played by a fresh client of this command."""
        self.leave()
        self.client = Client(command, folder / f"{self.letter}.log")
        self.client.ask({"op": "configure", "settings": self.settings, "profile": self._write_profile(folder)})

    def leave(self):
        if self.client:
            self.client.close()
            self.client = None


class Stage:
    """All of it. `cast` says which client plays which office."""

    def __init__(self, hub, profiles, folder):
        self.root = self.folder = folder
        self.offices = {letter: Office(letter, path, hub, folder) for letter, path in profiles.items()}
        self.lies = set()  # ids of acts that no recipient may take
        self.log_keys = [VerifierKey(next(iter(self.offices.values())).profile["log_key"])]

    def cast(self, commands):
        """`commands`: for each office the command of its client."""
        self.folder = self.root / f"play-{len(list(self.root.glob('play-*')))}"
        self.folder.mkdir()
        for letter, office in self.offices.items():
            office.play(commands[letter], self.folder)

    def letter_of(self, authority):
        return next((o.letter for o in self.offices.values() if o.authority == authority), authority)

    def close(self):
        for office in self.offices.values():
            office.leave()
            office.line.close()
