"""The contract of the catalog service: standards are found by words and numbers, counted by facets, and suggested."""

import random
from collections import Counter
from collections.abc import Callable

import grpc
import pytest

from catalogues import create, create_node, create_system, day, everything, new_number
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import search_pb2, standard_pb2
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
UPCOMING = standard_pb2.STANDARD_STATUS_UPCOMING
IN_FORCE = standard_pb2.STANDARD_STATUS_IN_FORCE
SUPERSEDED = standard_pb2.STANDARD_STATUS_SUPERSEDED
ABOLISHED = standard_pb2.STANDARD_STATUS_ABOLISHED
DIGITS_TO_LETTERS = str.maketrans("0123456789", "GHJKMNPQRS")


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def search(stub: Stub, query: str, **fields: object) -> search_pb2.SearchStandardsResponse:
    """Return the first page of what a query finds."""
    return stub.SearchStandards(search_pb2.SearchStandardsRequest(query=query, **fields))


def found(stub: Stub, query: str, **fields: object) -> list[str]:
    """Return the designations that a query finds, on all pages."""
    request = search_pb2.SearchStandardsRequest(query=query, **fields)
    return [hit.standard.designation for hit in everything(stub.SearchStandards, request, "hits")]


def test_a_standard_is_found_under_every_spelling(grpc_stub: Stub) -> None:
    """Full width, another dash, no slash, no letters, a part of the number."""
    number = new_number()
    official = create(grpc_stub, f"GB/T {number}.16-2018").designation
    spellings = [
        f"GB/T {number}.16-2018",
        f"ＧＢ／Ｔ　{number}．１６－２０１８",
        f"GB/T{number}.16—2018",
        f"gbt {number}",
        f"gbt{number}.16–2018",
        f"GB {number}.16",
        f"{number}.16",
        number,
        number[:5],
    ]
    assert [official in found(grpc_stub, spelling) for spelling in spellings] == [True] * len(spellings)


def test_a_designation_that_is_meant_comes_first(grpc_stub: Stub) -> None:
    """Before its parts, before other years, and before numbers that only begin so."""
    number = new_number()
    short, committee = number[:5], f"SAC/TC {number}"
    for ending in (f"{number}-2024", f"{short}.2-2024", f"{short}-2009", f"{short}-2024"):
        if not found(grpc_stub, f"GB/T {ending}"):
            create(grpc_stub, f"GB/T {ending}", committee=committee)
    assert found(grpc_stub, f"GB/T {short}-2024") == [f"GB/T {short}—2024"]
    assert found(grpc_stub, f"GBT{short}", committees=[committee]) == [
        f"GB/T {short}—2009",
        f"GB/T {short}—2024",
        f"GB/T {short}.2—2024",
        f"GB/T {number}—2024",
    ]


def test_a_short_number_is_meant_as_it_stands(grpc_stub: Stub, unique: Unique) -> None:
    """T/X 1 is T/X 1 with its parts, not every number that begins with 1."""
    body = f"T/X{unique('')[:6].upper().translate(DIGITS_TO_LETTERS)}"
    for ending in ("1-2020", "1.2-2020", "12-2020", "10-2020"):
        create(grpc_stub, f"{body} {ending}")
    assert found(grpc_stub, f"{body} 1") == [f"{body} 1—2020", f"{body} 1.2—2020"]


def test_chinese_is_found_by_words_and_by_parts_of_them(grpc_stub: Stub) -> None:
    """However the dictionary cuts: words in any order, a part that is no word, a character; not what only looks so."""
    number = new_number()
    official = create(grpc_stub, f"GB/T {number}-2024", title={"zh": "技术性贸易措施　术语"}).designation
    for query in ("贸易措施", "术语 技术性", "性贸易", "措施术语", "语", "技术性贸易措施 术语"):
        assert found(grpc_stub, f"{query} {number}") == [official]
    for query in ("技术语言", "贸易商", "施措"):
        assert found(grpc_stub, f"{query} {number}") == []


def test_english_is_found_by_words(grpc_stub: Stub, unique: Unique) -> None:
    """Whatever the case and the number, the last word as far as it is typed; in the middle of a word nothing is found."""
    word = unique("Wort")
    title = {"zh": "示例", "en": f"Technical measures to trade — {word} — Vocabularies"}
    official = create(grpc_stub, f"GB/T {new_number()}-2024", title=title).designation
    for query in ("MEASURE", "vocabulary", "Vocabularies", "trade vocab", "measures, technical"):
        assert found(grpc_stub, f"{word.upper()} {query}") == [official]
    for query in ("easures", "vocab trade", "tradesman"):
        assert found(grpc_stub, f"{word} {query}") == []


