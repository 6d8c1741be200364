"""The embedded database: closed to others, back after a kill, never started over somebody else's."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from port2port.config import embedded, postgres_programs, private_files
from port2port.config.embedded import Database
from port2port.config.options import BadOption, Options, load


@pytest.fixture(scope="module")
def options() -> Iterator[Options]:
    """Settings of one server for all tests here: making one takes a second."""
    folder = Path(tempfile.mkdtemp(prefix="p2p-ground-"))
    folder.chmod(0o755)
    yield load({"PORT2PORT_DATA_DIR": str(folder / "data")})
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(options: Options) -> Iterator[Database]:
    """The server, running; stopped afterwards."""
    try:
        yield embedded.ensure(options)
    finally:
        embedded.stop(options)


def modes(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_closed_to_others(options: Options, server: Database) -> None:
    data = options.data_dir
    assert modes(data) in {0o700, 0o710}
    assert modes(data) & 0o007 == 0
    for name in ("pg", "pg/data", "pg/run"):
        assert modes(data / name) == 0o700
    for name in ("secret.key", "database.json", "database-owner.json", "postgres.log"):
        assert modes(data / name) == 0o600
    assert modes(data / "pg" / "run" / ".s.PGSQL.5432") == 0o700
    assert not any("trust" in line for line in rules(data))
    assert not (data / "pg" / "pwfile").exists()


@pytest.mark.parametrize(
    ("said", "cache"), [("400000000", "128MB"), ("1073741824", "256MB"), ("17179869184000", None), ("max", None)]
)
def test_its_page_cache_is_a_quarter_of_the_memory_within_limits(tmp_path: Path, said: str, cache: str | None) -> None:
    limit = tmp_path / "memory.max"
    unlimited = embedded.page_cache(limit)
    limit.write_text(said + "\n")
    assert embedded.page_cache(limit) == (cache or unlimited)
    assert embedded.LEAST_CACHE <= int(unlimited.removesuffix("MB")) <= embedded.MOST_CACHE


def rules(data: Path) -> list[str]:
    lines = (data / "pg" / "data" / "pg_hba.conf").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_nobody_gets_in_without_the_password_and_there_is_no_network_port(server: Database) -> None:
    for role in ("port2port_admin", "port2port_owner", "port2port_app"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(make_conninfo(server.app_url, user=role, password="guess"))
    with psycopg.connect(server.admin_url) as admin:
        assert admin.execute("show listen_addresses").fetchone() == ("",)
        assert admin.execute("show synchronous_commit").fetchone() == ("on",)
        row = admin.execute(
            "select pg_encoding_to_char(encoding), datcollate, pg_get_userbyid(datdba) from pg_database "
            "where datname = 'port2port'"
        ).fetchone()
    assert row == ("UTF8", "C", "port2port_owner")


def test_it_comes_back_with_its_data_after_a_kill(options: Options, server: Database) -> None:
    with psycopg.connect(server.owner_url, autocommit=True) as owner:
        owner.execute("create table kept (what text)")
        owner.execute("insert into kept values ('acknowledged')")
    process = embedded.server_process(options)
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    again = embedded.ensure(options)
    assert again.started
    assert again.app_url == server.app_url
    with psycopg.connect(again.owner_url) as owner:
        assert owner.execute("select what from kept").fetchone() == ("acknowledged",)


def test_a_pid_file_that_names_a_stranger_is_cleared(options: Options, server: Database) -> None:
    pid_file = options.data_dir / "pg" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    embedded.stop(options)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert embedded.running(options.data_dir / "pg" / "data") is None
        try:
            assert embedded.ensure(options).started
        finally:
            embedded.stop(options)
            stranger.kill()


def test_who_did_not_start_it_does_not_stop_it(options: Options, server: Database) -> None:
    held = embedded._started.pop(options.data_dir)
    try:
        assert not embedded.ensure(options).started
        embedded.stop(options)
        assert held.poll() is None
    finally:
        embedded._started[options.data_dir] = held


def test_lost_passwords_are_said_not_replaced(options: Options, server: Database) -> None:
    kept = options.data_dir / "database-owner.json"
    kept.rename(kept.with_suffix(".aside"))
    try:
        with pytest.raises(BadOption, match=r"database-owner\.json"):
            embedded.ensure(options)
    finally:
        kept.with_suffix(".aside").rename(kept)


def test_programs_below_a_closed_folder_are_copied_and_work(
    folder: Path, options: Options, server: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = postgres_programs.wheel()
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in (source.name, f"{source.name}.libs"):
        (closed / name).symlink_to(source.with_name(name))
    monkeypatch.setattr(postgres_programs, "wheel", lambda: closed / source.name)
    stranger = private_files.Account("stranger", 4_000_001, 4_000_001)
    programs = postgres_programs.reachable_binaries(options.data_dir, stranger)
    assert modes(closed) == 0o700
    assert programs.is_relative_to(options.data_dir)
    for name in ("postgres", "initdb"):
        said = subprocess.run([programs / name, "--version"], capture_output=True, text=True, check=True).stdout
        assert "PostgreSQL) 18." in said


@pytest.mark.parametrize("bits", [0o700, 0o750])
def test_a_folder_above_that_is_closed_stays_closed(folder: Path, bits: int) -> None:
    """The account of the database may not be let in by opening somebody's home."""
    above = folder / "home"
    above.mkdir()
    above.chmod(bits)
    stranger = private_files.Account("stranger", 4_000_001, 4_000_001)
    assert private_files.first_closed(above / "data", stranger) == above
    (above / "data").mkdir()
    if os.geteuid() == 0:
        with pytest.raises(BadOption, match="may not enter"):
            private_files.prepare_folders(above / "data", stranger)
    assert modes(above) == bits
