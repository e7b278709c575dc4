"""Hold a TBX file against the RELAX NG schema and the Schematron of TBX-Basic.

The Schematron says it is XSLT 2, which lxml has not. Its tests use one function of XPath 2 and one step of its syntax; both
are put in words of XPath 1 here, and each rule is evaluated as it stands.
"""

from pathlib import Path

from lxml import etree

SCHEMATRON = "{http://purl.oclc.org/dsdl/schematron}"
NAMESPACES = {"tbx": "urn:iso:std:iso:30042:ed-2"}
IN_XPATH_1 = (
    ("matches(@target,'https?://.+')", "(starts-with(@target,'http://') or starts-with(@target,'https://'))"),
    ("./local-name()", "local-name()"),
)


def schema_faults(content: bytes, schemas: Path) -> list[str]:
    """Return what both schemas find wrong with *content*."""
    tree = etree.fromstring(content)
    grammar = etree.RelaxNG(etree.parse(schemas / "TBXcoreStructV03_TBX-Basic_integrated.rng"))
    grammar.validate(tree)
    faults = [str(error) for error in grammar.error_log]
    for rule in etree.parse(schemas / "TBX-Basic_DCA.sch").iter(f"{SCHEMATRON}rule"):
        context = " | ".join(f"//{part.strip()}" for part in rule.get("context", "").split("|"))
        for node in tree.xpath(context, namespaces=NAMESPACES):
            faults.extend(_broken(rule, node))
    return faults


def _broken(rule: etree._Element, node: object) -> list[str]:
    faults = []
    for check in rule.iter(f"{SCHEMATRON}assert"):
        test = check.get("test", "")
        for in_2, in_1 in IN_XPATH_1:
            test = test.replace(in_2, in_1)
        holds = _holds_of_text(test, node) if isinstance(node, str) else node.xpath(test, namespaces=NAMESPACES)
        if not holds:
            faults.append(f"{check.text}: {node}")
    return faults


def _holds_of_text(test: str, value: str) -> bool:
    """Evaluate a test of an attribute, which lxml gives as text: alternatives of the form .='value'."""
    allowed = [part.strip().removeprefix(".='").removesuffix("'") for part in test.split(" or ")]
    return str(value) in allowed
