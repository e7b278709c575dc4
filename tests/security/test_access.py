"""Who may call what: each method of each service, with each kind of token and each role."""

from collections.abc import Callable

import grpc
import pytest
from calling import INSIDE, Method, call, code, method, methods, shown_by
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status
from joserfc.jwk import OctKey

from services.composition import SERVICES, Composition
from services.runtime.auth import LOCAL_ISSUER, TokenIssuer, secret_key
from services.runtime.calls import Principal
from services.runtime.permissions import ROLE_PERMISSIONS, changes_something
from services.runtime.service_calls import SERVICE_CALLS, For
from tbt.gap.v1 import gap_service_pb2, gap_service_pb2_grpc, scope_pb2

METHODS = pytest.mark.parametrize("to", methods(), ids=str)
# Called with a good token and an empty message: refused for its content perhaps, never for the caller, never by a fault.
WRONG_FOR_WHO_MAY = {"UNAUTHENTICATED", "PERMISSION_DENIED", "INTERNAL", "UNKNOWN", "UNIMPLEMENTED", "DATA_LOSS"}
ROLES = sorted(set(ROLE_PERMISSIONS) - {"service"})


@pytest.fixture(scope="module")
def tokens_of(composition: Composition) -> Callable[[str], dict[str, str]]:
    """Return how to make authorizations of a role that prove nothing, each wrong in one way."""
    key = secret_key(composition.settings.data_folder / "local-issuer.key")
    audience = composition.settings.token_audience
    other_key = OctKey.import_key("a key that this program has never seen before")

    def wrong(role: str) -> dict[str, str]:
        good = composition.local_issuer.issue("li", [role], 3600)
        issuers = {
            "for others": TokenIssuer(LOCAL_ISSUER, key, "another system"),
            "unknown issuer": TokenIssuer("https://evil.example", key, audience),
            "unknown key": TokenIssuer(LOCAL_ISSUER, other_key, audience),
        }
        return {
            "no scheme": good,
            "another scheme": f"Basic {good}",
            "no token": "Bearer ",
            "malformed": "Bearer not.a.token",
            "expired": "Bearer " + composition.local_issuer.issue("li", [role], -3600),
            **{kind: "Bearer " + issuer.issue("li", [role], 3600) for kind, issuer in issuers.items()},
            "unsigned": "Bearer " + good.rpartition(".")[0] + ".",
        }

    return wrong


@pytest.fixture(scope="module")
def wrong_tokens(tokens_of: Callable[[str], dict[str, str]]) -> dict[str, str]:
    """Return those of an administrator."""
    return tokens_of("administrator")


@METHODS
def test_nobody_calls_without_a_token(stranger, to):
    """No method is open because somebody forgot it."""
    assert code(call(stranger, to)) == "UNAUTHENTICATED"


@METHODS
def test_nobody_calls_with_a_token_that_proves_nothing(stranger, wrong_tokens, to):
    """Malformed, expired, meant for others, or of somebody we do not trust."""
    codes = {kind: code(call(stranger, to, metadata=[("authorization", text)])) for kind, text in wrong_tokens.items()}
    assert codes == dict.fromkeys(wrong_tokens, "UNAUTHENTICATED")


@pytest.mark.parametrize("role", sorted(ROLE_PERMISSIONS))
def test_a_wrong_token_is_none_whatever_role_it_claims(stranger, tokens_of, role):
    """Each method with each role and each kind of credential that proves nothing: every cell of the product."""
    wrong = {"none": (), **{kind: (("authorization", text),) for kind, text in tokens_of(role).items()}}
    cells = {
        (str(to), kind): code(call(stranger, to, metadata=metadata))
        for to in methods()
        for kind, metadata in wrong.items()
    }
    assert wrong.keys() >= {"none", "malformed", "expired", "for others", "unknown issuer", "unknown key"}
    assert len(cells) == len(methods()) * len(wrong)
    assert {cell: answered for cell, answered in cells.items() if answered != "UNAUTHENTICATED"} == {}


