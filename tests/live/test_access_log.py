"""The access log tells what was asked and how long it took, not who asked or about whom."""

import pytest

from port2port.live.answers import log_line


def path_in(path: str) -> str:
    return log_line("GET", path, 200, 10, 0.0124).split(" ")[1]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/reports/0190f3c2-7a5b-7000-8000-0123456789ab/", "/reports/:id/"),
        ("/people/jan.peeters@example.org/edit", "/people/:id/edit"),
        ("/invitation/MTk4OmFiY2RlZmdoaWpr/", "/invitation/:id/"),
        ("/reset/abcdefghijklmnopqrstuvwxyz/", "/reset/:id/"),
        ("/members/12345/", "/members/:id/"),
        ("/api/v1/reports", "/api/v1/reports"),
        ("/working-groups/meetings/", "/working-groups/meetings/"),
    ],
)
def test_ids_addresses_and_secrets_are_not_written(path: str, shown: str) -> None:
    assert path_in(path) == shown


def test_a_path_cannot_write_lines_of_its_own() -> None:
    line = log_line("GET", "/a\nGET /admin 200", 404, 0, 0.001)
    assert "\n" not in line
    assert line.endswith(" 404 0 1ms")
