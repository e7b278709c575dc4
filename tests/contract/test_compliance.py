"""The contract of the compliance service: each rule finds its fault, once, where it stands, and says how to mend it."""

from collections.abc import Callable
from dataclasses import dataclass

import grpc
import pytest
from google.type.date_pb2 import Date

from invented import group_prefix
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import draft_pb2, standard_pb2
from tbt.compliance.v1 import compliance_service_pb2 as pb
from tbt.compliance.v1 import compliance_service_pb2_grpc as pb_grpc
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc
from tbt.type.v1 import type_pb2
from uploads import upload
from watching import changes_until

Stub = pb_grpc.ComplianceServiceStub
Unique = Callable[[str], str]

AS_OF = Date(year=2026, month=6, day=1)
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<standard xml:lang="zh" xmlns:tbx="urn:iso:std:iso:30042:ed-1"><front><std-meta>
<title-wrap xml:lang="zh"><full>示例 检查</full></title-wrap><std-ref type="dated">GB/T 99990—2026</std-ref>
</std-meta></front><body>
<sec id="s1" sec-type="scope"><label>1</label><title>范围</title><p>本文件规定了示例。</p></sec>
<sec id="s2" sec-type="norm-refs"><label>2</label><title>规范性引用文件</title><ref-list>
"""
TERMS = """</ref-list></sec>
<sec id="s3" sec-type="terms"><label>3</label><title>术语和定义</title>
"""
BODY = """</sec>
<sec id="s4"><label>4</label><title>要求</title>
"""
END = """</sec></body></standard>"""
FIRST_REFERENCE_LINE = HEAD.count("\n") + 1


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def catalog(channel: grpc.Channel) -> catalog_grpc.CatalogServiceStub:
    """Return an administrator's stub of the catalog service."""
    return catalog_grpc.CatalogServiceStub(channel)


@pytest.fixture(scope="module")
def documents(channel: grpc.Channel) -> documents_grpc.DocumentsServiceStub:
    """Return an administrator's stub of the documents service."""
    return documents_grpc.DocumentsServiceStub(channel)


@dataclass(frozen=True)
class Library:
    """Standards of this module, one in each state, each with a number nobody else uses."""

    in_force: str
    superseded: str
    successor: str
    abolished: str
    upcoming: str


@pytest.fixture(scope="module")
def library(catalog: catalog_grpc.CatalogServiceStub) -> Library:
    """Record standards in every state."""
    prefix = group_prefix()
    names = [f"{prefix} {number}—{year}" for number, year in ((1, 2020), (2, 2018), (2, 2025), (3, 2019), (4, 2026))]
    states = {
        0: {"status": standard_pb2.STANDARD_STATUS_IN_FORCE, "effective_on": Date(year=2020, month=7, day=1)},
        1: {"status": standard_pb2.STANDARD_STATUS_IN_FORCE, "effective_on": Date(year=2018, month=7, day=1)},
        2: {"status": standard_pb2.STANDARD_STATUS_IN_FORCE, "effective_on": Date(year=2025, month=7, day=1)},
        3: {"status": standard_pb2.STANDARD_STATUS_IN_FORCE, "effective_on": Date(year=2019, month=7, day=1)},
        4: {"status": standard_pb2.STANDARD_STATUS_UPCOMING, "effective_on": Date(year=2027, month=1, day=1)},
    }
    for place, name in enumerate(names):
        title = type_pb2.LocalizedText(zh="示例")
        standard = standard_pb2.Standard(designation=name, title=title, **states[place])
        catalog.CreateStandard(catalog_pb.CreateStandardRequest(standard=standard))
    catalog.SupersedeStandard(catalog_pb.SupersedeStandardRequest(name=names[1], successor=names[2]))
    ended = Date(year=2024, month=1, day=1)
    catalog.AbolishStandard(catalog_pb.AbolishStandardRequest(name=names[3], ended_on=ended))
    return Library(*names)


def reference(text: str, title: str = "，<title>示例</title>") -> str:
    """Return the markup of an entry of the list of references, on a line of its own."""
    return f"<ref><std><std-ref>{text}</std-ref>{title}</std></ref>\n"


