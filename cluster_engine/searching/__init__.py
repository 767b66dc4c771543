"""Search for a run of a lab that reaches a goal or breaks an invariant, and make it smaller."""
