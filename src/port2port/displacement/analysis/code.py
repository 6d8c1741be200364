"""Which code gave an answer: the release where it is installed as one, and a mark of the source itself."""

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent
SHOWN = 12  # hexadecimal digits


@cache
def computing() -> str:
    """Return what decides the bits of an answer: our code, Python, and the libraries that compute."""
    libraries = " ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "numba"))
    return f"{code_version()}, Python {platform.python_version()}, {libraries}"


@cache
def code_version() -> str:
    """Return `0.1.0+3f2a...`: the release (or `source`), and the SHA-256 of methods, analysis and their data."""
    try:
        release = version("port2port")
    except PackageNotFoundError:  # run from its source
        release = "source"
    mark = hashlib.sha256()
    for folder in (HERE, HERE / "data", HERE.parent / "methods"):
        for path in sorted(p for p in folder.iterdir() if p.suffix in (".py", ".toml")):
            mark.update(path.name.encode() + b"\0" + path.read_bytes())
    return f"{release}+{mark.hexdigest()[:SHOWN]}"
