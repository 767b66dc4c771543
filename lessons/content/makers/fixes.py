"""Making fixes: variants of a program to choose among, or one whose marked lines are put in order."""

from lessons.content.blocks import Fix
from lessons.content.fixes import MOST_MARKED, Listing, Variant
from lessons.content.makers.bench import Bench
from lessons.content.makers.exercises import hints_in
from lessons.content.makers.programs import compiles, fenced_in
from lessons.content.options import Options
from lessons.content.scan import Raw


def make_fix(raw: Raw, bench: Bench) -> Fix | None:
    """Return a program to mend. With `variant` blocks inside, one of them is chosen; else its own lines are moved."""
    options = Options(raw, bench.findings)
    name, points = bench.named(options), options.number("points", 1)
    options.close()
    inside = [part for part in raw.inside if isinstance(part, Raw) and part.name == "variant"]
    if inside:
        return _of_variants(raw, inside, name, points, bench)
    fenced = fenced_in(raw, bench)
    if fenced is None:
        return None
    listing = Listing.of(fenced.code)
    if not 2 <= len(listing.marked) <= MOST_MARKED:
        message = f"`fix` needs variants, or a program of which 2 to {MOST_MARKED} lines end in `# move`."
        bench.findings.error("bad-program", fenced.line, 1, message)
        return None
    if not compiles(fenced.code, fenced.line, bench):
        return None
    text = bench.html(fenced.around, raw.text_line)
    return Fix(name, raw.line, text, (), listing, points, hints_in(raw, bench))


def _of_variants(raw: Raw, inside: list[Raw], name: str, points: float, bench: Bench) -> Fix | None:
    variants = [_variant(part, bench) for part in inside]
    if len(inside) < 2:
        bench.findings.error("bad-program", raw.line, raw.column, "`fix` needs two variants at least.")
    if None in variants or len(inside) < 2:
        return None
    kept = tuple(variant for variant in variants if variant)
    return Fix(name, raw.line, bench.body(raw), kept, None, points, hints_in(raw, bench))


def _variant(raw: Raw, bench: Bench) -> Variant | None:
    Options(raw, bench.findings).close()
    if not raw.argument:
        bench.findings.error("missing-id", raw.line, raw.column, "`variant` needs its title after its name.")
    fenced = fenced_in(raw, bench)
    if fenced is None or not compiles(fenced.code, fenced.line, bench):
        return None
    return Variant(raw.argument, fenced.code, bench.html(raw.markdown(), raw.text_line))
