"""Who an office is, which keys it holds and whom it trusts: one JSON file (docs/integrators.md)."""

import json
import os

from .certificate import Anchors, KeyPair
from .log import VerifierKey


class Settings:
    """The file's fields; paths in it are relative to it."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            fields = json.load(file)
        folder = os.path.dirname(os.path.abspath(path))

        def at(name):
            return os.path.join(folder, name)

        def pair(names):
            return KeyPair(at(names["certificate"]), at(names["key"]))

        self.trust_domain, self.authority = fields["trust_domain"], fields["authority"]
        self.endpoint = fields["endpoint"]
        self.log_keys = [VerifierKey(fields["log_key"])]
        self.identities = fields["identities"]
        self.signers = Anchors.from_pem(at(fields["signer_ca"]))
        self.tls = [at(fields["hub_ca"]), at(fields["tls"]["key"]), at(fields["tls"]["certificate"])]
        self.user = pair(fields["user"]) if "user" in fields else None
        self.seal = pair(fields["seal"])
        self.sealing = [pair(names) for names in fields["sealing"]]
