"""Code lists: what they hold, which are shipped, how a new version is read from a source and what it changes."""

from standards_tree.code_lists.book import CodeBook
from standards_tree.code_lists.model import Code, CodeListId, canonical_code, level_and_parents
from standards_tree.code_lists.shipped import shipped_book

__all__ = ["Code", "CodeBook", "CodeListId", "canonical_code", "level_and_parents", "shipped_book"]
