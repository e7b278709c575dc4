"""The contract of the catalog service: what cites a standard that changes is marked, until a person clears it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import uuid4

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from catalogues import create, day, everything, new_number, reason_of, relation_record, run_import, standard_record
from refusals import fields_of
from services.embedded import EmbeddedStack
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import life_pb2, standard_pb2

Stub = pb_grpc.CatalogServiceStub
AsRole = Callable[..., grpc.Channel]
NORMATIVE = standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE
INFORMATIVE = standard_pb2.RELATION_KIND_INFORMATIVE_REFERENCE
ADOPTS = standard_pb2.RELATION_KIND_ADOPTS
AMENDS = standard_pb2.RELATION_KIND_AMENDS
SUPERSEDES = standard_pb2.RELATION_KIND_SUPERSEDES
BY_SUPERSESSION = life_pb2.SUSPECT_CAUSE_SUPERSEDED
BY_REVISION = life_pb2.SUSPECT_CAUSE_REVISED
BY_ABOLITION = life_pb2.SUSPECT_CAUSE_ABOLISHED
BY_AMENDMENT = life_pb2.SUSPECT_CAUSE_AMENDED
BY_CORRECTION = life_pb2.SUSPECT_CAUSE_CHANGED


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def cite(stub: Stub, target: str, kind: int = NORMATIVE, **fields: object) -> standard_pb2.Standard:
    """Record a standard that cites *target* and return it."""
    citing = create(stub, f"GB/T {new_number()}-2024", **fields)
    relation = standard_pb2.Relation(source=citing.name, target_designation=target, kind=kind)
    if kind == ADOPTS:
        relation.degree = standard_pb2.ADOPTION_DEGREE_IDT
    stub.CreateRelation(pb.CreateRelationRequest(relation=relation))
    return citing


def suspects(stub: Stub, **fields: object) -> list[life_pb2.Suspect]:
    """Return the marks of a list on all its pages."""
    return everything(stub.ListSuspects, life_pb2.ListSuspectsRequest(page_size=2, **fields), "suspects")


def causes(stub: Stub, citing: standard_pb2.Standard) -> list[int]:
    """Return why a standard is in doubt."""
    return [one.cause for one in suspects(stub, standard=citing.name)]


def abolish(stub: Stub, name: str) -> None:
    """Abolish a standard."""
    stub.AbolishStandard(pb.AbolishStandardRequest(name=name, ended_on=day("2025-01-01")))


def supersede(stub: Stub, name: str, successor: str, **fields: object) -> None:
    """Record a supersession."""
    stub.SupersedeStandard(pb.SupersedeStandardRequest(name=name, successor=successor, **fields))


def retitle(stub: Stub, name: str) -> None:
    """Give a standard another title."""
    changed = standard_pb2.Standard(name=name, title={"zh": f"示例{uuid4().hex}"})
    stub.UpdateStandard(pb.UpdateStandardRequest(standard=changed, update_mask={"paths": ["title"]}))


def clear(stub: Stub, *names: str, reason: str = "引用内容不受影响", **fields: object) -> list[life_pb2.Suspect]:
    """Clear marks and return them."""
    return list(stub.ClearSuspects(life_pb2.ClearSuspectsRequest(names=names, reason=reason, **fields)).suspects)


def test_the_day_a_mark_was_cleared_is_that_of_beijing(grpc_stub: Stub, stack: EmbeddedStack) -> None:
    """At one o'clock in the morning there, the day of UTC is the day before."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation)
    abolish(grpc_stub, target.name)
    (mark,) = clear(grpc_stub, *(one.name for one in suspects(grpc_stub, standard=citing.name)))
    engine = create_engine(stack.database_url)
    with engine.begin() as connection:
        moved = "UPDATE catalog.suspect SET cleared_at = '2026-05-31T17:00:00Z' WHERE suspect_id = :suspect_id"
        connection.execute(text(moved), {"suspect_id": mark.name.removeprefix("suspects/")})
    engine.dispose()
    with pytest.raises(grpc.RpcError, match="2026-06-01"):
        clear(grpc_stub, mark.name)


