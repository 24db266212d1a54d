"""The only reader of the environment. Every setting is described in .env.example."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent

LIBRARIES = {  # what libraries read from the environment for themselves
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "OPENBLAS_NUM_THREADS": "1",  # more only wait for each other: twice the work for the same turn
    "OMP_NUM_THREADS": "1",
}


class SettingWrong(ValueError):
    """A setting cannot be used; the message names it and says what it may be."""


PROVIDERS = ("console", "twilio", "notify")


@dataclass(frozen=True)
class Texting:
    """Everything about texts (SMS) that may differ between two installations."""

    providers: tuple[str, ...]  # who carries our texts; the first sends what nobody's text asked for
    numbers: tuple[tuple[str, str], ...]  # each number of ours (E.164) and the slug of the place it belongs to
    segments: int  # the most segments one answer may cost
    per_number: int  # the most texts one number is sent in a day
    per_day: int  # the most texts all numbers together are sent in a day
    quiet_from: int  # hours of the day, UK time, between which only an immediate answer is sent
    quiet_until: int
    twilio_account: str
    twilio_token: str
    twilio_opt_outs: bool  # whether Twilio answers STOP, START and HELP itself, as it usually does
    twilio_api: str  # another address than Twilio's own, for a simulated one
    notify_key: str
    notify_template: str
    notify_bearer: str
    notify_api: str
    redis_url: str  # what wakes the workers when there are several machines

    @property
    def on(self) -> bool:
        """Whether anybody can text us at all."""
        return bool(self.providers)

    @property
    def our_number(self) -> str:
        """The number that pages name and that sends what nobody's text asked for; "" when none is set."""
        return self.numbers[0][0] if self.numbers else ""


@dataclass(frozen=True)
class Mail:
    """How letters leave."""

    server: str = ""  # host:port; empty: letters are printed
    user: str = ""
    password: str = ""
    sender: str = "fingerpost@localhost"


@dataclass(frozen=True)
class OwnAccounts:
    """An organisation's own sign-in (OpenID Connect)."""

    issuer: str = ""  # "" for none
    client: str = ""
    secret: str = ""
    name: str = ""  # what its button says


@dataclass(frozen=True)
class Outside:
    """An organisation's own inbox, where residents may let a handover be copied to."""

    inbox: str = ""
    token: str = ""
    team: str = ""


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations."""

    var: Path
    port: int
    host: str
    public_url: str
    rasa_url: str
    rasa_chosen: bool  # whether the port was asked for; if not, `make run` takes a free one
    rasa_deadline: float  # seconds a resident waits for Rasa before we answer ourselves
    knowledge_url: str
    conversations_url: str
    model_dir: Path
    secret_key: str
    keep_hours: int  # how long a conversation is kept after its last message
    rate_limits: bool
    threads: int
    run_by: str
    outside: Outside
    mail: Mail
    own_accounts: OwnAccounts
    private_feeds: bool  # whether a followed feed may be inside our own network
    texting: Texting

    @property
    def own_model_dir(self) -> Path:
        """Where set-up puts the sentence model; its files are checked by sha256."""
        return self.var / "model"

    @property
    def rasa_models(self) -> Path:
        """Where trained Rasa models lie, newest last."""
        return self.var / "rasa"

    @property
    def rasa_token(self) -> str:
        """What the gateway shows Rasa on loopback, where other programs of the machine could knock too."""
        return hmac.new(self.secret_key.encode(), b"rasa", hashlib.sha256).hexdigest()

    @property
    def rasa_port(self) -> int:
        """The port of `rasa_url`."""
        return int(self.rasa_url.rsplit(":", 1)[1])

    def environment(self) -> dict[str, str]:
        """The environment for a process that should have these settings."""
        return {
            **os.environ,
            **LIBRARIES,
            "FINGERPOST_VAR": str(self.var),
            "PORT": str(self.port),
            "HOST": self.host,
            "PUBLIC_URL": self.public_url,
            "RASA_URL": self.rasa_url,
            "RASA_DEADLINE_MS": str(round(self.rasa_deadline * 1000)),
            "KNOWLEDGE_URL": self.knowledge_url,
            "CONVERSATIONS_URL": self.conversations_url,
            "SENTENCE_MODEL_DIR": str(self.model_dir),
            "SECRET_KEY": self.secret_key,
            "KEEP_HOURS": str(self.keep_hours),
            "RATE_LIMITS": "on" if self.rate_limits else "off",
            "WEB_THREADS": str(self.threads),
            "RUN_BY": self.run_by,
            "PRIVATE_FEEDS": "on" if self.private_feeds else "off",
            **_environment_of_groups(self),
            **_environment_of(self.texting),
        }

    def prepare_libraries(self) -> None:
        """Set what Rasa, TensorFlow and NumPy read from the environment; before they are imported."""
        for name, value in LIBRARIES.items():
            os.environ.setdefault(name, value)

    @property
    def address(self) -> str:
        """Where links in letters lead and what suppliers of texts sign: the public address, else this machine's own."""
        everywhere = self.host in ("0.0.0.0", "::")  # noqa: S104  compared, not bound
        return self.public_url or f"http://{'127.0.0.1' if everywhere else self.host}:{self.port}"

    @property
    def https(self) -> bool:
        """Whether residents reach us by https; then cookies are Secure and http is redirected."""
        return self.public_url.startswith("https://")


