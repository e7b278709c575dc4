"""Make HTML pages that need nothing else: templates, and what a content security policy admits."""

import base64
import functools
import hashlib
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


@functools.cache
def environment() -> Environment:
    """Return the templates of this package; whatever they show is escaped."""
    return Environment(
        loader=PackageLoader("standards_tree.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def asset(name: str) -> Markup:
    """Return a style or script of this package as it stands: it is ours, so it is not escaped."""
    text = resources.files("standards_tree.reports").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - a file of this package


def policy_hash(content: str) -> str:
    """Return the source expression by which a content security policy admits *content*."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
