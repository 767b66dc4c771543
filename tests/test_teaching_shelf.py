"""Courses in the database: in and out byte for byte, what is refused, and drafts that two people save."""

import io
import stat
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from lessons.content.lesson import LARGEST
from lessons.content.library import BUILT_IN
from lessons.teaching import archive
from lessons.teaching.archive import Refused, packed, unpacked
from lessons.teaching.models import Course, Membership
from lessons.teaching.rights import may_create, may_edit
from lessons.teaching.shelf import Conflict, add, files_of, restore, save, take_in

COURSE = b"id: mine\ntitle: Mine\nmodules:\n  - id: one\n    title: One\n    lessons: [first]\n"
FILES = {
    "course.yaml": COURSE,
    "one/first.md": "\ufeff---\r\nid: first\r\n---\r\nGrüße, 分布式\n\n".encode(),
    "one/picture of it.png": bytes(range(256)),
    "one/empty.md": b"",
}


def zipped(*entries: tuple[str | ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as file:
        for name, content in entries:
            file.writestr(name, content)
    return target.getvalue()


def link(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_a_course_goes_through_zip_and_database_byte_for_byte(ada: User) -> None:
    course = take_in(unpacked(packed(FILES)), ada)
    assert files_of(course) == FILES
    assert unpacked(packed(files_of(course))) == FILES
    assert packed(files_of(course)) == packed(dict(reversed(FILES.items())))


def test_the_built_in_course_goes_through_a_zip_byte_for_byte() -> None:
    files = {str(path.relative_to(BUILT_IN)): path.read_bytes() for path in BUILT_IN.rglob("*") if path.is_file()}
    assert unpacked(packed(files)) == files


def test_a_zip_may_hold_the_folder_itself() -> None:
    assert unpacked(zipped(*((f"course/{path}", content) for path, content in FILES.items()))) == FILES


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([("../course.yaml", COURSE)], "The path “../course.yaml”"),
        ([("/etc/course.yaml", COURSE)], "The path “/etc/course.yaml”"),
        ([("course.yaml", COURSE), ("one/../../a.md", b"")], "The path “one/../../a.md”"),
        ([("course.yaml", COURSE), ("one//a.md", b"")], "The path “one//a.md”"),
        ([("course.yaml", COURSE), ("..\\a.md", b"")], "The path “../a.md”"),
        ([("course.yaml", COURSE), ("C:\\one\\a.md", b"")], "The path “C:/one/a.md”"),
        ([("course.yaml", COURSE), ("C:a.md", b"")], "The path “C:a.md”"),
        ([("course.yaml", COURSE), ("one/.../a.md", b"")], "The path “one/.../a.md”"),
        ([("course.yaml", COURSE), ("one/a\n.md", b"")], "The path"),
        ([("course.yaml", COURSE), ("a" * 300 + ".md", b"")], "The path"),
        ([("course.yaml", COURSE), ("one/run.py", b"")], "neither Markdown, YAML nor an image"),
        ([("course.yaml", COURSE), ("one/a.svg", b"<svg/>")], "neither Markdown, YAML nor an image"),
        ([("course.yaml", COURSE), ("one/a.md", b"\xff")], "no UTF-8 text"),
        ([("course.yaml", COURSE), ("one/a.md", b"x" * (LARGEST + 1))], "more than 400,000 bytes"),
        ([("course.yaml", COURSE), (link("one/a.md"), b"/etc/passwd")], "a link to another file"),
        ([("course.yaml", COURSE), ("one/a.md", b""), ("One/A.md", b"")], "differ by case alone"),
        ([("one/a.md", b"")], "there is none"),
        ([("README.md", b""), ("mine/course.yaml", COURSE)], "there is one in “mine/”, so take that folder"),
        ([], "there is none"),
    ],
)
def test_what_no_course_is_is_refused(entries: list[tuple[str | ZipInfo, bytes]], said: str) -> None:
    with pytest.raises(Refused) as refusal:
        unpacked(zipped(*entries))
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    "beside",
    ["__MACOSX/._course.yaml", "one/.DS_Store", "mine/Thumbs.db", "desktop.ini", ".git/HEAD", ".github/a.yaml"],
)
def test_what_a_system_puts_beside_the_files_is_left_out(beside: str) -> None:
    folder = [(f"mine/{path}", content) for path, content in FILES.items()]
    assert unpacked(zipped(*folder, (beside, b"\0\1"))) == FILES