def test_a_query_may_mix_designation_and_words(grpc_stub: Stub) -> None:
    """Every piece must be met."""
    number = new_number()
    terms = create(grpc_stub, f"GB/T {number}.1-2024", title={"zh": "示例 术语", "en": "Example — Vocabulary"})
    create(grpc_stub, f"GB/T {number}.2-2024", title={"zh": "示例 通报要求", "en": "Example — Notifications"})
    for query in (f"GB/T {number} 术语", f"术语 {number}", f"gbt{number}术语", f"vocabulary GB/T {number}"):
        assert found(grpc_stub, query) == [terms.designation]


def test_titles_that_fit_best_come_first(grpc_stub: Stub, unique: Unique) -> None:
    """The whole title, then its beginning, then a part of it, then single words, the shorter first; then bare characters."""
    number = new_number()
    titles = ("产品和服务的质量", "和服的面料与质量", "现代和服", "和服制作", "和服")
    for place, title in enumerate(titles):
        create(grpc_stub, f"GB/T {number}.{place}-2024", title={"zh": title}, committee=f"SAC/TC {number}")
    hits = search(grpc_stub, "和服", committees=[f"SAC/TC {number}"]).hits
    assert [hit.standard.title.zh for hit in hits][:2] == ["和服", "和服制作"]
    hits = search(grpc_stub, "和服 质量", committees=[f"SAC/TC {number}"]).hits
    assert [hit.standard.title.zh for hit in hits] == ["和服的面料与质量", "产品和服务的质量"]


def test_a_list_goes_by_designation(grpc_stub: Stub) -> None:
    """Without a query always, with one when asked to."""
    number = new_number()
    for part, title in ((10, "示例"), (2, "示例的示例"), (1, "示例的示例的示例")):
        create(grpc_stub, f"GB/T {number}.{part}-2024", title={"zh": title}, committee=f"SAC/TC {number}")
    ordered = [f"GB/T {number}.{part}—2024" for part in (1, 2, 10)]
    wanted = {"committees": [f"SAC/TC {number}"]}
    assert found(grpc_stub, "", **wanted) == ordered
    assert found(grpc_stub, "示例", **wanted) == ordered[::-1]
    assert found(grpc_stub, "示例", order=search_pb2.SEARCH_ORDER_DESIGNATION, **wanted) == ordered


@pytest.mark.parametrize("page_size", [1, 2, 3, 7])
def test_pages_hold_everything_once(grpc_stub: Stub, page_size: int) -> None:
    """Ranked or not, on pages of any size."""
    number = new_number()
    for part in range(7):
        create(grpc_stub, f"GB/T {number}.{part}-2024", title={"zh": "示例" * (1 + part % 3)})
    for query in (number, f"示例 {number}"):
        whole = found(grpc_stub, query)
        assert len(set(whole)) == 7
        assert found(grpc_stub, query, page_size=page_size) == whole


def test_a_page_stands_still_while_standards_come(grpc_stub: Stub) -> None:
    """What comes before the page is not shown twice, what comes after it is shown."""
    number = new_number()
    for part in (2, 4, 6):
        create(grpc_stub, f"GB/T {number}.{part}-2024")
    request = search_pb2.SearchStandardsRequest(query=number, page_size=2)
    request.page_token = grpc_stub.SearchStandards(request).next_page_token
    for part in (1, 3, 5):
        create(grpc_stub, f"GB/T {number}.{part}-2024")
    rest = [hit.standard.designation for hit in grpc_stub.SearchStandards(request).hits]
    assert rest == [f"GB/T {number}.5—2024", f"GB/T {number}.6—2024"]


def test_the_first_page_says_how_many_there_are(grpc_stub: Stub) -> None:
    """The others do not count again."""
    number = new_number()
    for part in range(3):
        create(grpc_stub, f"GB/T {number}.{part}-2024")
    first = search(grpc_stub, number, page_size=2)
    second = search(grpc_stub, number, page_size=2, page_token=first.next_page_token)
    assert (first.total_size, first.total_is_at_least, second.total_size) == (3, False, 0)


