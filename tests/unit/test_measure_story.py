"""The documents of a notification are one story, whatever order they arrive in."""

import itertools
import random
from datetime import date, timedelta

import pytest

from standards_tree.measures.acts import NOTHING, read_acts
from standards_tree.measures.model import notification_kind_of
from standards_tree.measures.story import Event, EventKind, Notification, StoryState, family_keys, tell
from standards_tree.measures.symbols import Suffix, SuffixKind, Symbol, parse_symbol

FIRST = date(2026, 1, 5)
SEQUENCES = 30


def notification(symbol: str, day: int | None = 0, text: str = "", **days: int) -> Notification:
    """Return a document distributed *day* days after the first; its days count from there too."""
    parsed = tuple(map(parse_symbol, symbol.split(", ")))
    return Notification(
        measure_id=parsed[0].resource_id,
        symbols=parsed,
        kind=notification_kind_of(parsed[0]),
        distributed=None if day is None else on(day),
        acts=read_acts(text),
        **{name: on(value) for name, value in days.items()},
    )


def on(day: int) -> date:
    """Return the day *day* days after the first notification."""
    return FIRST + timedelta(days=day)


def states(*notifications: Notification, days: tuple[int, ...]) -> list[str]:
    """Return the state on each of *days*, with a mark where it is presumed."""
    story = tell(notifications)
    standings = [story.standing_on(on(day)) for day in days]
    return ["-" if held is None else held.state.value + ("?" if held.presumed else "") for held in standings]


BASE = "G/TBT/N/XXX/1"


def test_proposed_dates_carry_a_notification_through_its_stages_as_presumed() -> None:
    """Nobody has said that it was adopted; the dates are proposals."""
    base = notification(BASE, comment_deadline=60, adoption=90, entry_into_force=180)
    found = states(base, days=(-1, 0, 60, 61, 90, 179, 180))
    assert found == ["-", "open_for_comment", "open_for_comment", "closed", "adopted?", "adopted?", "in_force?"]


def test_without_any_date_it_stays_notified() -> None:
    """A notification without a deadline is neither open nor closed."""
    assert states(notification(BASE), days=(0, 400)) == ["notified", "notified"]


def test_an_addendum_moves_the_deadline_and_reopens() -> None:
    """What counts is the last word on it."""
    base = notification(BASE, comment_deadline=60)
    longer = notification(f"{BASE}/Add.1", 70, "The comment period is extended.", comment_deadline=100)
    assert states(base, longer, days=(65, 70, 100, 101)) == ["closed", "open_for_comment", "open_for_comment", "closed"]


POSTPONED = [
    ("The entry into force, planned for 1 July 2026, has been postponed until further notice.", "until further notice"),
    ("The rule was to enter into force on 1 July 2026. Its entry into force is postponed sine die.", "sine die"),
    ("Entry into force is delayed indefinitely. The rule was to enter into force on 1 July 2026.", "indefinitely"),
    ("原定于2026年7月1日实施的法规推迟实施，具体日期另行通知。", "另行通知"),
    ("该法规的生效日期无限期推迟。", "无限期"),
    ("The date of entry into force is postponed indefinitely.", "indefinitely"),
]


@pytest.mark.parametrize(("text", "words"), POSTPONED)
@pytest.mark.parametrize("repeated", [{}, {"entry_into_force": 180}], ids=["", "its form has the planned day"])
def test_a_postponement_until_further_notice_leaves_no_day(text: str, words: str, repeated: dict[str, int]) -> None:
    """The day that was planned holds no longer, so that nothing is presumed in force; the words say why."""
    base = notification(BASE, comment_deadline=60, entry_into_force=180)
    later = notification(f"{BASE}/Add.1", 100, text, **repeated)
    assert states(base, later, days=(99, 179, 180, 4000)) == ["closed"] * 4
    story = tell([base, later])
    held = story.standing_on(on(180))
    assert held is not None
    assert held.entry_into_force is None
    assert words in held.entry_into_force_stated
    assert words in " ".join(later.acts.words)
    assert Event(on(100), EventKind.ENTRY_INTO_FORCE_POSTPONED, later.measure_id) in story.events()
    assert EventKind.ENTRY_INTO_FORCE not in {event.kind for event in story.events()}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Entry into force was postponed until further notice. It will now enter into force on 1 October 2026.", {}),
        ("The entry into force is postponed until further notice.", {"entry_into_force": 269}),
        ("推迟实施，具体日期另行通知。现决定于2026年10月1日实施。", {}),
    ],
)
def test_a_day_that_is_named_after_a_postponement_holds(text: str, days: dict[str, int]) -> None:
    """By the text that recounts it, or by another day in the form; and a later document ends what was unknown."""
    base = notification(BASE, comment_deadline=60, entry_into_force=180)
    held = tell([base, notification(f"{BASE}/Add.1", 100, text, **days)]).standing_on(on(300))
    assert held is not None
    assert (held.entry_into_force, held.entry_into_force_stated) == (date(2026, 10, 1), "")
    unknown = notification(f"{BASE}/Add.1", 100, "The entry into force is postponed until further notice.")
    known = notification(f"{BASE}/Add.2", 120, text, **(days or {}))
    assert tell([base, unknown, known]).standing_on(on(300)).entry_into_force == date(2026, 10, 1)  # type: ignore[union-attr]


