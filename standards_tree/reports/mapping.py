"""Write which standard answers which requirement as a mapping collection, after the control mapping model of NIST OSCAL 1.2.

Relationships are those of NIST IR 8477, read from the requirement to the standard: ``equal-to``, ``subset-of``,
``superset-of``, ``intersects-with``, ``no-relationship``.

Requirements that somebody looked at and nothing answers are the unmapped ones of the gap
summary. OSCAL takes only letters, digits, ``-``, ``_`` and ``.`` for an identifier; the name as people write it stands in
the property ``label``. Identifiers are UUIDs made of the content (version 5), and the time is the date of the report, so
that the same report gives the same bytes.
"""

import json
import re
import uuid

from standards_tree.reports.schema import LinkEntry, Report, RequirementEntry

OSCAL_VERSION = "1.2.0"
# Names every identifier below; made once for this form.
NAMESPACE = uuid.UUID("6b0c1f0e-5d0f-5b53-9d0a-3f7f5b1f7c11")
RELATIONSHIPS = {
    "equal": "equal-to",
    "subset": "subset-of",
    "superset": "superset-of",
    "intersects": "intersects-with",
    "none": "no-relationship",
}
_NOT_TOKEN = re.compile(r"[^\w.\-]+")


def render_mapping(report: Report) -> bytes:
    """Return the links of *report* as UTF-8 JSON, with sorted keys and a newline at the end."""
    state = json.dumps([report["as_of"], report["scope"], report["revisions"]], sort_keys=True)
    source, target = _identifier("requirements", state), _identifier("standards", state)
    collection = {
        "uuid": _identifier("collection", state),
        "metadata": _metadata(report),
        "provenance": {
            "method": "human",
            "matching-rationale": "functional",
            "status": "complete",
            "mapping-description": (
                "Set relations are read from the requirement to the standard. A confirmed mapping was reviewed by a person, a "
                "suggested one was not."
            ),
        },
        "mappings": [
            {
                "uuid": _identifier("mapping", state),
                "source-resource": {"type": "catalog", "href": f"#{source}"},
                "target-resource": {"type": "catalog", "href": f"#{target}"},
                "maps": [_map(one, link) for one in report["requirements"] for link in one["links"]],
                "source-gap-summary": {
                    "uuid": _identifier("gaps", state),
                    "unmapped-controls": [
                        {"with-ids": [_token(one["id"])]}
                        for one in report["requirements"]
                        if not one["links"] and one["verdict"] == "uncovered"
                    ],
                },
            }
        ],
        "back-matter": {
            "resources": [
                {"uuid": source, "title": "Requirements of foreign technical measures"},
                {"uuid": target, "title": "Domestic standards and drafts"},
            ]
        },
    }
    text = json.dumps({"mapping-collection": collection}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def _metadata(report: Report) -> dict[str, object]:
    return {
        "title": "Foreign technical requirements and the domestic standards that answer them",
        "last-modified": f"{report['as_of']}T00:00:00Z",
        "version": report["as_of"],
        "oscal-version": OSCAL_VERSION,
        "props": [
            {"name": f"revision-{name}", "value": str(number)} for name, number in sorted(report["revisions"].items())
        ],
    }


def _map(requirement: RequirementEntry, link: LinkEntry) -> dict[str, object]:
    props = [{"name": "state", "value": link["state"]}, {"name": "verdict", "value": link["verdict"]}]
    optional = (("clause", link["clause"]), ("limit", link["limit"]), ("comparison", link["comparison"]))
    props += [{"name": name, "value": value} for name, value in optional if value]
    entry: dict[str, object] = {
        "uuid": _identifier("map", requirement["id"], link["target"], link["relation"], link["state"], link["clause"]),
        "relationship": RELATIONSHIPS[link["relation"]],
        "sources": [_end("statement", requirement["id"])],
        "targets": [_end("control", link["target"])],
        "confidence-score": {"percentage": link["confidence"]},
        "props": props,
    }
    if link["rationale"]["en"]:
        entry["remarks"] = link["rationale"]["en"]
    return entry


def _end(kind: str, name: str) -> dict[str, object]:
    return {"type": kind, "id-ref": _token(name), "props": [{"name": "label", "value": name}]}


def _token(name: str) -> str:
    token = _NOT_TOKEN.sub("-", name).strip("-") or "_"
    return token if token[0].isalpha() or token[0] == "_" else f"_{token}"


def _identifier(*names: str) -> str:
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(names)))
