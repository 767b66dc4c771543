"""What instructors fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms

from lessons.teaching.archive import LARGEST_COURSE
from lessons.teaching.names import free_course_id, is_taken


class NewCourse(forms.Form):
    """A course to be made. One that is given no id gets one of its title."""

    title = forms.CharField(max_length=120)
    slug = forms.RegexField(
        r"\A[a-z][a-z0-9-]*\Z",
        max_length=60,
        strip=True,
        required=False,
        label="Id, if you want to choose it",
        help_text="It stands in addresses: lower-case letters, digits and dashes. Left empty, it is made of the title.",
        error_messages={"invalid": "An id has lower-case letters, digits and dashes, and begins with a letter."},
    )

    def clean_slug(self) -> str:
        """Return the id that was chosen, or one that the title suggests."""
        slug: str = self.cleaned_data["slug"]
        if is_taken(slug):
            raise forms.ValidationError(f"“{slug}” is taken. Choose another id, or leave it empty.")
        return slug or free_course_id(self.cleaned_data.get("title", ""))


class Copy(NewCourse):
    """A course to be copied: which one, and what the copy is called."""

    source = forms.ChoiceField(label="Copy")
    field_order = ("source", "title", "slug")

    def __init__(self, *args: Any, sources: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, prefix="copy", **options)
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField), "it is declared so above"
        source.choices = list(sources)


class Import(forms.Form):
    """A course to be taken in."""

    file = forms.FileField(label="Zip file", help_text="The zip of a course's folder, as an export gives it.")

    def clean_file(self) -> bytes:
        """Return the bytes of the zip; one that is larger than any course is not even read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_COURSE:
            raise forms.ValidationError(f"A course has at most {LARGEST_COURSE:,} bytes; this file has more.")
        data: bytes = file.read()
        return data
