"""Instructions of the machine: what a program is compiled to."""
