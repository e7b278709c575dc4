"""The program does not start with settings that would let strangers in or data out."""

import pytest
from pydantic import ValidationError

from services.runtime.auth import TokenVerifier
from services.runtime.settings import Settings
from standards_tree.errors import PreconditionError

TLS = {"TBT_TLS_CERTIFICATE_FILE": "/run/tls/tls.crt", "TBT_TLS_KEY_FILE": "/run/tls/tls.key"}
ISSUER = {"TBT_TOKEN_ISSUER": "https://id.example", "TBT_TOKEN_JWKS_FILE": "/run/jwks.json"}


@pytest.fixture
def environment(monkeypatch):
    """Return how to make settings from an environment that holds nothing else of ours."""
    import os  # noqa: PLC0415  (the environment is what is under test)

    for name in [name for name in os.environ if name.startswith("TBT_")]:
        monkeypatch.delenv(name)

    def settings(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Settings()

    return settings


def test_without_any_setting_it_listens_on_loopback_only(environment):
    """What nobody configured nobody reaches."""
    assert environment().host == "127.0.0.1"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "tbt.example"])  # noqa: S104
def test_off_loopback_without_tls_it_does_not_start(environment, host):
    """Tokens never cross a network in the clear."""
    with pytest.raises(ValidationError, match="TBT_TLS_CERTIFICATE_FILE"):
        environment(TBT_HOST=host, **ISSUER)


@pytest.mark.parametrize("half", sorted(TLS))
def test_half_of_tls_is_no_tls(environment, half):
    """A certificate without its key does not count."""
    with pytest.raises(ValidationError, match="TBT_TLS_KEY_FILE"):
        environment(TBT_HOST="0.0.0.0", **{half: TLS[half]}, **ISSUER)  # noqa: S104


@pytest.mark.parametrize("half", [{}, *({name: value} for name, value in ISSUER.items())])
def test_off_loopback_without_an_issuer_it_does_not_start(environment, half):
    """The local issuer of the embedded mode is for one machine."""
    with pytest.raises(ValidationError, match="TBT_TOKEN_ISSUER"):
        environment(TBT_HOST="0.0.0.0", **TLS, **half)  # noqa: S104


@pytest.mark.parametrize("half", [{}, *({name: value} for name, value in ISSUER.items())])
def test_in_production_without_an_issuer_it_does_not_start(environment, half):
    """Production never trusts tokens that the program makes for itself."""
    with pytest.raises(ValidationError, match="TBT_TOKEN_ISSUER"):
        environment(TBT_MODE="production", **half)


def test_in_production_without_keys_of_services_it_does_not_start(environment, tmp_path):
    """Production never makes up by whom it is called; with a folder of keys it starts."""
    with pytest.raises(ValidationError, match="TBT_SERVICE_KEY_FOLDER"):
        environment(TBT_MODE="production", **ISSUER)
    assert environment(TBT_MODE="production", TBT_SERVICE_KEY_FOLDER=str(tmp_path), **ISSUER).mode == "production"


def test_what_is_no_setting_any_more_is_refused(environment):
    """Who still sets it believes that it counts; one that is left empty is not set."""
    with pytest.raises(ValidationError, match=r"TBT_INTERNAL_KEY_FILE is no setting any more.*TBT_SERVICE_KEY_FOLDER"):
        environment(TBT_INTERNAL_KEY_FILE="/run/secrets/key")
    assert environment(TBT_INTERNAL_KEY_FILE="").port == 50051


@pytest.mark.parametrize("name", ["TBT_TOKEN_ISSUER", "TBT_TOKEN_JWKS_FILE"])
def test_an_empty_setting_is_an_unset_one(environment, name):
    """A variable that a deployment left empty does not count as configured."""
    with pytest.raises(ValidationError, match="TBT_TOKEN_ISSUER"):
        environment(**{"TBT_MODE": "production", **ISSUER, name: ""})


def test_off_loopback_with_tls_and_an_issuer_it_starts(environment):
    """The refusals leave a way that is open."""
    assert environment(TBT_HOST="0.0.0.0", **TLS, **ISSUER).host == "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize("half", [{}, {"TBT_S3_ACCESS_KEY": "a"}, {"TBT_S3_SECRET_KEY": "s"}])
def test_an_object_store_without_its_keys_is_refused(environment, half):
    """The message says which settings are missing, before anything is started."""
    with pytest.raises(ValidationError, match="TBT_S3_SECRET_KEY"):
        environment(TBT_S3_ENDPOINT="s3.example:443", **half)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TBT_PORT", "65536"),
        ("TBT_PORT", "-1"),
        ("TBT_MODE", "prod"),
        ("TBT_WORKING_CALLS", "0"),
        ("TBT_DATABASE_POOL_SIZE", "0"),
        ("TBT_DEFAULT_DEADLINE_SECONDS", "0"),
        ("TBT_STATEMENT_TIMEOUT_SECONDS", "-1"),
        ("TBT_S3_BUCKET", "A bucket"),
        ("TBT_LANGUAGE", "fr"),
        ("TBT_SERVICE_ADDRESSES", "catalog"),
    ],
)
def test_a_value_out_of_its_range_is_refused(environment, name, value):
    """A mistake shows at the start, not at the first call."""
    with pytest.raises((ValidationError, ValueError), match=name.removeprefix("TBT_").lower()):
        environment(**{name: value})


def test_secrets_are_not_shown(environment):
    """Settings that end in a log or a traceback give nothing away."""
    settings = environment(TBT_DATABASE_URL="postgresql://tbt:hunter2@db/tbt", TBT_S3_SECRET_KEY="hunter2")  # noqa: S106
    assert "hunter2" not in repr(settings)


def test_without_an_audience_no_token_is_verified():
    """An unset audience must not mean that tokens for other systems count here."""
    with pytest.raises(PreconditionError, match="TBT_TOKEN_AUDIENCE"):
        TokenVerifier([], "")


def test_secrets_may_be_files(environment, tmp_path):
    """Each file stands for the variable of its name; what the environment says counts more."""
    (tmp_path / "TBT_DATABASE_URL").write_text("postgresql://from-a-file\n", encoding="utf-8")
    (tmp_path / "TBT_S3_SECRET_KEY").write_text("from a file", encoding="utf-8")
    found = environment(TBT_SECRETS_FOLDER=str(tmp_path), TBT_S3_SECRET_KEY="from the environment")  # noqa: S106
    assert found.database_url.get_secret_value() == "postgresql://from-a-file"
    assert found.s3_secret_key.get_secret_value() == "from the environment"
    assert "from" not in repr(found.database_url)


def test_a_secrets_folder_that_is_not_there_is_refused(environment, tmp_path):
    """A volume that was not mounted is not taken for no secrets."""
    with pytest.raises(ValidationError, match="TBT_SECRETS_FOLDER"):
        environment(TBT_SECRETS_FOLDER=str(tmp_path / "absent"))


def test_rates_are_read_as_the_settings_page_writes_them(environment):
    """Once the rate of callers could only be set as a text in JSON: the program ended with what it could not decode."""
    given = environment(TBT_CALLER_RATE="6/minute, 10 at once", TBT_METHOD_RATES='{"CreateGapReport": "2/hour"}')
    assert (given.caller_rate.calls, given.caller_rate.burst) == (6, 10)
    assert given.method_rates["CreateGapReport"].seconds == 3600
