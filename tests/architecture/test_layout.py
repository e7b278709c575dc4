"""The file tree shows the architecture: the same folders and file names everywhere, and nothing beside them."""

import re
import subprocess

import pytest
from source import REPOSITORY, modules

from services.composition import CALLS, SERVICES

TOP_LEVEL = {"docs", "k8s", "protos", "services", "standards_tree", "tests"}
TEST_FOLDERS = {"architecture", "contract", "performance", "robustness", "scenarios", "security", "unit"}
BESIDE_SERVICES = {"backup", "cli", "doctor", "embedded", "migrations", "runtime"}
SERVICE_FILES = {"__init__.py", "service.py", "tables.py", "messages.py"}
SHAPELESS = {"common", "helper", "helpers", "manager", "misc", "util", "utils", "shared"}


def tracked() -> list[str]:
    """Return the files of the repository, those not yet committed too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return listing.stdout.splitlines()


def folders(parent: str) -> set[str]:
    """Return the folders directly below *parent* that the repository has files in."""
    return {path.removeprefix(parent).split("/")[0] for path in tracked() if re.match(rf"{parent}[^./][^/]*/", path)}


def test_the_top_level_is_as_designed():
    """Somebody who opens the repository cold finds six rooms, each with one purpose."""
    assert folders("") == TOP_LEVEL


def test_the_kinds_of_tests_are_as_designed():
    """A test is found by what it proves."""
    assert folders("tests/") == TEST_FOLDERS


def test_each_service_has_a_folder_and_a_contract():
    """A service is a folder of code and a folder of contracts, by the same name."""
    assert folders("services/") - BESIDE_SERVICES == set(SERVICES)
    assert folders("protos/tbt/") - {"options", "type"} == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_files(service):
    """Who knows one service finds their way in all of them."""
    present = {path.name for path in (REPOSITORY / "services" / service).glob("*.py")}
    assert present >= SERVICE_FILES
    assert any(name.startswith("store") for name in present)
    assert ("upstream.py" in present) == bool(CALLS[service])


def test_no_module_has_a_name_that_says_nothing():
    """A file named for no idea collects everything."""
    parts = {part: module.name for module in modules() for part in re.split(r"[/_.]", module.name)}
    assert {name: parts[name] for name in SHAPELESS & parts.keys()} == {}


def test_no_test_stands_outside_its_kind():
    """Only fixtures and builders of input stand directly in the folder of tests."""
    assert [path for path in tracked() if re.fullmatch(r"tests/test_[^/]*", path)] == []


def test_every_kind_of_test_is_there():
    """Each promise is proven at its own door."""
    own = {"performance": "bench_*.py"}
    empty = [
        kind
        for kind in sorted(TEST_FOLDERS)
        if not list((REPOSITORY / "tests" / kind).glob(own.get(kind, "test_*.py")))
    ]
    assert empty == []
