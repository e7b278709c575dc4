"""Run PostgreSQL and an S3 store from their wheels, on one machine, under one folder."""

from services.embedded.object_store import S3Access
from services.embedded.stack import EmbeddedStack

__all__ = ["EmbeddedStack", "S3Access"]
