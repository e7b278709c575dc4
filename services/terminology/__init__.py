"""The terminology service."""
