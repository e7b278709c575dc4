"""Catalogues of standards in files of others: tables, the ISO catalogue, Relaton records, records of portals.

Each module reads one form into the entries of `entries`, pure: bytes in, entries and remarks out.
"""
