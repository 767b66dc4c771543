"""Faultline's engine: simulated clusters in virtual time, replayable from a recording."""
