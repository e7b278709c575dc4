"""Tell at a glance that a record of an import keeps the rules of its contract, as nearly every one does.

protovalidate takes 8 µs for a standard, a third of what it costs to read one; a glance takes 2. It only ever says yes: what
it is not sure of is held against the contract itself, which also says what is wrong. `tests/unit/test_plain_records.py`
holds both against each other, and fails when the contract gets a rule that is not known here.
"""

import re

from google.protobuf.message import Message

from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2, system_pb2
from tbt.type.v1 import type_pb2

MAX_TITLE = 4000
MAX_DESIGNATION = 200
MAX_CODES = 20
MAX_COMMITTEE = 200
MAX_SOURCE = 2000
MAX_NODE_CODE = 40
MAX_PARENT = 200
MAX_RELATION_SOURCE = 250
MAX_CLAUSE = 100

_is_ics = re.compile(r"[0-9]{2}(\.[0-9]{3}(\.[0-9]{2})?)?").fullmatch
_is_ccs = re.compile(r"[A-HJ-NP-Z]([0-9]{2})?").fullmatch
# Codes may hold Chinese characters too; those without are the many.
_is_node_code = re.compile(r"[0-9A-Za-z]+([.\-][0-9A-Za-z]+)*").fullmatch

_LEVELS = frozenset(type_pb2.Level.values())
_OBLIGATIONS = frozenset(standard_pb2.Obligation.values())
_STATES = frozenset(standard_pb2.StandardStatus.values())
_NODE_KINDS = frozenset(system_pb2.Node.Kind.values())
_RELATION_KINDS = frozenset(standard_pb2.RelationKind.values()) - {standard_pb2.RELATION_KIND_UNSPECIFIED}
_DEGREES = frozenset(standard_pb2.AdoptionDegree.values())


def is_plainly_sound(record: Message) -> bool:
    """Tell whether *record* is seen to keep the rules of its contract; where it is not, it may still do so."""
    if isinstance(record, pb.PlacedStandard):
        return len(record.node_code) <= MAX_NODE_CODE and _is_sound_standard(record.standard)
    if isinstance(record, system_pb2.Node):
        return _is_sound_node(record)
    return isinstance(record, standard_pb2.Relation) and _is_sound_relation(record)


def _is_sound_standard(standard: standard_pb2.Standard) -> bool:
    return (
        0 < len(standard.designation) <= MAX_DESIGNATION
        and _is_some_title(standard.title)
        and standard.level in _LEVELS
        and standard.obligation in _OBLIGATIONS
        and standard.status in _STATES
        and standard.status_as_of in _STATES
        and len(standard.ics) <= MAX_CODES
        and all(map(_is_ics, standard.ics))
        and len(standard.ccs) <= MAX_CODES
        and all(map(_is_ccs, standard.ccs))
        and len(standard.committee) <= MAX_COMMITTEE
        and len(standard.source) <= MAX_SOURCE
        and (not standard.HasField("scope") or _is_some_title(standard.scope))
    )


def _is_sound_node(node: system_pb2.Node) -> bool:
    return (
        len(node.code) <= MAX_NODE_CODE
        and _is_node_code(node.code) is not None
        and _is_some_title(node.title)
        and len(node.parent) <= MAX_PARENT
        and node.level in _LEVELS
        and node.kind in _NODE_KINDS
        and node.planned_standards >= 0
    )


def _is_sound_relation(relation: standard_pb2.Relation) -> bool:
    return (
        0 < len(relation.source) <= MAX_RELATION_SOURCE
        and 0 < len(relation.target_designation) <= MAX_DESIGNATION
        and relation.kind in _RELATION_KINDS
        and relation.degree in _DEGREES
        and len(relation.clause) <= MAX_CLAUSE
    )


def _is_some_title(title: type_pb2.LocalizedText) -> bool:
    """Tell whether a title, or a scope, is there: one that is not has no text either."""
    zh, en = title.zh, title.en
    return (zh != "" or en != "") and len(zh) <= MAX_TITLE and len(en) <= MAX_TITLE
