"""Whatever table, vocabulary or list somebody imports, reading it opens nothing and ends with a reason.

The command line reads these files, in the process of who imports them: one process for each reader here, under a hook that sees
every file and socket that Python opens (PEP 578).
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hostile_tables import ADDRESS, hostile_tables
from soaking import in_full

REPOSITORY = Path(__file__).resolve().parents[2]
READERS = {
    "catalogue": "from standards_tree.catalogue_files.catalogues import read_catalogue\n"
    "read = lambda content, name: read_catalogue(content)",
    "concepts": "from standards_tree.term_exchange.forms import read_concepts as read",
    "comments": "from standards_tree.drafting.comment_files import read_comments as read",
    "requirements": "from standards_tree.measures.requirement_files import read_requirements\n"
    "read = lambda content, name: read_requirements(content)",
    "codes": "from standards_tree.code_lists.tables import read_table\n"
    "read = lambda content, name: read_table(content, as_json=name.endswith('.json'))",
}
HARMLESS = {
    "a.csv": "designation,title\nT/XXSLFA 1-2026,示例\n",
    "b.csv": "term,language\n示例,zh-Hans\n",
    "a.json": '[{"designation": "T/XXSLFA 1-2026"}]',
    "a.ttl": "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<urn:a> a skos:Concept ; skos:prefLabel 'a'@en .\n",
    "a.yaml": "---\nid: 1\ntermid: 1\n",
    "a.tbx": "<tbx type='TBX-Basic' style='dca' xml:lang='en' xmlns='urn:iso:std:iso:30042:ed-2'><text><body/></text></tbx>",
}
HARNESS = """
import json, sys, time
from pathlib import Path
{reader}
from standards_tree.errors import DomainError

CALLS = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "urllib.")
# Code that Python itself loads when it is first needed, an encoding for instance.
CODE = (sys.prefix, sys.base_prefix, sys.argv[1])
seen, watching = [], False
def hook(event, arguments):
    if not watching:
        return
    code = event == "open" and str(arguments[0]).startswith(CODE)
    if event.startswith(CALLS) or (event == "open" and not code):
        seen.append([event, repr(arguments[0])])
sys.addaudithook(hook)

def resident(field):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) // 1024
    return 0

def outcome(content, name):
    try:
        read(content, name)
    except DomainError as error:
        return type(error).__name__ + ": " + str(error)[:200]
    except RecursionError:
        return "RecursionError"
    except Exception as error:
        return "FAULT " + type(error).__name__ + ": " + str(error)[:200]
    return "read"

for line in sys.stdin:
    asked = json.loads(line)
    content = Path(asked["path"]).read_bytes()
    Path("/proc/self/clear_refs").write_text("5")
    before, began = resident("VmRSS"), time.process_time()
    seen.clear()
    watching = not asked["harmless"]
    told = outcome(content, asked["name"])
    watching = False
    answer = dict(told=told, seconds=time.process_time() - began, growth=resident("VmHWM") - before, seen=seen)
    print(json.dumps(answer), flush=True)
"""
ALLOWED_GROWTH_MIB = 512
"""Of the person's own process; a catalogue of 64 MiB takes as much."""
LONGEST_SECONDS = 20.0
TRIES = hostile_tables()

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class Reader:
    """A process that reads what it is given."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, name: str) -> None:
        self.name = name
        self._process = process
        self._folder = folder

    def read(self, name: str, content: bytes, *, harmless: bool = False) -> dict[str, object]:
        """Return what became of *content*."""
        path = self._folder / "file"
        path.write_bytes(content)
        self._process.stdin.write(json.dumps({"path": str(path), "name": name, "harmless": harmless}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"{name} ended the process with {self._process.wait()}"
        return json.loads(answer)


@pytest.fixture(scope="module", params=READERS)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Run each of the readers, with all that it loads for harmless files loaded."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-c", HARNESS.replace("{reader}", READERS[request.param]), str(REPOSITORY)],
        cwd=REPOSITORY,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        made = Reader(process, tmp_path_factory.mktemp("imports"), request.param)
        for name, content in HARMLESS.items():
            made.read(name, content.encode(), harmless=True)
        yield made
        process.stdin.close()


def test_no_file_is_a_fault_of_ours_or_opens_anything(reader: Reader, tmp_path: Path) -> None:
    """Read, or refused with a reason; nothing is opened, called or started, and memory and time stay within bounds."""
    secret = tmp_path / "secret"
    secret.write_text("秘密", encoding="utf-8")
    wrong, slowest = [], (0.0, "")
    # Every reader with a third of the files, a different one each; in `make soak` with all.
    turn = list(READERS).index(reader.name)
    chosen = list(TRIES.items()) if in_full() else list(TRIES.items())[turn % 3 :: 3]
    for tried, (name, content) in chosen:
        found = reader.read(name, content.replace(ADDRESS.encode(), secret.as_uri().encode()))
        if str(found["told"]).startswith("FAULT") or found["seen"] or int(str(found["growth"])) > ALLOWED_GROWTH_MIB:
            wrong.append((tried, found))
        slowest = max(slowest, (float(str(found["seconds"])), tried))
    print(f"\n{reader.name}: {len(chosen)} files, slowest {slowest}")  # noqa: T201
    assert wrong[:2] == [], len(wrong)
    assert not in_full() or slowest[0] < LONGEST_SECONDS
