"""Record what several clients do at once to the nodes of a system and to a draft, and say what each answer would have to be."""

import random
import threading
import time
import uuid
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

from catalogues import create_node, create_system, reason_of
from drafting import new_plan_number, register
from linearizability import NEVER, UNKNOWN, Model, Operation
from services.runtime.masks import etag_of
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2, system_pb2

Stub = pb_grpc.CatalogServiceStub
Call = tuple[Hashable, ...]
CODES = ("1", "1.1", "1.1.1", "2", "2.1")
FREE_CODES = ("7", "8", "9")
STAGES = (draft_pb2.STAGE_PRELIMINARY, draft_pb2.STAGE_PROPOSAL, draft_pb2.STAGE_PREPARATORY)
# A write that lost its race eight times is refused as stale, whatever its etag: it did nothing, and that is what counts.
STALE = "STALE"


class Client:
    """One client: makes calls one after the other, and notes when each began and ended and what it was answered."""

    def __init__(self, number: int, ask: Callable[[Call], Hashable]) -> None:
        self.number = number
        self.done: list[Operation] = []
        self._ask = ask

    def make(self, call: Call) -> Hashable:
        """Make a call and return its answer: what came, the reason of a refusal, or UNKNOWN."""
        began = time.monotonic()
        try:
            answer = self._ask(call)
        except grpc.RpcError as refusal:
            unclear = refusal.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)
            answer = UNKNOWN if unclear else reason_of(refusal)
        ended = NEVER if answer == UNKNOWN else time.monotonic()
        self.done.append(Operation(self.number, call, answer, began, ended))
        return answer


def at_once(clients: Sequence[Client], work: Callable[[Client], None]) -> list[Operation]:
    """Let all clients work at the same moment and return what they did."""
    barrier = threading.Barrier(len(clients))

    def run(client: Client) -> None:
        barrier.wait()
        work(client)

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(run, clients))
    return [operation for client in clients for operation in client.done]


class Nodes:
    """The nodes of one system: created, changed, moved and archived by what was read, and some requests sent twice."""

    def __init__(self, stub: Stub, system_id: str) -> None:
        self._stub = stub
        self.system = create_system(stub, system_id)
        self._names: dict[str, str] = {}
        first = {}
        for code in CODES:
            node = create_node(stub, self.system, code, code.rpartition(".")[0])
            self._names[node.name] = code
            first[code] = self._facts(node)
        self.model = Model((tuple(sorted(first.items())), frozenset()), node_step)

    def record(self, seed: int, clients: int = 4, calls: int = 8) -> list[Operation]:
        """Return what *clients* did, each at least *calls* calls, as chance has it."""
        return at_once(
            [Client(number, self._ask) for number in range(clients)],
            lambda client: self._work(client, random.Random(100 * seed + client.number), calls),
        )

    def _work(self, client: Client, chance: random.Random, calls: int) -> None:
        for _ in range(calls):
            code = chance.choice(CODES)
            read = client.make(("get", code))
            etag = read[2] if isinstance(read, tuple) and chance.random() < 0.8 else ""
            kind = chance.choices(("set", "move", "create", "archive"), (5, 3, 3, 0.4))[0]
            request_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
            value: Hashable = {"set": chance.randrange(1, 1000), "move": chance.choice((*CODES, ""))}.get(kind, "")
            target = chance.choice(FREE_CODES) if kind == "create" else code
            call = (kind, target, value, etag, request_id)
            client.make(call)
            if chance.random() < 0.3:
                client.make(call)

    def _ask(self, call: Call) -> Hashable:
        kind, code, *given = call
        if kind == "create":
            node = system_pb2.Node(code=str(code), title={"zh": "示例"})
            request = pb.CreateNodeRequest(system=self.system, node=node, request_id=given[2])
            return self._facts(self._stub.CreateNode(request))
        name = f"{self.system}/nodes/{code}"
        if kind == "get":
            return self._facts(self._stub.GetNode(pb.GetNodeRequest(name=name)))
        value, etag, request_id = given
        sent: dict[str, Any] = {"etag": etag, "request_id": request_id}
        if kind == "move":
            parent = f"{self.system}/nodes/{value}" if value else ""
            return self._facts(self._stub.MoveNode(pb.MoveNodeRequest(name=name, parent=parent, **sent)))
        if kind == "archive":
            return self._facts(self._stub.ArchiveNode(pb.ArchiveNodeRequest(name=name, **sent)))
        change = pb.UpdateNodeRequest(
            node=system_pb2.Node(name=name, planned_standards=value, etag=etag), request_id=request_id
        )
        change.update_mask.paths.append("planned_standards")
        return self._facts(self._stub.UpdateNode(change))

    def _facts(self, node: system_pb2.Node) -> Hashable:
        """Return parent (by code), planned standards, etag and whether it is archived."""
        return (self._names.get(node.parent, node.parent), node.planned_standards, node.etag, node.archived)


