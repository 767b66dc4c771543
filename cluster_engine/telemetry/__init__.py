"""What is measured in a run, in virtual time."""
