"""Hold a TBX file against the RELAX NG schema and the Schematron of TBX-Basic, both as published.

The Schematron is bound to XSLT 2, which lxml has not: it becomes a stylesheet, as ISO/IEC 19757-3 says what it means, and Saxon
runs that. Each pattern is a mode of its own, in which a node is held against the first rule whose context it matches.
"""

from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from lxml import etree
from saxonche import PySaxonProcessor

SCHEMATRON = "{http://purl.oclc.org/dsdl/schematron}"
GRAMMAR = "TBXcoreStructV03_TBX-Basic_integrated.rng"
RULES = "TBX-Basic_DCA.sch"
STYLESHEET = """<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns:saxon="http://saxon.sf.net/" {spaces}><xsl:output method="text"/>
<xsl:template match="/">{starts}</xsl:template>{templates}</xsl:stylesheet>"""
START = '<xsl:for-each select="//* | //@*"><xsl:apply-templates select="." mode="m{mode}"/></xsl:for-each>'
QUIET = '<xsl:template match="node() | @*" mode="m{mode}" priority="0"/>'
TEMPLATE = '<xsl:template match={context} mode="m{mode}" priority="{priority}">{checks}</xsl:template>'
CHECK = (
    "<xsl:if test={test}><xsl:value-of select=\"count(preceding::*) + count(ancestor-or-self::*), '&#9;'\"/>"
    "<xsl:text>{says}&#10;</xsl:text></xsl:if>"
)


class Fault(NamedTuple):
    """Where a schema finds what wrong."""

    line: int
    says: str


def schema_faults(content: bytes, schemas: Path) -> list[Fault]:
    """Return what both schemas find wrong with *content*."""
    return [*grammar_faults(content, schemas / GRAMMAR), *schematron_faults(content, schemas / RULES)]


def grammar_faults(content: bytes, schema: Path) -> list[Fault]:
    """Return what the RELAX NG schema finds wrong with *content*."""
    grammar = etree.RelaxNG(etree.parse(schema))
    grammar.validate(etree.fromstring(content))
    return [Fault(error.line, error.message) for error in grammar.error_log]


def schematron_faults(content: bytes, schema: Path) -> list[Fault]:
    """Return what the Schematron finds wrong with *content*, by line."""
    tree = etree.fromstring(content)
    elements = list(tree.iter(etree.Element))
    with PySaxonProcessor(license=False) as saxon:
        stylesheet = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_text=_stylesheet(schema))
        # Written again: Saxon takes text, and a text has no declaration of its encoding.
        found = stylesheet.transform_to_string(
            xdm_node=saxon.parse_xml(xml_text=etree.tostring(tree, encoding="unicode"))
        )
    faults = [line.partition("\t") for line in (found or "").splitlines()]
    return sorted(Fault(elements[int(number) - 1].sourceline or 0, says.strip()) for number, _tab, says in faults)


def _stylesheet(schema: Path) -> str:
    rules = etree.parse(schema)
    spaces = [f"xmlns:{one.get('prefix')}={quoteattr(one.get('uri', ''))}" for one in rules.iter(f"{SCHEMATRON}ns")]
    patterns = list(rules.iter(f"{SCHEMATRON}pattern"))
    return STYLESHEET.format(
        spaces=" ".join(spaces),
        starts="".join(START.format(mode=mode) for mode in range(len(patterns))),
        templates="".join(_mode(mode, pattern) for mode, pattern in enumerate(patterns)),
    )


def _mode(mode: int, pattern: etree._Element) -> str:
    rules = list(pattern.iter(f"{SCHEMATRON}rule"))
    templates = [
        TEMPLATE.format(
            context=quoteattr(rule.get("context", "")),
            mode=mode,
            priority=len(rules) - place,
            checks="".join(map(_check, rule.iter(f"{SCHEMATRON}assert"))),
        )
        for place, rule in enumerate(rules)
    ]
    return QUIET.format(mode=mode) + "".join(templates)


def _check(check: etree._Element) -> str:
    says = " ".join("".join(check.itertext()).split()).replace("&", "&amp;").replace("<", "&lt;")
    return CHECK.format(test=quoteattr(f"not({check.get('test')})"), says=says)
