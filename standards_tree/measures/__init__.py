"""Foreign technical measures as members notify them to the WTO: symbols, dates, measures, and where they are read."""
