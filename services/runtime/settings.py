"""Read every setting from the environment, in one place, with its unit and its limit."""

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, PlainValidator, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0)]
Origin = Annotated[str, Field(pattern=r"^https?://[^/\s]+$")]
SECRETS_FOLDER = "TBT_SECRETS_FOLDER"
# What was a setting and is none any more, and what to do instead: who still sets it believes that it counts.
_GONE = {
    "TBT_INTERNAL_KEY_FILE": "each service has a key of its own now: make them with `tbt keys make`, set "
    "TBT_SERVICE_KEY_FOLDER and take this variable away (docs/upgrading.md)"
}


_RATE = re.compile(r"(?P<calls>[1-9]\d{0,8})/(?P<unit>second|minute|hour)(, ?(?P<burst>[1-9]\d{0,8}) at once)?")
_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3600}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls in so many seconds, and how many may come at once; written `6/minute` or `6/minute, 10 at once`."""

    calls: int
    seconds: int
    burst: int
    written: str

    @staticmethod
    def read(text: object) -> "Rate":
        """Return the rate that *text* writes.

        Raises:
            ValueError: it is none.
        """
        found = _RATE.fullmatch(str(text).strip())
        if found is None:
            message = f"{text!r} is no rate: write 6/minute, or 6/minute, 10 at once"
            raise ValueError(message)
        calls = int(found["calls"])
        return Rate(calls, _UNIT_SECONDS[found["unit"]], int(found["burst"] or calls), found[0])

    def __str__(self) -> str:
        """Return it as it was written."""
        return self.written


ReadRate = Annotated[Rate, PlainValidator(lambda given: given if isinstance(given, Rate) else Rate.read(given))]


class Mode(StrEnum):
    """Where the program runs: on a developer's machine, or where strangers can reach it."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Hold what an operator can set, each as ``TBT_<NAME>`` in the environment.

    Unset never means open: without a token audience and issuer the program only starts on loopback with its embedded
    issuer; without TLS it does not listen off loopback.
    """

    # A variable that a deployment leaves empty is one it does not set.
    # What stands below a setting is its meaning in docs/settings.md.
    model_config = SettingsConfigDict(
        env_prefix="TBT_", env_ignore_empty=True, extra="ignore", use_attribute_docstrings=True
    )

    mode: Mode = Mode.DEVELOPMENT
    """Production refuses embedded stores, tokens of its own and reflection."""
    data_folder: Path = Field(default_factory=lambda: user_data_path("tbt-standards"))
    """Where embedded PostgreSQL, the embedded object store, keys and reports live."""

    secrets_folder: Path | None = None
    """A folder of files that stand for variables, each named like one: secrets that are not to be in the environment."""

    host: str = "127.0.0.1"
    """Where to listen; off loopback only with TLS and an issuer of tokens."""
    port: Port = 50051
    """The public port that serves all services; 0 takes a free one."""
    service_addresses: dict[str, str] = {}
    """Where services are that do not run in this process, by name, as JSON: {"catalog": "dns:///catalog:50051"}."""
    tls_certificate_file: Path | None = None
    """The certificate chain of the public port, as PEM."""
    tls_key_file: Path | None = None
    """Its private key, as PEM."""
    tls_authority_file: Path | None = None
    """The certificates that vouch for our own services on other machines."""

    connection_age_seconds: Seconds | None = None
    """After how long clients are asked to connect anew, so that they find processes that were added; without it, never."""

    http_port: Port | None = None
    """Where Envoy answers HTTP/JSON and gRPC-Web; `tbt serve` starts it on this machine, `tbt gateway` configures it."""
    http_origins: list[Origin] = []
    """Which web pages may call it, as JSON: ["https://standards.example"]; in development pages of this machine too."""

    agency_port: Port | None = None
    """A second port, for the systems of other agencies, which prove who they are by their certificate (mutual TLS)."""
    agency_authority_file: Path | None = None
    """The certificates that vouch for those of agencies' systems, as PEM."""
    agency_clients_file: Path | None = None
    """Which certificates are let in there, as whom, and to which services: docs/roles.md."""

    database_url: SecretStr | None = None
    """A PostgreSQL URL; without it the embedded PostgreSQL is started."""
    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 8
    """Connections each service keeps open."""
    database_pool_overflow: Annotated[int, Field(ge=0, le=200)] = 24
    """Connections each service may open beyond those for a moment."""
    statement_timeout_seconds: Seconds = 60.0
    """How long one statement may take in the database."""

    s3_endpoint: str | None = None
    """`host:port` of an S3 store; without it the embedded one is started."""
    s3_access_key: SecretStr | None = None
    """The access key of that store."""
    s3_secret_key: SecretStr | None = None
    """The secret key of that store."""
    s3_bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] = "tbt-documents"
    """The bucket of documents and reports; made when it is not there."""
    s3_secure: bool = True
    """Whether that store is reached by TLS."""
    s3_region: str = "us-east-1"
    """Its region."""

    token_issuer: str | None = None
    """The `iss` that tokens must carry; without it the program issues its own, on loopback only."""
    token_audience: str = "tbt-standards"  # noqa: S105  (no secret)
    """The `aud` that tokens must carry."""
    token_jwks_file: Path | None = None
    """The public keys of the issuer, as a JWK set; read again when they may have changed."""
    token_jwks_url: Annotated[str, Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)[:/])")] | None = None
    """Where the issuer publishes them, instead of a file; HTTPS unless on this machine."""
    token_jwks_seconds: Seconds = 300.0
    """How old those keys may grow before they are read again; a token with an unknown key has them read at once."""
    service_key_folder: Path | None = None
    """The keys by which our services know each other (`tbt keys`); development makes them, in the data folder when not given."""

    worker_concurrency: Annotated[int, Field(ge=1, le=64)] = 2
    """Operations a worker works on at once."""
    worker_lease_seconds: Annotated[float, Field(ge=1, le=3600)] = 30.0
    """After how long without a sign of life a worker is taken for dead and its operations are taken up by another."""
    report_retention_days: Annotated[int, Field(ge=0, le=36500)] = 365
    """How long gap reports are kept that nobody pinned; 0 for ever."""
    queue_retention_days: Annotated[int, Field(ge=1, le=36500)] = 7
    """How long jobs that have ended stay in the queue; the operations they worked on are kept apart."""
    operation_retention_days: Annotated[int, Field(ge=0, le=36500)] = 30
    """How long an operation is kept after its end, with its answer; what it made is kept by its own rules. 0 for ever."""
    working_calls: Annotated[int, Field(ge=1, le=1000)] = 64
    """Calls a service answers at once; beyond, RESOURCE_EXHAUSTED."""
    least_calls: Annotated[int, Field(ge=1, le=1000)] = 4
    """Calls it answers at once however slow they are; between these two the limit follows how much calls slow each other down."""
    waiting_streams: Annotated[int, Field(ge=1, le=5000)] = 192
    """Watching streams a service holds at once."""
    default_deadline_seconds: Seconds = 30.0
    """For calls that name none."""
    stalled_seconds: Seconds = 300.0
    """How long the client of a stream may take no message before its call is cancelled."""
    # Written as it is, not as JSON like what has parts.
    caller_rate: Annotated[ReadRate, NoDecode] = Rate.read("500/second, 5000 at once")
    """How many calls one principal may make, of all methods together; beyond, RESOURCE_EXHAUSTED with the time to wait."""
    method_rates: dict[str, ReadRate] = {}
    """How many calls of a method one principal may make, by its name, as JSON: {"CreateGapReport": "6/minute"}."""
    caller_share: Annotated[float, Field(gt=0, le=1)] = 0.75
    """Which part of a service's places (TBT_WORKING_CALLS, TBT_WAITING_STREAMS) one principal may hold."""
    leave_seconds: Annotated[float, Field(ge=0)] = 0.0
    """How long it goes on answering after it said NOT_SERVING, so that those who balance load have gone elsewhere."""
    drain_seconds: Seconds = 10.0
    """How long calls may finish after the program was told to stop."""
    max_message_bytes: Annotated[int, Field(ge=1024)] = 4 * 1024 * 1024
    """The longest message taken or sent."""
    max_document_bytes: Annotated[int, Field(ge=1024)] = 64 * 1024 * 1024
    """The longest document taken."""
    schema_folder: Path | None = None
    """Where the schemas and rules of ISO STS and NISO STS lie, at any depth; without it no document is validated."""

    link_reviewers: Annotated[int, Field(ge=1, le=2)] = 1
    """Persons who must agree to a link before it is confirmed: one, or two different ones."""

    font_folder: Path | None = None
    """Fonts for PDF beside those of the machine, where it has none with Chinese characters."""

    metrics_host: str = "127.0.0.1"
    """Where Prometheus reaches the metrics; they hold names of methods and counts, never data."""
    metrics_port: Port | None = None
    """The port of the metrics, over HTTP; without it there are none, 0 takes a free one."""
    health_port: Port | None = None
    """Where probes ask for the health, there too: gRPC without TLS, which kubelets do not speak, and nothing but health."""

    traces_endpoint: Annotated[str, Field(pattern=r"^[^/\s]+:[0-9]+$")] | None = None
    """`host:port` of an OpenTelemetry collector (OTLP over gRPC); without it nothing is traced."""
    traces_secure: bool = True
    """Whether the collector is reached by TLS."""
    traces_share: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Which part of the calls is traced; one that a caller traces already is traced on."""

    language: Literal["en", "zh-Hans"] = "en"
    """Of the command line and of calls that name none."""
    log_format: Literal["console", "json"] = "console"
    """For people, or one JSON object a line."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least urgent records that are written."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read variables, then the files of the secrets folder."""
        del dotenv_settings, file_secret_settings
        folder = os.environ.get(SECRETS_FOLDER)
        if not folder or not Path(folder).is_dir():
            return init_settings, env_settings
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)

    @model_validator(mode="after")
    def refuse_a_secrets_folder_that_is_not_there(self) -> "Settings":
        """Refuse to go on without the secrets that somebody put somewhere."""
        if self.secrets_folder is not None and not self.secrets_folder.is_dir():
            message = f"{SECRETS_FOLDER}={self.secrets_folder} is no folder"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def refuse_what_is_no_setting_any_more(self) -> "Settings":
        """Refuse to go on as if what somebody still sets were in force."""
        for name, instead in _GONE.items():
            if any(value and variable.upper() == name for variable, value in os.environ.items()):
                message = f"{name} is no setting any more: {instead}"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def refuse_what_would_be_open(self) -> "Settings":
        """Refuse a combination that would let strangers in or data out."""
        loopback = self.host in ("127.0.0.1", "::1", "localhost")
        has_tls = self.tls_certificate_file is not None and self.tls_key_file is not None
        if not loopback and not has_tls:
            message = f"TBT_HOST={self.host} is not loopback: set TBT_TLS_CERTIFICATE_FILE and TBT_TLS_KEY_FILE"
            raise ValueError(message)
        if self.token_jwks_file is not None and self.token_jwks_url is not None:
            message = "set TBT_TOKEN_JWKS_FILE or TBT_TOKEN_JWKS_URL, not both: only one can be right"
            raise ValueError(message)
        has_keys = self.token_jwks_file is not None or self.token_jwks_url is not None
        if (not loopback or self.mode is Mode.PRODUCTION) and (self.token_issuer is None or not has_keys):
            message = (
                "set TBT_TOKEN_ISSUER and TBT_TOKEN_JWKS_FILE (or TBT_TOKEN_JWKS_URL): outside development on loopback "
                "tokens come from an issuer"
            )
            raise ValueError(message)
        if (self.token_issuer is not None) != has_keys:
            message = "TBT_TOKEN_ISSUER and its keys (TBT_TOKEN_JWKS_FILE or TBT_TOKEN_JWKS_URL) go together"
            raise ValueError(message)
        if self.mode is Mode.PRODUCTION and self.service_key_folder is None:
            message = (
                "set TBT_SERVICE_KEY_FOLDER: in production our services know each other by keys that `tbt keys` makes"
            )
            raise ValueError(message)
        if self.agency_port is not None and not (has_tls and self.agency_authority_file and self.agency_clients_file):
            message = (
                "TBT_AGENCY_PORT needs TBT_TLS_CERTIFICATE_FILE, TBT_TLS_KEY_FILE, TBT_AGENCY_AUTHORITY_FILE and "
                "TBT_AGENCY_CLIENTS_FILE"
            )
            raise ValueError(message)
        if self.s3_endpoint is not None and (self.s3_access_key is None or self.s3_secret_key is None):
            message = "TBT_S3_ENDPOINT needs TBT_S3_ACCESS_KEY and TBT_S3_SECRET_KEY"
            raise ValueError(message)
        return self
