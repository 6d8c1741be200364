"""Bodies are limited in size, time and slowness before anything else sees them."""

import asyncio
from typing import Any

import pytest

from port2port.live.bodies import BodyLimits, BodyRefused, Gone, read_body

from .asgi import Client, body, part, request_scope

CHUNKED = [(b"transfer-encoding", b"chunked")]


def read(headers: list[tuple[bytes, bytes]], *messages: dict[str, Any], **limits: Any) -> bytes | None:
    async def run() -> bytes | None:
        client = Client(*messages)
        if limits.pop("leaves", False):
            client.left.set()
        found = await read_body(request_scope("POST", headers=headers), client.receive, BodyLimits(**limits))
        if found is None:
            return None
        spool, length = found
        with spool:
            content = spool.read()
        assert len(content) == length
        return content

    return asyncio.run(run())


def length(number: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", str(number).encode())]


def test_a_body_comes_whole_and_at_its_start() -> None:
    assert read(length(6), *body(b"abc", b"def")) == b"abcdef"
    assert read(CHUNKED, *body(b"ab", b"", b"c")) == b"abc"


def test_a_large_body_goes_to_disk_and_comes_back() -> None:
    content = b"0123456789" * 1000
    assert read(length(len(content)), *body(content[:5000], content[5000:]), memory=100) == content


def test_no_announced_body_is_not_waited_for() -> None:
    assert read([]) is None
    assert read(length(0)) is None


def test_an_announced_length_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(BodyRefused) as refused:
        read(length(11), size=10)
    assert refused.value.status == 413


def test_an_unannounced_length_over_the_limit_is_refused_when_it_is_passed() -> None:
    with pytest.raises(BodyRefused) as refused:
        read(CHUNKED, part(b"12345678"), part(b"9"), part(b"10"), size=10)
    assert refused.value.status == 413


@pytest.mark.parametrize("headers", [length(5), [(b"content-length", b"five")], [(b"content-length", b"-1")]])
def test_a_length_that_is_not_so_is_refused(headers: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(BodyRefused) as refused:
        read(headers, *body(b"four"))
    assert refused.value.status == 400


def test_silence_is_refused() -> None:
    with pytest.raises(BodyRefused) as refused:
        read(length(100), part(b"half"), silence=0.01)
    assert refused.value.status == 408


def test_the_deadline_is_extended_by_what_arrives() -> None:
    with pytest.raises(BodyRefused) as refused:
        read(length(100), part(b"x"), seconds=0.01, rate=10**9)
    assert refused.value.status == 408
    # 50 bytes at 1 byte per second earn 50 seconds: the deadline that has passed at once no longer counts.
    assert read(length(100), *body(b"x" * 50, b"y" * 50), seconds=0.001, rate=1) == b"x" * 50 + b"y" * 50


def test_a_client_that_leaves_is_gone() -> None:
    with pytest.raises(Gone):
        read(length(100), part(b"half"), leaves=True)
