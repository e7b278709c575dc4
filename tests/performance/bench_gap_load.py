"""Load the dependency graph from the real services: exports of catalog and linkage over gRPC, into the arrays of an analysis.

`make bench-gap` loads TBT_BENCH_SHARE of a national base. The services run in one process and what analyses in another, as on
a cluster. Every question is answered by the code that answers users; seconds are of the clock, and of processors in brackets.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import grpc

from bearer_token import BearerToken
from national import AS_OF, national
from national_rows import measure_name, store
from services.composition import Composition
from services.gap.live import LiveFacts, Moment
from services.gap.term_gathering import TermGathering
from services.gap.upstream import GapUpstreams
from services.runtime.settings import Settings
from serving import serving_beside_database
from standards_tree.gap.analysis import analyse
from standards_tree.gap.snapshot import GapOptions, Scope
from standards_tree.gap.terms import Terms
from standards_tree.standards import StandardStatus
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.catalog.v1 import standard_pb2
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as linkage_grpc
from tbt.type.v1 import type_pb2

FAR = 1000
LOADED = "loaded from the services"
TERMS = "of it the terms"
USES = "which requirement uses which terms"
WAITS = 600
WAIT_SECONDS = 0.5
CALL_SECONDS = 120
NOT_YET = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
TITLE = type_pb2.LocalizedText(zh="示例", en="Example")


def measure(share: float | None = None) -> dict[str, float]:
    """Return what loading a share of a national base costs, and what changes cost after it."""
    wanted = share if share is not None else float(os.environ.get("TBT_BENCH_SHARE", "0.02"))
    base = national(wanted)
    with serving_beside_database() as (program, _channel, url):
        store(url.replace("+psycopg", ""), base)
        first = base.requirements[0]
        demand = f"{measure_name(first.measure_symbol)}/requirements/{first.number + 1}"
        del base
        folder = program.settings.data_folder
        command = [sys.executable, __file__, str(folder), str(program.port), demand]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        figures: dict[str, float] = json.loads(answer.stdout)
        return figures


def busy_parent() -> float:
    """Return how long the process of the services was busy, its database apart."""
    fields = Path(f"/proc/{os.getppid()}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory() -> float:
    """Return the most memory this process has had, MiB; `getrusage` counts what its parent had."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def resident() -> float:
    """Return the memory this process has now, MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


class Analyst:
    """What analyses, in a process of its own."""

    def __init__(self, folder: str, port: str, demand: str) -> None:
        address = f"dns:///127.0.0.1:{port}"
        settings = Settings(
            data_folder=Path(folder),
            log_level="error",
            service_addresses=dict.fromkeys(("catalog", "linkage", "terminology"), address),
        )
        composition = Composition(settings, "", None)  # type: ignore[arg-type]  # needs neither database nor store
        upstreams = GapUpstreams(*(composition.upstream("gap", name) for name in ("catalog", "linkage", "terminology")))
        self.upstreams = upstreams
        self.live = LiveFacts(upstreams)
        token = composition.local_issuer.issue("bench", ["administrator"], 3600)
        channel = grpc.intercept_channel(grpc.insecure_channel(f"127.0.0.1:{port}"), BearerToken(token))
        self.catalog, self.linkage = catalog_grpc.CatalogServiceStub(channel), linkage_grpc.LinkageServiceStub(channel)
        self.demand = demand
        self.figures: dict[str, float] = {}

    def wait(self) -> None:
        """Wait until linkage has read the catalogue, which it does beside everything else."""
        link = linkage_pb.Link(requirement=self.demand, target="GB 1—1999", relation=type_pb2.SET_RELATION_EQUAL)
        for _ in range(WAITS):
            try:
                request = linkage_pb.CreateLinkRequest(link=link, validate_only=True)
                self.linkage.CreateLink(request, timeout=CALL_SECONDS)
            except grpc.RpcError as refusal:
                if refusal.code() not in NOT_YET:  # type: ignore[attr-defined]  # it is a call too
                    return
            time.sleep(WAIT_SECONDS)
        message = "linkage has not read the catalogue"
        raise TimeoutError(message)

    def timed(self, name: str, work: Callable[[], object]) -> None:
        """Do *work* and keep how long it took."""
        clock, busy, beside = time.perf_counter(), time.process_time(), busy_parent()
        work()
        self.figures[f"{name}: by the clock, s"] = time.perf_counter() - clock
        self.figures[f"{name}: processor here, s"] = time.process_time() - busy
        if name in (LOADED, TERMS, USES):
            self.figures[f"{name}: processor of the services, s"] = busy_parent() - beside

    def asked(self) -> Moment:
        """Answer what a page of the whole base and an impact ask."""
        moment = self.live.now()
        view = moment.on(AS_OF)
        view.survey.counts()
        view.of_standards.touched(0, FAR)
        return moment

    def measured(self) -> dict[str, float]:
        """Return the figures."""
        self.wait()
        before = memory()
        self.timed(LOADED, self.live.now)
        moment = self.live.now()
        self.figures["standards"] = len(moment.standards)
        self.figures["relations"] = len(moment.relations)
        self.figures["links"] = len(moment.demands.links)
        self.figures["concepts"] = len(moment.terms.concepts)
        self._terms(moment)
        self.timed("network of it and every verdict", self.asked)
        self.figures["memory at its most, MiB"] = memory()
        self.figures["of it for the graph, MiB"] = memory() - before
        market = Scope(AS_OF, members=("X07",))
        view = moment.on(AS_OF)
        self.timed("first report of one market", lambda: analyse(moment.snapshot, market, GapOptions(), view.known))
        self.timed("next report of one market", lambda: analyse(moment.snapshot, market, GapOptions(), view.known))
        self._changes(moment)
        return self.figures

    def _terms(self, moment: Moment) -> None:
        """Read the terms once more by themselves, then ask which requirement uses which: what terms add to the load."""
        kept: list[object] = [moment]
        before = resident()
        self.timed(TERMS, lambda: kept.append(self._terms_alone()))
        self.figures["terms: memory, MiB"] = resident() - before
        self.timed(USES, lambda: kept.append(moment.uses.all()))
        self.figures["uses"] = len(moment.uses.all().concepts)
        self.figures["terms and uses: memory, MiB"] = resident() - before

    def _terms_alone(self) -> tuple[TermGathering, Terms]:
        gathering = TermGathering()
        gathering.gather(self.upstreams)
        return gathering, Terms.of(gathering.concepts.values())

    def _changes(self, moment: Moment) -> None:
        """Make one change of each kind, each seen in every verdict and in an impact."""
        in_force = (one for one in moment.standards.facts if one.validity.status is StandardStatus.IN_FORCE)
        source, target = next(in_force), next(in_force)
        new = standard_pb2.Standard(
            designation="GB/T 888888-2020", title=TITLE, status=standard_pb2.STANDARD_STATUS_IN_FORCE
        )
        relation = standard_pb2.Relation(
            source=source.official,
            target_designation="GB 777777-2020",
            kind=standard_pb2.RELATION_KIND_NORMATIVE_REFERENCE,
        )
        link = linkage_pb.Link(
            requirement=self.demand, target=target.official, relation=type_pb2.SET_RELATION_EQUAL, confidence=1
        )
        ended = catalog_pb.AbolishStandardRequest(name=target.official)
        requirement = linkage_pb.Requirement(text=TITLE, kind=linkage_pb.REQUIREMENT_KIND_OTHER)
        parent = self.demand.partition("/requirements/")[0]
        made: dict[str, Callable[[], object]] = {
            "abolished standard": lambda: self.catalog.AbolishStandard(ended, timeout=CALL_SECONDS),
            "new standard": lambda: self.catalog.CreateStandard(
                catalog_pb.CreateStandardRequest(standard=new, request_id=str(uuid4())), timeout=CALL_SECONDS
            ),
            "new relation": lambda: self.catalog.CreateRelation(
                catalog_pb.CreateRelationRequest(relation=relation), timeout=CALL_SECONDS
            ),
            "new link": lambda: self.linkage.CreateLink(linkage_pb.CreateLinkRequest(link=link), timeout=CALL_SECONDS),
            "new requirement": lambda: self.linkage.CreateRequirement(
                linkage_pb.CreateRequirementRequest(measure=parent, requirement=requirement), timeout=CALL_SECONDS
            ),
        }
        for name, make in made.items():
            self.wait()
            make()
            self.timed(f"{name}: seen in every verdict and an impact", self.asked)


if __name__ == "__main__":
    json.dump(Analyst(*sys.argv[1:]).measured(), sys.stdout)
