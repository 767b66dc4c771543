"""Long work: a process of its own, a limited number of places, a time budget, progress, and an end on request."""
