"""Write the numerals that lists, clauses and annexes are counted with."""

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def letters(count: int) -> str:
    """Return a, b … z, aa, ab … for 1, 2 …."""
    written = ""
    while count > 0:
        count, rest = divmod(count - 1, 26)
        written = chr(ord("a") + rest) + written
    return written


def roman(count: int) -> str:
    """Return i, ii, iii, iv … for 1, 2 …; beyond 3,999 the figures."""
    if count >= 4000:  # there is no sign for 5,000
        return str(count)
    written = ""
    for value, sign in _ROMAN:
        while count >= value:
            written += sign
            count -= value
    return written
