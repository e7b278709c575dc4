"""Call the standards system: deadlines, retries, pages, operations, and whole files up and down."""

from tbt_standards_client.client import Client, DamagedError, OperationError

__all__ = ["Client", "DamagedError", "OperationError"]
