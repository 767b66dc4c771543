"""The pages around the course, without a browser."""

import html
import re
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from cluster_engine.labs import all_labs
from lessons.content.library import library
from lessons.labs.models import Run
from lessons.management.commands import vendor

PAGES = ["home", "playground", "glossary", "search", "reference", "models", "sign-up", "sign-in"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_served_under_a_strict_policy(client, db, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    page = response.content.decode()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script>(?!</script>)", page), "inline code or style"


def test_signing_in_and_signing_up_lead_to_each_other_and_back_to_where_one_was(client, db):
    here = "/search/?q=lease&x=%2F"
    back = "?next=/search/%3Fq%3Dlease%26x%3D%252F"
    up, into = reverse("sign-up"), reverse("sign-in")
    assert f'href="{into}{back}"' in client.get(here).content.decode()
    assert f'href="{up}{back}"' in client.get(into + back).content.decode()
    refused = client.post(up + back, {"username": "ada"})
    assert refused.status_code == 400
    assert f'href="{into}{back}"' in refused.content.decode()
    account = {"username": "ada", "password1": "a-long-enough-one", "password2": "a-long-enough-one"}
    assert client.post(up + back, account).url == here
    assert client.get(up + back).url == here
    client.logout()
    assert client.post(into + back, {"username": "ada", "password": "a-long-enough-one"}).url == here


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", r"/\evil.example", "javascript:alert(1)"])
def test_signing_up_leads_to_no_other_site(client, db, away):
    account = {"username": "ada", "password1": "a-long-enough-one", "password2": "a-long-enough-one", "next": away}
    response = client.post(reverse("sign-up"), account)
    assert (response.status_code, response.url) == (302, "/")


def test_every_lesson_opens_and_leads_on(client, db):
    lessons = list(library().lessons())
    assert lessons
    for lesson in lessons:
        page = client.get(reverse("lesson", args=[lesson.id])).content.decode()
        assert lesson.title in page
        assert not re.search(r"\sstyle=", page)
        if lesson.next:
            assert reverse("lesson", args=[lesson.next.id]) in page


def test_a_lesson_reads_without_javascript(client, db):
    lesson = next(library().lessons())
    page = client.get(reverse("lesson", args=[lesson.id])).content.decode()
    assert "<noscript>" in page
    assert "at the start</caption>" in page, "the lab's first state as a table"


@pytest.mark.parametrize(
    "path", ["/lessons/nothing/", "/labs/nothing/", "/reference/nothing/", "/labs/r/f1garbage/", "/x"]
)
def test_what_is_not_there_is_said_so(client, db, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/labs/run/nothing/", "There is no such run."),
        ("/labs/r/f9abc/", "of another version of Faultline"),
        ("/labs/r/garbage/", "begins with f1"),
        ("/labs/rafd/", "Did you mean raft?"),
    ],
)
def test_an_address_that_leads_nowhere_says_why_in_our_words(client, db, path, said):
    response = client.get(path)
    assert (response.status_code, said in response.content.decode()) == (404, True)


def test_the_reference_names_everything_that_is_declared(client, db):
    for lab in all_labs():
        page = client.get(reverse("reference-lab", args=[lab.name])).content.decode()
        for part in (*lab.settings, *lab.buttons, *lab.goals, *lab.invariants, *lab.liveness, *lab.measures):
            assert f"<code>{part.name}</code>" in page


def test_search_finds_words_of_the_text_and_marks_them(client, db):
    page = client.get("/search/", {"q": "replica"}).content.decode()
    assert "<mark>" in page
    assert client.get("/search/", {"q": "<script>zzz"}).content.decode().count("<script>zzz") == 0
    assert "No lesson has all these words" in client.get("/search/", {"q": "zzz"}).content.decode()


def test_search_shows_whole_words_and_lessons_named_so_first(client, db):
    page = client.get("/search/", {"q": "leader"}).content.decode()
    hits = re.findall(r'<li><a href="[^"]+">(.+?)</a><p>(.+?)</p>', page)
    assert hits[0][0] == "Choosing a leader", "it is in the title"
    text = {lesson.title: set(lesson.text.split()) for lesson in library().lessons()}
    for title, excerpt in hits:
        words = html.unescape(re.sub(r"</?mark>", "", excerpt)).strip("… ").split()
        assert set(words) <= text[html.unescape(title)], "no word is cut"
        assert "leader" in excerpt.lower()


def test_the_playground_follows_the_course(client, db):
    page = client.get(reverse("playground")).content.decode()
    shown = re.findall(r'<h2><a href="/labs/([a-z-]+)/">', page)
    assert sorted(shown) == sorted(lab.name for lab in all_labs())
    assert shown[0] == next(library().lessons()).labs()[0].lab
    assert shown.index("raft") < shown.index("payments") < shown.index("program")


def test_search_answers_htmx_with_the_part_alone(client, db):
    page = client.get("/search/", {"q": "replica"}, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in page


def test_the_models_page_shows_curve_over_curve(client, db):
    page = client.get(reverse("models")).content.decode()
    assert page.count("<polyline") == 10, "two curves for each of the five ranges of figure 16"
    assert "python -m cluster_engine experiment raft" in page
    assert "150–155 ms" in page, "a range is printed with a dash"
    assert not re.search(r"<td>-\d", page), "a negative number is printed with its sign"


def test_home_tells_what_the_course_takes_and_where_teachers_begin(client, db):
    page = client.get(reverse("home")).content.decode()
    lessons = list(library().lessons())
    assert f"{len(lessons)} lessons, about {round(sum(lesson.minutes for lesson in lessons) / 60)} hours" in page
    assert reverse("course", args=["authors-guide"]) in page


def test_what_browsers_and_robots_ask_for_by_themselves_is_there(client, db, admin_client):
    rules = client.get("/robots.txt").content.decode()
    for path in re.findall("Disallow: (.+)", rules):
        if path not in ("/labs/run/", "/labs/r/"):
            assert admin_client.get(path).status_code == 200, "a rule for a page that is there"
    assert client.get("/favicon.ico")["Location"].endswith("mark.svg")


def test_an_image_cannot_be_asked_for_outside_its_lesson(client, db):
    lesson = next(library().lessons())
    for name in ("../course.yaml", "../../../settings.py", "%2e%2e/course.yaml", "nothing.png"):
        assert client.get(f"/lessons/{lesson.id}/images/{name}").status_code == 404


def test_the_first_run_makes_one_account_and_tells_its_password_once(db, capsys, django_user_model, client):
    call_command("first_run")
    told = capsys.readouterr().out
    password = re.search(r"password “(.+?)”", told)[1]
    assert client.login(username="instructor", password=password)
    assert client.get("/admin/").status_code == 200
    call_command("first_run")
    assert capsys.readouterr().out == ""
    assert django_user_model.objects.count() == 1


def test_vendored_libraries_are_as_locked():
    call_command("vendor", "check")


def test_a_bundle_that_was_not_made_anew_is_noticed(monkeypatch, tmp_path):
    shutil.copytree(vendor.BUNDLES, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(vendor, "BUNDLES", tmp_path)
    call_command("vendor", "check")
    (tmp_path / "codemirror" / "entry.js").write_text("export {};")
    with pytest.raises(CommandError, match="codemirror: its bundle was not made of"):
        call_command("vendor", "check")


def test_a_changed_vendored_file_is_noticed(monkeypatch):
    monkeypatch.setattr(vendor, "sha256", lambda path: "0")
    with pytest.raises(CommandError, match="was changed"):
        call_command("vendor", "check")


def test_hashed_static_files_leave_no_import_unhashed(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "lessons.storage.HashedStaticFiles"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = [path for path in tmp_path.rglob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)]
    assert len(hashed) > 20
    for path in hashed:
        for target in re.findall(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""", path.read_text()):
            assert re.search(r"\.[0-9a-f]{12}\.js$", target), f"{path.name} imports {target} by its plain name"


def test_what_the_readme_names_exists():
    readme = Path("README.md").read_text()
    targets = re.findall(r"make ([a-z]+)", readme)
    makefile = Path("Makefile").read_text()
    assert {"run", "test", "check", "storm", "bench"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for path in re.findall(r"`([a-z_]+/)`", readme):
        assert any((root / path).is_dir() for root in (Path(), Path("lessons"))), path
    assert Path("static/img/readme.png").is_file()


def test_settings_begin_a_run_however_long_the_program_is(client, db):
    remark = "# " + "x" * 60 + "\n"
    program = remark * 120 + "c = 0\ndef f():\n    c += 1\nThread(f)"
    assert len(program) > 7_500
    response = client.post("/labs/program/", {"program": program, "scheduler": "random", "seed": "7"})
    assert response.status_code == 302
    run = Run.objects.get()
    assert (run.settings["program"], run.seed) == (program, 7)
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        ({"program": "x = 1\nimport os"}, "program", "The program cannot be run. Line 2, column 1: "),
        ({"cores": "many"}, "cores", "Cores"),
        ({"seed": "-1"}, "seed", "The seed is a whole number from 0 to"),
        ({"seed": "9" * 5000}, "seed", "The seed is a whole number from 0 to"),
    ],
)
def test_a_refused_setting_is_told_at_its_field_and_nothing_is_lost(client, db, data, field, says):
    response = client.post("/labs/program/", {"program": "c = 0\ndef f():\n    c += 1\nThread(f)"} | data)
    page = html.unescape(response.content.decode())
    assert response.status_code == 400
    assert says in page
    assert page.count("aria-invalid") == 1
    if field != "seed":
        assert f'aria-describedby="help-{field} error-{field}"' in page
        assert data[field] in page
    assert not Run.objects.exists()
