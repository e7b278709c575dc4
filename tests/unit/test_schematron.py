"""Rules in Schematron find what they say, at its place; and whatever they do, they do it in a box."""

import socket
import sys
from pathlib import Path

import pytest
from lxml import etree

from standards_tree.documents.hardened_xml import SchemaError
from standards_tree.documents.schemas import SchemaFolder
from standards_tree.documents.schematron import Findings, Schematron
from standards_tree.errors import LimitError, MalformedDocumentError, PreconditionError

SCHEMA = """<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2"
 xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:f="urn:f" xmlns:java="java:java.lang.System">
<title>invented</title><ns prefix="f" uri="urn:f"/><ns prefix="java" uri="java:java.lang.System"/>{}</schema>"""
RULE = '<pattern><rule context="a"><report test="{0}">seen <value-of select="{0}"/></report></rule></pattern>'
# An independent way to say some rules of ISO: what an element must not be.
SAME_IN_XPATH = {
    "META_1": "//iso-meta[not(permissions)]",
    "META_3": "//permissions[not(copyright-holder and copyright-year)]",
    "META_31": "//permissions[not(copyright-statement)]",
    "SEC_6": "//app[count(label) != 1]",
}


def rules(folder: Path, inside: str, seconds: int = 60, most: int = 200) -> Schematron:
    """Return rules that say what is *inside*."""
    path = folder / "invented.sch"
    path.write_text(SCHEMA.format(inside), encoding="utf-8")
    return Schematron(path, most, seconds=seconds)


def test_rules_of_iso_find_on_real_documents_what_they_say(shared_data: Path) -> None:
    """Fifteen documents: where rules that are said again in XPath alone find something, and nowhere else."""
    folder = SchemaFolder(shared_data / "documents/schemas")
    compared = 0
    for path in sorted((shared_data / "documents/sts").glob("*.xml")):
        content = path.read_bytes()
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, load_dtd=False))
        (found,) = folder.verdicts(content, ["iso-sts-rules"])
        assert found.problem_count == len(found.problems)
        for rule, xpath in SAME_IN_XPATH.items():
            places = [(problem.line, problem.xpath) for problem in found.problems if problem.rule == rule]
            tree = root.getroottree()
            assert places == [(element.sourceline, tree.getpath(element)) for element in root.xpath(xpath)], path.name
            compared += len(places)
    assert compared > 10


def test_a_finding_has_rule_role_line_and_xpath(tmp_path: Path) -> None:
    """Values are put into the words; a variable and a function are known; findings come in the order of the document."""
    found = rules(
        tmp_path,
        """<let name="most" value="2"/><pattern><rule context="p" id="paragraph">
        <let name="size" value="f:size(.)"/>
        <assert test="$size &lt;= $most" role="error" id="short"><name/> of <value-of select="$size"/>, <emph>not</emph>
          <value-of select="$most"/></assert></rule></pattern>
        <pattern><rule context="@id"><report test=". = 'x'" role="warn">[ID_1] <name path=".."/>/@<name/></report></rule>
        </pattern><xsl:function name="f:size"><xsl:param name="of"/><xsl:sequence select="string-length($of)"/>
        </xsl:function>""",
    ).findings("<d>\n<p id='x'>甲乙</p>\n<p>&amp;&lt;丙</p><!-- no -->\n<p id='x'/></d>".encode())
    assert found == Findings(
        3,
        2,
        (
            SchemaError(2, "/d/p[1]/@id", "[ID_1] p/@id", "ID_1", "warn"),
            SchemaError(3, "/d/p[2]", "p of 3, not 2", "short", "error"),
            SchemaError(4, "/d/p[3]/@id", "[ID_1] p/@id", "ID_1", "warn"),
        ),
    )


def test_only_the_first_rule_of_a_pattern_is_held_against_a_node(tmp_path: Path) -> None:
    """So the standard says; each pattern begins anew, and the document itself can be a context, once."""
    found = rules(
        tmp_path,
        """<pattern><rule context="b"><report test="true()" id="one">1</report></rule>
        <rule context="*"><report test="true()" id="two">2</report></rule></pattern>
        <pattern><rule context="*"><report test="true()" id="three">3</report></rule></pattern>
        <pattern><rule context="/"><report test="true()" id="four">4</report></rule></pattern>""",
    ).findings(b"<a>\n<b/></a>")
    assert [(problem.rule, problem.line) for problem in found.problems] == [
        ("four", 1),
        ("two", 1),
        ("three", 1),
        ("one", 2),
        ("three", 2),
    ]


def test_a_warning_makes_no_document_invalid(tmp_path: Path) -> None:
    """It is a problem that is shown; an error makes the document invalid. All are counted, the first kept."""
    (tmp_path / "ISOSTS_validation.sch").write_text(
        SCHEMA.format('<pattern><rule context="b"><assert test="@c" role="{}">no c</assert></rule></pattern>').format(
            "Warning"
        ),
        encoding="utf-8",
    )
    (found,) = SchemaFolder(tmp_path).verdicts(b"<a><b/><b c=''/></a>", ["iso-sts-rules"])
    assert (found.schema, found.is_valid, found.problem_count) == ("iso-sts-rules", True, 1)
    many = rules(tmp_path, RULE.format("true()"), most=2).findings(b"<d>" + b"<a/>" * 9 + b"</d>")
    assert (many.count, many.warnings, len(many.problems)) == (9, 0, 2)


