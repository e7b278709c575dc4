"""Say which role may do what, in one table, and which method needs what, read from the contracts."""

from functools import cache

from google.protobuf import descriptor_pool

from tbt.options.v1 import options_pb2
from tbt.options.v1.options_pb2 import Permission

READ = frozenset(
    {
        Permission.PERMISSION_CATALOG_READ,
        Permission.PERMISSION_DOCUMENTS_READ,
        Permission.PERMISSION_TERMINOLOGY_READ,
        Permission.PERMISSION_COMPLIANCE_READ,
        Permission.PERMISSION_LINKAGE_READ,
        Permission.PERMISSION_GAP_READ,
    }
)
COMMENT = frozenset({Permission.PERMISSION_TERMINOLOGY_COMMENT})
EVERYTHING = frozenset(Permission.values()) - {Permission.PERMISSION_UNSPECIFIED}

ROLE_PERMISSIONS: dict[str, frozenset[int]] = {
    "administrator": EVERYTHING,
    "catalogue_editor": READ
    | COMMENT
    | {
        Permission.PERMISSION_CATALOG_WRITE,
        Permission.PERMISSION_STANDARDS_REVIEW,
        Permission.PERMISSION_DRAFTS_READ,
        Permission.PERMISSION_DRAFTS_READ_ALL,
        Permission.PERMISSION_DOCUMENTS_WRITE,
    },
    "committee_secretary": READ
    | COMMENT
    | {
        Permission.PERMISSION_DRAFTS_READ,
        Permission.PERMISSION_DRAFTS_WRITE,
        Permission.PERMISSION_STANDARDS_REVIEW,
        Permission.PERMISSION_DRAFTS_COMMENT,
        Permission.PERMISSION_DOCUMENTS_WRITE,
        Permission.PERMISSION_COMPLIANCE_CHECK,
    },
    # An expert of a committee: reads its drafts, comments on them and votes.
    "committee_member": READ | COMMENT | {Permission.PERMISSION_DRAFTS_READ, Permission.PERMISSION_DRAFTS_COMMENT},
    "terminology_editor": READ
    | COMMENT
    | {Permission.PERMISSION_TERMINOLOGY_WRITE, Permission.PERMISSION_DOCUMENTS_WRITE},
    # Agrees to what others proposed.
    "terminology_approver": READ | COMMENT | {Permission.PERMISSION_TERMINOLOGY_APPROVE},
    "analyst": READ
    | COMMENT
    | {
        Permission.PERMISSION_DRAFTS_READ,
        Permission.PERMISSION_DRAFTS_READ_ALL,
        Permission.PERMISSION_DOCUMENTS_WRITE,
        Permission.PERMISSION_LINKAGE_WRITE,
        Permission.PERMISSION_GAP_REPORT,
        Permission.PERMISSION_DOSSIERS_READ,
        Permission.PERMISSION_DOSSIERS_WRITE,
    },
    "reviewer": READ
    | COMMENT
    | {
        Permission.PERMISSION_LINKAGE_REVIEW,
        Permission.PERMISSION_GAP_REPORT,
        Permission.PERMISSION_DOSSIERS_READ,
        Permission.PERMISSION_DOSSIERS_WRITE,
    },
    "reader": READ,
    # Looks after the others: sees who changed what and who was refused, and changes nothing.
    "auditor": READ | {Permission.PERMISSION_AUDIT_READ},
    # Another agency's system: reads, and follows the change logs.
    "agency_system": READ | {Permission.PERMISSION_CHANGES_READ},
    # One of our own services calling another; it reads what its caller asked it to work on. It writes nothing.
    "service": READ
    | {
        Permission.PERMISSION_DRAFTS_READ,
        Permission.PERMISSION_DRAFTS_READ_ALL,
        Permission.PERMISSION_CHANGES_READ,
    },
}

# What changes nothing, whoever does it.
ONLY_READING = READ | {
    Permission.PERMISSION_DRAFTS_READ,
    Permission.PERMISSION_DRAFTS_READ_ALL,
    Permission.PERMISSION_CHANGES_READ,
    Permission.PERMISSION_AUDIT_READ,
    Permission.PERMISSION_DOSSIERS_READ,
}

# Contracts that are not ours carry no permission: these may be called by anybody who proved who they are …
SIGNED_IN_SERVICES = frozenset({"google.longrunning.Operations"})
CHANGING_OPERATIONS = frozenset(
    {"/google.longrunning.Operations/CancelOperation", "/google.longrunning.Operations/DeleteOperation"}
)
# … and these by anybody.
OPEN_SERVICES = frozenset(
    {"grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection", "grpc.reflection.v1.ServerReflection"}
)


def permissions_of(roles: frozenset[str]) -> frozenset[int]:
    """Return what *roles* together may do. A role this table does not know may do nothing."""
    return frozenset().union(*(ROLE_PERMISSIONS.get(role, frozenset()) for role in roles))


@cache
def permission_needed(method: str) -> int:
    """Return the permission that *method* (`/package.Service/Method`) carries; 0, which nobody has, when it carries none."""
    service_name, _, method_name = method.removeprefix("/").partition("/")
    try:
        service = descriptor_pool.Default().FindServiceByName(service_name)
        return int(service.methods_by_name[method_name].GetOptions().Extensions[options_pb2.permission])
    except KeyError:
        return 0


def works_across_committees(roles: frozenset[str]) -> bool:
    """Tell whether somebody with *roles* sees the unpublished drafts of every committee."""
    return Permission.PERMISSION_DRAFTS_READ_ALL in permissions_of(roles)


def changes_something(method: str) -> bool:
    """Tell whether *method* is one that changes something, by the permission it carries."""
    if method in CHANGING_OPERATIONS:
        return True
    permission = permission_needed(method)
    return permission != Permission.PERMISSION_UNSPECIFIED and permission not in ONLY_READING


def short_name(service: str) -> str:
    """Return the name of one of our services as the settings use it: `catalog` for `tbt.catalog.v1.CatalogService`."""
    return service.split(".")[1] if service.startswith("tbt.") else service


def service_of(method: str) -> str:
    """Return the service of a full method: `tbt.catalog.v1.CatalogService`."""
    return method.removeprefix("/").partition("/")[0]
