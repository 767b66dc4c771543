"""What is filled in to make a class, and to join one."""

from typing import Any

from django import forms


class NewClass(forms.Form):
    """A class to be made, on one of the courses that its instructor may use."""

    name = forms.CharField(max_length=80, label="Name", help_text="Such as “Distributed systems, Monday”.")
    course = forms.ChoiceField(label="Course")

    def __init__(self, *args: Any, courses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].choices = courses

    def clean_name(self) -> str:
        """Return the name with single spaces."""
        return " ".join(self.cleaned_data["name"].split())


class Join(forms.Form):
    """A name in the class; whether it will do is found out on joining."""

    name = forms.CharField(
        max_length=500,
        strip=False,
        label="Your name",
        help_text="The instructor sees it beside what you do, and nobody else does unless you drive.",
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "autofocus": True}),
    )
