"""`port2port up` before it serves: one per data folder, a free port, demo only where safe, no owner credentials."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import msgspec
import psycopg
import pytest

from port2port.config import doctor
from port2port.config.cli import main
from port2port.config.demo import seeded_as_demo, why_not_demo
from port2port.config.options import Options
from port2port.config.roles import failures
from port2port.config.up import NotStarted, alone, check_port, decide_demo, is_up, serving_environment


def test_a_second_one_says_who_runs(options: Options) -> None:
    with alone(options):
        assert is_up(options)
        with (
            pytest.raises(NotStarted, match=rf"process {os.getpid()}, started in .* at http://localhost:8000"),
            alone(options),
        ):
            pass
    assert not is_up(options)


def test_a_second_program_says_who_runs_and_ends_with_1(options: Options) -> None:
    with alone(options):
        done = subprocess.run(
            [sys.executable, "-m", "port2port", "up"],
            env=os.environ | {"PORT2PORT_DATA_DIR": str(options.data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"process {os.getpid()}" in done.stderr


def test_a_taken_port_is_said_before_anything_starts(options: Options) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(NotStarted, match=f"PORT={port + 1}"):
            check_port(msgspec.structs.replace(options, port=port))


def test_serving_processes_get_no_owner_credentials(options: Options) -> None:
    found = serving_environment(
        options,
        {"DATABASE_OWNER_URL": "secret", "PORT2PORT_AS": "owner", "PORT2PORT_DEMO": "1", "PATH": "/bin"},
        demo=False,
    )
    assert not {"DATABASE_OWNER_URL", "PORT2PORT_AS", "PORT2PORT_DEMO"} & set(found)
    assert found["PATH"] == "/bin"
    assert serving_environment(options, {}, demo=True)["PORT2PORT_DEMO"] == "1"


@pytest.fixture
def real(options: Options, app_dsn: str, db: None) -> Options:
    """Settings that name a database, as DATABASE_URL does."""
    return msgspec.structs.replace(options, database_url=app_dsn, embedded=False)


@pytest.fixture
def seeded(admin_dsn: str, real: Options) -> Iterator[Options]:
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute("insert into base_setting (key, value) values ('demo', 'yes') on conflict do nothing")
        yield real
        admin.execute("delete from base_setting where key = 'demo'")


def test_demo_mode_is_for_the_embedded_database_on_this_machine(options: Options) -> None:
    assert why_not_demo(options) == ""
    assert "other machines" in why_not_demo(msgspec.structs.replace(options, host="0.0.0.0"))
    assert decide_demo(options, wanted=True)
    assert not decide_demo(options, wanted=False)


def test_demo_mode_is_refused_beside_a_real_database_whatever_the_settings(
    real: Options, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "not seeded as a demo" in why_not_demo(real)
    with pytest.raises(NotStarted, match="PORT2PORT_DEMO=1 is refused"):
        decide_demo(msgspec.structs.replace(real, demo=True), wanted=True)
    assert not decide_demo(real, wanted=True), "make run beside a real database serves it without the demo"
    assert "Demo mode stays off" in capsys.readouterr().out


def test_a_database_seeded_as_demo_may_run_as_one(seeded: Options) -> None:
    assert seeded_as_demo(seeded.database_url)
    assert why_not_demo(seeded) == ""


def test_a_database_that_does_not_answer_is_no_demo(options: Options) -> None:
    silent = msgspec.structs.replace(options, database_url="postgresql://a:b@127.0.0.1:1/none", embedded=False)
    assert "does not answer" in why_not_demo(silent)


def test_the_doctor_finds_what_others_can_read(options: Options) -> None:
    options.data_dir.chmod(0o755)
    (options.data_dir / "secret.key").chmod(0o644)
    found = {one.topic: one for one in failures(list(doctor.check_files(options)))}
    assert found["data folder"].todo == f"chmod 700 {options.data_dir}"
    assert "secret.key" in found["key files"].todo
    options.data_dir.chmod(0o700)
    (options.data_dir / "secret.key").chmod(0o600)
    assert failures(list(doctor.check_files(options))) == []


def test_the_doctor_finds_a_database_that_trusts(options: Options) -> None:
    rules = options.data_dir / "pg" / "data" / "pg_hba.conf"
    rules.parent.mkdir(parents=True)
    (options.data_dir / "pg" / "run").mkdir()
    rules.write_text("# a comment\nlocal all all trust\n")
    topics = {one.topic for one in failures(list(doctor.check_embedded(options)))}
    assert topics == {"pg_hba", "socket folder"}


def test_the_doctor_looks_at_a_living_database(real: Options) -> None:
    findings = list(doctor.check_database(real))
    assert failures(findings) == []
    assert {"clock", "database version"} <= {one.topic for one in findings}


@pytest.mark.parametrize(
    ("changes", "topic", "level"),
    [
        ({"host": "0.0.0.0", "public_url": "http://p2p.example.be"}, "address", "warn"),
        ({"public_url": "https://p2p.example.be"}, "address", "ok"),
        ({"public_url": "http://10.0.0.1"}, "passkeys", "fail"),
    ],
)
def test_the_doctor_looks_at_the_address(options: Options, changes: dict[str, str], topic: str, level: str) -> None:
    found = {one.topic: one.level for one in doctor.check_address(msgspec.structs.replace(options, **changes))}
    assert found[topic] == level


def test_exit_codes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT2PORT_PROT", "1")
    assert main(["doctor"]) == 2
    assert "PORT2PORT_PROT is not a setting" in capsys.readouterr().err
    with pytest.raises(SystemExit) as usage:
        main(["up", "--nonsense"])
    assert usage.value.code == 2


def test_a_reset_sets_aside_what_speaks_of_the_database_and_keeps_the_keys(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT2PORT_DATA_DIR", str(options.data_dir))
    for name in ("pg", "journal"):
        (options.data_dir / name).mkdir()
    (options.data_dir / "tombstones.jsonl").touch()
    with alone(options):
        assert main(["reset"]) == 2, "not while it runs"
    assert main(["reset"]) == 0
    left = {path.name for path in options.data_dir.iterdir()}
    assert left == {"before-reset", "secret.key", "up.lock"}
    assert {path.name for path in (options.data_dir / "before-reset").iterdir()} == {
        "pg",
        "journal",
        "tombstones.jsonl",
    }