def node_step(state: Any, call: Call, answer: Hashable) -> Any:
    """Return the nodes after *call* was answered with *answer*, None where it would not have been."""
    nodes, answered = dict(state[0]), dict(state[1])
    if call[0] == "get":
        return state if answer == nodes[call[1]] else None
    request_id = call[-1]
    if request_id in answered:
        return state if answer in (answered[request_id], UNKNOWN) else None
    if answer == STALE:
        return state
    after, facts = _changed(nodes, *call[:4])
    if facts is None:
        return state if isinstance(answer, str) else None
    if answer not in (facts, UNKNOWN):
        return None
    return tuple(sorted(after.items())), frozenset({**answered, request_id: facts}.items())


def _changed(nodes: dict[str, Any], kind: str, code: str, value: Any, etag: str) -> tuple[dict[str, Any], Any]:
    """Return the nodes after a change and what is answered; None in its place where it is refused."""
    if kind == "create":
        made = ("", 0, etag_of(1), False)
        return ({**nodes, code: made}, made) if code not in nodes else (nodes, None)
    parent, planned, present, archived = nodes[code]
    if etag and etag != present:
        return nodes, None
    if kind == "archive":
        after = {
            one: (facts[0], facts[1], _next(facts[2]), True) if not facts[3] and code in _path(nodes, one) else facts
            for one, facts in nodes.items()
        }
        return after, after[code]
    wanted = (parent, value) if kind == "set" else (value, planned)
    if archived or (kind == "move" and value and (nodes[value][3] or code in _path(nodes, value)) and value != parent):
        return nodes, None
    facts = nodes[code] if wanted == (parent, planned) else (*wanted, _next(present), False)
    return {**nodes, code: facts}, facts


def _path(nodes: dict[str, Any], code: str) -> list[str]:
    """Return a node and those above it."""
    path: list[str] = []
    while code and code not in path:
        path.append(code)
        code = nodes[code][0]
    return path


ETAGS = {etag_of(version): etag_of(version + 1) for version in range(1, 500)}


def _next(etag: str) -> str:
    """Return the etag of the version after the one of *etag*."""
    return ETAGS[etag]


class Draft:
    """One draft, which several secretaries move through its stages and give other titles at once."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        draft = register(stub, plan_number=new_plan_number())
        self.name = draft.name
        self.model = Model(self._facts(draft), draft_step)

    def record(self, seed: int, clients: int = 3, calls: int = 5) -> list[Operation]:
        """Return what *clients* did, each *calls* times a look and a change."""

        def work(client: Client) -> None:
            chance = random.Random(100 * seed + client.number)
            for _ in range(calls):
                read = client.make(("get",))
                stage, etag = (read[0], read[2]) if isinstance(read, tuple) else (STAGES[0], "")
                if chance.random() < 0.5 and stage < STAGES[-1]:
                    client.make(("advance", STAGES[STAGES.index(stage) + 1], etag if chance.random() < 0.6 else ""))
                else:
                    client.make(("rename", f"示例{chance.randrange(1000)}", etag))

        return at_once([Client(number, self._ask) for number in range(clients)], work)

    def _ask(self, call: Call) -> Hashable:
        kind, *given = call
        if kind == "get":
            return self._facts(self._stub.GetDraft(pb.GetDraftRequest(name=self.name)))
        value, etag = given
        if kind == "advance":
            return self._facts(self._stub.AdvanceDraft(pb.AdvanceDraftRequest(name=self.name, stage=value, etag=etag)))
        request = draft_pb2.UpdateDraftRequest(draft=draft_pb2.Draft(name=self.name, title={"zh": value}, etag=etag))
        request.update_mask.paths.append("title")
        return self._facts(self._stub.UpdateDraft(request))

    @staticmethod
    def _facts(draft: draft_pb2.Draft) -> Hashable:
        return (draft.stage, draft.title.zh, draft.etag)


def draft_step(state: Any, call: Call, answer: Hashable) -> Any:
    """Return the draft after *call* was answered with *answer*, None where it would not have been."""
    if call[0] == "get":
        return state if answer == state else None
    if answer == STALE:
        return state
    stage, title, present = state
    kind, value, etag = call
    possible = not etag or etag == present
    if kind == "advance":
        possible = possible and value == stage + 1
    if not possible:
        return state if isinstance(answer, str) else None
    wanted = (value, title) if kind == "advance" else (stage, value)
    after = state if wanted == (stage, title) else (*wanted, _next(present))
    return after if answer in (after, UNKNOWN) else None