def test_a_zip_may_write_its_paths_as_other_systems_do() -> None:
    folder = [(f"top\\mine\\{path}".replace("/", "\\"), content) for path, content in FILES.items()]
    assert unpacked(zipped(("top\\", b""), *folder)) == FILES
    unsaid = zipped(("course.yaml", COURSE), ("one/so\u0308.png", b"")).replace(
        b"\x00\x08\x00\x00", b"\x00\x00\x00\x00"
    )
    assert sorted(unpacked(unsaid)) == ["course.yaml", "one/s\u00f6.png"]


@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_bytes_that_any_method_cannot_unpack_are_refused(method: int) -> None:
    target = io.BytesIO()
    with ZipFile(target, "w", method) as file:
        file.writestr("course.yaml", COURSE * 20)
    for place in range(30, len(target.getvalue()), 7):
        data = bytearray(target.getvalue())
        data[place : place + 3] = b"\xff\xff\xff"
        with suppress(Refused):
            unpacked(bytes(data))


def test_a_file_that_is_there_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(("course.yaml", COURSE), ("course.yaml", COURSE))
    with pytest.raises(Refused, match="twice"):
        unpacked(data)


def test_many_files_and_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="at most 2,000 files"):
        unpacked(zipped(*((f"a{number}.md", b"") for number in range(2_001))))
    monkeypatch.setattr(archive, "LARGEST_COURSE", 1_000)
    with pytest.raises(Refused, match="this one has more"):
        unpacked(zipped(*((f"a{number}.md", b"x" * 300) for number in range(4))))


def test_a_bomb_is_not_unpacked_further_than_the_limit() -> None:
    bomb = zipped(("course.yaml", COURSE), ("one/a.png", bytes(100_000_000)))
    assert len(bomb) < 200_000
    with pytest.raises(Refused, match="more than 5,000,000 bytes"):
        unpacked(bomb)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", packed(FILES)[:-30], packed(FILES)[10:-10]])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="no zip"):
        unpacked(data)


def test_a_zip_whose_bytes_were_changed_is_refused() -> None:
    data = bytearray(packed({"course.yaml": COURSE * 20}))
    data[60] ^= 0xFF
    with pytest.raises(Refused):
        unpacked(bytes(data))


@pytest.mark.parametrize(
    "yaml", [b"", b"title: No id\n", b"id: Not A Name\ntitle: A\n", b"id: built-in\ntitle: A\n", b"id: [\n", b"- a\n"]
)
def test_a_course_without_a_good_id_is_refused_and_leaves_nothing(ada: User, yaml: bytes) -> None:
    with pytest.raises(Refused):
        take_in({"course.yaml": yaml}, ada)
    assert not Course.objects.exists()


def test_an_import_does_not_overwrite_a_course(ada: User) -> None:
    course = take_in(FILES, ada)
    with pytest.raises(Refused, match="There is a course “mine” already"):
        take_in({"course.yaml": COURSE}, ada)
    assert files_of(course) == FILES


def test_of_two_who_save_the_second_is_told_and_nothing_is_lost(ada: User) -> None:
    course = take_in(FILES, ada)
    document = course.documents.get(path="one/first.md")
    assert save(document, b"hers", 1, ada, "saved") == 2
    with pytest.raises(Conflict) as conflict:
        save(document, b"his", 1, ada, "saved")
    assert bytes(conflict.value.document.draft) == b"hers"
    assert save(document, b"his", conflict.value.document.version, ada, "saved") == 3
    document.refresh_from_db()
    assert bytes(document.draft) == b"his"
    assert [bytes(revision.content) for revision in document.revisions.all()] == [
        b"his",
        b"hers",
        FILES["one/first.md"],
    ]


def test_restoring_makes_an_old_revision_the_draft_and_keeps_the_one_before(ada: User) -> None:
    document = take_in(FILES, ada).documents.get(path="one/first.md")
    save(document, b"worse", 1, ada, "saved")
    restore(document.revisions.last(), 2, ada)
    document.refresh_from_db()
    assert bytes(document.draft) == FILES["one/first.md"]
    assert [revision.what for revision in document.revisions.all()] == ["restored", "saved", "imported"]


