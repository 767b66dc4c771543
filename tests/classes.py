"""A class as tests see it: on a course of the database, with everyone who may or may not come near it."""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from lessons.classes.models import Classroom, Member
from lessons.teaching.models import Membership
from lessons.teaching.rights import INSTRUCTORS
from lessons.teaching.serving import serve
from lessons.teaching.shelf import files_of, take_in
from tests.courses import FRONT

COURSE = b"id: mine\ntitle: My course\nmodules:\n  - id: one\n    title: One\n    lessons: [a]\n"
LESSON = (
    FRONT
    + """
:::{lab} cluster
:lab: raft
:seed: 1
:alt: Five servers.
:::

:::{predict} who
:lab: cluster
:ask: which node leads at 1s
Who leads first?
:::

:::{quiz} which
Which?
- [x] this *one*
  > yes
- [ ] that
  > no
:::

:::{quiz} several
:type: multiple
Which ones?
- [x] the first
  > yes
- [x] the second
  > yes
- [ ] the third
  > no
:::

:::{quiz} word
:type: text
:answer: quorum
What is it called?
:::

:::{challenge} nobody
:lab: cluster
:goal: elections >= 1 and nodes_down == 0 and leaderless_ms >= 2000
Let nobody lead.
:::
"""
)
KEY = "mine/a-lesson"
PEOPLE = ("instructor", "co-author", "instructor of others", "learner of the class", "learner of another", "outsider")
ROLES = (*PEOPLE, "anonymous")


@dataclass
class World:
    """The class, and a browser for each role."""

    classroom: Classroom
    other: Classroom
    browsers: dict[str, Client] = field(default_factory=dict)

    def member(self, role: str = "learner of the class") -> Member:
        """Return the member that somebody is."""
        return Member.objects.get(learner__user__username=role)

    def at(self, name: str, *more: object) -> str:
        """Return an address of the class."""
        return reverse(name, args=[self.classroom.pk, *more])

    def post(self, role: str, name: str, *more: object, **fields: object) -> int:
        """Post a form as somebody; return the status."""
        return self.browsers[role].post(self.at(name, *more), fields).status_code

    def see(self, role: str, name: str, *more: object, **query: object) -> str:
        """Return a page as somebody sees it."""
        response = self.browsers[role].get(self.at(name, *more), query)
        assert response.status_code == 200, response.status_code
        return str(response.content.decode())

    def now(self) -> Classroom:
        """Return the class as it is now."""
        return Classroom.objects.get(pk=self.classroom.pk)


def new_world() -> World:
    """Make a course, a class on it, another class, and all roles."""
    users = {name: User.objects.create_user(name) for name in PEOPLE}
    for name in PEOPLE[:3]:
        users[name].groups.add(Group.objects.get_or_create(name=INSTRUCTORS)[0])
    course = take_in({"course.yaml": COURSE, "one/a.md": LESSON.encode()}, users["instructor"])
    Membership.objects.create(course=course, user=users["co-author"], role=Membership.Role.CO_AUTHOR)
    serve(course, files_of(course))
    world = World(
        Classroom.objects.create(name="Monday", course="mine", instructor=users["instructor"]),
        Classroom.objects.create(name="Tuesday", course="built-in", instructor=users["instructor of others"]),
    )
    for role in ROLES:
        world.browsers[role] = Client()
        if role in users:
            world.browsers[role].force_login(users[role])
    join_as(world.browsers["learner of the class"], world.classroom, "Ada")
    join_as(world.browsers["learner of another"], world.other, "Bob")
    return world


def join_as(browser: Client, classroom: Classroom, name: str) -> None:
    """Join a class by its code and a name."""
    response = browser.post(reverse("join", args=[classroom.code]), {"name": name})
    assert response.status_code == 302, response.content.decode()
