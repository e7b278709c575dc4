"""Vocabularies in files: TBX, ISO STS, SKOS, Glossarist and tables, read and written.

Each module reads or writes one form, pure: bytes in, concepts out, with what is wrong and what the model cannot hold.
"""
