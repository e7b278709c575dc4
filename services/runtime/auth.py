"""Prove who calls: signed tokens of the operator's issuer, of our own in the embedded mode, and between services."""

import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey
from joserfc.util import urlsafe_b64decode

from services.runtime.calls import Principal
from services.runtime.refreshed import Refreshed
from services.runtime.whole_files import make_whole
from standards_tree.errors import FieldViolation, PreconditionError, UnauthenticatedError, UnavailableError

LOCAL_ISSUER = "tbt-local"
INTERNAL_ISSUER = "tbt-internal"
INTERNAL_TOKEN_SECONDS = 300
MAX_TOKEN_CHARACTERS = 8192
CLOCK_LEEWAY_SECONDS = 30
SERVICE_ROLE = "service"
"""What our services say of themselves to each other; nobody else has it."""
BEHALF = "on_behalf_of"
"""The claim in which one of our services says whom it works for."""
CALLEE = "callee"
"""The claim in which it says which other one it calls: nowhere else its token counts, so that nobody can pass it on."""


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An issuer, the keys it signs with and the algorithms it may use."""

    name: str
    keys: OctKey | Refreshed[KeySet]
    algorithms: tuple[str, ...]
    ours: bool = False
    """Whether it is that of our services to each other, which grants `service` and nothing else."""


class TokenVerifier:
    """Turn a token into the principal it proves."""

    def __init__(self, issuers: Sequence[TrustedIssuer], audience: str) -> None:
        if not audience:
            message = "no token audience is set: every token of the issuer would be accepted; set TBT_TOKEN_AUDIENCE"
            raise PreconditionError(message)
        self._issuers = {issuer.name: issuer for issuer in issuers}
        if len(self._issuers) < len(issuers):
            message = (
                "two issuers have one name, of {names}: TBT_TOKEN_ISSUER must not be the name of an issuer of our own"
            )
            raise PreconditionError(message, names=", ".join(issuer.name for issuer in issuers))
        self._audience = audience

    def verify(self, token: str) -> Principal:
        """Return who *token* proves.

        Raises:
            UnauthenticatedError: the token is malformed, not signed by a trusted issuer, expired or meant for others.
            UnavailableError: the issuer's keys could not be read for a day.
        """
        if len(token) > MAX_TOKEN_CHARACTERS:
            message = "the token is longer than {limit} characters"
            raise UnauthenticatedError(message, limit=MAX_TOKEN_CHARACTERS)
        issuer = self._issuers.get(_unverified_issuer(token))
        if issuer is None:
            message = "the token does not come from an issuer this system trusts"
            raise UnauthenticatedError(message)
        try:
            decoded = jwt.decode(token, _keys(issuer, token), algorithms=list(issuer.algorithms))
            claims = decoded.claims
            jwt.JWTClaimsRegistry(
                leeway=CLOCK_LEEWAY_SECONDS,
                iss={"essential": True, "value": issuer.name},
                aud={"essential": True, "value": self._audience},
                sub={"essential": True},
                exp={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            message = "the token is not valid: {cause}"
            raise UnauthenticatedError(message, cause=_cause(error)) from error
        return _service(claims, str(decoded.header.get("kid"))) if issuer.ours else _principal(claims)

    def proves_service(self, token: str) -> bool:
        """Tell whether *token* proves one of our own services; a look at its claims rules out almost all others."""
        try:
            issuer = self._issuers.get(_unverified_issuer(token)) if len(token) <= MAX_TOKEN_CHARACTERS else None
            return issuer is not None and issuer.ours and self.verify(token).caller is not None
        except (UnauthenticatedError, UnavailableError):
            return False


def _keys(issuer: TrustedIssuer, token: str) -> OctKey | KeySet:
    """Return the keys one of which must have signed *token*; read again where it names one that is not there yet."""
    if isinstance(issuer.keys, OctKey):
        return issuer.keys
    keys = issuer.keys.value()
    key_id = _unverified(token, 0).get("kid")
    if key_id is not None and all(key.kid != key_id for key in keys.keys):
        return issuer.keys.renew()
    return keys


def _unverified_issuer(token: str) -> str:
    """Return the issuer a token names, only to choose the keys that must prove it."""
    issuer = _unverified(token, 1).get("iss")
    return issuer if isinstance(issuer, str) else ""


def _unverified(token: str, part: int) -> dict[str, object]:
    """Return what one part of a token says before anything is proven: 0 its header, 1 its claims."""
    try:
        said = json.loads(urlsafe_b64decode(token.split(".")[part].encode("ascii")))
    except (IndexError, ValueError, RecursionError):
        message = "the authorization is not a signed token (JWT)"
        raise UnauthenticatedError(message) from None
    return said if isinstance(said, dict) else {}


def _principal(claims: dict[str, object]) -> Principal:
    roles = claims.get("roles", [])
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        message = "the claim roles of the token is not a list of texts"
        raise UnauthenticatedError(message)
    committee = claims.get("committee", "")
    # Only our own services may speak as a service.
    granted = frozenset(roles) - {SERVICE_ROLE}
    return Principal(str(claims["sub"]), granted, committee if isinstance(committee, str) else "")


def service_subject(caller: str) -> str:
    """Return as whom one of our services calls: it stands in logs."""
    return f"service:{caller}"


def _service(claims: dict[str, object], key_name: str) -> Principal:
    """Return the service of ours that a token proves: the one whose key signed it, at the service it was made for."""
    caller, callee = key_name.partition("/")[0], claims.get(CALLEE)
    if claims["sub"] != service_subject(caller) or not isinstance(callee, str):
        message = "the token is not valid: {cause}"
        raise UnauthenticatedError(
            message, cause=FieldViolation("", "it is not that of the service whose key signed it")
        )
    services, behind = frozenset({callee}), _behind(claims.get(BEHALF))
    return Principal(service_subject(caller), frozenset({SERVICE_ROLE}), "", services, caller, behind)


def _behind(claim: object) -> Principal | None:
    """Return whom the token of a service says it works for."""
    if claim is None:
        return None
    try:
        said = dict(claim)  # type: ignore[call-overload]  # whatever it is
        return Principal(str(said["sub"]), frozenset(map(str, said["roles"])), str(said["committee"]))
    except (TypeError, ValueError, KeyError):
        message = "the token is not valid: {cause}"
        raise UnauthenticatedError(message, cause=BEHALF) from None


def _cause(error: Exception) -> str:
    """Return the short name of what is wrong with a token, never its content."""
    return str(getattr(error, "error", type(error).__name__))


class TokenIssuer:
    """Sign tokens with a key of our own: for the local administrator of the embedded mode."""

    def __init__(self, name: str, key: OctKey, audience: str) -> None:
        self._name = name
        self._key = key
        self._audience = audience

    def issue(
        self,
        subject: str,
        roles: Sequence[str],
        lifetime_seconds: int,
        committee: str = "",
    ) -> str:
        """Return a token that proves *subject* with *roles* for *lifetime_seconds*."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self._name,
            "aud": self._audience,
            "sub": subject,
            "roles": list(roles),
            "iat": now,
            "exp": now + lifetime_seconds,
        }
        if committee:
            claims["committee"] = committee
        return jwt.encode({"alg": "HS256"}, claims, self._key)

    def trusted(self) -> TrustedIssuer:
        """Return what a verifier needs to accept these tokens."""
        return TrustedIssuer(self._name, self._key, ("HS256",))


def operator_issuer(
    name: str, read: Callable[[], KeySet], every_seconds: float, clock: Callable[[], float] = time.monotonic
) -> TrustedIssuer:
    """Return the operator's issuer *name*, whose public keys *read* returns, now and every *every_seconds*.

    Raises:
        PreconditionError: the keys cannot be read now; the message names the setting.
    """
    keys = Refreshed(f"the keys of {name}", read, every_seconds, clock)
    return TrustedIssuer(name, keys, ("RS256", "ES256", "EdDSA", "Ed25519"))


def secret_key(path: Path) -> OctKey:
    """Return the secret in *path*, making it (readable by its owner alone) when it is not there yet.

    Raises:
        PreconditionError: the file cannot be read or made, or holds less than 32 bytes.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            make_whole(path, secrets.token_urlsafe(48).encode())
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = "the secret {path} cannot be read or made: {cause}"
        raise PreconditionError(message, path=path, cause=error) from error
    if len(text) < 32:
        message = "the secret {path} is shorter than 32 characters: remove it to have a new one made"
        raise PreconditionError(message, path=path)
    return OctKey.import_key(text)
