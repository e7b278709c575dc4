"""Keeps documents byte for byte and reads them for other services: the only one that opens uploaded files."""