def term(number: str, zh: str, en: str = "", definition: str = "") -> str:
    """Return the markup of a term entry, on a line of its own."""
    defined = f"<tbx:definition>{definition}</tbx:definition>" if definition else ""
    english = f'<tbx:langSet xml:lang="en"><tbx:tig><tbx:term>{en}</tbx:term></tbx:tig></tbx:langSet>' if en else ""
    return (
        f'<term-sec id="t{number}"><label>{number}</label><tbx:termEntry id="e{number}"><tbx:langSet xml:lang="zh">{defined}'
        f"<tbx:tig><tbx:term>{zh}</tbx:term></tbx:tig></tbx:langSet>{english}</tbx:termEntry></term-sec>\n"
    )


def clause(number: str, text: str) -> str:
    """Return the markup of a clause, on a line of its own."""
    return f'<sec id="s{number}"><label>{number}</label><title>示例</title><p>{text}</p></sec>\n'


def document_of(references: str = "", terms: str = "", clauses: str = "") -> bytes:
    """Return an invented standard."""
    return f"{HEAD}{references}{TERMS}{terms}{BODY}{clauses}{END}".encode()


@pytest.fixture
def check(grpc_stub: Stub, documents: documents_grpc.DocumentsServiceStub) -> Callable[..., pb.Check]:
    """Return how to check a document: its bytes, and fields of the request."""

    def checked(content: bytes, **fields: object) -> pb.Check:
        name = upload(documents, content).name
        return grpc_stub.CheckDraft(pb.CheckDraftRequest(**{"document": name, "as_of": AS_OF, **fields}))

    return checked


def register(channel: grpc.Channel, *words: tuple[str, str, int], definition: str = "") -> None:
    """Record an approved concept."""
    concept = concept_pb2.Concept(
        designations=[
            concept_pb2.TermDesignation(language=language, text=text, status=status) for language, text, status in words
        ],
        definitions=[concept_pb2.Definition(language="zh-Hans", text=definition, source="GB/T 99991—2024, 3.1")]
        if definition
        else [],
        status=concept_pb2.CONCEPT_STATUS_APPROVED,
    )
    stub = terminology_grpc.TerminologyServiceStub(channel)
    stub.CreateConcept(terminology_pb.CreateConceptRequest(concept=concept))


def places(check: pb.Check) -> list[tuple[str, str, int]]:
    """Return rule, clause and line of every finding."""
    return [(finding.rule, finding.place.clause, finding.place.line) for finding in check.findings]


def test_a_clean_document_has_no_finding(
    check: Callable[..., pb.Check], channel: grpc.Channel, library: Library, unique: Unique
) -> None:
    """A reference in force, a registered term and a dated citation are as they should be; all are counted."""
    zh, en = unique("合格"), unique("clean")
    register(
        channel,
        ("zh-Hans", zh, concept_pb2.DESIGNATION_STATUS_PREFERRED),
        ("en", en, concept_pb2.DESIGNATION_STATUS_PREFERRED),
        definition="示例的定义",
    )
    clean = document_of(
        reference(library.in_force),
        term("3.1", zh, en, "示例的定义。"),
        clause("4.1", f"应符合{library.in_force}中5.2的规定。"),
    )
    answer = check(clean)
    assert list(answer.findings) == []
    assert (answer.error_count, answer.warning_count, answer.note_count, answer.examined_count) == (0, 0, 0, 2)
    assert (answer.as_of, answer.checked_by, answer.draft) == (AS_OF, "administrator", "")


