"""Every row class of the program, for migrations and for the test that compares them with a migrated database."""

from services.audit import tables as audit
from services.catalog import tables as catalog
from services.catalog import (
    tables_codes,  # noqa: F401 - its rows are in the schema of the catalog
    tables_comments,  # noqa: F401 - as above
    tables_editions,  # noqa: F401 - as above
    tables_life,  # noqa: F401 - as above
)
from services.compliance import tables as compliance
from services.compliance import tables_dossiers  # noqa: F401 - as above
from services.documents import tables as documents
from services.gap import tables as gap
from services.gap import tables_schedules  # noqa: F401 - as above
from services.linkage import tables as linkage
from services.linkage import (
    tables_links,  # noqa: F401 - its rows are in the schema of linkage
    tables_proposals,  # noqa: F401 - as above
    tables_stories,  # noqa: F401 - as above
)
from services.runtime.operations import tables as operations
from services.terminology import tables as terminology
from services.terminology import (
    tables_releases,  # noqa: F401 - its rows are in the schema of terminology
    tables_work,  # noqa: F401 - as above
)

__all__ = ["audit", "catalog", "compliance", "documents", "gap", "linkage", "operations", "terminology"]
