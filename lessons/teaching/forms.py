"""What instructors fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms

from lessons.teaching.archive import LARGEST_COURSE


class NewCourse(forms.Form):
    """A course to be made."""

    title = forms.CharField(max_length=120)
    slug = forms.RegexField(
        r"\A[a-z][a-z0-9-]*\Z",
        max_length=60,
        label="Id",
        help_text="Lower-case letters, digits and dashes, beginning with a letter. It stands in addresses.",
        error_messages={"invalid": "An id has lower-case letters, digits and dashes, and begins with a letter."},
    )


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
