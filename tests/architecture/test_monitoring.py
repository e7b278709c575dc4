"""What operators watch is what the program says: every query can be read, and asks for metrics and labels that there are."""

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import promql_parser
import pytest
import yaml
from google.rpc import code_pb2
from manifests import OVERLAYS
from manifests import settings as deployed
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector
from source import REPOSITORY

from services.composition import Composition
from services.program import embedded_s3
from services.runtime.metrics import Metrics

MONITORING = REPOSITORY / "k8s" / "monitoring"
RUNBOOK = REPOSITORY / "docs" / "runbook.md"
DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
ALERTS = [rule for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
          for rule in group["rules"]]  # fmt: skip
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}
VARIABLES = {"$__rate_interval": "5m", "$service": ".*"}


@pytest.fixture(scope="module")
def known(stack, settings) -> dict[str, set[str]]:
    """Return the labels of every series the program gives, by its name, out of the registry itself."""
    metrics: Metrics = Composition(settings, stack.database_url, embedded_s3(stack, settings)).metrics
    collectors: list[Collector] = list(metrics.registry._collector_to_names)
    found: dict[str, set[str]] = {}
    for collector in collectors:
        for family in collector.describe() if hasattr(collector, "describe") else []:
            labels = collector._labelnames if isinstance(collector, MetricWrapperBase) else collector._labels
            for ending in ENDINGS[family.type]:
                extra = {"le"} if ending == "_bucket" else set()
                found[family.name + ending] = set(labels) | extra
    return found


def queries() -> Iterator[tuple[str, str]]:
    """Yield every query with where it stands."""
    for rule in ALERTS:
        yield rule["alert"], rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def read(text: str) -> Any:
    """Return a query as Prometheus reads it, the dashboard's variables filled in."""
    for variable, value in VARIABLES.items():
        text = text.replace(variable, value)
    return promql_parser.parse(text)


def parts(expression: Any) -> SimpleNamespace:
    """Return the selectors and the labels that a query groups by."""
    found = SimpleNamespace(selectors=[], grouped=[])

    def visit(part: Any) -> None:
        if isinstance(part, promql_parser.VectorSelector):
            found.selectors.append(part)
        if isinstance(part, promql_parser.AggregateExpr) and part.modifier is not None:
            found.grouped.extend(part.modifier.labels)

    promql_parser.walk(expression, visit)
    return found


@pytest.mark.parametrize(("place", "query"), list(queries()))
def test_a_query_asks_for_what_there_is(known, place, query):
    """A query for a metric or a label that is gone shows nothing, and that looks like peace."""
    found = parts(read(query))
    assert found.selectors, place
    labels: set[str] = set()
    for selector in found.selectors:
        assert selector.name in known, place
        labels |= known[selector.name]
        for matcher in selector.matchers.matchers:
            assert matcher.name in known[selector.name], place
            if matcher.name == "code":
                assert set(matcher.value.split("|")) <= set(code_pb2.Code.keys()), place
    assert set(found.grouped) <= labels, place
    assert set(re.findall(r"\$labels\.(\w+)", str(ALERTS))) <= {"service", "kind", "schema"}


def test_a_query_that_is_none_is_found():
    """Were the reader lenient, the test above would prove nothing."""
    with pytest.raises(ValueError, match="unclosed left parenthesis"):
        read("sum by (service) (rate(tbt_calls_total[5m])")


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_it_is_and_where_to_read_what_to_do(rule):
    """Whoever is woken finds the page."""
    assert rule["annotations"]["summary"]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    path, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert REPOSITORY / path == RUNBOOK
    headings = re.findall(r"^#+ (.+)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert anchor in {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_alert_on_connections_comes_before_there_are_none_left(overlay):
    """Its number is one that the settings of the manifests can reach."""
    given = deployed(overlay)
    most = int(given["TBT_DATABASE_POOL_SIZE"]) + int(given["TBT_DATABASE_POOL_OVERFLOW"])
    query = next(rule["expr"] for rule in ALERTS if rule["alert"] == "TbtConnectionsUsedUp")
    assert most / 2 < int(query.rpartition(">")[2]) < most


def test_every_panel_has_a_place_of_its_own():
    """Nothing lies over anything, and every panel says what it shows."""
    taken = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(taken) == len(set(taken))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"]) >= 8