def test_what_cites_a_standard_is_marked_when_it_ends(grpc_stub: Stub, as_role: AsRole) -> None:
    """The mark names both standards, their relation, what happened, who did it and when."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation, committee="SAC/TC 999")
    abolish(Stub(as_role("catalogue_editor", subject="wang")), target.name)
    (mark,) = suspects(grpc_stub, standard=citing.name)
    assert (mark.standard, mark.designation, mark.committee) == (citing.name, citing.designation, "SAC/TC 999")
    assert (mark.cited, mark.cited_designation) == (target.name, target.designation)
    (relation,) = grpc_stub.ListRelations(pb.ListRelationsRequest(source=citing.name)).relations
    assert (mark.relation, mark.cause, mark.marked_by, mark.cleared_by) == (relation.name, BY_ABOLITION, "wang", "")
    assert mark.marked_at.seconds > 0


def test_every_kind_of_citation_is_marked(grpc_stub: Stub) -> None:
    """Normative and informative references, and adoptions; what took the place of the standard is not in doubt."""
    number = new_number()
    target, successor = create(grpc_stub, f"GB/T {number}-2009"), create(grpc_stub, f"GB/T {number}-2020")
    citing = [cite(grpc_stub, target.designation, kind) for kind in (NORMATIVE, INFORMATIVE, ADOPTS)]
    supersede(grpc_stub, target.name, successor.name)
    assert [causes(grpc_stub, one) for one in citing] == [[BY_REVISION]] * 3
    assert causes(grpc_stub, successor) == []


def test_a_new_edition_is_told_from_another_standard(grpc_stub: Stub) -> None:
    """Who cites the number without a year cites the new edition from then on; that of another standard never."""
    number = new_number()
    old = create(grpc_stub, f"GB/T {number}-2009")
    dated, undated = cite(grpc_stub, old.designation), cite(grpc_stub, f"GB/T {number}")
    supersede(grpc_stub, old.name, create(grpc_stub, f"GB/T {number}-2020").name)
    assert [causes(grpc_stub, one) for one in (dated, undated)] == [[BY_REVISION]] * 2
    supersede(grpc_stub, f"GB/T {number}-2020", create(grpc_stub, f"GB/T {new_number()}-2024").name)
    assert [causes(grpc_stub, one) for one in (dated, undated)] == [[BY_REVISION], [BY_REVISION, BY_SUPERSESSION]]


def test_an_amendment_puts_those_who_cite_the_standard_in_doubt(grpc_stub: Stub) -> None:
    """But neither itself nor the amendments before it; when the standard ends, they are in doubt too."""
    number = new_number()
    target = create(grpc_stub, f"GB/T {number}-2018")
    citing = cite(grpc_stub, target.designation)
    amendments = [
        grpc_stub.AmendStandard(
            life_pb2.AmendStandardRequest(
                name=target.name, designation=f"GB/T {number}-2018/XG{xg}-2020", issued_on=day("2020-03-01")
            )
        ).standard
        for xg in (1, 2)
    ]
    assert causes(grpc_stub, citing) == [BY_AMENDMENT, BY_AMENDMENT]
    assert [causes(grpc_stub, one) for one in amendments] == [[], []]
    abolish(grpc_stub, target.name)
    assert [causes(grpc_stub, one) for one in amendments] == [[BY_ABOLITION]] * 2


@pytest.mark.parametrize(
    ("fields", "doubted"),
    [
        ({"title": {"zh": "另一名称"}}, [BY_CORRECTION]),
        ({"effective_on": day("2019-01-01")}, [BY_CORRECTION]),
        ({"obligation": standard_pb2.OBLIGATION_GUIDANCE}, [BY_CORRECTION]),
        ({"committee": "SAC/TC 998"}, []),
        ({"ics": ["13.030"]}, []),
        ({"title": {"zh": "示例"}}, []),
    ],
)
def test_a_correction_counts_where_others_rely_on_the_fact(
    grpc_stub: Stub, fields: dict[str, object], doubted: list[int]
) -> None:
    """Not for codes and addresses, and not where nothing changed."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation)
    changed = standard_pb2.Standard(name=target.name, **fields)
    grpc_stub.UpdateStandard(pb.UpdateStandardRequest(standard=changed, update_mask={"paths": list(fields)}))
    assert causes(grpc_stub, citing) == doubted


def test_a_review_marks_what_it_ends_and_nothing_else(grpc_stub: Stub) -> None:
    """A standard that is to be revised is as it was."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation)
    found = []
    conclusions = (
        life_pb2.REVIEW_CONCLUSION_CONFIRMED,
        life_pb2.REVIEW_CONCLUSION_TO_BE_REVISED,
        life_pb2.REVIEW_CONCLUSION_ABOLISHED,
    )
    for conclusion in conclusions:
        request = life_pb2.ReviewStandardRequest(name=target.name, conclusion=conclusion, reason="复审")
        grpc_stub.ReviewStandard(request)
        found.append(causes(grpc_stub, citing))
    assert found == [[], [], [BY_ABOLITION]]


def test_a_standard_superseded_in_part_is_cited_in_doubt(grpc_stub: Stub) -> None:
    """What is cited may be in the part that has gone."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation)
    supersede(grpc_stub, target.name, create(grpc_stub, f"GB/T {new_number()}-2024").name, partial=True)
    assert causes(grpc_stub, citing) == [BY_SUPERSESSION]


