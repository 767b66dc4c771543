"""A lesson a block: what it is for, its options, and an example."""

from lessons.content.examples import EXAMPLES, example
from lessons.content.vocabulary import BLOCKS, TAKES, BlockWords, OptionWords
from lessons.guide.markdown import Sheet, code, table

AFTER = {
    "id": "After its name stands an id, which no other block of the lesson has: answers and grades hang on it.",
    "term": "After its name stands the term.",
    "title": "After its name stands its title.",
    "": "Nothing stands after its name.",
}


def block_lessons() -> list[Sheet]:
    """Return the lessons of all blocks; those that stand inside others are told of with them."""
    return [_lesson(block) for block in BLOCKS if not block.inside]


def _lesson(block: BlockWords) -> Sheet:
    sheet = Sheet(f"block-{block.name}", f"The block {block.name}", block.help)
    sheet.add(AFTER[block.after], _options(block))
    if block.name == "lab":
        sheet.add("Whatever the lab declares as a setting is an option too; the lessons on labs list them.")
    for inner in (other for other in BLOCKS if block.name in other.inside):
        sheet.add(f"## Inside it: {inner.name}", f"{inner.help} {AFTER[inner.after]}", _options(inner))
        sheet.add("The outer block then has one colon more than the inner one.")
    assert block.name in EXAMPLES, f"the block {block.name} has no example"
    sheet.add("## An example")
    sheet.show(example(block.name, None, set()), "The Markdown, and below it the same at work:")
    return sheet


def _options(block: BlockWords) -> str:
    heads = ("Option", "What it is for", "What it takes")
    return table(heads, [(code(f":{one.name}:"), _help(one), _takes(one)) for one in block.options])


def _help(option: OptionWords) -> str:
    return f"{option.help} **Needed.**" if option.needed else option.help


def _takes(option: OptionWords) -> str:
    return ", ".join(map(code, option.choices)) if option.choices else TAKES[option.takes]
