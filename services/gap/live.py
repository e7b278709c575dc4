"""Keep the facts of an analysis in memory and bring them up to date before every answer.

Everything is read once, when the service starts; every question asks the neighbours' change logs what has changed since and
takes over that alone. An answer therefore shows every change that was acknowledged before the question, and names the
revisions it shows. Networks are kept for the last few dates asked about.
"""

import gc
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from services.gap.gathered import Gathering, News
from services.gap.gathering import gather_catalog, gather_linkage
from services.gap.term_gathering import TermGathering, TermNews
from services.gap.term_uses import TermsMovedError, TermUses
from services.gap.upstream import AskedAhead, GapUpstreams
from services.runtime.calls import current_call
from standards_tree.errors import UnavailableError
from standards_tree.gap.analysis import Known
from standards_tree.gap.bindings import Bindings, bindings_on
from standards_tree.gap.columns import Relations, Standards
from standards_tree.gap.demand_changes import demands_after
from standards_tree.gap.demands import Demands
from standards_tree.gap.health import Health, health_of
from standards_tree.gap.impact import Influence, influence_of_measures, influence_of_standards
from standards_tree.gap.inference import Inferring
from standards_tree.gap.network import Network, network_of
from standards_tree.gap.placement import Forest, forest_of
from standards_tree.gap.quality import Problem, catalogue_problems
from standards_tree.gap.snapshot import GapOptions, Snapshot
from standards_tree.gap.sub_graph import both_ways
from standards_tree.gap.survey import Survey, claims_of, survey
from standards_tree.gap.term_health import problems_of_terms
from standards_tree.gap.terms import Terms
from standards_tree.gap.whole_network import WholeNetwork, with_terms

Answer = TypeVar("Answer")

DATES_KEPT = 4
# Of more new standards at once columns are made anew.
MOST_INSERTED = 1000
# Left to whoever waits for the first reading, to say in time that it has not come.
ANSWER_SECONDS = 0.5
# So often a question is asked anew because terms changed while it was answered.
MOST_ANEW = 5


@contextmanager
def _much_made() -> Iterator[None]:
    """Make very many objects that live long and none of which points back.

    The collector would look through all of them again and again while they come in, which takes half the time, and
    then at times for ever.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


@dataclass(eq=False)
class View:
    """Everything known on one date; each part is made when it is first asked for."""

    snapshot: Snapshot
    health: Health
    demands: Demands
    terms: Terms
    uses: TermUses

    @property
    def known(self) -> Known:
        """What an analysis of any scope need not find out again; it does not say which terms requirements use."""
        return Known(
            self.health, self.demands, self.forest, self.problems, self.bindings, lambda asked: [()] * len(asked)
        )

    def prepare(self) -> None:
        """Make what every report needs, before somebody waits for it."""
        _ = self.known

    @property
    def known_with_uses(self) -> Known:
        """The same, and the registry is asked which terms the requirements in scope use."""
        return replace(self.known, uses_of=self.uses.of)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is doubtful in the catalogue and in what terms quote."""
        return (*catalogue_problems(self.health), *problems_of_terms(self.bindings))

    @cached_property
    def bindings(self) -> Bindings:
        """Where terms bind."""
        return bindings_on(self.terms, self.health.editions)

    @cached_property
    def whole(self) -> WholeNetwork:
        """The network with the terms of the registry."""
        return with_terms(self.network, self.bindings, self.uses.all())

    @cached_property
    def network(self) -> Network:
        """The network."""
        return network_of(self.snapshot, self.health, self.demands)

    @cached_property
    def inferring(self) -> Inferring:
        """What answers questions about inferences."""
        return Inferring(self.network)

    @cached_property
    def of_standards(self) -> Influence:
        """Who feels a change in a standard."""
        return influence_of_standards(self.whole)

    @cached_property
    def of_measures(self) -> Influence:
        """What feels that a measure enters into force."""
        return influence_of_measures(self.network)

    @cached_property
    def survey(self) -> Survey:
        """The verdict on every requirement."""
        return survey(self.health, claims_of(self.health, self.snapshot.drafts, self.demands))

    @cached_property
    def either(self) -> Influence:
        """What is joined to what."""
        return both_ways(self.whole)

    @cached_property
    def forest(self) -> Forest:
        """The nodes of all systems."""
        return forest_of(self.snapshot, self.health.editions, "")


