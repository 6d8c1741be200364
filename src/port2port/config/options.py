"""The settings: one typed, frozen value read once from the environment. What is wrong is named by its
variable.

`load()` is the only reader of PORT2PORT_*, DATABASE_* and DASK_SCHEDULER; an unknown PORT2PORT_* variable is refused,
so that a misspelt one cannot be passed over in silence.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

import msgspec

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST_SOCKET_PATH = 107  # bytes; sockaddr_un.sun_path of unix(7) is 108 with its closing zero
SHORTEST_SECRET = 50  # characters (Django's security.W009)
Level = Literal["debug", "info", "warning", "error"]


class BadOption(Exception):
    """A setting is missing, unknown or unusable; the text names the variable and says what it takes."""


def about(text: str) -> msgspec.Meta:
    """Describe a setting for `docs/settings.md`, which is written from these words."""
    return msgspec.Meta(description=text)


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting of an installation. The variable is PORT2PORT_<NAME>, except those of `KNOWN_VARIABLES`."""

    data_dir: Annotated[Path, about("Folder of keys, journal heads, tombstones and the embedded database.")]
    secret_key: Annotated[str, about("Signs sessions. By default made once in <data_dir>/secret.key.")]
    database_url: Annotated[
        str, about("DATABASE_URL: PostgreSQL 15 to 18 as the serving role. Absent: the embedded database.")
    ]
    database_owner_url: Annotated[
        str,
        about("DATABASE_OWNER_URL: its owner; for migrate, backup, restore, journal, network, founder, desks, seed."),
    ] = ""
    embedded: bool = True
    demo: Annotated[bool, about("Demo mode: sign-in by one click. Refused beside a real database.")] = False
    host: Annotated[str, about("Address to listen on. Demo mode takes only localhost.")] = "localhost"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535), about("Port to listen on.")] = 8000
    workers: Annotated[int, msgspec.Meta(ge=1, le=64), about("Serving processes.")] = 2
    public_url: Annotated[
        str, about("What people type, e.g. https://p2p.example.be; passkeys are bound to its name.")
    ] = ""
    packages_url: Annotated[
        str,
        about(
            "Where courses made as SCORM packages are opened: this platform under a name of another site, e.g. "
            "https://packages-of-p2p.example. Absent: packages are off."
        ),
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...], about("Addresses of the proxies before us, with commas between; they say who asks and how.")
    ] = ()
    client_certificates: Annotated[
        bool,
        about("The proxies before us ask for client certificates, and set or clear the header Client-Cert."),
    ] = False
    mail_url: Annotated[
        str, about("smtp://user:password@host:587, smtps://..., or console: (the demo's, mail to the log).")
    ] = "console:"
    mail_from: Annotated[str, about("Sender of the platform's mail.")] = "port2port@localhost"
    mail_in_domain: Annotated[
        str, about("Domain whose mail is handed to `port2port mail-in`. Absent: no address for mail is offered.")
    ] = ""
    mail_in_server: Annotated[
        str,
        about("Name (authserv-id, RFC 8601) by which your mail server says what it checked. Absent: none is shown."),
    ] = ""
    heads_mail_to: Annotated[str, about("Address outside this machine that gets the journal's signed heads.")] = ""
    oidc_issuer: Annotated[str, about("OpenID Connect provider: its issuer address.")] = ""
    oidc_client_id: Annotated[str, about("Client id at that provider.")] = ""
    oidc_client_secret: Annotated[str, about("Client secret at that provider.")] = ""
    oidc_name: Annotated[str, about("What the sign-in button calls it.")] = "OpenID Connect"
    tile_url: Annotated[
        str, about("Map tiles, https://host/{z}/{x}/{y}.png. Absent: the built-in offline map only.")
    ] = ""
    clamd_url: Annotated[
        str,
        about("clamd, tcp://host:port or unix:///path: each attachment is scanned; no answer, no attachment."),
    ] = ""
    gateway_url: Annotated[str, about("SMS and voice gateway: where to POST. Absent: neither is offered.")] = ""
    gateway_template: Annotated[
        str, about('The JSON object it takes: {"to": "{to}", "message": "{text}", "id": "{id}", "call": "{voice}"}.')
    ] = ""
    gateway_authorization: Annotated[str, about("Value of the gateway's Authorization header, a secret.")] = ""
    allow_private_receivers: Annotated[
        bool, about("Webhooks and gateways may be on the own network, also by http and at any port.")
    ] = False
    push_subject: Annotated[
        str, about("How push services reach you, mailto:... or https://... Absent: no push messages.")
    ] = ""
    dask_scheduler: Annotated[
        str,
        about(
            "DASK_SCHEDULER: tls://host:port of a Dask cluster for long runs of the displacement monitor; "
            "tcp:// on this machine only. Absent: its own processors."
        ),
    ] = ""
    charter_grace_until: Annotated[
        str,
        about("Day (2027-01-31) until which members share without having accepted the charter; read by migrate."),
    ] = ""
    log_level: Annotated[Level, about("debug, info, warning or error.")] = "info"
    as_owner: bool = False

    def __repr__(self) -> str:
        """Show no secret: this ends up in tracebacks and logs."""
        return f"Options(data_dir={str(self.data_dir)!r}, embedded={self.embedded}, site_url={self.site_url!r})"

    @property
    def bind_address(self) -> str:
        """The address to listen on as a number; `localhost` never means more than this machine."""
        return "127.0.0.1" if self.host == "localhost" else self.host

    @property
    def site_url(self) -> str:
        """What people type, without a closing slash."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{name}:{self.port}"

    @property
    def site_host(self) -> str:
        """The name people type: Django's allowed host and the passkeys' relying party."""
        return urlsplit(self.site_url).hostname or self.host

    @property
    def packages_origin(self) -> str:
        """Where packages are opened ("": they are off). In the demo, this machine under its other name."""
        if self.packages_url or self.public_url or not self.demo:
            return self.packages_url
        return f"http://{'127.0.0.1' if self.host == 'localhost' else 'localhost'}:{self.port}"

    @property
    def packages_host(self) -> str:
        """The name of where packages are opened."""
        return urlsplit(self.packages_origin).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether people reach us by https (cookies and headers follow)."""
        return self.site_url.startswith("https://")


