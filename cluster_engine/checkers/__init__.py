"""Judges of a run: they read records, know no protocol's code and share none with what they check."""
