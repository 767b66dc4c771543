"""What the instructor of a class alone may do: rename it, close it, archive it, remove a member, a new code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from lessons.classes.access import class_to_manage, member_in
from lessons.classes.announcing import announce
from lessons.classes.answers import answered
from lessons.classes.codes import new_code
from lessons.classes.courses import title_of
from lessons.classes.front import show_nothing
from lessons.classes.inviting import invitation
from lessons.classes.joining import NotJoined, remove
from lessons.classes.models import Classroom
from lessons.classes.polls import put_away


@require_safe
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the settings of a class and who is in it."""
    classroom = class_to_manage(request, pk)
    context = {"classroom": classroom, "members": classroom.members.all(), "course": title_of(classroom)}
    context |= {"invitation": invitation(request, classroom), "page": "classes", "tab": "manage"}
    return render(request, "classes/manage.html", context)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Do one of CHANGES."""
    classroom = class_to_manage(request, pk)
    return answered(request, "class-manage", pk, lambda: _change(request, classroom))


@require_POST
def remove_member(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Take somebody out of the class."""
    classroom = class_to_manage(request, pk)
    remove(member_in(classroom, member_pk))
    announce(classroom)
    return redirect("class-manage", pk)


def _change(request: HttpRequest, classroom: Classroom) -> None:
    given = request.POST.get("change", "")
    if given == "rename":
        name = " ".join(request.POST.get("name", "").split())
        if not 0 < len(name) <= 80:
            raise NotJoined("A class has a name of at most 80 characters.")
        classroom.name = name
    elif given in ("open", "close"):
        classroom.is_open = given == "open"
    elif given == "code":
        classroom.code = new_code()
    elif given == "archive":
        put_away(classroom)
        show_nothing(classroom)
        classroom.archived, classroom.is_open = now(), False
    elif given == "take-up":
        classroom.archived = None
    else:
        raise NotJoined("Nothing was changed: this page is too old. Reload it.")
    classroom.save(update_fields=["name", "is_open", "code", "archived"])
    announce(classroom)
