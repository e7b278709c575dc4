"""Choose the issuers of the tokens that people and systems show: the operator's, or in the embedded mode our own."""

from services.runtime.auth import LOCAL_ISSUER, TokenIssuer, TrustedIssuer, operator_issuer, secret_key
from services.runtime.issuer_keys import keys_at, keys_in_file
from services.runtime.settings import Settings
from standards_tree.errors import PreconditionError

LOCAL_KEY_FILE = "local-issuer.key"


def local_issuer(settings: Settings) -> TokenIssuer:
    """Return the issuer of the embedded mode, which only exists where no other is set.

    Raises:
        PreconditionError: tokens come from the operator's issuer.
    """
    if settings.token_issuer is not None:
        message = "tokens come from {issuer}; this program issues none"
        raise PreconditionError(message, issuer=settings.token_issuer)
    return TokenIssuer(LOCAL_ISSUER, secret_key(settings.data_folder / LOCAL_KEY_FILE), settings.token_audience)


def operators(settings: Settings, name: str) -> TrustedIssuer:
    """Return the issuer the settings name, with its keys from where they say.

    Raises:
        PreconditionError: no keys are named, or they cannot be read.
    """
    if settings.token_jwks_url is not None:
        read = keys_at(settings.token_jwks_url)
    elif settings.token_jwks_file is not None:
        read = keys_in_file(settings.token_jwks_file)
    else:
        message = "TBT_TOKEN_ISSUER and its keys (TBT_TOKEN_JWKS_FILE or TBT_TOKEN_JWKS_URL) go together"
        raise PreconditionError(message)
    return operator_issuer(name, read, settings.token_jwks_seconds)
