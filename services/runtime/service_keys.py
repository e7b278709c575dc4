"""Keep the keys by which our services prove themselves to one another: each signs with its own, which nobody else has.

A folder holds `<service>.pem`, a private key (Ed25519) of each service that runs here, and `service-keys.json`, the public keys
of all. A key is named `<service>/<thumbprint>`; of a service two may count at a time, so that they can be exchanged one by one.
"""

import fcntl
import hashlib
import hmac
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from services.runtime.auth import BEHALF, CALLEE, INTERNAL_ISSUER, SERVICE_ROLE, TrustedIssuer, service_subject
from services.runtime.calls import Principal
from services.runtime.issuer_keys import public_keys
from services.runtime.refreshed import Refreshed
from services.runtime.service_calls import SERVICE_CALLS, callers_of
from services.runtime.whole_files import write_whole
from standards_tree.errors import Bilingual, PreconditionError

PUBLIC_FILE = "service-keys.json"
ALGORITHM: Final = "Ed25519"
MOST_KEYS = 2
"""Of one service, that count at a time."""


class ServiceSigner:
    """Sign the tokens with which one service calls others."""

    def __init__(self, caller: str, key: OKPKey, audience: str) -> None:
        self.caller = caller
        self._key = key
        self._audience = audience

    def token(self, callee: str, lifetime_seconds: int, behind: Principal | None = None) -> str:
        """Return a token that counts at *callee* alone, and says whom its caller works for where it does."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": INTERNAL_ISSUER,
            "aud": self._audience,
            "sub": service_subject(self.caller),
            "roles": [SERVICE_ROLE],
            "iat": now,
            "exp": now + lifetime_seconds,
            CALLEE: callee,
        }
        if behind is not None:
            claims[BEHALF] = {
                "sub": behind.subject,
                "roles": sorted(behind.roles),
                "committee": behind.committee,
            }
        header = {"alg": ALGORITHM, "kid": _name(self.caller, self._key)}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])


class ServiceKeys:
    """The keys in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._private: dict[str, OKPKey] = {}

    def signer(self, caller: str, audience: str) -> ServiceSigner:
        """Return what signs for *caller*.

        Raises:
            PreconditionError: its key is not in the folder.
        """
        return ServiceSigner(caller, self._key_of(caller), audience)

    def page_secret(self, service: str) -> bytes:
        """Return the secret that signs the page tokens of *service*: all its processes have it, and no other service.

        Raises:
            PreconditionError: its key is not in the folder.
        """
        seed = self._key_of(service).as_dict(private=True)["d"]
        return hmac.digest(str(seed).encode("ascii"), b"page tokens", hashlib.sha256)

    def trusted(self, every_seconds: float) -> TrustedIssuer:
        """Return what a verifier needs to know our services by their public keys, read again now and then.

        Raises:
            PreconditionError: they cannot be read, or are not what they should be.
        """
        keys = Refreshed("the keys of our services", self._public, every_seconds)
        return TrustedIssuer(INTERNAL_ISSUER, keys, (ALGORITHM,), ours=True)

    def require(self, names: Iterable[str]) -> None:
        """Refuse to start with keys that lack what the services *names* need to call and to be called.

        Raises:
            PreconditionError: a key is missing, or a private key has no public one that others know it by.
        """
        here = frozenset(names)
        known = {str(key.kid) for key in self._public().keys}
        for name in sorted(here):
            key = self._key_of(name)
            if SERVICE_CALLS[name] and _name(name, key) not in known:
                message = (
                    "nobody would know {name} by its key: {path} lacks the public key of {private}; see `tbt keys`"
                )
                raise PreconditionError(
                    message, name=name, path=self._folder / PUBLIC_FILE, private=self._path(name).name
                )
        lacking = sorted(callers_of(here) - {name.partition("/")[0] for name in known})
        if lacking:
            message = "{path} lacks the public keys of services that call here: {names}; see `tbt keys`"
            raise PreconditionError(message, path=self._folder / PUBLIC_FILE, names=", ".join(lacking))

    def _public(self) -> KeySet:
        return public_service_keys(self._folder / PUBLIC_FILE)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.pem"

    def _key_of(self, name: str) -> OKPKey:
        if name not in self._private:
            self._private[name] = _read(self._path(name))
        return self._private[name]


