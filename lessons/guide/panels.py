"""The lesson on panels: what each shows, at work in the first lab that has it."""

from cluster_engine.labs import all_labs
from lessons.guide.markdown import Sheet

PANELS = {
    "cluster": "Nodes, links and messages under way, coloured by epoch and marked by role; every fault stays visible.",
    "spacetime": "A line for each node or thread, time to the right, messages as arrows: what could have caused what.",
    "log": "The replicated logs side by side, coloured by epoch, dashed until committed.",
    "history": "The clients' operations from call to return, faults shaded behind; no answer, no end.",
    "threads": "The program, a column a thread, with its line, variables and step button; memory and locks below.",
    "cores": "Who ran when on which core, with switches and slow steps after them in colours of their own.",
    "chart": "What is measured, over the time of the run.",
    "events": "What happened and why, a sentence an event.",
    "table": "Everything that is known of each node, as a table.",
}


def panel_lessons() -> list[Sheet]:
    """Return the lesson on panels."""
    summary = "What a lab can show of itself, and how a lesson chooses."
    sheet = Sheet("panels", "Panels", summary, minutes=10)
    sheet.add(
        "The option `:panels:` lists them. The first stands beside the controls and should be the picture of the lab;"
        " the others are tabs in the order in which they are named."
    )
    for name, words in PANELS.items():
        lab = next(lab for lab in all_labs() if name in lab.panels)
        first = "" if lab.panels[0] == name else f"{lab.panels[0]}, "
        sheet.add(
            f"## {name}", words, f"In the labs {', '.join(one.name for one in all_labs() if name in one.panels)}."
        )
        sheet.show(
            f":::{{lab}} shows-{name}\n:lab: {lab.name}\n:panels: {first}{name}\n"
            f":alt: {lab.title} with the panel {name}.\n:::"
        )
    return [sheet]