def test_two_tokens_are_none(stranger, composition):
    """A proxy and a server that pick different ones would disagree about who calls."""
    good = "Bearer " + composition.local_issuer.issue("li", ["administrator"], 3600)
    failure = call(
        stranger, method("CatalogService.ListSystems"), metadata=[("authorization", good), ("authorization", good)]
    )
    assert code(failure) == "UNAUTHENTICATED"


@pytest.mark.parametrize("role", [*ROLES, "", "Administrator", "root"])
def test_a_role_may_call_exactly_what_the_table_says(as_role, role):
    """The table of roles is the truth: nothing less, and nothing more."""
    channel = as_role(role)
    allowed = ROLE_PERMISSIONS.get(role, frozenset())
    wrong = []
    for to in methods():
        answered = code(call(channel, to))
        expected_to_pass = to.permission in allowed
        passed = answered not in WRONG_FOR_WHO_MAY
        if passed != expected_to_pass or (not passed and answered != "PERMISSION_DENIED"):
            wrong.append((str(to), answered))
    assert wrong == []


def test_a_local_token_that_claims_to_be_a_service_is_none(as_role):
    """Only our own services, with their own key, speak as one."""
    assert code(call(as_role("service"), method("CatalogService.ExportCatalog"))) == "PERMISSION_DENIED"


@pytest.mark.parametrize("caller", SERVICE_CALLS)
def test_a_service_may_call_exactly_what_the_table_says(stranger, composition, caller):
    """Each service and the worker, each method of all services, for somebody and for nobody: who steals a key has that."""
    li = Principal("li", frozenset({"administrator"}))
    wrong = []
    for to in methods():
        allowed = SERVICE_CALLS[caller].get(to.service, {}).get(to.descriptor.name)
        for behind in (li, None):
            token = composition.signer(caller).token(to.service, 60, behind)
            answered = code(call(stranger, to, metadata=[("authorization", f"Bearer {token}")]))
            may = allowed is For.ANYBODY or (allowed is For.SOMEBODY and behind is not None)
            if (answered == "PERMISSION_DENIED") == may or (may and answered in WRONG_FOR_WHO_MAY):
                wrong.append((str(to), behind is not None, answered))
    assert wrong == []


def test_what_services_may_call_of_each_other_only_reads():
    """A key that was stolen changes nothing, whichever it is."""
    found = {(to.service, to.descriptor.name): to.path for to in methods()}
    named = [(to, name) for called in SERVICE_CALLS.values() for to, names in called.items() for name in names]
    assert len(named) > 35
    assert [each for each in named if changes_something(found[each])] == []


def test_a_token_of_a_service_counts_where_it_was_made_for_alone(stranger, composition):
    """A service that was taken over cannot go elsewhere with the tokens that others called it with."""
    for_catalog = composition.signer("gap").token("catalog", 60)
    to = method("LinkageService.ExportLinkage")
    assert code(call(stranger, to, metadata=[("authorization", f"Bearer {for_catalog}")])) == "PERMISSION_DENIED"
    may = method("CatalogService.ExportCatalog")
    assert code(call(stranger, may, metadata=[("authorization", f"Bearer {for_catalog}")])) not in WRONG_FOR_WHO_MAY


def test_a_service_follows_no_operation(stranger, composition):
    """What is not in the table is closed to it, contracts that are not ours too."""
    token = composition.signer("gap").token("catalog", 60)
    with pytest.raises(grpc.RpcError) as caught:
        operations_pb2_grpc.OperationsStub(stranger).ListOperations(
            operations_pb2.ListOperationsRequest(), metadata=[("authorization", f"Bearer {token}")]
        )
    assert code(caught.value) == "PERMISSION_DENIED"


def test_a_refusal_says_which_permission_is_missing(as_role):
    """Who is refused knows what to ask their administrator for."""
    failure = call(as_role("reader"), method("CatalogService.CreateSystem"))
    assert "catalog_write" in failure.details()