@dataclass(eq=False)
class Moment:
    """The facts of one moment, as columns too."""

    snapshot: Snapshot
    code_of: Mapping[str, str]
    standards: Standards
    relations: Relations
    demands: Demands
    terms: Terms
    uses: TermUses
    """Which requirement uses which terms."""
    healths: Mapping[date, Health] = field(default_factory=dict)
    """What is known of the catalogue on some dates, because it is that of the moment before."""
    views: "OrderedDict[date, View]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def revisions(self) -> Mapping[str, int]:
        """Return the revision of each service's change log that this moment shows."""
        return self.snapshot.revisions

    def known_healths(self) -> dict[date, Health]:
        """Return what is known of the catalogue, by date."""
        with self._lock:
            return {as_of: view.health for as_of, view in self.views.items()}

    def on(self, as_of: date) -> View:
        """Return everything known, as of a date."""
        with self._lock:
            if as_of not in self.views:
                health = self.healths.get(as_of) or health_of(self.standards, self.relations, as_of, GapOptions())
                self.views[as_of] = View(self.snapshot, health, self.demands, self.terms, self.uses)
            self.views.move_to_end(as_of)
            while len(self.views) > DATES_KEPT:
                self.views.popitem(last=False)
            return self.views[as_of]


class LiveFacts:
    """The facts, kept up to date. Any number of threads may ask."""

    def __init__(self, upstreams: GapUpstreams) -> None:
        self._upstreams = upstreams
        self._gathering = Gathering()
        self._terms = TermGathering()
        self._moment: Moment | None = None
        self._unshown = False
        """Whether something was gathered that the moment does not show."""
        self._lock = threading.Lock()

    def now(self, upstreams: GapUpstreams | None = None) -> Moment:
        """Return the facts of this moment; asked of *upstreams* where these are given, which may give up in between.

        Raises:
            UnavailableError: a neighbour does not answer, or everything is still being read and the caller's time is nearly up;
                what is known is kept for the next question.
        """
        asked = upstreams or self._upstreams
        call = current_call()
        left = call.seconds_left() if call is not None else None
        if not self._lock.acquire(timeout=-1 if left is None else max(0.0, left - ANSWER_SECONDS)):
            message = "standards and requirements are still being read, which takes a while after a start; ask again in a moment"
            raise UnavailableError(message)
        try:
            known = self._moment
            with _much_made() if known is None else nullcontext():
                after = self._gathering.revisions
                exports = AskedAhead(asked, after.get("linkage", 0), self._terms.after)
                # Noted one by one: where a later neighbour does not answer, the next question shows what an earlier one said.
                self._unshown |= gather_catalog(self._gathering, exports)
                self._unshown |= gather_linkage(self._gathering, exports)
                self._unshown |= self._terms.gather(exports)
                self._gathering.revisions["terminology"] = self._terms.revision
                if known is None or self._unshown:
                    self._moment = known = self._frozen(known)
                    self._unshown = False
            return known
        finally:
            self._lock.release()

    def asked(self, question: Callable[[Moment], Answer], upstreams: GapUpstreams | None = None) -> Answer:
        """Return the answer to a question that asks which terms requirements use, of a moment of one revision of them.

        Raises:
            UnavailableError: as `now`; or the terms go on changing while they are asked about.
        """
        for _ in range(MOST_ANEW - 1):
            try:
                return question(self.now(upstreams))
            except TermsMovedError:
                continue
        return question(self.now(upstreams))

    def _frozen(self, before: Moment | None) -> Moment:
        """Return what was gathered; of the columns of *before* is kept what still holds."""
        snapshot, news = self._gathering.snapshot(), self._gathering.news
        self._gathering.news = News()
        standards, relations = self._standards(before, news, snapshot), Relations.of(snapshot.relations)
        same = before is not None and before.standards is standards and before.relations is relations
        term_news, self._terms.news = self._terms.news, TermNews()
        terms = before.terms if before is not None and not term_news else Terms.of(self._terms.concepts.values())
        demands = _demands(before, news, snapshot)
        return Moment(
            snapshot=snapshot,
            code_of=dict(self._gathering.code_of),
            standards=standards,
            relations=relations,
            demands=demands,
            terms=terms,
            uses=self._uses(before, terms, term_news, demands),
            healths=before.known_healths() if before is not None and same else {},
        )

    def _uses(self, before: Moment | None, terms: Terms, news: TermNews, demands: Demands) -> TermUses:
        known = None if before is None else before.uses
        return TermUses(terms, demands, self._terms.revision, self._upstreams, known, news)

    def _standards(self, before: Moment | None, news: News, snapshot: Snapshot) -> Standards:
        new = [self._gathering.standards[name] for name in news.new]
        if before is not None and not (new or news.renewed or news.other_standards):
            return before.standards
        if before is None or news.other_standards or len(new) > MOST_INSERTED:
            return Standards.of(snapshot.standards)
        if not before.standards.number_of.keys().isdisjoint(fact.key for fact in new):
            return Standards.of(snapshot.standards)
        renewed = [self._gathering.standards[name] for name in news.renewed - news.new]
        return before.standards.with_changes({before.standards.number_of[fact.key]: fact for fact in renewed}, new)


def _demands(before: Moment | None, news: News, snapshot: Snapshot) -> Demands:
    if before is not None and not news.demands:
        return before.demands
    held = None if before is None else demands_after(before.demands, news.demands)
    return held or Demands.of(snapshot.measures, snapshot.requirements, snapshot.links)
