"""The one chain of schema changes, and how it is run."""