def test_each_fault_of_a_reference_is_found_once_at_its_place(check: Callable[..., pb.Check], library: Library) -> None:
    """In the order of the document, with the clause of the list and the line of the entry."""
    unknown = library.in_force.replace(" 1—", " 9—")
    entries = [library.in_force, library.superseded, library.abolished, unknown, library.upcoming]
    content = document_of("".join(map(reference, entries)) + "<ref><mixed-citation>有关文件</mixed-citation></ref>\n")
    answer = check(content)
    line = FIRST_REFERENCE_LINE
    assert places(answer) == [
        ("REF-SUPERSEDED", "2", line + 1),
        ("REF-ABOLISHED", "2", line + 2),
        ("REF-UNKNOWN", "2", line + 3),
        ("REF-UPCOMING", "2", line + 4),
        ("REF-UNREADABLE", "2", line + 5),
    ]
    assert answer.findings[0].place.xpath == "/standard/body/sec[2]/ref-list[1]/ref[2]"
    assert [finding.subject for finding in answer.findings] == [*entries[1:], "有关文件"]
    assert (answer.error_count, answer.warning_count, answer.note_count, answer.examined_count) == (2, 2, 1, 6)


def test_a_superseded_reference_says_in_both_languages_what_to_cite(
    check: Callable[..., pb.Check], library: Library
) -> None:
    """The successor is named by its designation, with the day the old edition ended."""
    (finding,) = check(document_of(reference(library.superseded))).findings
    assert finding.severity == pb.SEVERITY_ERROR
    assert finding.message == type_pb2.LocalizedText(
        zh=f"{library.superseded} 已被代替（2025-07-01）；请改为引用 {library.successor}",
        en=f"{library.superseded} was superseded (2025-07-01); cite {library.successor} instead",
    )


def test_the_day_asked_decides_what_is_in_force(check: Callable[..., pb.Check], library: Library) -> None:
    """As of a day in the past the superseded edition was right and its successor still to come."""
    content = document_of(reference(library.superseded) + reference(library.successor))
    past = Date(year=2024, month=6, day=1)
    assert [finding.rule for finding in check(content).findings] == ["REF-SUPERSEDED"]
    assert [finding.rule for finding in check(content, as_of=past).findings] == ["REF-UPCOMING"]


def test_an_undated_reference_means_the_edition_in_force(check: Callable[..., pb.Check], library: Library) -> None:
    """A number some edition of which is in force is right without a year; one without any is not."""
    undated = [name.partition("—")[0] for name in (library.superseded, library.abolished)]
    answer = check(document_of("".join(map(reference, undated))))
    assert [(finding.rule, finding.subject) for finding in answer.findings] == [("REF-ABOLISHED", undated[1])]


def test_a_clause_cited_without_a_year_is_found_where_it_is_cited(
    check: Callable[..., pb.Check], library: Library
) -> None:
    """The finding stands at the clause that cites, and names the part."""
    undated = library.in_force.partition("—")[0]
    content = document_of(
        reference(undated), clauses=clause("4.1", "无。") + clause("4.2", f"应符合{undated}中5.2的规定。")
    )
    (finding,) = check(content).findings
    assert (finding.rule, finding.subject) == ("REF-CLAUSE-UNDATED", undated)
    assert (finding.place.clause, finding.place.xpath) == ("4.2", "/standard/body/sec[4]/sec[2]")
    assert "5.2" in finding.message.zh
    assert "5.2" in finding.message.en


def test_editions_that_disagree_are_found_where_they_are_cited(
    check: Callable[..., pb.Check], library: Library
) -> None:
    """The text names one edition, the list another: the finding names both."""
    content = document_of(reference(library.successor), clauses=clause("4.1", f"按{library.superseded}试验。"))
    (finding,) = check(content).findings
    assert (finding.rule, finding.place.clause, finding.subject) == ("REF-DATES-DISAGREE", "4.1", library.superseded)
    assert library.successor in finding.message.zh
    assert library.successor in finding.message.en