def from_environment(environment: dict[str, str]) -> Settings:
    """Settings read from `environment`; raises `SettingWrong` with a sentence for the person starting it."""
    var = Path(environment.get("FINGERPOST_VAR") or ROOT / "var").resolve()
    return Settings(
        var=var,
        port=_number(environment, "PORT", 8000, 1, 65535),
        host=environment.get("HOST") or "127.0.0.1",
        public_url=environment.get("PUBLIC_URL", "").rstrip("/"),
        rasa_url=environment.get("RASA_URL", "").rstrip("/")
        or f"http://127.0.0.1:{_number(environment, 'RASA_PORT', 5005, 1, 65535)}",
        rasa_chosen=bool(environment.get("RASA_URL") or environment.get("RASA_PORT")),
        rasa_deadline=_number(environment, "RASA_DEADLINE_MS", 4000, 100, 60000) / 1000,
        knowledge_url=_directory(environment.get("KNOWLEDGE_URL") or f"sqlite:///{var / 'knowledge.db'}"),
        conversations_url=environment.get("CONVERSATIONS_URL") or f"sqlite:///{var / 'conversations.db'}",
        model_dir=Path(environment.get("SENTENCE_MODEL_DIR") or var / "model").resolve(),
        secret_key=environment.get("SECRET_KEY") or _kept_secret(var),
        keep_hours=_number(environment, "KEEP_HOURS", 24, 1, 24),
        rate_limits=environment.get("RATE_LIMITS", "on") != "off",
        threads=_number(environment, "WEB_THREADS", 16, 1, 256),
        run_by=environment.get("RUN_BY", ""),
        outside=Outside(
            _inbox(environment, "OUTSIDE_INBOX"),
            environment.get("OUTSIDE_TOKEN", ""),
            environment.get("OUTSIDE_TEAM", ""),
        ),
        mail=_mail(environment),
        own_accounts=_own_accounts(environment),
        private_feeds=environment.get("PRIVATE_FEEDS", "off") == "on",
        texting=_texting(environment),
    )


def _directory(given: str) -> str:
    if not given.startswith("sqlite:"):
        raise SettingWrong(  # not said in full: a database's address may hold a password
            f"KNOWLEDGE_URL begins with {given.partition(':')[0][:20]}; it must begin with sqlite:///, because the "
            "search of the directory is SQLite's own full-text search. PostgreSQL is for CONVERSATIONS_URL."
        )
    return given


