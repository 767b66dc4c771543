"""The modules and lessons of a `course.yaml`, read and changed: its comments and its form stay as they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import yaml

from lessons.content.course import COURSE_FILE
from lessons.content.splice import Items, NotYaml, root_of, value_of, with_field, without_field, written
from lessons.teaching.archive import Refused


def place_in_map(path: str) -> tuple[str, str]:
    """Return the module in whose folder a lesson lies, and the name by which the map knows it there."""
    module, _, name = path.removesuffix(".md").rpartition("/")
    return module, name


@dataclass(frozen=True)
class Part:
    """A module as it is written: its id, its title and the names of its lessons."""

    id: str
    title: str
    summary: str
    lessons: tuple[str, ...]


class Outline:
    """A `course.yaml`. Each change returns the new text; it raises Refused for what cannot be done."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.root = root_of(text)
        except NotYaml as error:
            raise Refused(f"{COURSE_FILE}, {error} Mend it first.") from error
        modules = value_of(self.root, "modules")
        if not isinstance(modules, yaml.SequenceNode):
            raise Refused(f"{COURSE_FILE} has no list of modules. Mend it first.")
        self.modules = modules
        self.title, self.summary = _text(self.root, "title"), _text(self.root, "summary")
        self.parts = tuple(_part(module) for module in modules.value)

    def place_of(self, module: str) -> int:
        """Return the place of a module."""
        for place, part in enumerate(self.parts):
            if part.id == module:
                return place
        raise Refused(f"There is no module “{module[:80]}” in {COURSE_FILE}. Reload the page.")

    def module_of(self, path: str) -> str | None:
        """Return the module that names the lesson of a path, or None."""
        module, name = place_in_map(path)
        return next((part.id for part in self.parts if part.id == module and name in part.lessons), None)

    def with_titles(self, title: str, summary: str) -> str:
        """Return the text with another title and summary of the course."""
        return _titled(self.text, lambda outline: outline.root, title, summary)

    def with_module_titles(self, module: str, title: str, summary: str) -> str:
        """Return the text with another title and summary of a module."""
        place = self.place_of(module)
        return _titled(self.text, lambda outline: outline.modules.value[place], title, summary)

    def with_module(self, module: str, title: str) -> str:
        """Return the text with one more module, without lessons, at the end."""
        if any(part.id == module for part in self.parts):
            raise Refused(f"There is a module “{module}” already.")
        fields = [f"id: {module}", f"title: {written(title)}", "lessons: []"]
        return self._modules().with_item(fields, f"{{{', '.join(fields)}}}")

    def without_module(self, module: str) -> str:
        """Return the text without a module, which must have no lessons any more and not be the last one."""
        place = self.place_of(module)
        if self.parts[place].lessons:
            raise Refused(f"The module “{self.parts[place].title}” has lessons; move or delete them first.")
        if len(self.parts) == 1:
            raise Refused("A course has at least one module.")
        return self._modules().without(place)

    def with_module_at(self, module: str, to: int) -> str:
        """Return the text with a module at another place."""
        return self._modules().ordered(_moved(len(self.parts), self.place_of(module), to))

    def with_lesson(self, module: str, name: str) -> str:
        """Return the text with one more lesson, at the end of a module."""
        place = self.place_of(module)
        if name in self.parts[place].lessons:
            raise Refused(f"The module “{self.parts[place].title}” names “{name}” already.")
        return self._lessons(place).with_item([name], name)

    def without_lesson(self, module: str, name: str) -> str:
        """Return the text without a lesson."""
        place = self.place_of(module)
        return self._lessons(place).without(self._lesson_place(place, name))

    def with_lesson_at(self, module: str, name: str, to: int) -> str:
        """Return the text with a lesson at another place of its module."""
        place = self.place_of(module)
        order = _moved(len(self.parts[place].lessons), self._lesson_place(place, name), to)
        return self._lessons(place).ordered(order)

    def _lesson_place(self, place: int, name: str) -> int:
        part = self.parts[place]
        if name not in part.lessons:
            raise Refused(f"The module “{part.title}” names no lesson “{name[:80]}” any more. Reload the page.")
        return part.lessons.index(name)

    def _modules(self) -> Items:
        return Items(self.text, _key(self.root, "modules"), self.modules)

    def _lessons(self, place: int) -> Items:
        module = self.modules.value[place]
        lessons = value_of(module, "lessons")
        if not isinstance(lessons, yaml.SequenceNode):
            raise Refused(f"The module “{self.parts[place].title}” has no list of lessons. Mend {COURSE_FILE} first.")
        return Items(self.text, _key(module, "lessons"), lessons)


def _titled(text: str, node_of: Callable[[Outline], yaml.MappingNode], title: str, summary: str) -> str:
    """Set both, one after the other: each moves what stands behind it."""
    for name, value in (("title", title), ("summary", summary)):
        outline = Outline(text)
        node = node_of(outline)
        text = with_field(text, node, name, value) if value else without_field(text, node, name)
    return text


def _part(module: yaml.Node) -> Part:
    lessons = value_of(module, "lessons")
    names = lessons.value if isinstance(lessons, yaml.SequenceNode) else []
    if not all(isinstance(name, yaml.ScalarNode) for name in names):
        raise Refused(f"The lessons of a module in {COURSE_FILE} are a list of names. Mend it first.")
    told = tuple(str(name.value) for name in names)
    return Part(_text(module, "id"), _text(module, "title"), _text(module, "summary"), told)


def _text(mapping: yaml.Node, name: str) -> str:
    value = value_of(mapping, name)
    return str(value.value) if isinstance(value, yaml.ScalarNode) else ""


def _key(mapping: yaml.MappingNode, name: str) -> yaml.Node:
    return next(key for key, _ in mapping.value if key.value == name)


def _moved(count: int, place: int, to: int) -> Sequence[int]:
    order = [other for other in range(count) if other != place]
    order.insert(max(0, min(to, count - 1)), place)
    return order