def test_an_addendum_that_says_it_makes_adoption_and_force_known() -> None:
    """The words decide: will come into force on a day is decided, came into force is done."""
    base = notification(BASE, comment_deadline=60, adoption=90)
    adopted = notification(
        f"{BASE}/Add.1", 100, "The regulation was published and will enter into force on 1 July 2026."
    )
    found = states(base, adopted, days=(95, 100, 176, 177))
    assert found == ["adopted?", "adopted", "adopted", "in_force"]
    assert on(177) == date(2026, 7, 1)


def test_a_change_after_adoption_is_an_amendment() -> None:
    """Before adoption a change of the draft is just that."""
    base = notification(BASE, entry_into_force=30)
    change = "This addendum modifies the scope of the regulation."
    late, early = notification(f"{BASE}/Add.1", 50, change), notification(f"{BASE}/Add.1", 10, change)
    assert states(base, late, days=(40, 50)) == ["in_force?", "amended?"]
    assert states(base, early, days=(10, 30)) == ["notified", "in_force?"]


def test_a_withdrawn_notification_is_withdrawn_until_it_is_revised() -> None:
    """A Revision begins anew."""
    base = notification(BASE, comment_deadline=60)
    gone = notification(f"{BASE}/Add.1", 20, "The notified draft regulation has been withdrawn.")
    again = notification(f"{BASE}/Rev.1", 200, comment_deadline=260)
    assert states(base, gone, again, days=(19, 20, 199, 200, 261)) == [
        "open_for_comment",
        "withdrawn",
        "withdrawn",
        "open_for_comment",
        "closed",
    ]


def test_a_corrigendum_that_voids_an_addendum_undoes_it() -> None:
    """Only the addendum is null and void, not the measure; on the time line both are seen."""
    base = notification(BASE, comment_deadline=60)
    longer = notification(f"{BASE}/Add.1", 70, comment_deadline=100)
    text = f"The notification {BASE}/Add.1 was circulated erroneously and should be considered null and void."
    void = notification(f"{BASE}/Add.1/Corr.1", 80, text)
    assert states(base, longer, void, days=(59, 80, 90)) == ["open_for_comment", "closed", "closed"]
    kinds = [event.kind for event in tell([base, longer, void]).events()]
    assert EventKind.VOID in kinds
    assert EventKind.WITHDRAWAL not in kinds


def test_a_text_about_older_law_withdraws_nothing() -> None:
    """A new regulation that repeals an older one is not withdrawn itself."""
    assert not read_acts("The Regulation repeals Order No 12 of 1998, which is revoked.").withdraws
    assert not read_acts("本标准代替GB 1234-2005，旧标准自实施之日起废止。").withdraws
    assert read_acts("撤销该通报。").withdraws


@pytest.mark.parametrize(
    "text",
    [
        "This measure has not yet been adopted.",
        "The technical regulation is to be adopted in March 2026 and is not yet published.",
        "Once it has been adopted, Members will be informed.",
        "The draft was published for public comment.",
        "The regulation has not entered into force.",
        "The notification has not been withdrawn.",
        "The Order revokes Regulation 12/2004 on the notification of toys.",
        "The comment period will not be extended.",
        "该法规尚未批准，尚未实施，该草案未被撤回。",
        "评议期不予延长。",
    ],
)
def test_what_is_denied_or_still_to_come_did_not_happen(text: str) -> None:
    """Words for an act do not stand for it behind *not*, *to be*, *once*, 未 or 尚."""
    assert read_acts(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The entry into force is postponed from 1 January 2025 to 1 July 2025.", date(2025, 7, 1)),
        (
            "Entry into force, first foreseen for 1 January 2025, has been postponed until 1 July 2025.",
            date(2025, 7, 1),
        ),
        ("The date of entry into force has been extended by six months to 1 July 2025.", date(2025, 7, 1)),
        ("实施日期由2025年1月1日推迟至2025年7月1日。", date(2025, 7, 1)),
        ("该法规于2025年1月1日批准，2025年7月1日起实施。", date(2025, 7, 1)),
        ("该法规已发布，将于2025年7月1日起实施。", date(2025, 7, 1)),
    ],
)
def test_of_two_days_the_one_that_counts_is_when_it_enters_into_force(text: str, day: date) -> None:
    """Neither the day from which it is postponed nor that of the adoption; and what lies ahead is not done."""
    acts = read_acts(text)
    assert (acts.in_force_on, acts.in_force_already) == (day, False)


