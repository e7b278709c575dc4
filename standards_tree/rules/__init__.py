"""The rules that drafts are held against. A rule says what it asks for, where that stands and how to mend a fault."""