def _texting(environment: dict[str, str]) -> Texting:
    return Texting(
        providers=_providers(environment, environment.get("SMS_PROVIDERS", "")),
        numbers=_numbers(environment.get("SMS_NUMBERS", "")),
        segments=_number(environment, "SMS_SEGMENTS", 3, 1, 6),
        per_number=_number(environment, "SMS_PER_NUMBER", 60, 1, 1000),
        per_day=_number(environment, "SMS_PER_DAY", 2000, 1, 1000000),
        quiet_from=_number(environment, "SMS_QUIET_FROM", 21, 0, 24),
        quiet_until=_number(environment, "SMS_QUIET_UNTIL", 8, 0, 24),
        twilio_account=environment.get("TWILIO_ACCOUNT", ""),
        twilio_token=environment.get("TWILIO_TOKEN", ""),
        twilio_opt_outs=environment.get("TWILIO_OPT_OUTS", "on") != "off",
        twilio_api=environment.get("TWILIO_API", "").rstrip("/"),
        notify_key=environment.get("NOTIFY_KEY", ""),
        notify_template=environment.get("NOTIFY_TEMPLATE", ""),
        notify_bearer=environment.get("NOTIFY_BEARER", ""),
        notify_api=environment.get("NOTIFY_API", "").rstrip("/"),
        redis_url=environment.get("REDIS_URL", ""),
    )


def _mail(environment: dict[str, str]) -> Mail:
    return Mail(
        server=_server(environment, "MAIL_SERVER"),
        user=environment.get("MAIL_USER", ""),
        password=environment.get("MAIL_PASSWORD", ""),
        sender=environment.get("MAIL_FROM", "") or Mail.sender,
    )


def _own_accounts(environment: dict[str, str]) -> OwnAccounts:
    return OwnAccounts(
        issuer=_issuer(environment, "OIDC_ISSUER"),
        client=environment.get("OIDC_CLIENT", ""),
        secret=environment.get("OIDC_SECRET", ""),
        name=environment.get("OIDC_NAME", ""),
    )


def _environment_of_groups(given: Settings) -> dict[str, str]:
    mail, accounts, outside = given.mail, given.own_accounts, given.outside
    return {
        "OUTSIDE_INBOX": outside.inbox, "OUTSIDE_TOKEN": outside.token, "OUTSIDE_TEAM": outside.team,
        "MAIL_SERVER": mail.server, "MAIL_USER": mail.user, "MAIL_PASSWORD": mail.password, "MAIL_FROM": mail.sender,
        "OIDC_ISSUER": accounts.issuer, "OIDC_CLIENT": accounts.client, "OIDC_SECRET": accounts.secret,
        "OIDC_NAME": accounts.name,
    }  # fmt: skip


def _inbox(environment: dict[str, str], name: str) -> str:
    given = environment.get(name, "").rstrip("/")
    if given and not re.fullmatch(r"https?://[^/\s]+/accounts/\d+/inboxes/\d+", given):
        raise SettingWrong(f"{name} is {given!r}; it must be like https://chat.example.org/accounts/1/inboxes/2.")
    return given


def _server(environment: dict[str, str], name: str) -> str:
    given = environment.get(name, "")
    host, _, port = given.rpartition(":")
    if given and not (host and port.isdecimal()):
        raise SettingWrong(f"{name} is {given!r}; it must be a name and a port, such as mail.example.org:587.")
    return given


_now: list[Settings] = []


def settings() -> Settings:
    """This process's settings, read once."""
    if not _now:
        _now.append(from_environment(dict(os.environ)))
    return _now[-1]


@contextmanager
def use(other: Settings) -> Iterator[Settings]:
    """Other settings for a while: an evaluation, a test."""
    settings()
    _now.append(other)
    try:
        yield other
    finally:
        _now.remove(other)


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _number(environment: dict[str, str], name: str, usual: int, lowest: int, highest: int) -> int:
    given = environment.get(name, "")
    if not given:
        return usual
    if not given.isdecimal() or not lowest <= int(given) <= highest:
        raise SettingWrong(f"{name} is {given!r}; it must be a whole number from {lowest} to {highest}.")
    return int(given)


