"""Traffic Light Protocol 2.0 (FIRST, 2022), ordered from widest to narrowest."""

from enum import IntEnum


class Tlp(IntEnum):
    """The rank is stored; a session's ceiling is compared with it."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def label(self) -> str:
        """The label as FIRST spells it, e.g. TLP:AMBER+STRICT."""
        return "TLP:" + self.name.replace("_", "+")

    @classmethod
    def parse(cls, text: str) -> "Tlp":
        """Read `AMBER+STRICT`, `TLP:AMBER+STRICT` in any case. Raises KeyError for anything else."""
        return cls[text.upper().removeprefix("TLP:").replace("+", "_")]


SENSITIVE = Tlp.AMBER
"""From here on reading is journalled and needs a confirmed verification."""
