"""Change the fields a mask names, and no others."""

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from standards_tree.errors import InvalidArgumentError, StaleError


def apply_mask(target: Message, source: Message, mask: FieldMask, changeable: frozenset[str]) -> None:
    """Copy the fields of *source* that *mask* names to *target*; a named field that *source* leaves empty is cleared.

    `*` stands for all changeable fields.

    Raises:
        InvalidArgumentError: the mask is empty, or names a field that does not exist or does not change this way.
    """
    paths = sorted(changeable) if list(mask.paths) == ["*"] else list(mask.paths)
    if not paths:
        message = "name the fields to change: {changeable}"
        raise InvalidArgumentError.in_field("update_mask", message, changeable=", ".join(sorted(changeable)))
    for path in paths:
        if path not in changeable:
            message = "{path} does not change this way; these fields do: {changeable}"
            raise InvalidArgumentError.in_field(
                "update_mask", message, path=path, changeable=", ".join(sorted(changeable))
            )
    FieldMask(paths=paths).MergeMessage(source, target, True, True)  # replace, not merge


def require_etag(given: str, version: int) -> None:
    """Refuse when the caller read another version than *version*; an empty *given* agrees to any.

    Raises:
        StaleError: the versions differ.
    """
    if given and given != etag_of(version):
        message = "somebody changed it since it was read (etag {given}, now {present}); read it again and repeat"
        raise StaleError(message, given=given, present=etag_of(version))


def etag_of(version: int) -> str:
    """Return the etag of a version."""
    return f"v{version}"