def test_who_cites_all_parts_cites_each(grpc_stub: Stub) -> None:
    """GB/T 3102(所有部分) is in doubt when one of its parts ends."""
    number = new_number()
    part, other = create(grpc_stub, f"GB/T {number}.1-2018"), create(grpc_stub, f"GB/T {number[:5]}.1-2018")
    citing = cite(grpc_stub, f"GB/T {number}(所有部分)")
    abolish(grpc_stub, other.name)
    assert causes(grpc_stub, citing) == []
    abolish(grpc_stub, part.name)
    assert causes(grpc_stub, citing) == [BY_ABOLITION]


def test_what_has_ended_itself_needs_no_mark(grpc_stub: Stub) -> None:
    """And one that it had is listed with those cleared only."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    ended, later = cite(grpc_stub, target.designation), cite(grpc_stub, target.designation)
    abolish(grpc_stub, ended.name)
    abolish(grpc_stub, target.name)
    assert causes(grpc_stub, ended) == []
    abolish(grpc_stub, later.name)
    assert suspects(grpc_stub, cited=target.name) == []
    assert [one.standard for one in suspects(grpc_stub, cited=target.name, include_cleared=True)] == [later.name]


def test_a_cleared_mark_keeps_who_and_why(grpc_stub: Stub, as_role: AsRole) -> None:
    """It leaves the list of open ones, and comes no second time for the same change."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation)
    abolish(grpc_stub, target.name)
    (mark,) = suspects(grpc_stub, standard=citing.name)
    (cleared,) = clear(Stub(as_role("catalogue_editor", subject="wang")), mark.name, reason="仅引用术语")
    assert (cleared.name, cleared.cleared_by, cleared.clear_reason) == (mark.name, "wang", "仅引用术语")
    assert cleared.cleared_at.seconds >= mark.marked_at.seconds
    assert suspects(grpc_stub, standard=citing.name) == []
    assert suspects(grpc_stub, standard=citing.name, include_cleared=True) == [cleared]
    with pytest.raises(grpc.RpcError) as refusal:
        clear(grpc_stub, mark.name)
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert "wang" in refusal.value.details()


def test_the_next_change_marks_again_what_was_cleared(grpc_stub: Stub) -> None:
    """The cleared mark stays beside the new one."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation)
    retitle(grpc_stub, target.name)
    (first,) = suspects(grpc_stub, standard=citing.name)
    clear(grpc_stub, first.name)
    retitle(grpc_stub, target.name)
    (second,) = suspects(grpc_stub, standard=citing.name)
    assert second.name != first.name
    assert len(suspects(grpc_stub, standard=citing.name, include_cleared=True)) == 2


def test_marks_are_cleared_together_or_not_at_all(grpc_stub: Stub) -> None:
    """One that is not there refuses all."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    for _ in range(3):
        cite(grpc_stub, target.designation)
    abolish(grpc_stub, target.name)
    names = [one.name for one in suspects(grpc_stub, cited=target.name)]
    with pytest.raises(grpc.RpcError) as refusal:
        clear(grpc_stub, *names, "suspects/nothing")
    assert (refusal.value.code(), len(suspects(grpc_stub, cited=target.name))) == (grpc.StatusCode.NOT_FOUND, 3)
    assert [one.name for one in clear(grpc_stub, *reversed(names))] == list(reversed(names))
    assert suspects(grpc_stub, cited=target.name) == []


@pytest.mark.parametrize(
    ("names", "reason", "field"),
    [
        ([], "x", "names"),
        (["suspects/a", "suspects/a"], "x", "names"),
        (["a"], "x", "names"),
        (["suspects/a"], " ", "reason"),
    ],
)
def test_who_clears_says_what_and_why(grpc_stub: Stub, names: list[str], reason: str, field: str) -> None:
    """Each mark once, and with a reason that is not blank."""
    with pytest.raises(grpc.RpcError) as refusal:
        clear(grpc_stub, *names, reason=reason)
    assert fields_of(refusal.value) == [field]