def test_a_new_deadline_is_told_from_the_one_it_replaces_and_from_a_change_of_content() -> None:
    """The box of the form says Modification of final date for comments."""
    acts = read_acts(
        "Modification of final date for comments",
        "The deadline for comments, set on 15 March 2025, is extended until 15 April 2025.",
    )
    assert (acts.comments_until, acts.changes_content) == (date(2025, 4, 15), False)


def test_what_takes_the_place_of_a_withdrawn_document_is_not_withdrawn() -> None:
    """The addendum behind *replaced by* stays."""
    acts = read_acts(f"Addendum {BASE}/Add.1 is cancelled and replaced by {BASE}/Add.2.")
    assert acts.withdrawn == (parse_symbol(f"{BASE}/Add.1"),)


def test_a_joint_notification_binds_the_documents_of_all_its_members() -> None:
    """An addendum of one member belongs to the story of all."""
    joint = notification("G/TBT/N/KEN/9, G/TBT/N/UGA/8", comment_deadline=60)
    one = notification("G/TBT/N/UGA/8/Add.1", 10, comment_deadline=90)
    assert family_keys(joint.symbols) & family_keys(one.symbols)
    assert states(joint, one, days=(70,)) == ["open_for_comment"]


def test_a_document_without_a_date_stands_behind_the_one_it_follows() -> None:
    """It changes what holds, from that day on."""
    base = notification(BASE, 5, comment_deadline=60)
    undated = notification(f"{BASE}/Corr.1", None, comment_deadline=80)
    assert states(base, undated, days=(70,)) == ["open_for_comment"]


def random_family(seed: int) -> list[Notification]:
    """Return a base and two to five documents behind it, in any chain, with dates and words of any kind."""
    dice = random.Random(seed)
    texts = (
        "", "The final rule was adopted.", "It came into force on 1 August 2026.", "The draft was withdrawn.",
        "Modification of content/scope of regulation", "The comment period is extended until 3 May 2026.", "已于近日发布并实施。",
    )  # fmt: skip
    base = parse_symbol(f"G/TBT/N/XXX/{seed + 1}")
    symbols = [base]
    while len(symbols) < dice.randint(3, 5):
        parent = dice.choice(symbols)
        if len(parent.suffixes) < 3:
            kind = dice.choice(list(SuffixKind))
            symbols.append(
                Symbol(base.agreement, base.member, base.number, (*parent.suffixes, Suffix(kind, len(symbols))))
            )
    return [
        notification(
            symbol.official,
            dice.choice((None, *range(0, 300, 7))),
            dice.choice(texts),
            **{name: dice.randint(0, 400) for name in ("comment_deadline", "adoption") if dice.random() < 0.5},
        )
        for symbol in symbols
    ]


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_every_order_of_arrival_gives_the_same_story(seed: int) -> None:
    """Every permutation of up to five documents: the same spans, the same time line, the same standing."""
    family = random_family(seed)
    stories = {
        (story.spans(), story.events(), story.standing_on(on(500)))
        for story in (tell(order) for order in itertools.permutations(family))
    }
    assert len(stories) == 1


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_the_spans_say_what_holds_on_each_day(seed: int) -> None:
    """They leave no day out, and none of two neighbours is the other."""
    story = tell(random_family(seed))
    spans = story.spans()
    assert all((one.state, one.presumed) != (next_.state, next_.presumed) for one, next_ in itertools.pairwise(spans))
    first = story.first_day or spans[0].since
    assert (spans[0].since, spans[-1].until) == (first, None)
    days = [*range(0, 420, 13)]
    for day in (first + timedelta(days=step) for step in days if first != date.min):
        held = story.standing_on(day)
        assert held is not None
        (span,) = [span for span in spans if span.since <= day and (span.until is None or day <= span.until)]
        assert (span.state, span.presumed) == (held.state, held.presumed)
    assert all(left.until == right.since - timedelta(days=1) for left, right in itertools.pairwise(spans))


def test_the_time_line_names_the_document_that_told_each_day() -> None:
    """Who reads that comments close on a day finds where that is said."""
    base = notification(BASE, comment_deadline=60)
    longer = notification(f"{BASE}/Add.1", 40, comment_deadline=100)
    assert tell([longer, base]).events() == (
        Event(on(0), EventKind.NOTIFIED, base.measure_id),
        Event(on(40), EventKind.ADDED_TO, longer.measure_id),
        Event(on(40), EventKind.COMMENT_PERIOD_CHANGED, longer.measure_id),
        Event(on(100), EventKind.COMMENTS_CLOSE, longer.measure_id),
    )
    assert tell([base]).standing_on(on(0)).state is StoryState.OPEN_FOR_COMMENT  # type: ignore[union-attr]  # it has begun
