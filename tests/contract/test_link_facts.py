"""What links rely on is read for any number of standards at once."""

import grpc
import pytest

from catalogues import create
from invented import group_prefix
from linking import create_measure, link, require
from services.composition import Composition
from services.linkage.store_link_life import known_facts
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc

# PostgreSQL's protocol counts the parameters of a statement in two bytes.
MORE_THAN_PARAMETERS = 70_000


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[pb_grpc.LinkageServiceStub]:
    """Name the service for pytest-grpc."""
    return pb_grpc.LinkageServiceStub


def test_more_standards_change_at_once_than_a_statement_has_parameters(
    grpc_stub: pb_grpc.LinkageServiceStub, channel: grpc.Channel, composition: Composition
) -> None:
    """After an import of that many, linkage read the catalogue again and again and never came to an end."""
    standard = create(catalog_grpc.CatalogServiceStub(channel), f"{group_prefix()} 1—2024", issued_on="2024-01-01")
    made = link(grpc_stub, require(grpc_stub, create_measure(grpc_stub).name).name, standard.designation)
    changed = [f"standards/none-{number}" for number in range(MORE_THAN_PARAMETERS)]

    found = composition.database("linkage").look_up(lambda session: known_facts(session, [*changed, made.target]))

    assert [target for target, _facts in found] == [made.target]
