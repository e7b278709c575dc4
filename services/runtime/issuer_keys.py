"""Read the public keys of the operator's issuer of tokens, from a file or by HTTPS."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from standards_tree.errors import PreconditionError

FETCH_SECONDS = 5.0
MAX_KEY_SET_BYTES = 256 * 1024


def keys_in_file(path: Path) -> Callable[[], KeySet]:
    """Return what reads the JWK set in *path*.

    The function raises PreconditionError where the file cannot be read or is not a JWK set of public keys.
    """

    def read() -> KeySet:
        try:
            content = path.read_bytes()
        except OSError as error:
            message = "TBT_TOKEN_JWKS_FILE={path} cannot be read: {cause}"
            raise PreconditionError(message, path=path, cause=error.strerror or error) from error
        return public_keys(content, f"TBT_TOKEN_JWKS_FILE={path}")

    return read


def keys_at(url: str) -> Callable[[], KeySet]:
    """Return what fetches the JWK set at *url*, which the settings hold to be HTTPS or on this machine.

    Nothing is followed elsewhere: a redirection could lead off HTTPS. The function raises PreconditionError where there is no
    answer within FETCH_SECONDS, or none that is a JWK set of public keys.
    """
    opener = urllib.request.build_opener(_NoRedirection, urllib.request.ProxyHandler())
    named = f"TBT_TOKEN_JWKS_URL={url}"

    def fetch() -> KeySet:
        try:
            with opener.open(url, timeout=FETCH_SECONDS) as answer:
                content = answer.read(MAX_KEY_SET_BYTES + 1)
        except (OSError, ValueError) as error:
            message = "{source} does not answer: {cause}"
            raise PreconditionError(message, source=named, cause=getattr(error, "reason", error)) from error
        if len(content) > MAX_KEY_SET_BYTES:
            message = "{source} answers with more than {limit} bytes, which is no JWK set"
            raise PreconditionError(message, source=named, limit=MAX_KEY_SET_BYTES)
        return public_keys(content, named)

    return fetch


def public_keys(content: bytes, source: str) -> KeySet:
    """Return the keys in *content*, a JWK set.

    Raises:
        PreconditionError: it is none, holds no key, or holds a shared secret.
    """
    try:
        keys = KeySet.import_key_set(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, JoseError) as error:
        message = "{source} is not a readable JWK set: {cause}"
        raise PreconditionError(message, source=source, cause=error) from error
    if not keys.keys:
        message = "{source} holds no key, so that no token could be accepted"
        raise PreconditionError(message, source=source)
    if any(isinstance(key, OctKey) for key in keys):
        message = "{source} holds a shared secret: give public keys alone, which cannot sign"
        raise PreconditionError(message, source=source)
    return keys


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Take a redirection for an error."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        """Follow nothing."""
        return
