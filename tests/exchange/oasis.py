"""OASIS's validator, with a stand-in for `cpe`: that package comes as source, and we install wheels alone.

It is asked about names of software, which we never write; were one written, the stand-in would fail the test.
"""

import sys
from types import ModuleType
from typing import Any


class _CPE:
    VERSION_2_3 = "2.3"

    def __init__(self, name: str, version: str) -> None:
        raise NotImplementedError(f"a name of software is projected: install cpe to check {name}")


_stand_in: Any = ModuleType("cpe")
_stand_in.CPE = _CPE
sys.modules.setdefault("cpe", _stand_in)

from stix2validator import ValidationOptions, validate_string  # noqa: E402 - it imports cpe

__all__ = ["ValidationOptions", "validate_string"]
