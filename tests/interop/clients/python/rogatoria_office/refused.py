"""What every check of this client throws when something does not hold."""


class Refused(Exception):
    """A refusal with its reason, a name of docs/errors.md, and why in words."""

    def __init__(self, reason, why=""):
        super().__init__(f"{reason}: {why}" if why else reason)
        self.reason = reason


def demand(condition, reason, why=""):
    if not condition:
        raise Refused(reason, why)
