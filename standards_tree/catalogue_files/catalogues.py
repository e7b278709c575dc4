"""Read a catalogue of standards in whichever of the known forms it comes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from standards_tree.catalogue_files import medical, portal
from standards_tree.catalogue_files.entries import Reading
from standards_tree.catalogue_files.iso_catalogue import (
    CATALOGUE_COLUMNS,
    RELATION_COLUMNS,
    read_iso_catalogue,
    unpacked,
)
from standards_tree.catalogue_files.relaton_xml import read_relaton_xml
from standards_tree.catalogue_files.relaton_yaml import read_relaton_yaml
from standards_tree.catalogue_files.rows import decoded, open_csv, open_json, open_xlsx, read_objects
from standards_tree.catalogue_files.table import columns_are_known, read_table
from standards_tree.errors import MalformedDocumentError
from standards_tree.standards import StandardStatus

_YAML_START: Final = re.compile(
    r"\s*(?:#[^\n]*\n\s*)*(?:---\s*\n\s*)?(?:- )?(?:schema-version|id|title|docid|docidentifier|fetched|type):[ \n]"
)
_MARKUP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_OPENING_BYTES: Final = 4096


class Form(StrEnum):
    """The forms of catalogues; the words are those a user chooses by."""

    AUTO = "auto"
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    ISO = "iso"
    RELATON = "relaton"
    PORTAL = "portal"
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a table is read: what its headers mean, which sheet, the state of standards where it gives none."""

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    assumed: StandardStatus | None = None


def read_catalogue(
    content: bytes, form: Form = Form.AUTO, options: TableOptions | None = None, relations: bytes = b""
) -> Reading:
    """Return what *content* holds; *relations* are those of the ISO catalogue, which come in a file of their own.

    Raises:
        InvalidArgumentError: the options do not fit the table; names what is there.
        MalformedDocumentError, UnsafeDocumentError, UnsupportedDocumentError: it is not in *form*, or would do harm.
    """
    options = options or TableOptions()
    form = form_of(content) if form is Form.AUTO else form
    if form is Form.ISO:
        return _read_iso(content, relations)
    if form is Form.RELATON:
        return read_relaton_xml(content) if _MARKUP.match(content) else read_relaton_yaml(content)
    if form is Form.PORTAL:
        return portal.read_portal(content)
    if form is Form.MEDICAL:
        return medical.read_medical(content)
    is_header = columns_are_known(options.columns)
    if form is Form.XLSX:
        table = open_xlsx(content, is_header, options.sheet)
    elif form is Form.JSON:
        table = open_json(content)
    else:
        table = open_csv(unpacked(content), is_header)
    return read_table(table, options.columns, form=form.value, assumed=options.assumed)


def form_of(content: bytes) -> Form:
    """Return the form of a file by how it begins and what its fields are called.

    Raises:
        MalformedDocumentError: it is no text, no workbook and not packed with gzip.
    """
    if content.startswith(b"PK"):
        return Form.XLSX
    content = unpacked(content)
    if _MARKUP.match(content):
        return Form.RELATON
    text = decoded(content)
    opening = text.lstrip()[:_OPENING_BYTES]
    if opening.startswith(("[", "{")):
        return _json_form(content)
    headers = {header.strip().strip('"').lower() for header in opening.partition("\n")[0].split(",")}
    if headers >= set(CATALOGUE_COLUMNS) or headers >= set(RELATION_COLUMNS):
        return Form.ISO
    return Form.RELATON if _YAML_START.match(opening) else Form.CSV


def _json_form(content: bytes) -> Form:
    records = read_objects(content)
    names = set(records[0]) if records else set()
    if names >= portal.MARKS:
        return Form.PORTAL
    return Form.MEDICAL if names >= medical.MARKS or names >= medical.ADOPTION_MARKS else Form.JSON


def _read_iso(content: bytes, relations: bytes) -> Reading:
    header = unpacked(content)[:_OPENING_BYTES].partition(b"\n")[0]
    names = {name.strip() for name in header.decode("utf-8", errors="replace").removeprefix("\ufeff").split(",")}
    if names >= set(RELATION_COLUMNS):
        if relations:
            raise MalformedDocumentError("both files hold relations; the first one is the catalogue")
        return read_iso_catalogue(b"", content)
    return read_iso_catalogue(content, relations)