# Set by this program for its own children, or derived: no setting of a person.
DERIVED = frozenset({"embedded", "as_owner"})
OTHER_VARIABLES = frozenset({"PORT2PORT_AS"})
# Variables with a name that others gave them.
KNOWN_VARIABLES = {
    "database_url": "DATABASE_URL",
    "database_owner_url": "DATABASE_OWNER_URL",
    "dask_scheduler": "DASK_SCHEDULER",
}


def variable(field: str) -> str:
    """Return the environment variable of a field."""
    return KNOWN_VARIABLES.get(field, f"PORT2PORT_{field.upper()}")


def described() -> list[tuple[str, str, str]]:
    """Return (variable, default in words, description) of every setting a person may set, for the
    documentation.
    """
    rows = []
    for field in msgspec.structs.fields(Options):
        if field.name in DERIVED:
            continue
        text = " ".join(meta.description for meta in getattr(field.type, "__metadata__", ()) if meta.description)
        default = "" if field.default is msgspec.NODEFAULT else str(field.default)
        rows.append((variable(field.name), default, text))
    return rows


def default_data_dir(environ: Mapping[str, str], *, root: bool) -> Path:
    """Return where an installation keeps its own things when PORT2PORT_DATA_DIR does not say.

    Never the checkout: `git clean` would delete a database. For root /var/lib/port2port, because PostgreSQL
    then runs as an unprivileged account that could not enter /root, and opening /root to it is no choice.
    """
    if root:
        return Path("/var/lib/port2port")
    home = environ.get("XDG_DATA_HOME") or str(Path(environ.get("HOME", "~")).expanduser() / ".local" / "share")
    return Path(home) / "port2port"


def embedded_url(data_dir: Path, role: str, password: str) -> str:
    """Return the address of the embedded database: a socket in a closed folder, never a network port."""
    folder = quote(str(socket_folder(data_dir)), safe="")
    return f"postgresql://{role}:{quote(password, safe='')}@/port2port?host={folder}"


def socket_folder(data_dir: Path) -> Path:
    """Return the folder of the embedded database's socket. Raises BadOption when its path is too long for
    one.

    Nothing is moved elsewhere instead: a socket in a folder open to all would let anyone on the machine try
    it.
    """
    folder = data_dir / "pg" / "run"
    length = len(os.fsencode(folder / ".s.PGSQL.5432"))
    if length > LONGEST_SOCKET_PATH:
        raise BadOption(
            f"PORT2PORT_DATA_DIR is too long for a database socket by {length - LONGEST_SOCKET_PATH} bytes: "
            f"{data_dir}. Choose a shorter folder."
        )
    return folder


