"""Page through lists by key, with tokens that only continue the list they came from."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from google.protobuf.message import Message

from standards_tree.errors import InvalidArgumentError

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000
SIGNATURE_BYTES = 16
# Below the 4 MiB a reply may have, with room for the rest of it.
MAX_PAGE_BYTES = 3 * 1024 * 1024

Row = TypeVar("Row")
Resource = TypeVar("Resource", bound=Message)
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page starts and how long it is."""

    size: int
    after: Key | None


class Pager:
    """Read and write page tokens, signed with a key of the installation."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def page(self, request: Message) -> Page:
        """Return the page *request* asks for.

        Raises:
            InvalidArgumentError: the token is not one of ours, or comes from a list with other arguments.
        """
        asked: int = request.page_size  # type: ignore[attr-defined]  # every list request has it
        token: str = request.page_token  # type: ignore[attr-defined]
        size = min(asked, MAX_PAGE_SIZE) if asked > 0 else DEFAULT_PAGE_SIZE
        return Page(size, self._key_of(token, request) if token else None)

    def next_token(self, request: Message, key: Key) -> str:
        """Return the token of the page after *key*."""
        body = json.dumps(key, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._signature(body, request) + body).decode("ascii")

    def split(
        self, request: Message, page: Page, rows: Sequence[Row], key: Callable[[Row], Key]
    ) -> tuple[Sequence[Row], str]:
        """Return the rows of *page* and the token of the next, given one row more than the page where there is one."""
        if len(rows) <= page.size:
            return rows, ""
        kept = rows[: page.size]
        return kept, self.next_token(request, key(kept[-1]))

    def fill(
        self,
        request: Message,
        page: Page,
        rows: Sequence[Row],
        key: Callable[[Row], Key],
        message_of: Callable[[Row], Resource],
    ) -> tuple[list[Resource], str]:
        """Return the messages of *page* and the token of the next, as `split` does, in as many bytes as a reply can carry.

        A page of large resources ends early: it always holds one.
        """
        kept, token = self.split(request, page, rows, key)
        found: list[Resource] = []
        size = 0
        for row in kept:
            message = message_of(row)
            size += message.ByteSize()
            if found and size > MAX_PAGE_BYTES:
                return found, self.next_token(request, key(kept[len(found) - 1]))
            found.append(message)
        return found, token

    def _key_of(self, token: str, request: Message) -> Key:
        message = "it is not the token of this list with these arguments; begin again without it"
        try:
            signed = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            raise InvalidArgumentError.in_field("page_token", message) from None
        signature, body = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
        # Base64 has spellings that decode alike; only the one we wrote is ours.
        canonical = base64.urlsafe_b64encode(signed).decode("ascii") == token
        if not canonical or not hmac.compare_digest(signature, self._signature(body, request)):
            raise InvalidArgumentError.in_field("page_token", message)
        return tuple(json.loads(body))

    def _signature(self, body: bytes, request: Message) -> bytes:
        """Sign *body* together with the arguments of the list, but for the page itself."""
        arguments = type(request)()
        arguments.CopyFrom(request)
        arguments.ClearField("page_token")
        arguments.ClearField("page_size")
        name = request.DESCRIPTOR.full_name.encode()
        signed = b"\0".join([name, arguments.SerializeToString(deterministic=True), body])
        return hmac.new(self._secret, signed, hashlib.sha256).digest()[:SIGNATURE_BYTES]
