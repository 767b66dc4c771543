"""Which promise does a history keep? Linearizability and the weaker ones, judged after the event or beside a run."""
