"""Find which foreign requirements the domestic standards do not answer, why, and what to do first.

:func:`standards_tree.gap.analysis.analyse` is the door; it reads the facts of :mod:`standards_tree.gap.snapshot`.
"""
