"""Hold a draft against the rules of drafting: GB/T 1.1-2020 for Chinese documents, ISO/IEC Directives Part 2 for English ones.

Each module holds the rules of one subject, and what is data in them stands at its top: wordings, words, orders. A new rule
is one entry of its module's ``RULES``, with what it says, how it is found, and an example that is broken and mended.
"""
