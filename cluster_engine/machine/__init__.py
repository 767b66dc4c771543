"""The concurrent world: a small language, and a machine that moves its threads step by step."""

from cluster_engine.machine.accesses import Access, Failure, Step, Waiting
from cluster_engine.machine.cast import ThreadPlan
from cluster_engine.machine.language.compile import compile_program
from cluster_engine.machine.language.errors import ProgramError
from cluster_engine.machine.machine import Machine
from cluster_engine.machine.program import PlannedStep, Program

__all__ = [
    "Access", "Failure", "Machine", "PlannedStep", "Program", "ProgramError", "Step", "ThreadPlan", "Waiting",
    "compile_program",
]  # fmt: skip
