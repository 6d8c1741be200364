"""Static files, from an index made at start: what is not in the index does not exist."""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

from port2port.live.bodies import Scope
from port2port.live.wsgi_thread import Answer

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".pbf": "application/x-protobuf",
    ".txt": "text/plain",
}
COMPRESSED = (
    "text/",
    "application/json",
    "application/geo+json",
    "application/manifest+json",
    "image/svg+xml",
)
HASH = 16
SMALLEST = 860  # below one network packet compression gains nothing


@dataclass(slots=True)
class StaticFile:
    """One file: where, what, the hash of its content, and its compressed form once somebody asked."""

    path: Path
    kind: bytes
    version: str
    size: int
    gzipped: bytes | None = field(default=None, repr=False)

    @property
    def compressible(self) -> bool:
        """Text above a packet."""
        return self.size >= SMALLEST and self.kind.startswith(tuple(each.encode() for each in COMPRESSED))

    def compressed(self) -> bytes:
        """Return the gzip form (RFC 1952), made once; no time in it: every process makes the same."""
        if self.gzipped is None:
            self.gzipped = gzip.compress(self.path.read_bytes(), 6, mtime=0)
        return self.gzipped


def content_version(path: Path) -> str:
    """Return the hash of a file that stands in its address and in its ETag."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH]


def index_files(directories: Iterable[Path]) -> dict[str, StaticFile]:
    """Return every file below these directories by its path in the address; the first directory wins.

    Links that lead out of their directory, and names that start with a dot, are left out.
    """
    index: dict[str, StaticFile] = {}
    for directory in directories:
        root = directory.resolve()
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            hidden = any(part.startswith(".") for part in Path(name).parts)
            if name in index or hidden or not path.is_file() or not path.resolve().is_relative_to(root):
                continue
            kind = TYPES.get(path.suffix.lower()) or mimetypes.guess_type(name)[0] or "application/octet-stream"
            if kind.startswith("text/"):
                kind += "; charset=utf-8"
            index[name] = StaticFile(path, kind.encode(), content_version(path), path.stat().st_size)
    return index


def static_directories() -> list[Path]:
    """Return where Django looks: the collected directory if there is one, else its finders' sources."""
    if settings.STATIC_ROOT and Path(settings.STATIC_ROOT).is_dir():
        return [Path(settings.STATIC_ROOT)]
    found: list[Path] = []
    for finder in finders.get_finders():
        for storage in finder.storages.values() if hasattr(finder, "storages") else ():
            found.append(Path(storage.location))
    return found


def answer_static(index: dict[str, StaticFile], prefix: str, scope: Scope) -> Answer | None:
    """Return the response to a GET or HEAD below `prefix`, or None when the index has no such file."""
    file = index.get(scope["path"].removeprefix(prefix))
    if file is None:
        return None
    wanted = {name: value for name, value in scope["headers"] if name in {b"accept-encoding", b"if-none-match"}}
    version = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("v", [""])[-1]
    # An address with the hash of this very content never changes meaning (RFC 8246); any other is asked
    # again.
    forever = bool(version) and version == file.version
    squeezed = file.compressible and b"gzip" in wanted.get(b"accept-encoding", b"")
    etag = f'"{file.version}{"-gz" if squeezed else ""}"'.encode()
    headers = [
        (b"content-type", file.kind),
        (b"etag", etag),
        (b"cache-control", b"public, max-age=31536000, immutable" if forever else b"no-cache"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
    if file.compressible:
        headers.append((b"vary", b"accept-encoding"))
    match = wanted.get(b"if-none-match", b"")
    if match == b"*" or etag in {each.strip().removeprefix(b"W/") for each in match.split(b",")}:
        return Answer(304, headers, b"")
    if squeezed:
        headers.append((b"content-encoding", b"gzip"))
        body = file.compressed()
    else:
        body = file.path.read_bytes()
    return Answer(200, headers, body, None, len(body))


@cache
def _version_of(name: str) -> str:
    found = finders.find(name)
    return content_version(Path(found)) if isinstance(found, str) else ""


class VersionedStaticStorage(StaticFilesStorage):
    """Django's static storage with the content's hash in the address, for `STORAGES["staticfiles"]`."""

    def url(self, name: str | None) -> str:
        """Return the address of a static file with `?v=<hash>`, for a browser to keep until it changes."""
        address = super().url(name)
        version = _version_of(name) if name else ""
        return f"{address}?v={version}" if version else address
