"""Settings: what is wrong is named; secrets stay where they belong."""

import stat
from pathlib import Path

import pytest

from port2port.config.options import BadOption, default_data_dir, described, load

SITE = {"PORT2PORT_PUBLIC_URL": "https://p2p.example.be"}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"PORT2PORT_PROT": "80"}, "PORT2PORT_PROT is not a setting. Did you mean PORT2PORT_PORT?"),
        ({"PORT2PORT_PORT": "eighty"}, "PORT2PORT_PORT=eighty"),
        ({"PORT2PORT_PORT": "0"}, "PORT2PORT_PORT=0"),
        ({"PORT2PORT_DEMO": "maybe"}, "PORT2PORT_DEMO=maybe"),
        ({"PORT2PORT_LOG_LEVEL": "loud"}, "PORT2PORT_LOG_LEVEL=loud"),
        ({"PORT2PORT_DEMO": "1", "PORT2PORT_HOST": "0.0.0.0"}, "PORT2PORT_HOST=0.0.0.0"),
        ({"PORT2PORT_DATA_DIR": "here"}, "PORT2PORT_DATA_DIR must begin with a slash"),
        ({"PORT2PORT_SECRET_KEY": "short"}, "PORT2PORT_SECRET_KEY is too short"),
        ({"PORT2PORT_AS": "root"}, "PORT2PORT_AS can only be owner"),
        ({"DATABASE_OWNER_URL": "postgresql://owner@db/p2p"}, "DATABASE_OWNER_URL is set without DATABASE_URL"),
        ({"PORT2PORT_OIDC_ISSUER": "https://id.example"}, "PORT2PORT_OIDC_CLIENT_ID go together"),
        ({"DASK_SCHEDULER": "tcp://compute.example.be:8786"}, "DASK_SCHEDULER must be tls://host:port"),
        ({"DASK_SCHEDULER": "tls://compute.example.be"}, "DASK_SCHEDULER must be tls://host:port"),
        ({"DASK_SCHEDULER": "http://localhost:8786"}, "DASK_SCHEDULER must be tls://host:port"),
        ({"PORT2PORT_PUBLIC_URL": "p2p.example.be"}, "PORT2PORT_PUBLIC_URL must begin with https://"),
        (SITE | {"PORT2PORT_PACKAGES_URL": "packages.example"}, "PACKAGES_URL must be https://host"),
        (SITE | {"PORT2PORT_PACKAGES_URL": "https://packages.example/x"}, "PACKAGES_URL must be https://host"),
        (SITE | {"PORT2PORT_PACKAGES_URL": "https://u@packages.example"}, "PACKAGES_URL must be https://host"),
        (SITE | {"PORT2PORT_PACKAGES_URL": "https://packages.example:x"}, "PACKAGES_URL must be https://host"),
        (SITE | {"PORT2PORT_PACKAGES_URL": "https://p2p.example.be:8443"}, "of the same site"),
        (SITE | {"PORT2PORT_PACKAGES_URL": "https://packages.p2p.example.be"}, "of the same site"),
        (SITE | {"PORT2PORT_PACKAGES_URL": "https://packages.example.be"}, "of the same site"),
        (SITE | {"PORT2PORT_PACKAGES_URL": "http://packages.example"}, "PACKAGES_URL must begin with https://"),
        ({"PORT2PORT_PACKAGES_URL": "http://packages.localhost:8000"}, "of the same site"),
    ],
)
def test_a_wrong_setting_is_named(folder: Path, variables: dict[str, str], named: str) -> None:
    with pytest.raises(BadOption) as refused:
        load({"PORT2PORT_DATA_DIR": str(folder)} | variables)
    assert named in str(refused.value)


def test_a_path_too_long_for_a_socket_is_refused_not_moved(folder: Path) -> None:
    with pytest.raises(BadOption, match="too long for a database socket"):
        load({"PORT2PORT_DATA_DIR": str(folder / ("x" * 90))})


def test_the_secret_is_made_once_and_closed(folder: Path) -> None:
    data = folder / "data"
    first = load({"PORT2PORT_DATA_DIR": str(data)})
    assert load({"PORT2PORT_DATA_DIR": str(data)}).secret_key == first.secret_key
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert [path.name for path in data.iterdir()] == ["secret.key"]
    assert first.secret_key not in repr(first)


def test_owner_credentials_are_read_only_when_acting_as_owner(folder: Path) -> None:
    variables = {
        "PORT2PORT_DATA_DIR": str(folder),
        "DATABASE_URL": "postgresql://port2port_app:a@db/p2p",
        "DATABASE_OWNER_URL": "postgresql://port2port_owner:b@db/p2p",
    }
    assert load(variables).database_owner_url == ""
    assert load(variables | {"PORT2PORT_AS": "owner"}).database_owner_url == variables["DATABASE_OWNER_URL"]


def test_root_never_keeps_its_data_below_its_home() -> None:
    assert default_data_dir({"HOME": "/root"}, root=True) == Path("/var/lib/port2port")
    assert default_data_dir({"HOME": "/home/ann"}, root=False) == Path("/home/ann/.local/share/port2port")
    assert default_data_dir({"HOME": "/h", "XDG_DATA_HOME": "/x"}, root=False) == Path("/x/port2port")


def test_people_are_told_a_name_and_the_server_binds_an_address(folder: Path) -> None:
    options = load({"PORT2PORT_DATA_DIR": str(folder), "PORT2PORT_PORT": "8123"})
    assert (options.site_url, options.bind_address, options.site_host) == (
        "http://localhost:8123",
        "127.0.0.1",
        "localhost",
    )
    public = load({"PORT2PORT_DATA_DIR": str(folder), "PORT2PORT_PUBLIC_URL": "https://p2p.example.be/"})
    assert (public.site_url, public.site_host, public.secure) == ("https://p2p.example.be", "p2p.example.be", True)


@pytest.mark.parametrize("address", ["tls://compute.example.be:8786", "tcp://localhost:8786", "tcp://127.0.0.1:1"])
def test_a_cluster_is_reached_by_tls_or_on_this_machine(folder: Path, address: str) -> None:
    options = load({"PORT2PORT_DATA_DIR": str(folder), "DASK_SCHEDULER": address})
    assert options.dask_scheduler == address


def test_every_setting_is_described() -> None:
    rows = described()
    assert {"DATABASE_URL", "PORT2PORT_DATA_DIR", "PORT2PORT_PORT"} <= {row[0] for row in rows}
    assert all(text for _, _, text in rows)


def test_packages_are_opened_on_another_site(folder: Path) -> None:
    here = {"PORT2PORT_DATA_DIR": str(folder), "PORT2PORT_PORT": "8123"}
    assert load(here).packages_origin == ""
    demo = load(here | {"PORT2PORT_DEMO": "1"})
    assert (demo.site_url, demo.packages_origin) == ("http://localhost:8123", "http://127.0.0.1:8123")
    turned = load(here | {"PORT2PORT_DEMO": "1", "PORT2PORT_HOST": "127.0.0.1"})
    assert (turned.site_url, turned.packages_origin) == ("http://127.0.0.1:8123", "http://localhost:8123")
    given = load({"PORT2PORT_DATA_DIR": str(folder), "PORT2PORT_PACKAGES_URL": "https://packages.example/"} | SITE)
    assert (given.packages_origin, given.packages_host) == ("https://packages.example", "packages.example")