def make_keys(folder: Path) -> None:
    """Make what *folder* lacks: a key for each service, and the public keys of those that are there.

    Raises:
        PreconditionError: the folder cannot be written, or holds what is no key.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone_in(folder):
            keys = {name: _made(folder / f"{name}.pem") for name in SERVICE_CALLS}
            known = public_service_keys(folder / PUBLIC_FILE) if (folder / PUBLIC_FILE).exists() else None
            names = {str(key.kid) for key in known.keys} if known is not None else set()
            for name, key in keys.items():
                if _name(name, key) not in names:
                    _publish(folder, name, key)
    except OSError as error:
        message = "the keys in {folder} cannot be made: {cause}"
        raise PreconditionError(message, folder=folder, cause=error.strerror or error) from error


def renew_key(folder: Path, name: str) -> None:
    """Give the service *name* a new key; the one before goes on to count, one from before that no longer.

    Raises:
        PreconditionError: there is no such service, or no keys are there.
    """
    if name not in SERVICE_CALLS:
        message = "there is no service {name}; there are {known}"
        raise PreconditionError(message, name=name, known=", ".join(SERVICE_CALLS))
    _read(folder / f"{name}.pem")
    key = OKPKey.generate_key(ALGORITHM)
    try:
        with _alone_in(folder):
            # Known before it is used.
            _publish(folder, name, key)
            write_whole(folder / f"{name}.pem", key.as_pem(private=True))
    except OSError as error:
        message = "the keys in {folder} cannot be made: {cause}"
        raise PreconditionError(message, folder=folder, cause=error.strerror or error) from error


def forget_old_keys(folder: Path) -> None:
    """Let only those public keys count whose private keys are in *folder*.

    Raises:
        PreconditionError: one of them is not there or cannot be read.
    """
    keys = {name: _read(folder / f"{name}.pem") for name in SERVICE_CALLS}
    _write_public(folder, [_public_part(name, key) for name, key in keys.items()])


def public_service_keys(path: Path) -> KeySet:
    """Return the public keys of our services in *path*.

    Raises:
        PreconditionError: it cannot be read, or holds something else than at most MOST_KEYS Ed25519 keys of each of them.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = "{path}, by which our services know each other, cannot be read: {cause}; see `tbt keys`"
        raise PreconditionError(message, path=path, cause=error.strerror or error) from error
    keys = public_keys(content, str(path))
    owners = Counter(str(key.kid).partition("/")[0] for key in keys.keys)
    for key in keys.keys:
        if not isinstance(key, OKPKey) or key.as_dict().get("crv") != ALGORITHM or key.is_private:
            message = "{path} is to hold public {algorithm} keys and nothing else"
            raise PreconditionError(message, path=path, algorithm=ALGORITHM)
    wrong = sorted(name for name, count in owners.items() if name not in SERVICE_CALLS or count > MOST_KEYS)
    if wrong:
        message = "{path} is to hold at most {most} keys of each service, named SERVICE/…; not so: {names}"
        raise PreconditionError(message, path=path, most=MOST_KEYS, names=", ".join(wrong))
    return keys


def _name(service: str, key: OKPKey) -> str:
    return f"{service}/{key.thumbprint()[:16]}"


def _public_part(service: str, key: OKPKey) -> dict[str, object]:
    return {**key.as_dict(private=False), "kid": _name(service, key)}


def _publish(folder: Path, name: str, key: OKPKey) -> None:
    """Add a key of *name* to the public ones, before the newest that was there and in place of older ones."""
    path = folder / PUBLIC_FILE
    there: list[dict[str, object]] = json.loads(path.read_bytes())["keys"] if path.exists() else []
    own = [one for one in there if str(one["kid"]).partition("/")[0] == name]
    others = [one for one in there if one not in own]
    _write_public(folder, [*others, _public_part(name, key), *own[: MOST_KEYS - 1]])


def _write_public(folder: Path, keys: list[dict[str, object]]) -> None:
    kept = sorted(keys, key=lambda one: str(one["kid"]).partition("/")[0])
    write_whole(folder / PUBLIC_FILE, json.dumps({"keys": kept}, indent=1).encode(), 0o644)


def _made(path: Path) -> OKPKey:
    """Return the key in *path*, made where it is not there."""
    if not path.exists():
        write_whole(path, OKPKey.generate_key(ALGORITHM).as_pem(private=True))
    return _read(path)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one process at a time change what is in *folder*: several may start at once."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(path: Path) -> OKPKey:
    try:
        key = OKPKey.import_key(path.read_bytes())
    except OSError as error:
        message = "the key {path} of one of our services cannot be read: {cause}; see `tbt keys`"
        raise PreconditionError(message, path=path, cause=error.strerror or error) from error
    except (ValueError, JoseError) as error:
        message = "{path} is no private {algorithm} key: {cause}"
        raise PreconditionError(message, path=path, algorithm=ALGORITHM, cause=error) from error
    if not key.is_private or key.as_dict(private=False).get("crv") != ALGORITHM:
        message = "{path} is no private {algorithm} key: {cause}"
        raise PreconditionError(
            message, path=path, algorithm=ALGORITHM, cause=Bilingual("another kind of key", "是另一种密钥")
        )
    return key
