"""What an addendum says is read from its words: never of another text, never a day that is another one's."""

from datetime import date

import pytest

from standards_tree.measures.acts import read_acts
from standards_tree.measures.story import EventKind, StoryState, tell
from tests.unit.test_measure_story import BASE, notification, on, states


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The regulation will enter into force six months after its publication on 3 March 2025.", date(2025, 9, 3)),
        ("It takes effect 30 days after publication on 3 May 2025.", date(2025, 6, 2)),
        (
            "It was adopted on 1 April 2026 and published on 3 April 2026. It enters into force 6 months after publication.",
            date(2026, 10, 3),
        ),
        ("It enters into force 6 months after publication.", None),
        ("It was adopted on 1 April 2026. It enters into force 6 months after publication.", None),
        ("Entry into force: 6 months after adoption (adopted 4 April 2025)", None),
        ("已于2025年3月1日发布，将于发布后6个月实施。", None),
        ("La resolución fue publicada el 5 de mayo de 2025 y entrará en vigencia seis meses después.", None),
        ("The regulation, which was adopted on 3 March 2025, has entered into force.", None),
        ("标准已于2025年3月1日发布，实施日期为2026年3月1日。", date(2026, 3, 1)),
        ("实施日期由2025年5月1日调整为2025年6月1日。", date(2025, 6, 1)),
        ("The date of entry into force has been changed from 1 January 2026 to 1 March 2026.", date(2026, 3, 1)),
        ("The entry into force (1 January 2026) is brought forward to 1 October 2025.", date(2025, 10, 1)),
        ("The date of entry into force, previously 1 January 2026, is 1 March 2026.", date(2026, 3, 1)),
        ("The measure will not enter into force on 1 January 2026 but on 1 March 2026.", date(2026, 3, 1)),
        (
            "It was planned to enter into force on 1 January 2025. It has been postponed to 1 July 2025.",
            date(2025, 7, 1),
        ),
        ("La entrada en vigor se prorroga del 1 de enero de 2025 al 1 de enero de 2026.", date(2026, 1, 1)),
        ("L'arrêté est entré en vigueur le 1er janvier 2025.", date(2025, 1, 1)),
        ("El reglamento entrará en vigencia el 3 de marzo de 2026.", date(2026, 3, 3)),
        ("Este Reglamento entra en vigor el 3 de marzo de 2026.", date(2026, 3, 3)),
        ("This rule is effective July 15, 2025. Compliance date: January 1, 2027.", date(2025, 7, 15)),
        ("The standard was declared mandatory with effect from 5 June 2024.", date(2024, 6, 5)),
        ("The measure has been in force since 1 April 2025.", date(2025, 4, 1)),
        ("The regulations came into force on the day on which they were registered, 4 June 2025.", date(2025, 6, 4)),
        (
            "It replaces Regulation No. 10 which entered into force on 1 January 2010 and will enter into force"
            " on 1 January 2026.",
            date(2026, 1, 1),
        ),
    ],
)
def test_the_day_of_entry_into_force_is_its_own_or_none(text: str, day: date | None) -> None:
    """Neither that of a publication, nor one that holds no longer, nor that of another law."""
    assert read_acts(text).in_force_on == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The entry into force has been postponed by one year.", "postponed by one year"),
        ("The date of entry into force was postponed.", "postponed"),
        ("该标准的实施日期推迟一年。", "推迟一年"),
    ],
)
def test_a_postponement_by_a_time_takes_the_planned_day_away(text: str, words: str) -> None:
    """The day that was planned holds no longer, and the new one is not told."""
    later = notification(f"{BASE}/Add.1", 100, text)
    held = tell([notification(BASE, entry_into_force=180), later]).standing_on(on(400))
    assert held is not None
    assert (held.entry_into_force, held.entry_into_force_stated) == (None, words)


