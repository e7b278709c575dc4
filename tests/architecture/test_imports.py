"""Who may import whom.

Packages are held apart by the contracts in pyproject.toml, which see imports by way of others too; kinds of files (`service.py`,
`store*.py`) here, because those contracts cannot speak of part of a file's name.
"""

import ast
import json
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from source import REPOSITORY, Module, modules

from services.composition import CALLS, SERVICES
from services.runtime.service_calls import SERVICE_CALLS, WORKER

# `self._catalog_stub.GetDraft`, or `self._stub.GetDraft` in a file that calls one service alone.
STUB_CALL = re.compile(r"self\._(?:(?P<stub>[a-z]+)_)?stub\.(?P<method>\w+)")
# What opens, starts or sets up something. A call of one of these at module level happens at import.
SET_UP = {
    *("BlobStore", "Composition", "Database", "EmbeddedStack", "Minio", "Server", "Settings", "Thread", "Worker"),
    *("basicConfig", "configure", "configure_logs", "connect", "create_engine", "insecure_channel", "open"),
    *("open_channel", "read_bytes", "read_text", "server", "start", "today", "now"),
}

IMPORT_ALL = """
import importlib, json, sys, threading
happened = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        happened.append([event, str(arguments[0])])
    if event in ("socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir"):
        happened.append([event, str(arguments[:1])])
names = json.load(sys.stdin)
for name in ("grpc", "minio", "numpy", "sqlmodel", "protovalidate", "procrastinate", "typer"):
    importlib.import_module(name)
threads = threading.active_count()
sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
happened += [["thread", thread.name] for thread in threading.enumerate()[threads:]]
print(json.dumps(happened))
"""


def files(service: str, pattern: str) -> list[Module]:
    """Return the modules of one service whose file name fits *pattern*."""
    return [module for module in modules() if module.path.match(f"services/{service}/{pattern}")]


def stubs(module: Module) -> set[str]:
    """Return the services whose stubs *module* imports."""
    return {name.split(".")[1] for name in module.imports_from("tbt") if "_pb2_grpc" in name}


def test_the_contracts_between_packages_hold():
    """The domain is free of networks, a service is free of its neighbours, one module each opens S3 and XML."""
    lint = Path(sys.executable).parent / "lint-imports"
    outcome = subprocess.run([lint, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_what_speaks_grpc_speaks_no_sql(service):
    """A handler translates, calls and translates; queries are the store's."""
    speaking = [*files(service, "service.py"), *files(service, "*_calls.py")]
    found = {module.name: module.imports_from("sqlalchemy", "sqlmodel") for module in speaking}
    assert found
    assert {name: imports for name, imports in found.items() if imports} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_what_speaks_sql_speaks_no_grpc(service):
    """A store knows rows and values of the domain, never messages."""
    wrong = {
        module.name: sorted(set(module.imports_from("grpc", "tbt", "google")))
        for pattern in ("store*.py", "tables*.py")
        for module in files(service, pattern)
    }
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_calls_whom_the_call_graph_says(service):
    """The call graph that is drawn is the one that runs."""
    assert {callee for module in files(service, "upstream.py") for callee in stubs(module)} == set(CALLS[service])


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_calls_exactly_the_methods_the_table_says(service):
    """The table that calls are held to has what the code calls: itself, or as a worker."""
    called = {
        (found["stub"] or service_of_stub(module), found["method"])
        for module in files(service, "upstream.py")
        for found in STUB_CALL.finditer(module.path.read_text(encoding="utf-8"))
    }
    own = {(to, name) for to, names in SERVICE_CALLS[service].items() for name in names}
    for_it = {(to, name) for to, names in SERVICE_CALLS[WORKER].items() for name in names}
    assert own <= called <= own | for_it


def test_what_a_worker_may_call_is_called_somewhere():
    """No method stays in the table that nobody calls any more."""
    called = {
        (found["stub"] or service_of_stub(module), found["method"])
        for service in SERVICES
        for module in files(service, "upstream.py")
        for found in STUB_CALL.finditer(module.path.read_text(encoding="utf-8"))
    }
    assert {(to, name) for to, names in SERVICE_CALLS[WORKER].items() for name in names} <= called


def service_of_stub(module):
    """Return the one service whose stub is called `_stub` in a file that calls one alone."""
    (only,) = stubs(module)
    return only


@pytest.mark.parametrize("service", SERVICES)
def test_calls_to_neighbours_are_made_in_one_file(service):
    """Deadlines, retries and the translation of errors cannot be forgotten where no stub is at hand."""
    elsewhere = [module for module in files(service, "*.py") if module.path.name != "upstream.py"]
    assert {module.name: stubs(module) - {service} for module in elsewhere if stubs(module) - {service}} == {}


def test_the_call_graph_has_no_cycle():
    """No call can wait for itself, and services can be started and stopped in an order."""
    order = list(TopologicalSorter(CALLS).static_order())
    assert set(order) == set(SERVICES)


def test_services_are_listed_callees_first():
    """The order in which they are started, and stopped in reverse, is one in which nobody misses a callee."""
    position = {name: index for index, name in enumerate(SERVICES)}
    assert [(name, to) for name, calls in CALLS.items() for to in calls if position[to] > position[name]] == []


def test_nothing_is_set_up_by_a_statement_at_module_level():
    """Engines, settings and logs are made where the program is put together."""
    found = []
    for module in modules():
        for node in at_import(module.tree):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in SET_UP:
                found.append(f"{module.name}:{node.lineno} {called}()")
    assert found == []


def at_import(node: ast.AST) -> list[ast.Call]:
    """Return the calls that happen when *node* is imported: those outside functions."""
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "__main__" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.Call):
            found.append(child)
        found.extend(at_import(child))
    return found


def test_to_import_every_module_opens_nothing():
    """To import is to learn names: no socket, no process, no thread, no file written."""
    wanted = [
        module.dotted
        for module in modules()
        if not module.name.endswith("__main__.py")
        and "/migrations/versions/" not in module.name
        and not module.name.endswith("migrations/env.py")
    ]
    outcome = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL],
        input=json.dumps(wanted),
        cwd=REPOSITORY,
        env={"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'protos'}", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (outcome.stdout.strip(), outcome.stderr) == ("[]", "")
