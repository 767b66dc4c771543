"""Exploration of schedules: what a concurrent program can do under every order of its steps."""