def test_a_path_is_taken_once_whatever_its_case(ada: User) -> None:
    course = take_in(FILES, ada)
    with pytest.raises(Refused, match="already"):
        add(course, "One/First.md", b"", ada, "saved")


def test_of_two_who_take_one_name_at_once_the_second_is_told(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    course = take_in(FILES, ada)
    monkeypatch.setattr(QuerySet, "exists", lambda rows: False)  # as it is seen a moment before the other's is there
    with pytest.raises(Refused, match="There is a course “mine” already"):
        take_in(FILES, ada)
    with pytest.raises(Refused, match=r"has a file “one/first\.md” already"):
        add(course, "one/first.md", b"", ada, "saved")
    assert files_of(course) == FILES


@pytest.mark.django_db
def test_who_may_create_and_who_may_edit() -> None:
    staff = User.objects.create_user("staff", is_staff=True)
    learner = User.objects.create_user("learner")
    gone = User.objects.create_user("gone", is_staff=True, is_active=False)
    course = take_in(FILES, staff)
    assert [may_create(user) for user in (staff, learner, gone, AnonymousUser())] == [True, False, False, False]
    assert [may_edit(user, course) for user in (staff, learner, gone, AnonymousUser())] == [True, False, False, False]
    call_command("instructor", "learner")
    assert may_create(learner)
    assert not may_edit(learner, course)
    Membership.objects.create(course=course, user=learner, role="co-author")
    assert may_edit(learner, course)
    call_command("instructor", "learner", "--revoke")
    assert not may_edit(learner, course)
    with pytest.raises(CommandError, match="There is no account"):
        call_command("instructor", "nobody")


def test_the_command_takes_a_folder_in_and_gives_its_zip_out(ada: User, tmp_path: Path) -> None:
    folder, target = tmp_path / "course", tmp_path / "out.zip"
    for path, content in {**FILES, ".git/config": b"no part of it"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    call_command("lessons", "import", str(folder), author="ada")
    call_command("lessons", "export", "mine", str(target))
    assert unpacked(target.read_bytes()) == FILES
    with pytest.raises(CommandError, match="File exists"):
        call_command("lessons", "export", "mine", str(target))
    Course.objects.all().delete()
    call_command("lessons", "import", str(target), author="ada")
    assert files_of(Course.objects.get()) == FILES
    with pytest.raises(CommandError, match="already"):
        call_command("lessons", "import", str(target), author="ada")


def test_a_folder_with_a_link_out_of_it_is_refused(ada: User, tmp_path: Path) -> None:
    (tmp_path / "course.yaml").write_bytes(COURSE)
    (tmp_path / "passwd.md").symlink_to("/etc/passwd")
    with pytest.raises(CommandError, match="a link to another file"):
        call_command("lessons", "import", str(tmp_path), author="ada")
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["import", "nowhere", "--author", "ada"], "nowhere: No such file or directory."),
        (["import", "notes.txt", "--author", "ada"], "This file is no zip that can be read."),
        (["import", "notes", "--author", "ada"], "A course has a course.yaml at its top; there is none."),
        (["import", "notes", "--author", "eve"], "“eve” may not write courses. Say `manage.py instructor eve` first."),
        (["export", "mine", "out.zip"], "There is no course “mine” in the database."),
        (["sync", "mine", "nowhere", "--author", "ada"], "There is neither a course “mine” in the database nor"),
        (["sync", "mine", "notes", "--author", "ada"], "A course has a course.yaml at its top; there is none."),
        (["check", "nowhere"], "There is no folder nowhere, and no course of this id in the database."),
        (["check", "notes.txt"], "This file is no zip that can be read."),
    ],
)
def test_what_a_command_cannot_do_is_told_in_a_sentence(
    ada: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    User.objects.create_user("eve")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/notes.md").write_text("No course.")
    (tmp_path / "notes.txt").write_text("No zip.")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError) as told:
        call_command("lessons", *words)
    assert str(told.value).startswith(said)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("said", [b"", b"[]", b'{"course.yaml": 3}', b"\xff"])
def test_what_is_no_object_of_texts_is_checked_with_a_sentence(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(said)))
    with pytest.raises(CommandError, match=r"^Standard input is no JSON"):
        call_command("lessons", "check", "-")
