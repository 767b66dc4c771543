"""The pages of those who write courses: begun, imported and exported, saved by two."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lessons.content.lesson import parse
from lessons.content.play import play
from lessons.teaching.archive import packed, unpacked
from lessons.teaching.models import Course, Membership
from lessons.teaching.shelf import files_of, take_in
from lessons.teaching.templates import TEMPLATES, new_course, new_lesson

FILES = new_course("mine", "Mine: a “course”") | {"first-module/ring.png": b"\x89PNG"}
DRAFT = ("teach-document", "mine", "first-module/first-lesson.md")

SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Return a browser of: ada, who writes the course; bob, who writes another; eve, who learns; a guest."""
    for name in ("ada", "bob", "cora", "eve"):
        User.objects.create_user(name)
    for name in ("ada", "bob", "cora"):
        User.objects.get(username=name).groups.add(Group.objects.get(name="Instructors"))
    course = take_in(FILES, User.objects.get(username="ada"))
    Membership.objects.create(course=course, user=User.objects.get(username="cora"), role="co-author")

    def signed_in(name: str) -> Client:
        client = Client()
        if name != "guest":
            client.force_login(User.objects.get(username=name))
        return client

    return signed_in


def address(name: str, *more: str) -> str:
    return reverse(name, args=more or ["mine"] * (name == "teach-export"))


def test_a_guest_is_told_why(sign_in: SignIn) -> None:
    assert "asks for rights" in sign_in("guest").get("/teach/").content.decode()


@pytest.mark.django_db
def test_who_is_not_signed_in_is_led_to_it_and_back() -> None:
    assert f"{reverse('sign-in')}?next=/teach/" in Client().get("/teach/").content.decode()


def test_a_new_course_begins_without_findings(sign_in: SignIn, tmp_path: object) -> None:
    response = sign_in("bob").post(address("teach-create"), {"title": 'Ünder: [x] {y} "z" <b>', "slug": "under"})
    assert response.status_code == 302
    course = Course.objects.get(slug="under")
    assert {one.what for document in course.documents.all() for one in document.revisions.all()} == {"saved"}
    files = files_of(course)
    lesson = parse(files["first-module/first-lesson.md"], "a.md")
    assert [str(finding) for finding in lesson.findings.all] == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_a_lesson_can_begin_with_has_no_findings_and_plays(name: str) -> None:
    parsed = parse(TEMPLATES[name].text("mine", "Mine"), "a/mine.md")
    assert parsed.lesson is not None
    assert [str(finding) for finding in (*parsed.findings.all, *play(parsed.lesson).all)] == []


def test_a_title_of_a_lesson_is_any_text(tmp_path: object) -> None:
    parsed = parse(new_lesson("a", 'What: "is" [this]?'), "a.md")
    assert parsed.lesson is not None
    assert parsed.lesson.title == 'What: "is" [this]?'


@pytest.mark.parametrize(
    ("title", "ids"),
    [
        ("Mine", ["mine-2", "mine-3"]),
        ("Übungen & Läufe", ["ubungen-laufe", "ubungen-laufe-2"]),
        ("分布式", ["course", "course-2"]),
        ("Built-in", ["built-in-2", "built-in-3"]),
    ],
)
def test_a_course_without_an_id_gets_one_of_its_title(sign_in: SignIn, title: str, ids: list[str]) -> None:
    browser = sign_in("ada")
    made = browser.post(address("teach-create"), {"title": title, "slug": ""})
    copied = browser.post(address("teach-copy"), {"copy-source": "built-in", "copy-title": title, "copy-slug": " "})
    assert [one.url for one in (made, copied)] == [f"/teach/courses/{slug}/" for slug in ids]


@pytest.mark.parametrize("slug", ["Mine", "a b", "../x", "mine", "built-in", "x" * 61, "1st", "mine\n<b>"])
def test_a_course_needs_a_good_id_that_is_free(sign_in: SignIn, slug: str) -> None:
    response = sign_in("ada").post(address("teach-create"), {"title": "Another", "slug": slug})
    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    assert Course.objects.count() == 1


def test_a_course_goes_out_and_into_an_empty_site_byte_for_byte(sign_in: SignIn) -> None:
    data = sign_in("ada").get(address("teach-export")).content
    Course.objects.all().delete()
    upload = SimpleUploadedFile("mine.zip", data)
    assert sign_in("bob").post(address("teach-import"), {"file": upload}).status_code == 302
    assert files_of(Course.objects.get()) == FILES == unpacked(data)


def test_an_import_that_is_refused_says_why_with_names_escaped(sign_in: SignIn) -> None:
    upload = SimpleUploadedFile("mine.zip", packed({"<script>alert(1)</script>.md": b""}))
    response = sign_in("bob").post(address("teach-import"), {"file": upload})
    assert response.status_code == 400
    assert "<script>alert" not in response.content.decode()
    assert "none that a course may have" in response.content.decode()


def test_a_draft_may_hold_anything_and_is_shown_as_text(sign_in: SignIn) -> None:
    ada, text = sign_in("ada"), "\nbroken </textarea><script>alert(1)</script>\nlast"
    response = ada.post(address(*DRAFT), {"text": text.replace("\n", "\r\n"), "version": "1"})
    assert response.status_code == 302
    assert files_of(Course.objects.get())[DRAFT[2]] == text.encode()
    assert "<script>alert" not in ada.get(address(*DRAFT)).content.decode()


def test_a_draft_keeps_its_line_ends(sign_in: SignIn) -> None:
    document = Course.objects.get().documents.get(path=DRAFT[2])
    document.draft = b"a\r\nb"
    document.save()
    sign_in("ada").post(address(*DRAFT), {"text": "a\r\nb\r\nc", "version": "1"})
    assert files_of(Course.objects.get())[DRAFT[2]] == b"a\r\nb\r\nc"


def test_of_two_authors_the_second_sees_both_texts_and_can_save_after_it(sign_in: SignIn) -> None:
    ada, cora = sign_in("ada"), sign_in("cora")
    ada.post(address(*DRAFT), {"text": "what ada wrote", "version": "1"})
    response = cora.post(address(*DRAFT), {"text": "what cora wrote", "version": "1"})
    shown = response.content.decode()
    assert response.status_code == 409
    assert "what ada wrote" in shown
    assert "what cora wrote" in shown
    assert 'name="version" value="2"' in shown
    assert cora.post(address(*DRAFT), {"text": "both", "version": "2"}).status_code == 302
    assert files_of(Course.objects.get())[DRAFT[2]] == b"both"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "²"])
def test_a_version_that_is_none_saves_nothing_and_loses_nothing(sign_in: SignIn, version: str) -> None:
    response = sign_in("ada").post(address(*DRAFT), {"text": "kept on the page", "version": version})
    assert response.status_code == 400
    assert "kept on the page" in response.content.decode()
    assert files_of(Course.objects.get()) == FILES


def test_a_draft_that_is_too_large_is_refused_and_stays_on_the_page(sign_in: SignIn) -> None:
    response = sign_in("ada").post(address(*DRAFT), {"text": "ab " * 140_000, "version": "1"})
    assert response.status_code == 400
    assert "more than 400,000 bytes" in response.content.decode()
