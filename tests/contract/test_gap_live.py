"""The facts of analyses: as columns or one by one, kept or read anew, they are the same."""

import dataclasses
import itertools
import threading
import time
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import grpc
import pytest
from google.type.date_pb2 import Date

from catalogues import new_number
from invented import group_prefix
from linking import create_measure, link, require
from long_operations import answer_of
from services.composition import Composition, Program
from services.gap import keeping_ahead
from services.gap.gathered import Gathering
from services.gap.gathering import gather_catalog, gather_linkage
from services.gap.keeping_ahead import KeepingAhead
from services.gap.live import ANSWER_SECONDS, LiveFacts
from services.gap.reporting import analysed
from services.gap.upstream import AskedAhead, GapUpstreams, Interrupted
from services.gap.watch_gaps import GapFeed
from services.runtime.calls import Call, working_for
from standards_tree.errors import UnavailableError
from standards_tree.gap.snapshot import Snapshot
from standards_tree.reports.canonical import render_json
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import draft_pb2, standard_pb2, system_pb2
from tbt.gap.v1 import gap_service_pb2 as pb
from tbt.gap.v1 import gap_service_pb2_grpc as pb_grpc
from tbt.gap.v1 import scope_pb2, watch_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.terminology.v1 import term_export_pb2
from tbt.type.v1 import type_pb2

TITLE = type_pb2.LocalizedText(zh="示例", en="Example")
IN_FORCE = standard_pb2.STANDARD_STATUS_IN_FORCE
ATTEMPTS = 20
AS_OF = Date(year=2026, month=6, day=1)


class OneByOne(GapUpstreams):
    """Asks for records, as a client did before there were columns."""

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Yield the catalogue record by record."""
        request = catalog_pb.ExportCatalogRequest(after_revision=after)
        return self._catalog.stream(self._catalog_stub.ExportCatalog, request)

    def export_linkage(self, after: int = 0) -> Iterator[linkage_pb.ExportLinkageResponse]:
        """Yield measures, requirements and links record by record."""
        request = linkage_pb.ExportLinkageRequest(after_revision=after)
        return self._linkage.stream(self._linkage_stub.ExportLinkage, request)


class Noting(GapUpstreams):
    """Notes which exports were asked for."""

    def __init__(self, upstreams: GapUpstreams) -> None:
        self._upstreams = upstreams
        self.asked: list[tuple[str, int]] = []

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Ask for the catalogue."""
        self.asked.append(("catalog", after))
        return self._upstreams.export_catalog(after)

    def export_linkage(self, after: int = 0) -> Iterator[linkage_pb.ExportLinkageResponse]:
        """Ask for measures, requirements and links."""
        self.asked.append(("linkage", after))
        return self._upstreams.export_linkage(after)

    def export_terms(self, after: int = 0) -> Iterator[term_export_pb2.ExportTermsResponse]:
        """Ask for concepts."""
        self.asked.append(("terminology", after))
        return self._upstreams.export_terms(after)


@pytest.fixture
def upstreams(composition: Composition, program: Program) -> GapUpstreams:
    """Return how the gap service asks its neighbours."""
    assert program.port
    return GapUpstreams(*(composition.upstream("gap", name) for name in ("catalog", "linkage", "terminology")))