@pytest.mark.parametrize(
    "text",
    [
        "The proposed rule was published in the Federal Register on 3 March 2024.",
        "The draft regulation was published on the website of the Ministry.",
        "A supplemental notice of proposed rulemaking has been issued.",
        "An English translation has been published.",
        "The list of approved bodies was issued on 4 April 2025.",
        "The request for extension has been approved.",
        "The final rule will be published in 2026.",
        "It cites Regulation 12, amended by Order No. 5, that was adopted on 1 May 2012.",
        "It amends Regulation No. 12, which was adopted on 1 May 2012.",
        "The regulation was published on 3 March 2025 for comments.",
        "该草案已公布征求意见。",
        "该标准已发布英文译本。",
    ],
)
def test_what_is_published_of_a_draft_or_of_another_law_adopts_nothing(text: str) -> None:
    """A notice, a translation, a list or a draft is printed; the measure is not adopted by that."""
    assert not read_acts(text).adopts


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The draft of G/TBT/N/XXX/1 was adopted on 3 March 2025 and enters into force on 1 May 2027.", date(2025, 3, 3)),
        ("The regulation was published in the Official Gazette No. 123 on 4 April 2025.", date(2025, 4, 4)),
        ("该标准已于2025年3月1日批准发布，自2026年1月1日起实施。", date(2025, 3, 1)),
        ("La Resolución fue aprobada el 5 de mayo de 2025.", date(2025, 5, 5)),
        ("The regulation was adopted and will enter into force on 1 May 2027.", None),
        ("This addendum is to inform Members that the regulation was approved.", None),
        ("该强制性国家标准已由国家市场监督管理总局批准发布。", None),
    ],
)  # fmt: skip
def test_an_adoption_has_the_day_that_the_words_name(text: str, day: date | None) -> None:
    """Not the day on which Members are told."""
    acts = read_acts(text)
    assert (acts.adopts, acts.adopted_on) == (True, day)


def test_a_story_tells_the_adoption_on_its_own_day() -> None:
    """The addendum came weeks later; a day that lies ahead of it is none on which it can have happened."""
    base = notification(BASE, comment_deadline=20, adoption=90)
    told = notification(f"{BASE}/Add.1", 100, "The regulation was adopted on 10 February 2026.")
    events = {event.kind: event for event in tell([base, told]).events()}
    assert (events[EventKind.ADOPTION].day, events[EventKind.ADOPTION].measure_id) == (
        date(2026, 2, 10),
        told.measure_id,
    )
    ahead = notification(f"{BASE}/Add.1", 100, "The regulation was adopted on 10 February 2027.")
    assert tell([base, ahead]).standing_on(on(100)).adoption == on(90)  # type: ignore[union-attr]  # it has begun


@pytest.mark.parametrize(
    "text",
    [
        "The Member withdraws its objection to the measure.",
        "The withdrawal period before slaughter in the measure is changed to 28 days.",
        "Revocation of the approval of the active substance as notified in the draft.",
        "The Agency is proposing to withdraw the measure.",
        "The notified measure replaces the one notified in G/TBT/N/XXX/7, which was withdrawn.",
        "取消对玩具的限制措施。",
        "该草案取消了对标准样品的要求。",
        "该法规废止了1998年的措施。",
    ],
)
def test_what_else_is_withdrawn_does_not_withdraw_the_measure(text: str) -> None:
    """An approval, a period, an objection, an older law."""
    assert not read_acts(text).withdraws


@pytest.mark.parametrize(
    "text", ["该草案已被撤回。", "该通报作废。", "撤销G/TBT/N/XXX/1所通报的措施。", "La notification est retirée."]
)
def test_the_measure_itself_is_withdrawn(text: str) -> None:
    """In so many words."""
    base = notification(BASE, comment_deadline=60)
    assert states(base, notification(f"{BASE}/Add.1", 20, text), days=(20,)) == ["withdrawn"]


def test_the_withdrawal_of_another_notification_is_no_withdrawal_of_this_one() -> None:
    """A measure that cancels and replaces another lives on."""
    base = notification(BASE, comment_deadline=60)
    text = "This regulation cancels and replaces the regulation notified in G/TBT/N/XXX/77."
    assert states(base, notification(f"{BASE}/Add.1", 20, text), days=(20, 61)) == ["open_for_comment", "closed"]