def test_a_token_continues_only_its_own_search(grpc_stub: Stub) -> None:
    """With other arguments it would skip without a sign."""
    number = new_number()
    for part in range(2):
        create(grpc_stub, f"GB/T {number}.{part}-2024")
    first = search(grpc_stub, number, page_size=1)
    with pytest.raises(grpc.RpcError) as refusal:
        search(grpc_stub, number, page_size=1, as_of=day("2020-01-01"), page_token=first.next_page_token)
    assert fields_of(refusal.value) == ["page_token"]


def test_states_are_those_of_the_day(grpc_stub: Stub) -> None:
    """What a hit shows and what the filter means; today, when no day is named."""
    number = new_number()
    old, new = f"GB/T {number}-2000", f"GB/T {number}-2010"
    create(grpc_stub, old, effective_on="2001-01-01", ended_on="2011-01-01", status=SUPERSEDED)
    create(grpc_stub, new, effective_on="2011-01-01", ended_on="2099-01-01", status=ABOLISHED)

    def on(**fields: object) -> list[int]:
        return [hit.status for hit in search(grpc_stub, number, **fields).hits]

    assert on(as_of=day("2000-06-01")) == [UPCOMING, UPCOMING]
    assert on(as_of=day("2005-06-01")) == [IN_FORCE, UPCOMING]
    assert on() == [SUPERSEDED, IN_FORCE]
    assert on(as_of=day("2099-01-01")) == [SUPERSEDED, ABOLISHED]
    assert found(grpc_stub, number, statuses=[IN_FORCE], as_of=day("2005-06-01")) == [f"GB/T {number}—2000"]
    assert found(grpc_stub, number, statuses=[IN_FORCE]) == [f"GB/T {number}—2010"]
    assert [hit.standard.status for hit in search(grpc_stub, number).hits] == [SUPERSEDED, ABOLISHED]


def test_states_of_a_day_are_those_the_domain_says(grpc_stub: Stub) -> None:
    """Of every recorded state, with and without dates: each standard is found by one state, the one its hit shows."""
    number = new_number()
    ends = {SUPERSEDED: ("", "2010-01-01", "2030-01-01"), ABOLISHED: ("", "2010-01-01", "2030-01-01")}
    cases = [
        {"status": status, **({"effective_on": start} if start else {}), **({"ended_on": end} if end else {})}
        for status in (UPCOMING, IN_FORCE, SUPERSEDED, ABOLISHED)
        for start in ("", "2005-01-01", "2030-01-01")
        for end in ends.get(status, ("",))
    ]
    for part, case in enumerate(cases):
        create(grpc_stub, f"GB/T {number}.{part}-2000", **case)
    for moment in ("2000-01-01", "2005-01-01", "2010-01-01", "2020-01-01", "2030-01-01"):
        hits = search(grpc_stub, number, as_of=day(moment)).hits
        shown = {hit.standard.designation: hit.status for hit in hits}
        by_state = {
            designation: status
            for status in (UPCOMING, IN_FORCE, SUPERSEDED, ABOLISHED)
            for designation in found(grpc_stub, number, statuses=[status], as_of=day(moment))
        }
        listed = everything(
            grpc_stub.ListStandards, pb.ListStandardsRequest(query=number, as_of=day(moment)), "standards"
        )
        assert by_state == shown == {standard.designation: standard.status for standard in listed}
        assert len(shown) == len(cases)


def test_every_condition_narrows(grpc_stub: Stub, unique: Unique) -> None:
    """Each is met by one standard and by no other, alone and with a query."""
    number = new_number()
    system = create_system(grpc_stub, unique("s"))
    create_node(grpc_stub, system, "1")
    create_node(grpc_stub, system, "1.1", "1")
    plain = create(grpc_stub, f"GB/T {number}.1-2000", issued_on="2000-01-01", effective_on="2000-06-01").designation
    wanted = create(
        grpc_stub,
        f"GB {number}-2020",
        issued_on="2020-01-01",
        effective_on="2020-06-01",
        ics=["71.100.40"],
        ccs=["A22"],
        committee=f"SAC/TC {number}/SC 1",
        status=SUPERSEDED,
    )
    grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/1.1", standard=wanted.name))
    conditions: list[dict[str, object]] = [
        {"obligations": [standard_pb2.OBLIGATION_MANDATORY]},
        {"statuses": [SUPERSEDED, ABOLISHED]},
        {"ics_prefixes": ["71.100", "01"]},
        {"ccs_prefixes": ["A"]},
        {"committees": [f"sac／tc{number}"]},
        {"issued_from": day("2020-01-01")},
        {"issued_from": day("2019-01-01"), "issued_to": day("2020-01-01")},
        {"effective_from": day("2020-06-01"), "effective_to": day("2020-06-01")},
        {"branch": f"{system}/nodes/1"},
        {"branch": system, "levels": [type_pb2.LEVEL_NATIONAL]},
    ]
    for condition in conditions:
        assert found(grpc_stub, number, **condition) == [wanted.designation]
        assert wanted.designation in found(grpc_stub, "", **condition)
    assert found(grpc_stub, number, issued_to=day("2019-12-31")) == [plain]
    assert found(grpc_stub, number, levels=[type_pb2.LEVEL_GROUP]) == []