def test_each_fault_of_a_term_is_found_once_at_its_entry(
    check: Callable[..., pb.Check], channel: grpc.Channel, unique: Unique
) -> None:
    """A deprecated, an admitted and an unregistered word, another equivalent, another definition."""
    preferred, deprecated, admitted = unique("首选"), unique("拒用"), unique("许用")
    english = unique("preferred")
    register(
        channel,
        ("zh-Hans", preferred, concept_pb2.DESIGNATION_STATUS_PREFERRED),
        ("zh-Hans", deprecated, concept_pb2.DESIGNATION_STATUS_DEPRECATED),
        ("zh-Hans", admitted, concept_pb2.DESIGNATION_STATUS_ADMITTED),
        ("en", english, concept_pb2.DESIGNATION_STATUS_PREFERRED),
        definition="术语库的定义",
    )
    entries = [
        term("3.1", deprecated),
        term("3.2", admitted),
        term("3.3", preferred, unique("other")),
        term("3.4", preferred, english, "别的定义"),
        term("3.5", unique("新词")),
    ]
    answer = check(document_of(terms="".join(entries)))
    line = FIRST_REFERENCE_LINE + TERMS.count("\n")
    assert places(answer) == [
        ("TERM-DEPRECATED", "3.1", line),
        ("TERM-NOT-PREFERRED", "3.2", line + 1),
        ("TERM-EQUIVALENT-DIFFERS", "3.3", line + 2),
        ("TERM-DEFINED-DIFFERENTLY", "3.4", line + 3),
        ("TERM-UNREGISTERED", "3.5", line + 4),
    ]
    assert preferred in answer.findings[0].message.zh
    assert english in answer.findings[2].message.en
    assert (answer.error_count, answer.warning_count, answer.note_count) == (0, 3, 2)


def test_a_word_is_held_against_the_registry_in_its_own_language(
    check: Callable[..., pb.Check], channel: grpc.Channel, unique: Unique
) -> None:
    """A word that is the same in both languages finds its concept in either."""
    same = unique("LED")
    status = concept_pb2.DESIGNATION_STATUS_PREFERRED
    register(channel, ("en", same, status), ("zh-Hans", same, status))
    assert list(check(document_of(terms=term("3.1", same, same))).findings) == []


def test_a_kept_check_is_read_as_it_was_answered(
    grpc_stub: Stub, check: Callable[..., pb.Check], library: Library
) -> None:
    """The findings of a check stay as they were."""
    answer = check(document_of(reference(library.superseded) + reference(library.abolished)))
    assert grpc_stub.GetCheck(pb.GetCheckRequest(name=answer.name)) == answer
    assert answer.HasField("checked_at")


def test_a_draft_is_checked_by_its_name(
    grpc_stub: Stub,
    catalog: catalog_grpc.CatalogServiceStub,
    documents: documents_grpc.DocumentsServiceStub,
    library: Library,
) -> None:
    """The document of the draft is read, and the check names both."""
    document = upload(documents, document_of(reference(library.abolished))).name
    draft = draft_pb2.Draft(title=type_pb2.LocalizedText(zh="示例"), level=type_pb2.LEVEL_GROUP, document=document)
    name = catalog.RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft)).name
    answer = grpc_stub.CheckDraft(pb.CheckDraftRequest(draft=name))
    assert (answer.draft, answer.document) == (name, document)
    assert [finding.rule for finding in answer.findings] == ["REF-ABOLISHED"]


def test_a_draft_without_a_document_is_refused(grpc_stub: Stub, catalog: catalog_grpc.CatalogServiceStub) -> None:
    """There is nothing to read yet; the refusal says what to do."""
    draft = draft_pb2.Draft(title=type_pb2.LocalizedText(zh="示例"), level=type_pb2.LEVEL_GROUP)
    name = catalog.RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft)).name
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.CheckDraft(pb.CheckDraftRequest(draft=name))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert name in refusal.value.details()


@pytest.mark.parametrize(
    ("request_fields", "code"),
    [
        ({}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"draft": "drafts/0", "document": "documents/0"}, grpc.StatusCode.INVALID_ARGUMENT),
        ({"draft": "drafts/0"}, grpc.StatusCode.NOT_FOUND),
        ({"document": "documents/0"}, grpc.StatusCode.NOT_FOUND),
    ],
)
def test_a_check_needs_one_thing_that_is_there(
    grpc_stub: Stub, request_fields: dict[str, str], code: grpc.StatusCode
) -> None:
    """Exactly one of draft and document, and it exists."""
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.CheckDraft(pb.CheckDraftRequest(**request_fields))
    assert refusal.value.code() is code


