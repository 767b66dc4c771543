"""The labs. Each module of this package that defines `LAB` is one; adding a lab is adding a file."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from cluster_engine.labs.declaration import Lab
from cluster_engine.wording import did_you_mean, quoted


class UnknownLab(ValueError):
    """There is no lab of that name."""


@cache
def all_labs() -> tuple[Lab, ...]:
    """Return all labs, sorted by name."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return tuple(sorted((m.LAB for m in modules if hasattr(m, "LAB")), key=lambda lab: lab.name))


def get_lab(name: str) -> Lab:
    """Return a lab by name; raise UnknownLab with a guess."""
    labs = {lab.name: lab for lab in all_labs()}
    if name not in labs:
        raise UnknownLab(f"There is no lab {quoted(name)}.{did_you_mean(name, labs)}")
    return labs[name]