class Base:
    """Records standards with every kind of reference, and a measure with every kind of link."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.catalog = catalog_grpc.CatalogServiceStub(channel)
        self.linkage = linkage_grpc.LinkageServiceStub(channel)
        self.prefix = group_prefix()
        self.foreign = f"ISO {new_number()}"
        self.measure = create_measure(
            self.linkage, hs_codes=["950300"], entry_into_force_on=Date(year=2026, month=9, day=1)
        )
        self.requirement = self.required().name

    def standard(self, designation: str, **fields: object) -> str:
        """Record a standard and return its name."""
        made = standard_pb2.Standard(designation=designation, title=TITLE, status=IN_FORCE, **fields)  # type: ignore[arg-type]
        return self.catalog.CreateStandard(catalog_pb.CreateStandardRequest(standard=made)).name

    def refers(self, source: str, target: str, **fields: object) -> str:
        """Record a reference and return its name."""
        made: dict[str, object] = {"kind": standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE, "clause": "2", **fields}
        relation = standard_pb2.Relation(source=source, target_designation=target, **made)  # type: ignore[arg-type]
        return self.catalog.CreateRelation(catalog_pb.CreateRelationRequest(relation=relation)).name

    def required(self, **fields: object) -> linkage_pb.Requirement:
        """Record a requirement."""
        limit = type_pb2.Limit(operator=type_pb2.Limit.OPERATOR_AT_MOST, value="0.05", unit="mg/kg")
        return require(self.linkage, self.measure.name, limit=limit, cited_standards=[self.foreign], **fields)

    def linked(self, requirement: str, target: str, **fields: object) -> str:
        """Link a requirement and confirm the link."""
        name = link(self.linkage, requirement, target, **fields).name
        self.linkage.ReviewLink(linkage_pb.ReviewLinkRequest(name=name, state=linkage_pb.LINK_STATE_CONFIRMED))
        return name


@pytest.fixture(scope="module")
def base(channel: grpc.Channel) -> Base:
    """Record everything once."""
    made = Base(channel)
    first, other = (made.standard(f"{made.prefix} {number}—2020", ics=["97.200.50"], ccs=["Y57"]) for number in (1, 2))
    made.standard(f"{made.foreign}:2015")
    for target in (f"{made.prefix} 2—2020", f"{made.prefix} 2", f"{made.prefix} 9—1999", f"{made.prefix} 9"):
        made.refers(first, target)
    made.refers(first, f"{made.foreign} (all parts)", clause="3")
    adopts = standard_pb2.RELATION_KIND_ADOPTS
    made.refers(other, f"{made.foreign}:2015", kind=adopts, degree=standard_pb2.ADOPTION_DEGREE_IDT, clause="")
    draft = draft_pb2.Draft(title=TITLE, level=type_pb2.LEVEL_GROUP, supersedes=[f"{made.prefix} 1—2020"])
    named = made.catalog.RegisterDraft(catalog_pb.RegisterDraftRequest(draft=draft)).name
    strict = type_pb2.Limit(operator=type_pb2.Limit.OPERATOR_AT_MOST, value="0.1", unit="mg/kg")
    made.linked(made.requirement, first, standard_limit=strict, rationale=TITLE, clause="4.1")
    link(made.linkage, made.requirement, other, relation=type_pb2.SET_RELATION_INTERSECTS, confidence=0.4)
    made.linked(made.required(hs_codes=["850760"]).name, named)
    return made


def gathered(upstreams: GapUpstreams) -> Snapshot:
    """Return everything the neighbours export, read anew."""
    gathering = Gathering()
    gather_catalog(gathering, upstreams)
    gather_linkage(gathering, upstreams)
    return gathering.snapshot()


def in_order(facts: Snapshot) -> dict[str, object]:
    """Return the facts of a snapshot, whatever order they came in."""
    held = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}
    return {name: value if name == "revisions" else sorted(map(repr, value)) for name, value in held.items()}


@pytest.mark.usefixtures("base")
def test_columns_say_what_records_say(composition: Composition, upstreams: GapUpstreams) -> None:
    """Every fact of the base is the same, and the columns did bring it."""
    one_by_one = OneByOne(*(composition.upstream("gap", name) for name in ("catalog", "linkage", "terminology")))
    assert in_order(gathered(upstreams)) == in_order(gathered(one_by_one))
    kinds = {
        piece.WhichOneof("piece") for piece in itertools.chain(upstreams.export_catalog(), upstreams.export_linkage())
    }
    assert {"standard_columns", "relation_columns", "measure_columns", "requirement_columns", "link_columns"} <= kinds
    assert kinds.isdisjoint({"standards", "relations", "measures", "requirements", "links"})


def reported(
    stub: pb_grpc.GapServiceStub,
    channel: grpc.Channel,
    request: pb.CreateGapReportRequest,
    kept: LiveFacts,
    upstreams: GapUpstreams,
) -> tuple[bytes, list[bytes]]:
    """Return a report the service made, and the same made here of facts that were kept and of those read anew.

    Linkage marks what a change in the catalogue touches when it comes to it: a report of other revisions is made again.
    """
    for _ in range(ATTEMPTS):
        report = answer_of(channel, stub.CreateGapReport(request), pb.GapReport())
        moments = [kept.now(), LiveFacts(upstreams).now()]
        if all(dict(moment.revisions) == dict(report.revisions) for moment in moments):
            wanted = pb.DownloadGapReportRequest(name=report.name, format=pb.REPORT_FORMAT_JSON)
            content = b"".join(chunk.chunk for chunk in stub.DownloadGapReport(wanted))
            return content, [render_json(analysed(request, moment)[1]) for moment in moments]
    raise AssertionError(ATTEMPTS)


def test_a_report_of_kept_facts_has_the_bytes_of_one_read_anew(
    channel: grpc.Channel, base: Base, upstreams: GapUpstreams
) -> None:
    """After the first, and after each kind of change, which the service takes over alone."""
    stub, kept = pb_grpc.GapServiceStub(channel), LiveFacts(upstreams)
    request = pb.CreateGapReportRequest(scope=scope_pb2.GapScope(symbols=base.measure.symbols), as_of=AS_OF)
    made: dict[str, str] = {}

    def change(step: str) -> None:
        if step == "standard":
            made[step] = base.standard(f"{base.prefix} 9—1999")
        elif step == "relation":
            made[step] = base.refers(made["standard"], f"{base.prefix} 1—2020")
        elif step == "no relation":
            base.catalog.DeleteRelation(catalog_pb.DeleteRelationRequest(name=made["relation"]))
        elif step == "requirement":
            made[step] = base.required(assessed=True).name
        elif step == "link":
            base.linked(made["requirement"], made["standard"])
        elif step == "ended":
            base.catalog.AbolishStandard(catalog_pb.AbolishStandardRequest(name=made["standard"]))

    seen = set()
    for step in ("nothing", "standard", "relation", "no relation", "requirement", "link", "ended"):
        change(step)
        content, documents = reported(stub, channel, request, kept, upstreams)
        assert documents == [content, content], step
        seen.add(content)
    assert len(seen) == 7


def test_who_follows_gaps_gets_a_sign_of_life(base: Base, upstreams: GapUpstreams) -> None:
    """An empty page after so many seconds without a word, and not before."""
    seconds = itertools.count()
    feed = GapFeed(LiveFacts(upstreams), upstreams, clock=lambda: float(next(seconds)), silence=15.0)
    call = Call("/tbt.gap.v1.GapService/WatchGaps")
    request = watch_pb2.WatchGapsRequest(scope=scope_pb2.GapScope(symbols=base.measure.symbols))
    pages = feed.follow(request, call)
    first, second, third = (next(pages) for _ in range(3))
    looked = next(seconds)
    call.cancelled = True
    assert list(pages) == []
    assert [list(page.changes) for page in (first, second, third)] == [[], [], []]
    assert first.gap_count == second.gap_count == third.gap_count > 0
    assert first.revisions == third.revisions
    # The clock is asked when a page is sent and once a round; two silences of fifteen rounds have passed.
    assert looked >= 30


def test_what_answers_share_is_found_out_before_somebody_asks(
    channel: grpc.Channel, upstreams: GapUpstreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start, and when a new day has begun; nobody asks in between, and closing ends it."""
    Base(channel)
    clock = [date(2031, 3, 1)]
    monkeypatch.setattr(keeping_ahead, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(keeping_ahead, "today", lambda: clock[0])
    live, read = LiveFacts(upstreams), threading.Event()
    ahead = KeepingAhead(live, upstreams)
    ahead.start(read.set)
    try:
        assert read.wait(60)
        assert date(2031, 3, 1) in live.now().known_healths()
        clock[0] = date(2031, 3, 2)
        assert any(date(2031, 3, 2) in live.now().known_healths() for _ in ticks())
    finally:
        ahead.close()
    clock[0] = date(2031, 3, 3)
    assert date(2031, 3, 3) not in live.now().known_healths()


@pytest.mark.usefixtures("base")
def test_the_next_export_is_asked_for_when_one_has_come(upstreams: GapUpstreams) -> None:
    """Before what has come is put in order, and each once: at the start for everything, then for what is new."""
    noting = Noting(upstreams)
    ahead = AskedAhead(noting, linkage=0, terms=0)
    everything = [("catalog", 0), ("linkage", 0), ("terminology", 0)]
    for count, export in enumerate((ahead.export_catalog, ahead.export_linkage), 1):
        pieces = export()
        assert next(pieces).revision
        assert noting.asked == everything[:count]
        assert list(pieces)
        assert noting.asked == everything[: count + 1]
    next(ahead.export_terms())
    assert noting.asked == everything
    asked, live = Noting(upstreams), LiveFacts(upstreams)
    revisions = live.now(asked).revisions
    assert asked.asked == everything
    live.now(asked)
    assert asked.asked[3:] == [(name, revisions[name]) for name in ("catalog", "linkage", "terminology")]


class Breaking(GapUpstreams):
    """Answers for the catalogue; then the question ends, as one that is given up or whose neighbour is away."""

    def __init__(self, upstreams: GapUpstreams) -> None:
        self._upstreams = upstreams

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Ask for the catalogue."""
        return self._upstreams.export_catalog(after)

    def export_linkage(self, after: int = 0) -> Iterator[linkage_pb.ExportLinkageResponse]:
        """Answer nothing, once it is read."""
        yield from ()
        raise UnavailableError("away", after=after)


def test_what_was_heard_before_a_question_ended_is_in_the_next_answer(base: Base, upstreams: GapUpstreams) -> None:
    """Nothing new comes from the catalogue then, and what came before was never shown to anybody."""
    live = LiveFacts(upstreams)
    live.now()
    designation = f"{group_prefix()} 1—2024"
    base.standard(designation)
    with pytest.raises(UnavailableError):
        live.now(Breaking(upstreams))

    assert designation in {fact.official for fact in live.now().snapshot.standards}


class Divided(Breaking):
    """Tells of each system in a piece of its own."""

    def export_catalog(self, after: int = 0) -> Iterator[catalog_pb.ExportCatalogResponse]:
        """Ask for the catalogue."""
        for piece in self._upstreams.export_catalog(after):
            if not piece.HasField("systems"):
                yield piece
            for system in piece.systems.systems:
                yield catalog_pb.ExportCatalogResponse(
                    revision=piece.revision, systems=catalog_pb.ExportedSystems(systems=[system])
                )


def test_systems_that_come_in_several_pieces_are_all_kept(base: Base, upstreams: GapUpstreams) -> None:
    """Some hundred fill a piece; those of the pieces before the last were forgotten."""
    made = {f"systems/s{uuid4().hex[:12]}" for _ in range(3)}
    for name in made:
        system = system_pb2.System(title=TITLE)
        base.catalog.CreateSystem(catalog_pb.CreateSystemRequest(system_id=name[8:], system=system))
    gathering = Gathering()

    gather_catalog(gathering, Divided(upstreams))

    assert made <= gathering.systems.keys()


def test_who_has_less_time_than_the_first_reading_takes_is_told_so(upstreams: GapUpstreams) -> None:
    """While another thread reads everything, a call with a deadline ends before it, and says why."""
    live, reading, go_on = LiveFacts(upstreams), threading.Event(), threading.Event()

    def hold() -> None:
        reading.set()
        assert go_on.wait(60)

    reader = threading.Thread(target=live.now, args=(Interrupted(upstreams, hold),))
    reader.start()
    try:
        assert reading.wait(60)
        with working_for(Call("test", deadline=time.monotonic() + ANSWER_SECONDS)), pytest.raises(UnavailableError):
            live.now()
    finally:
        go_on.set()
        reader.join()
    assert live.now().revisions


def ticks() -> Iterator[float]:
    """Yield for a minute, a tenth of a second at a time."""
    until = time.monotonic() + 60
    while (now := time.monotonic()) < until:
        yield now
        time.sleep(0.1)
