"""Show what the domain says in the reader's language, out of one message catalogue."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from babel.messages.pofile import read_po

from standards_tree.errors import Bilingual, FieldViolation

CHINESE = "zh-Hans"
ENGLISH = "en"
MAX_HEADER_CHARACTERS = 200


def translate(template: str, parameters: Mapping[str, object], language: str) -> str:
    """Return *template* in *language*, filled; in English where the catalogue has no translation."""
    if language != CHINESE:
        return template.format(**parameters)
    words = {name: shown(value, CHINESE) for name, value in parameters.items()}
    return _catalogue().get(template, template).format(**words)


def shown(value: object, language: str) -> object:
    """Return a value of a text; one that is words itself, in *language*."""
    if isinstance(value, Bilingual):
        return value.zh if language == CHINESE else value.en
    return translate(value.template, value.parameters, language) if isinstance(value, FieldViolation) else value


@cache
def _catalogue() -> dict[str, str]:
    """Return the Chinese translations by their English templates."""
    source = resources.files("services.runtime") / "locale" / "zh_Hans.po"
    with source.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string}


def choose_language(header: str, default: str = ENGLISH) -> str:
    """Return the language that suits an `accept-language` header (RFC 9110, 12.5.4) best: `zh-Hans` or `en`."""
    if len(header) > MAX_HEADER_CHARACTERS:
        return default
    wanted = []
    for part in header.split(","):
        tag, _, parameters = part.strip().partition(";")
        if tag:
            wanted.append((_quality(parameters), tag.strip()))
    for quality, tag in sorted(wanted, key=lambda entry: -entry[0]):
        if quality > 0 and (language := _known(tag)):
            return language
    return default


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0


def _known(tag: str) -> str:
    """Return our language for a BCP 47 tag, or nothing: any Chinese is served in simplified script."""
    return {"zh": CHINESE, "en": ENGLISH}.get(tag.partition("-")[0].lower(), "")
