"""`python -m tests.bench [NAME …] [OPTION …]`: run the benchmarks named, or all of them.

What follows the names is handed to each benchmark.
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

import tests.bench


def names() -> list[str]:
    """Return the benchmarks there are."""
    modules = sorted(found.name for found in iter_modules(tests.bench.__path__))
    return [name for name in modules if not name.startswith("_") and name != "table"]


def main(arguments: list[str]) -> int:
    """Run benchmarks; return the worst exit status."""
    known = names()
    first = next((n for n, word in enumerate(arguments) if word.startswith("-")), len(arguments))
    chosen, options = arguments[:first] or known, arguments[first:]
    for name in chosen:
        if name not in known:
            print(f"There is no benchmark {name!r}; there are {', '.join(known)}.", file=sys.stderr)
            return 2
    return max(int(import_module(f"tests.bench.{name}").main(options)) for name in chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