def read_secret(path: Path) -> dict[str, str]:
    """Return the JSON object kept in a 0600 file, or nothing if there is no such file."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    except PermissionError as problem:
        raise BadOption(f"{path} cannot be read by this account: run as the account that installed.") from problem
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError as problem:
        raise BadOption(f"{path} is damaged ({problem}). Restore it from where the keys are kept.") from problem


def make_private_folder(path: Path) -> None:
    """Create a folder that only its owner may enter. Raises BadOption when that is not possible."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise BadOption(
            f"{path} cannot be made ({problem.strerror}). Set PORT2PORT_DATA_DIR to a writable folder."
        ) from problem


def secret_key(data_dir: Path) -> str:
    """Return the key that signs sessions, made once. Two processes that start together agree on one key."""
    path = data_dir / "secret.key"
    if not path.exists():
        make_private_folder(data_dir)
        part = data_dir / f".secret.{os.getpid()}.part"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(part, path)  # fails if another was first, unlike a rename
        except FileExistsError:
            pass
        finally:
            part.unlink()
    try:
        return path.read_text().strip()
    except PermissionError as problem:
        raise BadOption(f"{path} cannot be read by this account: run as the account that installed.") from problem


def given(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return field -> text for each variable that is set. Raises BadOption for one we do not know."""
    fields = {variable(f.name): f.name for f in msgspec.structs.fields(Options) if f.name not in DERIVED}
    found: dict[str, Any] = {}
    for name, value in environ.items():
        if name in fields:
            if value.strip():
                found[fields[name]] = value.strip()
        elif name.startswith("PORT2PORT_") and name not in OTHER_VARIABLES:
            near = get_close_matches(name, fields, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise BadOption(f"{name} is not a setting.{hint}")
    return found


def is_scanner(address: str) -> bool:
    """Tell whether this is an address of clamd: tcp://host:port or unix:///path."""
    try:
        parts = urlsplit(address)
        host_and_port = bool(parts.hostname and parts.port)
    except ValueError:  # a port that is no number
        return False
    if parts.scheme == "tcp":
        return host_and_port and not parts.path
    return parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/")


def is_scheduler(address: str) -> bool:
    """Tell whether this is an address of a Dask scheduler: tls://host:port, or tcp:// to this machine.

    A scheduler is believed (what it sends is unpickled), and is sent what ports counted: in the clear only at home.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:  # a port that is no number
        return False
    if not host or not port or parts.path or parts.username:
        return False
    return parts.scheme == "tls" or (parts.scheme == "tcp" and host in LOOPBACK)


def is_origin(address: str) -> bool:
    """Tell whether this is a scheme and a name, and nothing more: https://host, or http://host:port."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # a port that is no number
        return False
    named = f"{host}:{port}" if port else host
    return parts.scheme in {"http", "https"} and bool(host) and address == f"{parts.scheme}://{named}"


def is_other_site(one: str, other: str) -> bool:
    """Tell whether two names share no cookie and no site (RFC 6265 section 5.3): a name may set cookies for the domain
    that was registered, and no such domain has fewer than two labels. A number is a site by itself.
    """
    if any(name.replace(".", "").isdigit() or ":" in name for name in (one, other)):
        return one != other
    return (
        one.split(".")[-2:] != other.split(".")[-2:] and not f".{one}".endswith(f".{other}")
        and not f".{other}".endswith(f".{one}")
    )  # fmt: skip


def is_day(text: str) -> bool:
    """Tell whether this is a day as 2027-01-31 (RFC 3339 full-date)."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check(options: Options) -> Options:
    """Refuse combinations that would be unsafe or could not work. Raises BadOption."""
    if options.demo and options.host not in LOOPBACK:
        raise BadOption(
            f"PORT2PORT_DEMO=1 lets anyone who reaches it sign in, and PORT2PORT_HOST={options.host} is not "
            "this machine alone. Leave the demo on localhost."
        )
    if options.public_url and urlsplit(options.public_url).scheme not in {"http", "https"}:
        raise BadOption(f"PORT2PORT_PUBLIC_URL must begin with https:// (or http://), not {options.public_url}")
    if options.packages_origin:
        check_packages(options)
    if bool(options.oidc_issuer) != bool(options.oidc_client_id):
        raise BadOption("PORT2PORT_OIDC_ISSUER and PORT2PORT_OIDC_CLIENT_ID go together: set both or none.")
    if options.clamd_url and not is_scanner(options.clamd_url):
        raise BadOption(f"PORT2PORT_CLAMD_URL must be tcp://host:port or unix:///path, not {options.clamd_url}")
    if options.dask_scheduler and not is_scheduler(options.dask_scheduler):
        raise BadOption(
            "DASK_SCHEDULER must be tls://host:port, or tcp:// to this machine alone, since it is sent what ports "
            f"counted, not {options.dask_scheduler}"
        )
    if bool(options.gateway_url) != bool(options.gateway_template):
        raise BadOption("PORT2PORT_GATEWAY_URL and PORT2PORT_GATEWAY_TEMPLATE go together: set both or none.")
    if options.push_subject and not options.push_subject.startswith(("mailto:", "https://")):
        raise BadOption("PORT2PORT_PUSH_SUBJECT must begin with mailto: or https://")
    if options.charter_grace_until and not is_day(options.charter_grace_until):
        raise BadOption(f"PORT2PORT_CHARTER_GRACE_UNTIL must be a day as 2027-01-31, not {options.charter_grace_until}")
    if len(options.secret_key) < SHORTEST_SECRET:
        raise BadOption(f"PORT2PORT_SECRET_KEY is too short: at least {SHORTEST_SECRET} random characters.")
    return options


def check_packages(options: Options) -> None:
    """Refuse a place for packages from which they could reach the platform. Raises BadOption."""
    given = options.packages_origin
    if not is_origin(given):
        raise BadOption(f"PORT2PORT_PACKAGES_URL must be https://host (or http://host:port), not {given}")
    if not is_other_site(options.packages_host, options.site_host):
        raise BadOption(
            f"PORT2PORT_PACKAGES_URL={given} is of the same site as {options.site_url}: a package could set its "
            "cookies. Give a name whose last two parts are others; another port or a subdomain is not enough."
        )
    if options.secure and not given.startswith("https://"):
        raise BadOption(f"PORT2PORT_PACKAGES_URL must begin with https://, as {options.site_url} does, not {given}")


def load(environ: Mapping[str, str] | None = None) -> Options:
    """Return the settings of this process.

    Owner credentials are read only when PORT2PORT_AS=owner (migrate, backup, restore): a serving process never holds
    them. Raises BadOption.
    """
    environ = os.environ if environ is None else environ
    values = given(environ)
    acting = environ.get("PORT2PORT_AS", "")
    if acting not in {"", "owner"}:
        raise BadOption(f"PORT2PORT_AS can only be owner, not {acting}")
    data_dir = Path(values.get("data_dir") or default_data_dir(environ, root=os.geteuid() == 0)).expanduser()
    if not data_dir.is_absolute():
        raise BadOption(f"PORT2PORT_DATA_DIR must begin with a slash, not {data_dir}")
    values["data_dir"] = str(data_dir)
    if "trusted_proxies" in values:
        values["trusted_proxies"] = [part.strip() for part in values["trusted_proxies"].split(",") if part.strip()]
    values["as_owner"] = acting == "owner"
    values["embedded"] = "database_url" not in values
    values.setdefault("secret_key", "")
    if values["embedded"]:
        if values.pop("database_owner_url", None):
            raise BadOption("DATABASE_OWNER_URL is set without DATABASE_URL: set both or none.")
        values["database_url"] = embedded_url(
            data_dir, "port2port_app", read_secret(data_dir / "database.json").get("app", "")
        )
        if values["as_owner"]:
            owner = read_secret(data_dir / "database-owner.json").get("owner", "")
            values["database_owner_url"] = embedded_url(data_dir, "port2port_owner", owner)
    elif not values["as_owner"]:
        values.pop("database_owner_url", None)
    for name in ("public_url", "packages_url"):
        values[name] = values.get(name, "").rstrip("/")
    try:
        options = msgspec.convert(values, Options, strict=False, dec_hook=decode)
    except msgspec.ValidationError as problem:
        text, _, place = str(problem).partition(" - at `$.")
        field = place.rstrip("`")
        raise BadOption(f"{variable(field)}={environ.get(variable(field), '')}: {text}") from problem
    if not options.secret_key:
        options = msgspec.structs.replace(options, secret_key=secret_key(data_dir))
    return check(options)


def decode(kind: type, value: Any) -> Any:
    """Turn text into a path for msgspec, which knows no paths."""
    if kind is Path:
        return Path(value)
    raise NotImplementedError(kind)


def load_or_exit() -> Options:
    """Return the settings, or say what is wrong with them and end the process with 2 (wrong usage)."""
    try:
        return load()
    except BadOption as problem:
        print(problem, file=sys.stderr)
        raise SystemExit(2) from problem
