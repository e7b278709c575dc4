"""Hold documents against rules in Schematron whose query binding is XSLT 2 or 3.

The rules become a stylesheet, as ISO/IEC 19757-3 says what they mean: each pattern is a mode, in which a node is held against
the first rule whose context it matches. It runs in a process of its own (`stylesheet_process`) that opens nothing.
What of Schematron is not written here (inclusion, abstract patterns and rules) is refused, never passed over.
"""

import json
import re
import subprocess
import sys
from copy import deepcopy
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from standards_tree.documents.hardened_xml import (
    Element,
    SchemaError,
    line_of,
    read_tree,
    read_undeclared_tree,
    source_of,
    xpath_of,
)
from standards_tree.documents.stylesheet_process import COMPILING
from standards_tree.errors import LimitError, MalformedDocumentError, PreconditionError, UnsafeDocumentError

SECONDS: Final = 60
PROGRAM: Final = (sys.executable, "-P", "-m", "standards_tree.documents.stylesheet_process")
WARNINGS: Final = frozenset(("warn", "warning", "info", "information"))

_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_SPACES = {
    "xsl": _XSL[1:-1],
    "xs": "http://www.w3.org/2001/XMLSchema",
    "map": "http://www.w3.org/2005/xpath-functions/map",
    "err": "http://www.w3.org/2005/xqt-errors",
    "found": "urn:found",
}
_REFUSED = {f"{_SCH}{name}" for name in ("include", "extends", "phase", "param")}
_TAKEN = (f"{_XSL}function", f"{_XSL}key")
_NODES = "/ | //node() | //@*"
_BRACKETED = re.compile(r"\[([A-Za-z][\w.-]*)\]")
# Which element by its place in the document, which attribute of it, which rule, which role, and what is wrong.
_FRAME = b"""<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="text"/>
<xsl:variable name="found:places" select="map:merge(//* ! map:entry(generate-id(), position()))"/>
<xsl:function name="found:line" as="xs:string">
<xsl:param name="node"/><xsl:param name="rule"/><xsl:param name="role"/><xsl:param name="says"/>
<xsl:sequence select="string-join((
 string(head(($node/ancestor-or-self::*[1] ! $found:places(generate-id()), 1))),
 if ($node instance of attribute()) then name($node) else '', $rule, $role,
 substring(normalize-space(string-join($says)), 1, 1000)), '&#9;')"/>
</xsl:function>
<xsl:template match="/">
<xsl:variable name="all" as="xs:string*"><xsl:for-each select="/ | //node() | //@*"/></xsl:variable>
<xsl:value-of select="count($all), count($all[lower-case(tokenize(., '&#9;')[4]) = $found:warnings]),
 subsequence($all, 1, $found:most)" separator="&#10;"/>
</xsl:template></xsl:stylesheet>"""


@dataclass(frozen=True, slots=True)
class Findings:
    """What rules find wrong: how much, how much of it only as a warning, and the first of it in the order of the document."""

    count: int
    warnings: int
    problems: tuple[SchemaError, ...]


class Schematron:
    """Rules out of a file of the operator's, made a stylesheet once; safe to be used by several threads."""

    def __init__(self, path: Path, most: int, program: tuple[str, ...] = PROGRAM, seconds: int = SECONDS) -> None:
        """Read the rules at *path*, of whose findings the first *most* are kept.

        Raises:
            PreconditionError: the processor of stylesheets is not installed.
            MalformedDocumentError: they are no rules, or say something that is not known here.
        """
        if find_spec("saxonche") is None:
            raise PreconditionError(
                "rules in Schematron need the package saxonche, which is not installed: pip install saxonche, or install the "
                "extra schematron"
            )
        self._path = path
        self._program = program
        self._seconds = seconds
        self._stylesheet = _stylesheet(path, most)

    def findings(self, content: bytes) -> Findings:
        """Return what the rules find wrong with *content*; an entity without a declaration stands for one character.

        Raises:
            MalformedDocumentError, UnsafeDocumentError: the document is no XML that can be read, or the rules are in error.
            LimitError: the rules came to no end in time, or needed more memory than they get.
        """
        root = read_undeclared_tree(content)
        lines = self._run(source_of(root)).split("\n")
        places = list(root.iter("*"))
        problems = tuple(_problem(line, places) for line in lines[2:])
        return Findings(int(lines[0]), int(lines[1]), problems)

    def _run(self, document: str) -> str:
        asked = json.dumps([self._seconds, self._stylesheet, document]).encode()
        try:
            done = subprocess.run(  # noqa: S603  # our own program
                self._program, input=asked, capture_output=True, check=False, timeout=self._seconds, env={}
            )
            failed, answer = json.loads(done.stdout)
        except (subprocess.TimeoutExpired, ValueError):
            # Without an answer the process was ended: by us, by its limits, or by its stack.
            raise LimitError(
                "the rules {path} came to no end on this document within {seconds} seconds and the memory they get",
                path=self._path,
                seconds=self._seconds,
            ) from None
        problem = " ".join(answer.split())[:300]
        if failed == COMPILING:
            raise MalformedDocumentError("the rules {path} cannot be used: {problem}", path=self._path, problem=problem)
        if failed:
            raise MalformedDocumentError(
                "the rules {path} cannot be held against this document: {problem}", path=self._path, problem=problem
            )
        return str(answer)