def test_a_clearing_that_only_checks_clears_nothing(grpc_stub: Stub) -> None:
    """It is answered as if it were done."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation)
    abolish(grpc_stub, target.name)
    (mark,) = suspects(grpc_stub, standard=citing.name)
    assert clear(grpc_stub, mark.name, validate_only=True)[0].cleared_by == "administrator"
    assert suspects(grpc_stub, standard=citing.name) == [mark]


def test_a_secretary_clears_marks_of_the_own_committee(grpc_stub: Stub, as_role: AsRole) -> None:
    """All of a request are theirs, or none is cleared."""
    committee = f"SAC/TC {new_number()}"
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    own = cite(grpc_stub, target.designation, committee=f"{committee}/SC 3")
    foreign = cite(grpc_stub, target.designation, committee="SAC/TC 1")
    abolish(grpc_stub, target.name)
    marks = {one.standard: one.name for one in suspects(grpc_stub, cited=target.name)}
    secretary = Stub(as_role("committee_secretary", subject="li", committee=committee))
    with pytest.raises(grpc.RpcError) as refusal:
        clear(secretary, marks[own.name], marks[foreign.name])
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert [one.cleared_by for one in clear(secretary, marks[own.name])] == ["li"]
    assert [one.standard for one in suspects(grpc_stub, cited=target.name)] == [foreign.name]


def test_marks_are_listed_by_committee_and_cause(grpc_stub: Stub) -> None:
    """Those of subcommittees are the committee's."""
    committee = f"SAC/TC {new_number()}"
    first, second = (create(grpc_stub, f"GB/T {new_number()}-2018") for _ in range(2))
    owners = (committee, f"{committee}/SC 1", f"{committee}0")
    citing = [cite(grpc_stub, first.designation, committee=owner) for owner in owners]
    also = cite(grpc_stub, second.designation, committee=committee)
    abolish(grpc_stub, first.name)
    retitle(grpc_stub, second.name)
    assert {one.standard for one in suspects(grpc_stub, committee=committee.replace(" ", ""))} == {
        citing[0].name,
        citing[1].name,
        also.name,
    }
    assert [one.standard for one in suspects(grpc_stub, committee=committee, causes=[BY_CORRECTION])] == [also.name]