def test_what_a_doctype_would_declare_is_one_character(tmp_path: Path) -> None:
    """Text that nobody reads is not taken for no text."""
    found = rules(tmp_path, RULE.format("string(.)")).findings(b"<!DOCTYPE a [<!ENTITY e 'y'>]><a>x&e;<i/>&e;z</a>")
    assert found.problems[0].message == "seen x\ufffd\ufffdz"


@pytest.mark.parametrize("call", ["doc(@h)", "document(@h)", "unparsed-text(@h)", "json-doc(@h)", "collection(@h)"])
def test_what_a_document_names_is_not_opened(tmp_path: Path, call: str) -> None:
    """A rule that asks for it fails, and says so; it never sees what is there."""
    named = tmp_path / "named.xml"
    named.write_text("[1]" if "json" in call else "<secret/>", encoding="utf-8")
    try:
        found = rules(tmp_path, RULE.format(f"exists({call})")).findings(f"<a h='{named.as_uri()}'/>".encode())
    except MalformedDocumentError as refusal:
        assert "cannot be held against this document" in str(refusal)
    else:
        assert found.count == 1
        assert found.problems[0].message.startswith("the rule cannot be held against this: ")


def test_nobody_is_called(tmp_path: Path) -> None:
    """Nothing comes to a port that listens, neither from a document nor from outside of the language of rules."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.xml"
        found = rules(tmp_path, RULE.format("doc-available(@h)")).findings(f"<a h='{address}'/>".encode())
        assert found.count == 0
        with pytest.raises(BlockingIOError):
            server.accept()
    with pytest.raises(MalformedDocumentError, match="External function calls"):
        rules(tmp_path, RULE.format("java:exit(0)")).findings(b"<a/>")


def test_the_environment_is_empty(tmp_path: Path) -> None:
    """Keys and passwords of a service stand there."""
    assert rules(tmp_path, RULE.format("environment-variable('PATH')")).findings(b"<a/>").count == 0


def test_rules_without_end_are_ended(tmp_path: Path) -> None:
    """After their time, and a stack that ends is an answer too."""
    function = """<xsl:function name="f:go"><xsl:param name="n"/><xsl:sequence select="{}"/></xsl:function>"""
    ask = RULE.format("f:go(1)")
    with pytest.raises(LimitError, match="within 1 seconds"):
        rules(tmp_path, ask + function.format("f:go($n + 1)"), seconds=1).findings(b"<a/>")
    with pytest.raises(MalformedDocumentError, match="infinite recursion"):
        rules(tmp_path, ask + function.format("1 + f:go($n + 1)")).findings(b"<a/>")


def test_a_test_that_fails_is_a_finding(tmp_path: Path) -> None:
    """A document with two values where a rule wants one is told so, and all other rules are held against it."""
    inside = RULE.format("string(b)") + RULE.format("count(b)")
    found = rules(tmp_path, inside).findings(b"<a><b/><b/></a>")
    assert found.problems[0].message.startswith(
        "the rule cannot be held against this: A sequence of more than one item"
    )
    assert found.problems[1].message == "seen 2"


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ('<include href="other.sch"/>', "include"),
        ('<pattern abstract="true" id="x"/>', "pattern"),
        ('<pattern><rule context="a"><extends rule="x"/></rule></pattern>', "extends"),
        ('<xsl:import href="other.xsl"/>', "xsl:import"),
        ('<xsl:template match="/"/>', "xsl:template"),
    ],
)
def test_what_is_not_known_is_refused(tmp_path: Path, inside: str, named: str) -> None:
    """Rules that were passed over would look kept."""
    with pytest.raises(MalformedDocumentError, match=f"line 3 of .*: {named} is not known"):
        rules(tmp_path, inside)


def test_what_is_no_schematron_is_named(tmp_path: Path) -> None:
    """Rules in another language of queries, and tests that are none, are the operator's to mend."""
    path = tmp_path / "one.sch"
    for text in ("<a/>", "<broken", SCHEMA.format("").replace("xslt2", "xpath")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(MalformedDocumentError, match=r"one\.sch"):
            Schematron(path, 1)
    with pytest.raises(MalformedDocumentError, match="cannot be used"):
        rules(tmp_path, RULE.format("((")).findings(b"<a/>")


def test_rules_are_asked_only_where_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are one publisher's; who names them without their processor learns what to install."""
    (tmp_path / "ISOSTS_validation.sch").write_text(SCHEMA.format(""), encoding="utf-8")
    (tmp_path / "ISOSTS.rng").write_text(
        """<element name="a" xmlns="http://relaxng.org/ns/structure/1.0"><empty/></element>""", encoding="utf-8"
    )
    asked = ["iso-sts-rules", "iso-sts-1.1"]
    assert [found.schema for found in SchemaFolder(tmp_path).verdicts(b"<a/>", asked)] == asked
    monkeypatch.setitem(sys.modules, "saxonche", None)  # as Python says that there is none
    alone = SchemaFolder(tmp_path)
    assert [found.schema for found in alone.verdicts(b"<a/>", ())] == ["iso-sts-1.1"]
    with pytest.raises(PreconditionError, match="pip install saxonche"):
        list(alone.verdicts(b"<a/>", asked))