def _problem(line: str, places: list[Element]) -> SchemaError:
    place, attribute, rule, role, message = line.split("\t")
    element = places[int(place) - 1]
    named = _BRACKETED.match(message)
    return SchemaError(
        line_of(element),
        xpath_of(element) + (f"/@{attribute}" if attribute else ""),
        message,
        rule or (named[1] if named else ""),
        role,
    )


def _stylesheet(path: Path, most: int) -> str:
    try:
        schema = read_tree(path.read_bytes())
    except (MalformedDocumentError, UnsafeDocumentError, OSError) as error:
        raise MalformedDocumentError(
            "the rules {path} cannot be used: {problem}", path=path, problem=str(error)[:300]
        ) from None
    if schema.tag != f"{_SCH}schema" or schema.get("queryBinding") not in ("xslt2", "xslt3"):
        raise MalformedDocumentError("{path} holds no rules in Schematron bound to XSLT 2 or 3", path=path)
    _check_known(path, schema)
    stated = {str(space.get("prefix")): str(space.get("uri")) for space in schema.iter(f"{_SCH}ns")}
    declared = {prefix: uri for prefix, uri in schema.nsmap.items() if prefix}
    frame = read_tree(_FRAME)
    sheet = frame.makeelement(f"{_XSL}stylesheet", {"version": "3.0"}, nsmap=declared | stated | _SPACES)
    sheet.extend([*frame, *map(deepcopy, schema.iterchildren(*_TAKEN))])
    _add(sheet, "variable", name="found:most", select=str(most))
    _add(sheet, "variable", name="found:warnings", select=str(tuple(sorted(WARNINGS))))
    _add_variables(sheet, schema)
    (each,) = (element for element in sheet.iter(f"{_XSL}for-each") if element.get("select") == _NODES)
    for number, pattern in enumerate(schema.iter(f"{_SCH}pattern")):
        mode = f"found:pattern{number}"
        _add(each, "apply-templates", select=".", mode=mode)
        _add(sheet, "mode", {"name": mode, "on-no-match": "deep-skip"})
        _add(sheet, "template", match="/", mode=mode, priority="0")  # deep-skip would go on to what is below it
        _add_variables(sheet, pattern)
        rules = list(pattern.iter(f"{_SCH}rule"))
        for place, rule in enumerate(rules):
            _add_rule(sheet, rule, mode, len(rules) - place)
    return source_of(sheet)


def _check_known(path: Path, schema: Element) -> None:
    """Refuse what would have to be read from elsewhere, or is not written here: rules that are passed over look kept."""
    for element in schema.iter("*"):
        tag = str(element.tag)
        is_abstract = element.get("abstract") == "true" or element.get("is-a") is not None
        is_foreign = element.getparent() is schema and not tag.startswith(_SCH) and tag not in _TAKEN
        if tag in _REFUSED or is_foreign or (tag.startswith(_SCH) and is_abstract):
            raise MalformedDocumentError(
                "line {line} of {path}: {tag} is not known here; rules must stand in one file, without abstract ones",
                line=line_of(element),
                path=path,
                tag=f"{element.prefix}:{tag.partition('}')[2]}" if element.prefix else tag.partition("}")[2],
            )


def _add(parent: Element, tag: str, attributes: dict[str, str] | None = None, /, **more: str) -> Element:
    child = parent.makeelement(f"{_XSL}{tag}", (attributes or {}) | more)
    parent.append(child)
    return child


def _add_variables(parent: Element, owner: Element) -> None:
    for let in owner.iterchildren(f"{_SCH}let"):
        _add(parent, "variable", name=let.get("name", ""), select=let.get("value", ""))


def _add_rule(sheet: Element, rule: Element, mode: str, priority: int) -> None:
    """Write a rule as a template; a test that fails on this node, say for two values where it wants one, is a finding."""
    template = _add(sheet, "template", match=rule.get("context", ""), mode=mode, priority=str(priority))
    attempt = _add(template, "try")
    _add_variables(attempt, rule)
    for check in rule.iterchildren(f"{_SCH}assert", f"{_SCH}report"):
        test = check.get("test", "")
        branch = _add(attempt, "if", test=f"not({test})" if check.tag == f"{_SCH}assert" else test)
        _write(_add(branch, "variable", name="found:says"), check)
        role = check.get("role", rule.get("role", ""))
        _add(branch, "sequence", select=_line(check.get("id", rule.get("id", "")), role, "$found:says"))
    says = "('the rule cannot be held against this: ', $err:description)"
    _add(_add(attempt, "catch"), "sequence", select=_line(rule.get("id", ""), "error", says))


def _line(rule: str, role: str, says: str) -> str:
    quoted = (" ".join(word.replace("'", "''").split()) for word in (rule, role))
    return "found:line(., '{}', '{}', {})".format(*quoted, says)


def _write(into: Element, words: Element) -> None:
    """Write the words of a check, with the values that it names."""
    if words.text:
        _add(into, "text").text = words.text
    for child in words:
        if child.tag == f"{_SCH}name":
            _add(into, "value-of", select=f"name({child.get('path', '.')})")
        elif child.tag == f"{_SCH}value-of":
            _add(into, "value-of", select=child.get("select", ""))
        elif str(child.tag).startswith(_XSL):
            copied = deepcopy(child)
            copied.tail = None
            into.append(copied)
        else:
            _write(into, child)
        if child.tail:
            _add(into, "text").text = child.tail
