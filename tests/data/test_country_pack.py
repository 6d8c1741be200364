"""A broken country pack is refused with file, entry and field; another country is only other files."""

import re
import shutil
from pathlib import Path

import pytest

from port2port.members.network_data import PACKS, read_network


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return a copy of the Belgian pack that a test may break."""
    return Path(shutil.copytree(PACKS / "be", tmp_path / "be"))


BROKEN = [
    (
        "cast.toml",
        'organisation = "csd-limburg"',
        'organisation = "nowhere"',
        "roles.organisation: no organisation 'nowhere'",
    ),
    ("cast.toml", "dpo@antwerp.demo", "dpo@antwerp.be", "cast 'dpo@antwerp.be': email: must end in .demo"),
    ("cast.toml", "Demo PSO Liège", "Somebody", "cast 'pso@liege.demo': name: must begin with 'Demo '"),
    (
        "cast.toml",
        'facility = "BEANR-9901"',
        'facility = "BEZEE-9901"',
        "no facility 'BEZEE-9901' of quay-1-terminal",
    ),
    (
        "cast.toml",
        'role = "analyst"',
        'role = "king"',
        "cast 'analyst@commissioner.demo': roles[0].role: Invalid enum",
    ),
    (
        "circles.toml",
        '"analyst@police.demo"',
        '"nobody@police.demo"',
        "circles 'insider-desk': members: no person",
    ),
    (
        "circles.toml",
        'slug = "port-bezee"',
        'slug = "port-beanr"',
        "circles 'port-beanr': slug: stands here twice",
    ),
    (
        "circles.toml",
        'fr = "Tous les membres", ',
        "",
        "circles 'all-members': names.fr: the text in this language is missing",
    ),
    (
        "facilities.toml",
        'number = "BEANR-9902"',
        'number = "BEANR-12"',
        "facilities 'BEANR-12': number: does not fit",
    ),
    (
        "facilities.toml",
        'number = "BEANR-9903"',
        'number = "BEANR-0003"',
        "invented: invented facilities and numbers",
    ),
    (
        "facilities.toml",
        "lat = 51.2700",
        "lat = 50.2700",
        "facilities 'BEANR-9901': lat, lon: more than 25 km away",
    ),
    (
        "facilities.toml",
        "lat = 51.2700",
        "lat = nan",
        "facilities 'BEANR-9901': lat: Expected `float` >= -90",
    ),
    (
        "network.toml",
        "lat = 51.280",
        "lat = 61.280",
        "ports 'BEANR': lat, lon: 61.28, 4.3 lies outside the box",
    ),
    ("network.toml", 'code = "BEOST"', 'code = "BEOS"', "ports 'BEOS': code: Expected `str` matching regex"),
    (
        "network.toml",
        'kind = "customs"',
        'kind = "pirates"',
        "organisations 'customs': kind: Invalid enum value 'pirates'",
    ),
    ("network.toml", 'ports = ["BEBRU"]', 'ports = ["BEXXX"]', "ports: no port 'BEXXX'"),
    (
        "network.toml",
        "\ninvented = true",
        "\ninventd = true",
        "entry: Object contains unknown field `inventd`",
    ),
    (
        "network.toml",
        'de = "Hafen Ostende", ',
        'de = " ", ',
        "organisations 'port-of-ostend': names.de: the text",
    ),
    ("network.toml", r"^[A-Z]{2}[A-Z2-9]{3}-\d{4}$", "([", "pack: facility_number: not a pattern"),
    ("network.toml", "[[ports]]", "[[harbours]]", "file: harbours: unknown section"),
    ("waterways.toml", "lat = 51.264", "lat = 51.464", "landmarks 'kallo-lock': lat, lon: "),
    (
        "waterways.toml",
        "[3.570, 51.425]",
        "[51.425, 3.570]",
        "waterways 'scheldt': line: [51.425, 3.57] lies outside",
    ),
    ("waterways.toml", 'waterway = "dender"', 'waterway = "dendre"', "waterway: no waterway 'dendre'"),
    (
        "waterways.toml",
        "km = 119.9",
        "km = 219.9",
        "landmarks 'wijnegem-lock': km: albert-canal ends at kilometre 129.6",
    ),
    ("waterways.toml", "[[waterways]]", "[[waterways", "waterways.toml: cannot be read: "),
]


@pytest.mark.parametrize(("file", "right", "wrong", "message"), BROKEN)
def test_a_broken_pack_names_file_entry_and_field(pack: Path, file: str, right: str, wrong: str, message: str) -> None:
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)) as refused:
        read_network(pack)
    assert all(line.partition(":")[0].endswith(".toml") for line in str(refused.value).splitlines())
    assert any(line.startswith(f"{file}: ") for line in str(refused.value).splitlines())


def test_a_missing_file_is_named(pack: Path) -> None:
    (pack / "circles.toml").unlink()
    with pytest.raises(ValueError, match=r"circles\.toml: this file is missing from be"):
        read_network(pack)


def test_all_problems_are_told_at_once(pack: Path) -> None:
    path = pack / "network.toml"
    text = path.read_text(encoding="utf-8").replace("lat = 51.280", "lat = 61.280").replace("BEBRU", "BEXXX", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as refused:
        read_network(pack)
    assert len(str(refused.value).splitlines()) >= 2


def test_another_country_is_only_other_files(tmp_path: Path) -> None:
    (tmp_path / "network.toml").write_text(
        """
        [pack]
        code = "lu"
        country = "LU"
        names = { fr = "Luxembourg", de = "Luxemburg" }
        languages = ["fr", "de"]
        box = [5.7, 49.4, 6.6, 50.2]
        facility_number = '^LU[A-Z2-9]{3}-[0-9]{4}$'
        invented_facility_number = '^LU[A-Z2-9]{3}-99[0-9]{2}$'
        account_domain = ".demo"
        [[organisations]]
        slug = "harbour"
        kind = "port_authority"
        public = true
        country = "LU"
        ports = ["LUMRT"]
        names = { fr = "Port (fictif)", de = "Hafen (erfunden)" }
        [[ports]]
        code = "LUMRT"
        kind = "inland"
        country = "LU"
        lat = 49.70
        lon = 6.48
        names = { fr = "Mertert", de = "Mertert" }
        """,
        encoding="utf-8",
    )
    for name, sections in (("waterways", "waterways landmarks"), ("facilities", "facilities")):
        empty = "".join(f"{section} = []\n" for section in sections.split())
        (tmp_path / f"{name}.toml").write_text(empty, encoding="utf-8")
    (tmp_path / "circles.toml").write_text("circles = []\n", encoding="utf-8")
    (tmp_path / "cast.toml").write_text("cast = []\n", encoding="utf-8")
    network = read_network(tmp_path)
    assert network.port("LUMRT").label("de") == "Mertert"
    assert network.pack.label("en") == "Luxembourg"