def test_a_relation_recorded_in_error_takes_its_open_marks_with_it(grpc_stub: Stub) -> None:
    """Nothing is cited any more."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    citing = cite(grpc_stub, target.designation)
    abolish(grpc_stub, target.name)
    (mark,) = suspects(grpc_stub, standard=citing.name)
    grpc_stub.DeleteRelation(pb.DeleteRelationRequest(name=mark.relation))
    assert suspects(grpc_stub, standard=citing.name) == []


def test_an_act_sent_again_marks_once(grpc_stub: Stub) -> None:
    """With the same request_id, and without one where nothing is left to do."""
    number = new_number()
    old, new = create(grpc_stub, f"GB/T {number}-2009"), create(grpc_stub, f"GB/T {number}-2020")
    citing = cite(grpc_stub, old.designation)
    request_id = str(uuid4())
    for _ in range(2):
        supersede(grpc_stub, old.name, new.name, request_id=request_id)
    supersede(grpc_stub, old.name, new.name)
    assert causes(grpc_stub, citing) == [BY_REVISION]


def test_a_refused_act_marks_nothing(grpc_stub: Stub) -> None:
    """The mark and the change are one."""
    old, new = create(grpc_stub, f"GB/T {new_number()}-2009"), create(grpc_stub, f"GB/T {new_number()}-2020")
    supersede(grpc_stub, old.name, new.name)
    citing = cite(grpc_stub, new.designation)
    with pytest.raises(grpc.RpcError) as refusal:
        supersede(grpc_stub, new.name, old.name)
    assert (reason_of(refusal.value), causes(grpc_stub, citing)) == ("CYCLE", [])


# Against a computation from the definitions, on random relations and random acts.

YEARS = (2000, 2010, 2020)
NUMBERS = (1, 2)
Edition = tuple[int, int]
"""A standard by its number in the model and its year."""
EDITIONS = [(number, year) for number in NUMBERS for year in YEARS]


@dataclass
class Model:
    """Say what must be marked, from the definitions: the state of each edition, who cites what, and what came of acts."""

    cited: dict[int, tuple[int, int | None, int]]
    """The citing standards by number: number, year or none, kind."""
    state: dict[Edition, str] = field(default_factory=lambda: dict.fromkeys(EDITIONS, "in_force"))
    successors: dict[Edition, set[Edition]] = field(default_factory=dict)
    amendments: dict[Edition, int] = field(default_factory=Counter)
    marks: Counter[tuple[int, Edition, int]] = field(default_factory=Counter)

    def mark(self, changed: Edition, cause: int, was: str) -> None:
        """Mark who cites *changed*, which was in the state *was* before."""
        # Only of one that ends now is the successor no rival yet; of one that ended before, it is.
        ending = cause in {BY_REVISION, BY_SUPERSESSION, BY_ABOLITION}
        new = self.successors.get(changed, set()) if ending else set()
        rivals = [edition for edition in EDITIONS if edition[0] == changed[0] and edition not in new]
        order = ["abolished", "superseded", "upcoming", "in_force"]
        states = {**self.state, changed: was}
        held = max(rivals, key=lambda edition: (order.index(states[edition]), edition[1]))
        for citing, (number, year, _kind) in self.cited.items():
            if number == changed[0] and (year == changed[1] or (year is None and held == changed)):
                self.marks[citing, changed, cause] += 1


Act = tuple[str, Edition, Edition]
"""What is done, with which edition, and with which other one where it takes two."""
ACT_WORDS = ("supersede", "supersede", "abolish", "retitle", "amend")
ACTS = st.lists(st.tuples(st.sampled_from(ACT_WORDS), st.sampled_from(EDITIONS), st.sampled_from(EDITIONS)), max_size=8)
CITATIONS = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS), st.sampled_from([*YEARS, None]), st.sampled_from([NORMATIVE, INFORMATIVE, ADOPTS])
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(citations=CITATIONS, acts=ACTS)
def test_marks_are_those_the_definitions_ask_for(
    grpc_stub: Stub, citations: list[tuple[int, int | None, int]], acts: list[Act]
) -> None:
    """Whatever cites what, and whatever is done in whatever order: neither too few nor too many; amendments apart."""
    base = new_number()
    citing = {place: f"T/Z{base} {place + 10}-2024" for place in range(len(citations))}
    model = Model(dict(enumerate(citations)))
    run_import(grpc_stub, f"systems/s{uuid4().hex[:12]}", _records(base, citing, citations))
    for act in acts:
        _do(grpc_stub, model, base, act)
    found: Counter[tuple[int, Edition, int]] = Counter()
    numbers = {designation.replace("-", "—"): place for place, designation in citing.items()}
    for edition in EDITIONS:
        for one in suspects(grpc_stub, cited=_number(base, edition)):
            if one.designation in numbers:
                found[numbers[one.designation], edition, one.cause] += 1
    assert found == model.marks


def _number(base: str, edition: Edition) -> str:
    return f"T/Z{base} {edition[0]}-{edition[1]}"


def _records(
    base: str, citing: dict[int, str], citations: list[tuple[int, int | None, int]]
) -> Iterable[dict[str, object]]:
    for edition in EDITIONS:
        yield standard_record(_number(base, edition), effective_on=f"{edition[1]}-01-01")
    for place, (number, year, kind) in enumerate(citations):
        target = f"T/Z{base} {number}" + (f"-{year}" if year else "")
        degree = {"degree": standard_pb2.ADOPTION_DEGREE_MOD} if kind == ADOPTS else {}
        yield standard_record(citing[place])
        yield relation_record(citing[place], target, kind, **degree)


def _do(stub: Stub, model: Model, base: str, asked: Act) -> None:
    """Do what is *asked* through the public door, and in the model where it was not refused."""
    act, edition, other = asked
    name, was = _number(base, edition), model.state[edition]
    alive = was in {"in_force", "upcoming"}
    try:
        if act == "supersede" and other not in model.successors.get(edition, set()):
            supersede(stub, name, _number(base, other))
            model.successors.setdefault(edition, set()).add(other)
            model.state[edition] = "superseded"
            model.mark(edition, BY_REVISION if other[0] == edition[0] else BY_SUPERSESSION, "in_force")
        elif act == "abolish" and alive:
            abolish(stub, name)
            model.state[edition] = "abolished"
            model.mark(edition, BY_ABOLITION, "in_force")
        elif act == "retitle":
            retitle(stub, name)
            model.mark(edition, BY_CORRECTION, was)
        elif act == "amend" and alive:
            number = model.amendments[edition] + 1
            designation = f"{name}/XG{number}-2024"
            stub.AmendStandard(
                life_pb2.AmendStandardRequest(name=name, designation=designation, issued_on=day("2024-01-01"))
            )
            model.amendments[edition] = number
            model.mark(edition, BY_AMENDMENT, was)
    except grpc.RpcError as refusal:
        assert refusal.code() is grpc.StatusCode.FAILED_PRECONDITION
