"""Why an invariant broke: the few records that led there, found in the records alone."""