def test_a_list_is_narrowed_as_a_search_is(grpc_stub: Stub) -> None:
    """ListStandards has the same conditions."""
    number = new_number()
    create(grpc_stub, f"GB/T {number}-2000", issued_on="2000-01-01")
    committee = f"SAC/TC {number}"
    wanted = create(
        grpc_stub, f"GB {number}-2020", issued_on="2020-01-01", effective_on="2020-06-01", committee=committee
    )
    conditions: list[dict[str, object]] = [
        {"obligations": [standard_pb2.OBLIGATION_MANDATORY]},
        {"committee": f"sac/tc{number}"},
        {"issued_from": day("2020-01-01"), "issued_to": day("2020-01-01")},
        {"effective_from": day("2020-01-01"), "effective_to": day("2021-01-01")},
    ]
    for condition in conditions:
        request = pb.ListStandardsRequest(query=number, **condition)
        assert [one.designation for one in grpc_stub.ListStandards(request).standards] == [wanted.designation]


def test_what_is_no_condition_is_refused_by_its_name(grpc_stub: Stub) -> None:
    """A part of a code, a day that does not exist, a branch that is none."""
    faulty: list[tuple[str, object]] = [
        ("ics_prefixes", ["71.1"]),
        ("ccs_prefixes", ["I9"]),
        ("as_of", {"year": 2023, "month": 2, "day": 29}),
        ("issued_from", {"year": 2023}),
        ("branch", "systems/-"),
        ("query", "标\0准"),
    ]
    refused = []
    for name, value in faulty:
        with pytest.raises(grpc.RpcError) as refusal:
            search(grpc_stub, **{"query": "", name: value})
        assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        refused.extend(fields_of(refusal.value))
    assert refused == [name for name, _ in faulty]


KINDS = (
    search_pb2.FACET_KIND_LEVEL,
    search_pb2.FACET_KIND_OBLIGATION,
    search_pb2.FACET_KIND_STATUS,
    search_pb2.FACET_KIND_ICS,
    search_pb2.FACET_KIND_CCS,
    search_pb2.FACET_KIND_COMMITTEE,
    search_pb2.FACET_KIND_ISSUE_YEAR,
)
AS_OF = "2015-06-01"


@pytest.fixture(scope="module")
def catalogue(grpc_channel: grpc.Channel) -> tuple[str, list[standard_pb2.Standard]]:
    """Record sixty standards of every kind and return the word their titles share, and what ListStandards says of them."""
    stub = Stub(grpc_channel)
    number, word = new_number(), f"facet{new_number()}"
    bodies = ("GB", "GB/T", "GB/Z", "JB/T", "DB31/T", "T/XYZ", "ISO")
    choose = random.Random(7)
    for place in range(60):
        year = choose.randint(1998, 2020)
        body = choose.choice(bodies)
        ended = choose.random() < 0.4
        create(
            stub,
            f"ISO {number}-{place}:{year}" if body == "ISO" else f"{body} {number}.{place}-{year}",
            title={"en": word},
            issued_on=f"{year}-03-01",
            effective_on=f"{year}-09-01",
            status=choose.choice((SUPERSEDED, ABOLISHED)) if ended else IN_FORCE,
            **({"ended_on": f"{choose.randint(2010, 2022)}-01-01"} if ended else {}),
            ics=choose.sample(("01.040.03", "01.120", "03.100.01", "71.100", "71.100.40"), choose.randint(0, 3)),
            ccs=choose.sample(("A00", "A22", "G50"), choose.randint(0, 2)),
            committee=choose.choice(("", "SAC/TC 1", "SAC/TC 1/SC 2", "SAC／TC1", "SAC/TC 2")),
        )
    request = pb.ListStandardsRequest(query=word, as_of=day(AS_OF))
    return word, everything(stub.ListStandards, request, "standards")


