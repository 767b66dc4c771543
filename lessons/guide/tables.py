"""Lessons that are lists: the fields of front matter, and what can be wrong with a lesson."""

from lessons.content.course import COURSE_FIELDS, MODULE_FIELDS
from lessons.content.findings import CODES
from lessons.content.frontmatter import FIELDS, NOUNS, Field
from lessons.guide.markdown import FENCE, Sheet, code, table


def front_matter_lesson() -> Sheet:
    """Return the lesson on `course.yaml` and on the head of a lesson."""
    sheet = Sheet("front-matter", "Front matter and course.yaml", "What a lesson and a course say of themselves.")
    sheet.add("A lesson begins with its front matter, between two lines of three dashes:")
    sheet.add(
        f"{FENCE}yaml\n---\nformat: 1\nid: raft-partition\ntitle: When the network splits\n"
        "summary: Cut a cluster in two and see which half keeps working.\nminutes: 15\nrequires: [raft-election]\n"
        f"teaches: [majority, split-brain]\n---\n{FENCE}"
    )
    sheet.add(_fields(FIELDS), "The id never changes: answers, grades and links hang on it.")
    sheet.add("## course.yaml", "It lies at the top of the course's folder:")
    sheet.add(
        f"{FENCE}yaml\nid: my-course\ntitle: My course\nlanguage: en\nmodules:\n"
        f"  - id: first\n    title: First things\n    lessons: [raft-partition]\n{FENCE}"
    )
    sheet.add("Of the course:", _fields(COURSE_FIELDS), "Of each module:", _fields(MODULE_FIELDS))
    sheet.add("The lesson `raft-partition` of the module `first` is the file `first/raft-partition.md`.")
    return sheet


def findings_lesson() -> Sheet:
    """Return the lesson on findings."""
    sheet = Sheet("findings", "Findings", "What can be wrong with a lesson, by the code that a finding carries.")
    sheet.add(
        "A finding tells the file, the line and the column, what is wrong, and often what might be meant. Its code "
        "stays the same whatever its words. An error keeps a lesson from being published; a warning does not."
    )
    sheet.add(table(("Code", "What it means"), [(code(name), words) for name, words in CODES.items()]))
    return sheet


def _fields(fields: dict[str, Field]) -> str:
    rows = [(code(name), _takes(field), "needed" if field.needed else "") for name, field in fields.items()]
    return table(("Field", "What it is", ""), rows)


def _takes(field: Field) -> str:
    return ", ".join(map(code, field.choices)) if field.choices else NOUNS[field.kind]