def test_a_day_that_does_not_exist_is_refused(check: Callable[..., pb.Check]) -> None:
    """30 February is no date to check for; the refusal names the field."""
    with pytest.raises(grpc.RpcError) as refusal:
        check(document_of(), as_of=Date(year=2026, month=2, day=30))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert fields_of(refusal.value) == ["as_of"]


def test_a_document_that_is_no_standard_is_refused(check: Callable[..., pb.Check]) -> None:
    """What cannot be read cannot be checked; the refusal says why."""
    with pytest.raises(grpc.RpcError) as refusal:
        check(b"<letter/>")
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "root element" in refusal.value.details()


def test_checking_only_keeps_nothing(grpc_stub: Stub, check: Callable[..., pb.Check]) -> None:
    """The findings are answered, the check is not kept."""
    answer = check(document_of(), validate_only=True)
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.GetCheck(pb.GetCheckRequest(name=answer.name))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_checks_of_a_draft_are_listed_newest_first(
    grpc_stub: Stub, catalog: catalog_grpc.CatalogServiceStub, documents: documents_grpc.DocumentsServiceStub
) -> None:
    """Page by page to the end, without findings and without those of other drafts."""
    document = upload(documents, document_of(reference("有关文件"))).name
    draft = draft_pb2.Draft(title=type_pb2.LocalizedText(zh="示例"), level=type_pb2.LEVEL_GROUP, document=document)
    name = catalog.RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft)).name
    made = [grpc_stub.CheckDraft(pb.CheckDraftRequest(draft=name)).name for _ in range(5)]
    found: list[pb.Check] = []
    token = ""
    while token or not found:
        page = grpc_stub.ListChecks(pb.ListChecksRequest(draft=name, page_size=2, page_token=token))
        found.extend(page.checks)
        token = page.next_page_token
    assert [entry.name for entry in found] == made[::-1]
    assert {len(entry.findings) for entry in found} == {0}
    assert {entry.warning_count for entry in found} == {1}


def test_of_very_many_findings_the_first_are_kept_and_all_are_counted(check: Callable[..., pb.Check]) -> None:
    """A list of 1,500 unreadable entries gives an answer that can be sent."""
    answer = check(document_of("<ref><mixed-citation>有关文件</mixed-citation></ref>\n" * 1500))
    assert (len(answer.findings), answer.warning_count) == (1000, 1500)
    assert answer.findings[-1].place.line == FIRST_REFERENCE_LINE + 999


def test_every_rule_is_listed_with_its_source_in_both_languages(grpc_stub: Stub) -> None:
    """The list documents every rule that a finding can name, by identifier."""
    rules = grpc_stub.ListRules(pb.ListRulesRequest()).rules
    assert [rule.id for rule in rules] == sorted({rule.id for rule in rules})
    assert {rule.id for rule in rules} >= {"REF-ABOLISHED", "TERM-UNREGISTERED", "TERM-USE-DEPRECATED", "VERB-MUST"}
    assert all(rule.source and rule.description.zh and rule.description.en for rule in rules)
    assert {rule.severity for rule in rules} == {
        pb.SEVERITY_NOTE,
        pb.SEVERITY_WARNING,
        pb.SEVERITY_ERROR,
    }


def test_a_check_that_was_made_is_a_change(grpc_stub: Stub, check: Callable[..., pb.Check]) -> None:
    """Who follows the change log learns of it."""
    answer = check(document_of())
    assert changes_until(grpc_stub.WatchChanges, 0, answer.name)[-1].resource == answer.name


@pytest.mark.parametrize(("role", "allowed"), [("committee_secretary", True), ("analyst", False)])
def test_only_who_works_on_drafts_checks_them(
    as_role: Callable[..., grpc.Channel],
    documents: documents_grpc.DocumentsServiceStub,
    role: str,
    allowed: bool,
) -> None:
    """A check needs its permission, also though it reads documents the caller may read."""
    request = pb.CheckDraftRequest(document=upload(documents, document_of()).name)
    try:
        Stub(as_role(role)).CheckDraft(request)
        code = grpc.StatusCode.OK
    except grpc.RpcError as refusal:
        code = refusal.code()
    assert code is (grpc.StatusCode.OK if allowed else grpc.StatusCode.PERMISSION_DENIED)