def committees_of(committee: str) -> set[str]:
    """Return a committee and, for a subcommittee, the one above it."""
    return {committee, committee.partition("/SC")[0]} - {""}


def counted_by_hand(standards: list[standard_pb2.Standard], kind: int) -> dict[str, int]:
    """Count what a facet of *kind* should show."""
    values: dict[int, Callable[[standard_pb2.Standard], set[str]]] = {
        search_pb2.FACET_KIND_LEVEL: lambda one: {type_pb2.Level.Name(one.level)},
        search_pb2.FACET_KIND_OBLIGATION: lambda one: (
            {standard_pb2.Obligation.Name(one.obligation)} if one.obligation else set()
        ),
        search_pb2.FACET_KIND_STATUS: lambda one: {standard_pb2.StandardStatus.Name(one.status)},
        search_pb2.FACET_KIND_ICS: lambda one: {code[:2] for code in one.ics},
        search_pb2.FACET_KIND_CCS: lambda one: {code[0] for code in one.ccs},
        search_pb2.FACET_KIND_COMMITTEE: lambda one: committees_of(one.committee.replace("／TC1", "/TC 1")),
        search_pb2.FACET_KIND_ISSUE_YEAR: lambda one: {str(one.issued_on.year)},
    }
    return dict(Counter(value for one in standards for value in values[kind](one)))


def shown(response: search_pb2.SearchStandardsResponse) -> dict[int, dict[str, int]]:
    """Return the facets of an answer."""
    return {facet.kind: {value.value: value.count for value in facet.values} for facet in response.facets}


def test_facets_are_the_counts_of_the_list(grpc_stub: Stub, catalogue: tuple[str, list[standard_pb2.Standard]]) -> None:
    """Counted one by one over what ListStandards answers."""
    word, standards = catalogue
    response = search(grpc_stub, word, as_of=day(AS_OF), facets=KINDS, facet_size=100)
    assert shown(response) == {kind: counted_by_hand(standards, kind) for kind in KINDS}
    assert response.total_size == len(standards) == 60


def test_a_facet_is_counted_without_its_own_choice(
    grpc_stub: Stub, catalogue: tuple[str, list[standard_pb2.Standard]]
) -> None:
    """So that it shows what another choice would find; every other choice narrows it."""
    word, standards = catalogue
    response = search(
        grpc_stub,
        word,
        as_of=day(AS_OF),
        facets=KINDS,
        facet_size=100,
        levels=[type_pb2.LEVEL_NATIONAL],
        statuses=[IN_FORCE],
        ics_prefixes=["71"],
    )
    keeps: dict[int, Callable[[standard_pb2.Standard], bool]] = {
        search_pb2.FACET_KIND_LEVEL: lambda one: one.level == type_pb2.LEVEL_NATIONAL,
        search_pb2.FACET_KIND_STATUS: lambda one: one.status == IN_FORCE,
        search_pb2.FACET_KIND_ICS: lambda one: any(code.startswith("71") for code in one.ics),
    }
    expected = {}
    for kind in KINDS:
        kept = [one for one in standards if all(keep(one) for own, keep in keeps.items() if own != kind)]
        expected[kind] = counted_by_hand(kept, kind)
    assert shown(response) == expected
    assert response.total_size == sum(all(keep(one) for keep in keeps.values()) for one in standards) > 0


def test_a_facet_shows_its_commonest_values(
    grpc_stub: Stub, catalogue: tuple[str, list[standard_pb2.Standard]]
) -> None:
    """As many as asked for, most first, and how many it leaves out."""
    word, standards = catalogue
    (facet,) = search(grpc_stub, word, as_of=day(AS_OF), facets=[search_pb2.FACET_KIND_ISSUE_YEAR], facet_size=3).facets
    counts = counted_by_hand(standards, search_pb2.FACET_KIND_ISSUE_YEAR)
    expected = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    assert [(value.value, value.count) for value in facet.values] == expected[:3]
    assert (facet.more_values, facet.is_at_least) == (len(expected) - 3, False)


