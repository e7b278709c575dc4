"""Let in who may do what the method does, and nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.protobuf.message import Message

from services.runtime.calls import Call, Principal
from services.runtime.permissions import (
    OPEN_SERVICES,
    SIGNED_IN_SERVICES,
    permission_needed,
    permissions_of,
    service_of,
    short_name,
)
from services.runtime.service_calls import require_call
from standards_tree.errors import ForbiddenError, UnauthenticatedError
from tbt.options.v1.options_pb2 import Permission


class Authorization:
    """Hold the permission the method carries in its contract against the caller's roles."""

    @contextmanager
    def around(self, call: Call, context: grpc.ServicerContext) -> Iterator[None]:  # noqa: ARG002  (the interface)
        """Refuse who lacks the permission, and everybody where a method carries none."""
        service = service_of(call.method)
        if service not in OPEN_SERVICES:
            if call.principal is None:
                message = "nobody is signed in"
                raise UnauthenticatedError(message)
            _require_service(service, call.principal)
            if call.principal.caller is not None:
                require_call(call.principal.caller, call.method, call.principal.on_behalf_of)
            if service not in SIGNED_IN_SERVICES:
                _require(permission_needed(call.method), call.principal.roles)
        yield

    def admit(self, request: Message) -> None:
        """Let every message pass."""


def _require_service(service: str, principal: Principal) -> None:
    if principal.services is None or service in SIGNED_IN_SERVICES:
        return
    name = short_name(service)
    if name not in principal.services:
        message = "{subject} is let in to {services}, not to {service}"
        services = ", ".join(sorted(principal.services))
        raise ForbiddenError(message, subject=principal.subject, services=services, service=name)


def _require(permission: int, roles: frozenset[str]) -> None:
    if permission not in permissions_of(roles) or permission == Permission.PERMISSION_UNSPECIFIED:
        name = Permission.Name(Permission.ValueType(permission)).removeprefix("PERMISSION_").lower()
        message = "this needs the permission {permission}; the roles of the token are: {roles}"
        raise ForbiddenError(message, permission=name, roles=", ".join(sorted(roles)) or "none")
