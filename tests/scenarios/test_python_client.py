"""The Python client is built as a package of its own and does its work where nothing of the program is installed."""

import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from services.composition import Composition, Program

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "protos" / "python"
# What the package says it needs, by the folders these packages install.
NEEDED = ("grpc", "google", "typing_extensions.py")
WORK = """
import hashlib, importlib.util, sys
from pathlib import Path
import grpc
from google.longrunning import operations_pb2
from tbt.catalog.v1 import catalog_service_pb2 as catalog, standard_pb2
from tbt.documents.v1 import documents_service_pb2 as documents
from tbt.gap.v1 import gap_service_pb2 as gap, scope_pb2
from tbt.type.v1 import type_pb2
from tbt_standards_client import Client, OperationError

for name in ("services", "standards_tree", "sqlalchemy", "pydantic", "protovalidate"):
    assert importlib.util.find_spec(name) is None, name
address, token, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
with Client(address, lambda: token, language="zh-Hans") as client:
    for number in range(5):
        client.catalog.CreateStandard(catalog.CreateStandardRequest(standard=standard_pb2.Standard(
            designation=f"T/XXX 7710{number}-2024", title=type_pb2.LocalizedText(zh="示例"),
            status=standard_pb2.STANDARD_STATUS_IN_FORCE)))
    request = catalog.ListStandardsRequest(page_size=2)
    pages = list(client.pages(client.catalog.ListStandards, request))
    names = [standard.name for page in pages for standard in page.standards]
    assert len(names) == len(set(names)) >= 5 and len(pages) >= 3 and not request.page_token
    sent = folder / "example.xml"
    sent.write_bytes(bytes(range(256)) * 3000)
    stored = client.upload(sent)
    assert stored.media_type in ("application/xml", "text/xml"), stored
    got = folder / "got.xml"
    assert client.download(stored.name, got).sha256 == hashlib.sha256(got.read_bytes()).hexdigest() == stored.sha256
    assert sorted(path.name for path in folder.iterdir()) == ["example.xml", "got.xml"]
    operation = client.gap.CreateGapReport(gap.CreateGapReportRequest(scope=scope_pb2.GapScope(member_codes=["EU"])))
    report = client.wait(operation, gap.GapReport)
    assert list(report.scope.member_codes) == ["EU"], report
    try:
        client.catalog.GetStandard(catalog.GetStandardRequest(name="standards/absent"))
    except grpc.RpcError as refused:
        assert refused.code() is grpc.StatusCode.NOT_FOUND
    else:
        raise AssertionError
    refused = operations_pb2.Operation(name="operations/x", done=True)
    refused.error.message = "no"
    try:
        client.wait(refused, gap.GapReport)
    except OperationError as error:
        assert error.status.message == "no"
    else:
        raise AssertionError
print("done")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package, from nothing but what is here."""
    built = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(built)]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(built.glob("*.whl"))


def test_the_package_holds_the_contracts_and_nothing_of_the_program(wheel: Path) -> None:
    """Whoever installs it gets the client of this release, with its types."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"tbt", "buf", "tbt_standards_client"}
    assert {"tbt_standards_client/py.typed", "tbt/catalog/v1/catalog_service_pb2.pyi"} <= names
    versions = [tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
                for folder in (REPOSITORY, FOLDER)]  # fmt: skip
    assert versions[0] == versions[1]


def test_it_works_where_nothing_else_is_installed(
    wheel: Path, program: Program, composition: Composition, tmp_path: Path
) -> None:
    """Pages, a file up and down, an operation, a refusal: against the running program, out of an empty environment."""
    place = tmp_path / "environment"
    venv.create(place, with_pip=False)
    packages = next((place / "lib").glob("python*")) / "site-packages"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    for name in NEEDED:
        (packages / name).symlink_to(Path(sysconfig.get_path("purelib")) / name)
    folder = tmp_path / "files"
    folder.mkdir()
    token = composition.local_issuer.issue("client", ["administrator"], 600)
    command = [str(place / "bin" / "python"), "-I", "-c", WORK, f"127.0.0.1:{program.port}", token, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "done\n", done.stderr
    shutil.rmtree(place)