def test_the_value_of_a_facet_finds_as_many_as_it_says(
    grpc_stub: Stub, catalogue: tuple[str, list[standard_pb2.Standard]]
) -> None:
    """A committee with its subcommittees, a field with its codes."""
    word, _ = catalogue
    fields = {
        search_pb2.FACET_KIND_LEVEL: "levels",
        search_pb2.FACET_KIND_STATUS: "statuses",
        search_pb2.FACET_KIND_ICS: "ics_prefixes",
        search_pb2.FACET_KIND_CCS: "ccs_prefixes",
        search_pb2.FACET_KIND_COMMITTEE: "committees",
    }
    response = search(grpc_stub, word, as_of=day(AS_OF), facets=list(fields), facet_size=100)
    for facet in response.facets:
        for value in facet.values:
            narrowed = search(grpc_stub, word, as_of=day(AS_OF), **{fields[facet.kind]: [value.value]})
            assert narrowed.total_size == value.count


def suggested(stub: Stub, prefix: str, **fields: object) -> list[tuple[str, int]]:
    """Return what is suggested for a prefix, with its kinds."""
    answer = stub.SuggestStandards(search_pb2.SuggestStandardsRequest(prefix=prefix, **fields))
    return [(one.text, one.kind) for one in answer.suggestions]


def test_designations_are_suggested_as_one_types(grpc_stub: Stub) -> None:
    """In any spelling, with or without the letters."""
    number = new_number()
    for ending in (".1-2024", ".2-2024"):
        create(grpc_stub, f"GB/T {number}{ending}")
    both = [(f"GB/T {number}.{part}—2024", search_pb2.Suggestion.KIND_DESIGNATION) for part in (1, 2)]
    for prefix in (f"GB/T {number}", f"gbt{number}.", f"ＧＢ／Ｔ{number}", number):
        assert suggested(grpc_stub, prefix) == both
    assert suggested(grpc_stub, f"{number}.2-20") == both[1:]
    assert suggested(grpc_stub, number, most=1) == both[:1]


def test_titles_are_suggested_as_one_types(grpc_stub: Stub, unique: Unique) -> None:
    """Their beginnings first, then words further in; a title of many editions once."""
    word, number = unique("Title"), new_number()
    titles = (f"{word} of editions", f"{word} of editions", f"Other {word}", f"{word} alone")
    for year, title in zip((2001, 2002, 2003, 2004), titles, strict=True):
        create(grpc_stub, f"GB/T {number}-{year}", title={"en": title})
    assert suggested(grpc_stub, word[:-1].lower()) == [
        (f"{word} alone", search_pb2.Suggestion.KIND_TITLE),
        (f"{word} of editions", search_pb2.Suggestion.KIND_TITLE),
        (f"Other {word}", search_pb2.Suggestion.KIND_WORDS),
    ]


HOSTILE = (
    *("&", "|", "!", ":*", "'", "''", "\\", '"', "<->", "()", "a & | b", "!a", "a:*", "a:A", "'a' & 'b", "a <2> b"),
    *("%", "_", "*", "--", "/*", "$1", ":q", "\\'", "'; DROP TABLE catalog.standard; --", "。，、", "——", "…", "？！"),
    *(
        "ＧＢ／Ｔ",
        "！＆｜",
        "\u200b",
        "\ufeff",
        "\u3000",
        "\t\n",
        "a" * 200,
        "标" * 200,
        "1" * 200,
        "gb/" * 66,
        "-" * 200,
    ),
    *("1." * 100, "(" * 200, "\U0010ffff", "🙂", "e\u0301", "ß", "İ", "々〇", "ア", "한국", "ﷺ" * 10, "GB/T '1'"),
)


@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text)[:24] for text in HOSTILE])
def test_no_text_breaks_the_search(grpc_stub: Stub, text: str) -> None:
    """Signs of the query language are text like any other."""
    answered = search(grpc_stub, text, facets=KINDS)
    assert len(answered.hits) <= answered.total_size
    joint = search(grpc_stub, f"标准 {text}"[:200])
    assert len(joint.hits) <= joint.total_size
    assert len(suggested(grpc_stub, text)) <= 50
    listed = grpc_stub.ListStandards(pb.ListStandardsRequest(query=text, page_size=1)).standards
    assert len(listed) <= 1


def test_a_query_of_signs_finds_nothing(grpc_stub: Stub) -> None:
    """It is not taken for none, which would find everything."""
    create(grpc_stub, f"GB/T {new_number()}-2024")
    assert search(grpc_stub, "！&|()").total_size == 0
    assert search(grpc_stub, " 　").total_size > 0
