"""What services read at their start is there without anybody asking, and health says when."""

from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from catalogues import create, day
from databases import empty_database, own_bucket, running, settings_for
from linking import create_measure, link, require
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.migrations.run import migrate
from services.runtime.settings import Settings
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.linkage.v1 import link_life_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc

ENOUGH_SECONDS = 60
DESIGNATION = "GB/T 810900—2020"
SERVING = health_pb2.HealthCheckResponse.SERVING


def wait_until_serving(channel: grpc.Channel, name: str) -> None:
    """Follow the health of *name* until it says SERVING."""
    asked = health_pb2.HealthCheckRequest(service=name)
    watched = health_pb2_grpc.HealthStub(channel).Watch(asked, timeout=ENOUGH_SECONDS)
    assert any(answer.status == SERVING for answer in watched)
    watched.cancel()


def test_links_are_marked_after_a_start_before_anybody_asks_for_one(
    stack: EmbeddedStack, settings: Settings, tmp_path: Path
) -> None:
    """The standard of a link ended while linkage was away: the first list says so, once health says that all is read."""
    with empty_database(stack) as url:
        migrate(url)
        address = own_bucket(stack, settings)
        chosen = settings_for(tmp_path, url, address)
        with running(Composition(chosen, url, address)) as channel:
            catalog, linkage = catalog_grpc.CatalogServiceStub(channel), pb_grpc.LinkageServiceStub(channel)
            create(catalog, DESIGNATION, issued_on="2020-01-01", effective_on="2020-02-01")
            made = link(linkage, require(linkage, create_measure(linkage).name).name, DESIGNATION)
        with running(Composition(chosen, url, address), services=("audit", "documents", "catalog")) as channel:
            ended = catalog_pb.AbolishStandardRequest(name=DESIGNATION, ended_on=day("2024-01-01"), reason="示例")
            catalog_grpc.CatalogServiceStub(channel).AbolishStandard(ended)
        with running(Composition(chosen, url, address)) as channel:
            wait_until_serving(channel, "tbt.linkage.v1.LinkageService/prepared")
            found = pb_grpc.LinkageServiceStub(channel).ListLinks(pb.ListLinksRequest()).links

    assert [(one.name, list(one.suspect_causes)) for one in found] == [
        (made.name, [link_life_pb2.LINK_SUSPECT_CAUSE_STANDARD_ABOLISHED])
    ]


@pytest.mark.parametrize(
    "service", ["tbt.linkage.v1.LinkageService", "tbt.terminology.v1.TerminologyService", "tbt.gap.v1.GapService"]
)
def test_health_tells_when_what_a_service_reads_first_is_read(channel: grpc.Channel, service: str) -> None:
    """Under a name of its own: the service itself serves everything else from the first moment."""
    wait_until_serving(channel, f"{service}/prepared")
    asked = health_pb2.HealthCheckRequest(service=service)
    assert health_pb2_grpc.HealthStub(channel).Check(asked).status == SERVING
