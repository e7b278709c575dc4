"""Tell whose something is: committees, their subcommittees and working groups, in any spelling."""

import re

from standards_tree.text import match_key

_SUBORDINATE = re.compile(r"(/(sc|wg)\d+)+")


def committee_key(committee: str) -> str:
    """Return the key under which all spellings of a committee meet: ``sac/tc260/sc1``."""
    return match_key(committee).replace(" ", "")


def keys_below(committee: str) -> tuple[str, str, str]:
    """Return the key of *committee*, and between which two keys those of its subcommittees and working groups lie.

    ``sac/tc260``, ``sac/tc260/``, ``sac/tc2600``: "0" follows "/", so that what begins with the key and a slash is between.
    """
    key = committee_key(committee)
    return key, f"{key}/", f"{key}0"


def is_within(committee: str, parent: str) -> bool:
    """Tell whether *committee* is *parent* or below it, as the subcommittee ``SAC/TC 260/SC 1`` is below ``SAC/TC 260``."""
    key, parent_key = committee_key(committee), committee_key(parent)
    if not parent_key or not key.startswith(parent_key):
        return False
    return key == parent_key or _SUBORDINATE.fullmatch(key, len(parent_key)) is not None