def test_who_may_not_call_learns_nothing_of_the_rules(as_role):
    """The message is not looked at before the caller is."""
    failure = call(as_role("reader"), method("CatalogService.CreateSystem"))
    details = rpc_status.from_call(failure).details
    assert not any(detail.Is(error_details_pb2.BadRequest.DESCRIPTOR) for detail in details)


@pytest.mark.parametrize("ask", ["GetOperation", "WaitOperation", "CancelOperation", "DeleteOperation"])
def test_an_operation_is_its_owners(as_role, unique, ask):
    """Who may not see an operation is told that there is none."""
    owner, other = as_role("analyst", subject=unique("owner")), as_role("analyst", subject=unique("other"))
    request = gap_service_pb2.CreateGapReportRequest(scope=scope_pb2.GapScope(symbols=["G/TBT/N/XXX/1"]))
    started = gap_service_pb2_grpc.GapServiceStub(owner).CreateGapReport(request)
    stub = operations_pb2_grpc.OperationsStub(other)
    with pytest.raises(grpc.RpcError) as caught:
        getattr(stub, ask)(getattr(operations_pb2, f"{ask}Request")(name=started.name))
    assert code(caught.value) == "NOT_FOUND"


def test_a_list_of_operations_shows_its_callers_own(as_role, unique):
    """What others ask for is nobody's business."""
    stub = operations_pb2_grpc.OperationsStub(as_role("analyst", subject=unique("nobody")))
    assert list(stub.ListOperations(operations_pb2.ListOperationsRequest()).operations) == []


def test_operations_need_a_token(stranger):
    """A contract that is not ours carries no permission, and is closed all the same."""
    with pytest.raises(grpc.RpcError) as caught:
        operations_pb2_grpc.OperationsStub(stranger).ListOperations(operations_pb2.ListOperationsRequest())
    assert code(caught.value) == "UNAUTHENTICATED"


def test_health_answers_anybody(stranger):
    """A probe has no token."""
    answer = health_pb2_grpc.HealthStub(stranger).Check(health_pb2.HealthCheckRequest())
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_in_development_reflection_lists_every_service(stranger):
    """A client that nobody here wrote finds its way."""
    asked = iter([reflection_pb2.ServerReflectionRequest(list_services="")])
    answer = next(reflection_pb2_grpc.ServerReflectionStub(stranger).ServerReflectionInfo(asked))
    listed = {service.name for service in answer.list_services_response.service}
    assert listed >= {f"tbt.{name}.v1.{name.capitalize()}Service" for name in SERVICES} | {
        "google.longrunning.Operations"
    }


@pytest.mark.parametrize("path", ["/tbt.catalog.v1.CatalogService/DropEverything", "/no.such.Service/Get", "/", "//"])
def test_a_method_that_does_not_exist_is_unimplemented(channel, path):
    """An old server and a new client understand each other."""
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(path)(b"", timeout=10)
    assert code(caught.value) == "UNIMPLEMENTED"


def test_metadata_over_8_kib_is_refused(channel):
    """Nobody fills the server's memory with headers."""
    padding = [(f"x-padding-{index}", "a" * 1000) for index in range(40)]
    assert code(call(channel, method("CatalogService.ListSystems"), metadata=padding)) == "RESOURCE_EXHAUSTED"


def test_a_message_over_4_mib_is_refused(channel):
    """Nobody fills the server's memory with one message."""
    request = b"\x0a" + b"\x80\x80\x80\x04" + b"a" * (8 * 1024 * 1024)
    assert code(call(channel, method("TerminologyService.GetConcept"), request=request)) == "RESOURCE_EXHAUSTED"


@METHODS
def test_a_refusal_shows_nothing_of_the_inside(channel, to):
    """No traceback, no SQL, no path of the machine: a refusal speaks of the request."""
    failure = call(channel, to)
    assert INSIDE.search(shown_by(failure) if failure else "") is None


def test_every_method_is_in_the_matrix():
    """The tests above cover what the contracts say, so a new method is covered the day it is written."""
    assert all(isinstance(found, Method) and found.permission for found in methods())
