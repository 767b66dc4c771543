"""A course and a folder in step, both ways: what one side changed the other takes over, and conflicts are told."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from lessons.teaching.archive import Refused
from lessons.teaching.models import Course
from lessons.teaching.shelf import add, files_of, remove, save, take_in
from lessons.teaching.syncing import sync
from tests.courses import FILES

A, B = "one/a.md", "one/b.md"


@pytest.fixture
def folder(tmp_path: Path, ada: User) -> Path:
    """A folder in step with the course `mine`."""
    take_in(FILES, ada)
    done = sync("mine", tmp_path / "git", ada)
    assert (done.to_site, done.to_folder, done.conflicts) == ([], sorted(FILES), [])
    return tmp_path / "git"


def on_disk(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def on_site(path: str, text: bytes) -> None:
    document = Course.objects.get().documents.get(path=path)
    save(document, text, document.version, None, "saved")


def test_a_new_folder_gets_all_files_and_a_second_sync_does_nothing(folder: Path, ada: User) -> None:
    assert on_disk(folder) == FILES
    assert list(sync("mine", folder, ada).lines()) == ["In step already."]


def test_a_course_that_is_not_there_is_made_of_the_folder(folder: Path, ada: User) -> None:
    Course.objects.all().delete()
    assert sync("mine", folder, ada).to_site == sorted(FILES)
    assert files_of(Course.objects.get()) == FILES
    assert list(sync("mine", folder, ada).lines()) == ["In step already."]


def test_changes_of_each_side_reach_the_other(folder: Path, ada: User) -> None:
    course = Course.objects.get()
    on_site(A, b"from the site")
    add(course, "one/new.md", b"new on the site", ada, "saved")
    (folder / B).write_bytes(b"from the folder")
    (folder / "one/newer.md").write_bytes(b"new in the folder")
    (folder / ".git").mkdir()
    (folder / ".git/HEAD").write_text("not a course's")
    done = sync("mine", folder, ada)
    assert (done.to_site, done.to_folder) == ([B, "one/newer.md"], [A, "one/new.md"])
    disk = on_disk(folder)
    assert disk.pop(".git/HEAD")
    assert files_of(course) == disk
    assert course.documents.get(path=B).revisions.first().what == "imported"


def test_deletions_reach_the_other_side(folder: Path, ada: User) -> None:
    remove(Course.objects.get(), A)
    (folder / B).unlink()
    done = sync("mine", folder, ada)
    assert (done.to_site, done.to_folder, done.conflicts) == ([B], [A], [])
    assert sorted(files_of(Course.objects.get())) == sorted(on_disk(folder)) == ["course.yaml", "one/pictures/ring.png"]


@pytest.mark.parametrize(("prefer", "wins"), [("site", b"from the site"), ("folder", b"from the folder")])
def test_a_conflict_is_told_and_left_until_somebody_decides(folder: Path, ada: User, prefer: str, wins: bytes) -> None:
    on_site(A, b"from the site")
    (folder / A).write_bytes(b"from the folder")
    (folder / B).write_bytes(b"this goes through")
    for _ in range(2):
        done = sync("mine", folder, ada)
        assert done.conflicts == [A]
        assert "CONFLICT  one/a.md" in "\n".join(done.lines())
    assert files_of(Course.objects.get())[A] == b"from the site"
    assert (folder / A).read_bytes() == b"from the folder"
    assert files_of(Course.objects.get())[B] == b"this goes through"
    sync("mine", folder, ada, prefer)
    assert files_of(Course.objects.get())[A] == (folder / A).read_bytes() == wins
    assert list(sync("mine", folder, ada).lines()) == ["In step already."]


def test_the_same_change_on_both_sides_is_no_conflict(folder: Path, ada: User) -> None:
    on_site(A, b"the same")
    (folder / A).write_bytes(b"the same")
    assert list(sync("mine", folder, ada).lines()) == ["In step already."]
    (folder / A).write_bytes(b"later")
    assert sync("mine", folder, ada).to_site == [A]


def test_changed_here_and_deleted_there_is_a_conflict(folder: Path, ada: User) -> None:
    on_site(A, b"changed")
    (folder / A).unlink()
    assert sync("mine", folder, ada).conflicts == [A]
    sync("mine", folder, ada, "folder")
    assert A not in files_of(Course.objects.get())


def test_an_emptied_folder_is_filled_and_empties_nothing(folder: Path, ada: User) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert sync("mine", folder, ada).to_folder == sorted(FILES)
    assert on_disk(folder) == FILES


def test_what_is_no_course_is_refused_and_changes_nothing(folder: Path, ada: User, tmp_path: Path) -> None:
    (folder / "one/run.py").write_text("x")
    with pytest.raises(Refused, match="neither Markdown, YAML nor an image"):
        sync("mine", folder, ada)
    (folder / "one/run.py").unlink()
    (folder / "course.yaml").write_bytes(FILES["course.yaml"].replace(b"mine", b"other"))
    with pytest.raises(Refused, match="holds the course “other”"):
        sync("mine", folder, ada)
    with pytest.raises(Refused, match="neither a course “nothing”"):
        sync("nothing", tmp_path / "nowhere", ada)


def test_the_command_says_what_it_did_and_fails_on_conflicts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    on_site(A, b"from the site")
    call_command("lessons", "sync", "mine", str(folder), author="ada")
    assert capsys.readouterr().out == f"folder  <- {A}\n"
    on_site(A, b"again")
    (folder / A).write_bytes(b"here too")
    with pytest.raises(SystemExit) as ended:
        call_command("lessons", "sync", "mine", str(folder), author="ada")
    assert ended.value.code == 1
    call_command("lessons", "sync", "mine", str(folder), author="ada", prefer="site")
    assert (folder / A).read_bytes() == b"again"
    with pytest.raises(CommandError, match="There is no account “eve”"):
        call_command("lessons", "sync", "mine", str(folder), author="eve")
