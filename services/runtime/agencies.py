"""Know the systems of other agencies by their certificates: which are let in, as whom, and to which services."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated

import grpc
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.runtime.calls import Principal
from services.runtime.permissions import ROLE_PERMISSIONS
from services.runtime.refreshed import Refreshed
from standards_tree.errors import PreconditionError, UnauthenticatedError

REREAD_SECONDS = 60.0
NOT_FOR_AGENCIES = frozenset({"service", "administrator"})
"""Roles no certificate gives: one is that of our own services, the other that of a person who signs in."""

Word = Annotated[str, Field(min_length=1, max_length=200)]


class AgencyClient(BaseModel):
    """One certificate that is let in: a name it carries, whom it speaks for, in which roles, to which services."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    certificate: Word
    subject: Word
    services: Annotated[tuple[Word, ...], Field(min_length=1)]
    roles: Annotated[tuple[Word, ...], Field(min_length=1)] = ("agency_system",)
    committee: str = ""

    @model_validator(mode="after")
    def refuse_unknown_roles(self) -> "AgencyClient":
        """Refuse a role that does not exist or that no certificate may give."""
        for role in self.roles:
            if role not in ROLE_PERMISSIONS or role in NOT_FOR_AGENCIES:
                message = f"no certificate can give the role {role!r}"
                raise ValueError(message)
        return self


class AgencyClients(BaseModel):
    """All certificates that are let in; anything else is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    clients: Annotated[tuple[AgencyClient, ...], Field(max_length=10_000)]

    @model_validator(mode="after")
    def refuse_doubles(self) -> "AgencyClients":
        """Refuse two entries for one certificate: nobody could say which counts."""
        names = [client.certificate for client in self.clients]
        doubled = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        if doubled:
            message = f"named twice: {', '.join(doubled)}"
            raise ValueError(message)
        return self


def clients_in_file(path: Path, services: Iterable[str]) -> Callable[[], Mapping[str, AgencyClient]]:
    """Return what reads the list in *path*, by the name in the certificate; *services* are the names it may use.

    The function raises PreconditionError where the file cannot be read or is not such a list; the message names the place.
    """
    known = frozenset(services)

    def read() -> Mapping[str, AgencyClient]:
        try:
            listed = AgencyClients.model_validate_json(path.read_bytes()).clients
        except OSError as error:
            message = "TBT_AGENCY_CLIENTS_FILE={path} cannot be read: {cause}"
            raise PreconditionError(message, path=path, cause=error.strerror or error) from error
        except ValidationError as error:
            first = error.errors()[0]
            message = "TBT_AGENCY_CLIENTS_FILE={path} is no list of clients: {place}: {cause}"
            place = ".".join(map(str, first["loc"])) or "the file"
            raise PreconditionError(message, path=path, place=place, cause=first["msg"]) from error
        for client in listed:
            unknown = sorted(set(client.services) - known)
            if unknown:
                message = "TBT_AGENCY_CLIENTS_FILE={path} lets {subject} into {unknown}; there are {known}"
                raise PreconditionError(
                    message,
                    path=path,
                    subject=client.subject,
                    unknown=", ".join(unknown),
                    known=", ".join(sorted(known)),
                )
        return {client.certificate: client for client in listed}

    return read


class CertificateVerifier:
    """Turn the certificate of a connection into the principal it proves. gRPC has held it against the authority already."""

    def __init__(self, read: Callable[[], Mapping[str, AgencyClient]]) -> None:
        """Read the list of clients.

        Raises:
            PreconditionError: it cannot be read.
        """
        self._clients = Refreshed("the list of agencies' certificates", read, REREAD_SECONDS)

    def verify(self, context: grpc.ServicerContext) -> Principal | None:
        """Return whom the certificate of the connection speaks for; None where the connection came with none.

        Raises:
            UnauthenticatedError: the certificate is good, but nobody listed it.
        """
        names = certificate_names(context)
        if not names:
            return None
        clients = self._clients.value()
        listed = [clients[name] for name in names if name in clients]
        if len(listed) != 1:
            message = "the certificate carries {names}, of which the operator has listed {count}; exactly one must be"
            raise UnauthenticatedError(message, names=", ".join(names), count=len(listed))
        client = listed[0]
        return Principal(client.subject, frozenset(client.roles), client.committee, frozenset(client.services))


def certificate_names(context: grpc.ServicerContext) -> list[str]:
    """Return the names a client's verified certificate carries: its alternative names, or else its common name."""
    proven: Mapping[str, Iterable[bytes]] = context.auth_context()  # type: ignore[assignment]  # the stubs forget the lists
    for kind in ("x509_subject_alternative_name", "x509_common_name"):
        names = [name.decode("utf-8", "replace") for name in proven.get(kind, ())]
        if names:
            return list(dict.fromkeys(names))
    return []
