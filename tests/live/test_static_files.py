"""Static files come from the index and from nowhere else; an address with the right hash is kept for ever."""

import gzip
from pathlib import Path

import pytest

from port2port.live.static_files import answer_static, index_files
from port2port.live.wsgi_thread import Answer

from .asgi import request_scope


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "static"
    (root / "site").mkdir(parents=True)
    (root / "site" / "a.mjs").write_text("export const a = 1; // " + "x" * 2000)
    (root / "site" / "dot.svg").write_text("<svg/>")
    (root / ".secret").write_text("no")
    (tmp_path / "outside.txt").write_text("no")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    return root


def get(tree: Path, path: str, query: bytes = b"", *headers: tuple[bytes, bytes]) -> Answer | None:
    return answer_static(index_files([tree]), "/static/", request_scope(path=path, query=query, headers=headers))


def found(
    tree: Path, path: str, query: bytes = b"", *headers: tuple[bytes, bytes]
) -> tuple[Answer, dict[bytes, bytes]]:
    answer = get(tree, path, query, *headers)
    assert answer is not None
    return answer, dict(answer.headers)


def test_modules_have_the_type_browsers_insist_on(tree: Path) -> None:
    assert found(tree, "/static/site/a.mjs")[1][b"content-type"] == b"text/javascript; charset=utf-8"
    assert found(tree, "/static/site/dot.svg")[1][b"content-type"] == b"image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../outside.txt",
        "/static/site/../../outside.txt",
        "/static//etc/passwd",
        "/static/.secret",
        "/static/link.txt",
        "/static/site",
        "/static/",
        "/static/absent.js",
    ],
)
def test_nothing_outside_the_index_exists(tree: Path, path: str) -> None:
    assert get(tree, path) is None


def test_only_the_right_hash_is_for_ever(tree: Path) -> None:
    version = index_files([tree])["site/a.mjs"].version.encode()
    assert b"immutable" in found(tree, "/static/site/a.mjs", b"v=" + version)[1][b"cache-control"]
    assert found(tree, "/static/site/a.mjs", b"v=0123")[1][b"cache-control"] == b"no-cache"
    assert found(tree, "/static/site/a.mjs")[1][b"cache-control"] == b"no-cache"


def test_text_is_compressed_for_who_takes_it(tree: Path) -> None:
    plain, _headers = found(tree, "/static/site/a.mjs")
    small, headers = found(tree, "/static/site/a.mjs", b"", (b"accept-encoding", b"br, gzip"))
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"vary"] == b"accept-encoding"
    assert gzip.decompress(small.body) == plain.body == (tree / "site" / "a.mjs").read_bytes()
    assert dict(plain.headers)[b"etag"] != headers[b"etag"]


def test_what_a_browser_has_is_not_sent_again(tree: Path) -> None:
    etag = found(tree, "/static/site/a.mjs")[1][b"etag"]
    assert found(tree, "/static/site/a.mjs", b"", (b"if-none-match", b'"x", ' + etag))[0].status == 304
    assert found(tree, "/static/site/a.mjs", b"", (b"if-none-match", b'"x"'))[0].status == 200


def test_the_first_directory_wins(tree: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "site"
    other.mkdir(parents=True)
    (other / "dot.svg").write_text("<svg>other</svg>")
    assert index_files([other.parent, tree])["site/dot.svg"].path.read_text() == "<svg>other</svg>"
    assert "site/a.mjs" in index_files([other.parent, tree])