@pytest.mark.parametrize(
    "text", ["Addendum 1 is cancelled.", f"撤销{BASE}/Add.1号通报。", "Cancellation of Addendum No. 1"]
)
def test_an_addendum_taken_back_by_its_number_leaves_the_measure(text: str) -> None:
    """Only what that addendum said is void."""
    base = notification(BASE, comment_deadline=60)
    longer = notification(f"{BASE}/Add.1", 10, comment_deadline=100)
    assert states(base, longer, notification(f"{BASE}/Add.2", 20, text), days=(19, 20, 61)) == [
        "open_for_comment",
        "open_for_comment",
        "closed",
    ]


def test_a_withdrawal_that_is_announced_comes_on_its_day() -> None:
    """Until then the measure is what it was."""
    base = notification(BASE, entry_into_force=30)
    text = "The measure will be withdrawn on 1 September 2026."
    story = tell([base, notification(f"{BASE}/Add.1", 100, text)])
    held = [story.standing_on(day) for day in (on(100), date(2026, 8, 31), date(2026, 9, 1))]
    assert [each.state for each in held if each] == [StoryState.IN_FORCE, StoryState.IN_FORCE, StoryState.WITHDRAWN]
    assert [event.day for event in story.events() if event.kind is EventKind.WITHDRAWAL] == [date(2026, 9, 1)]
    assert story.spans()[-1].since == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Se prorroga el plazo para comentarios hasta el 30 de junio de 2026.", date(2026, 6, 30)),
        ("La fecha límite para la presentación de observaciones se ha ampliado hasta el 5 de mayo de 2026.", date(2026, 5, 5)),
        ("Le délai pour la présentation des observations est prolongé jusqu'au 30 juin 2026.", date(2026, 6, 30)),
        ("评议期截止日期由2026年5月1日更改为2026年6月1日。", date(2026, 6, 1)),
        ("The reporting period is extended to 22 May 2026. The Agency also changes the comment form.", None),
    ],
)  # fmt: skip
def test_a_comment_period_is_moved_in_any_language_and_nothing_else_is_taken_for_one(
    text: str, day: date | None
) -> None:
    """The period of reports is none of comments."""
    assert read_acts(text).comments_until == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("该法规已于2026年3月1日批准发布。", ("2026年3月1日批准",)),
        (f"撤销{BASE}/Add.1号通报。", (f"撤销{BASE}/Add.1号通报",)),
    ],
)
def test_the_words_that_decide_are_shown_as_they_stand(text: str, words: tuple[str, ...]) -> None:
    """With the day, and with the full stop of a symbol."""
    assert read_acts(text).words == words


def test_what_was_to_come_after_a_withdrawal_is_not_on_the_time_line() -> None:
    """Neither an entry into force nor a last day for comments."""
    base = notification(BASE, comment_deadline=60, adoption=10, entry_into_force=180)
    story = tell([base, notification(f"{BASE}/Add.1", 20, "The notified draft has been withdrawn.")])
    kinds = [event.kind for event in story.events()]
    assert kinds == [EventKind.NOTIFIED, EventKind.ADOPTION, EventKind.ADDED_TO, EventKind.WITHDRAWAL]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"The temporary suspension notified in {BASE} has been lifted.", "withdrawn"),
        (f"Regulation 12, notified in {BASE}, was repealed by Regulation 15.", "in_force?"),
        (f"Regulation 12 notified in {BASE} was repealed by Regulation 15.", "withdrawn"),
        (f"The suspension notified in {BASE} has been lifted for poultry.", "in_force?"),
        ("The regulation enters into force and Order 5 is repealed.", "in_force?"),
        ("Regulation 12 notified in G/TBT/N/XXX/77 was repealed.", "in_force?"),
    ],
)
def test_what_is_lifted_or_repealed_under_its_symbol_is_withdrawn(text: str, state: str) -> None:
    """Whole, and no other notification, and no older law."""
    base = notification(BASE, entry_into_force=5)
    assert states(base, notification(f"{BASE}/Add.1", 20, text), days=(20,)) == [state]