def _issuer(environment: dict[str, str], name: str) -> str:
    """Whose accounts are taken: https, but for a provider on this machine."""
    given = environment.get(name, "").rstrip("/")
    if not given:
        return ""
    here = any(given.startswith(f"http://{name}") for name in LOOPBACK[:2])
    if not (given.startswith("https://") or here) or not environment.get("OIDC_CLIENT"):
        raise SettingWrong(f"{name} must be an https address, and OIDC_CLIENT must be set with it.")
    return given


LOOPBACK = ("127.0.0.1", "localhost", "::1")
NEEDED = {
    "twilio": ("TWILIO_ACCOUNT", "TWILIO_TOKEN"),
    "notify": ("NOTIFY_KEY", "NOTIFY_TEMPLATE", "NOTIFY_BEARER"),
}


def _providers(environment: dict[str, str], given: str) -> tuple[str, ...]:
    """Who carries texts. Nothing said: the pretend telephone, but only where nobody else can reach this machine."""
    public = bool(environment.get("PUBLIC_URL"))
    if not given:
        alone = (environment.get("HOST") or LOOPBACK[0]) in LOOPBACK and not public
        return PROVIDERS[:1] if alone else ()
    names = tuple(name for part in given.split(",") if (name := part.strip()) and name != "off")
    for name in names:
        if name not in PROVIDERS:
            raise SettingWrong(f"SMS_PROVIDERS is {given!r}; each must be one of {', '.join(PROVIDERS)}, or off.")
        if missing := [key for key in NEEDED.get(name, ()) if not environment.get(key)]:
            raise SettingWrong(f"SMS_PROVIDERS names {name}, which needs {' and '.join(missing)} too.")
    if "console" in names and environment.get("PUBLIC_URL", "").startswith("https://"):
        raise SettingWrong("SMS_PROVIDERS names console, the pretend telephone: not with an https PUBLIC_URL.")
    return names


def _numbers(given: str) -> tuple[tuple[str, str], ...]:
    """`+441632960001=wenbury,+441632960002`: our numbers, each with its place's slug or none."""
    pairs = tuple(
        (number.strip(), slug.strip()) for part in given.split(",") if part.strip()
        for number, _, slug in [part.partition("=")]
    )  # fmt: skip
    if wrong := [number for number, _ in pairs if number[:1] != "+" or not number[1:].isdecimal()]:
        raise SettingWrong(f"SMS_NUMBERS has {wrong[0]!r}; write each number like +441632960001.")
    return pairs


def _environment_of(texting: Texting) -> dict[str, str]:
    return {
        "SMS_PROVIDERS": ",".join(texting.providers) or "off",
        "SMS_NUMBERS": ",".join(f"{number}={slug}" for number, slug in texting.numbers),
        "SMS_SEGMENTS": str(texting.segments),
        "SMS_PER_NUMBER": str(texting.per_number),
        "SMS_PER_DAY": str(texting.per_day),
        "SMS_QUIET_FROM": str(texting.quiet_from),
        "SMS_QUIET_UNTIL": str(texting.quiet_until),
        "TWILIO_ACCOUNT": texting.twilio_account,
        "TWILIO_TOKEN": texting.twilio_token,
        "TWILIO_OPT_OUTS": "on" if texting.twilio_opt_outs else "off",
        "TWILIO_API": texting.twilio_api,
        "NOTIFY_KEY": texting.notify_key,
        "NOTIFY_TEMPLATE": texting.notify_template,
        "NOTIFY_BEARER": texting.notify_bearer,
        "NOTIFY_API": texting.notify_api,
        "REDIS_URL": texting.redis_url,
    }


def _kept_secret(var: Path) -> str:
    """A random secret made at first use and kept readable by its owner only, so that restarts keep sessions."""
    path = var / "secret-key"
    var.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(made := secrets.token_urlsafe(48))
    return made
