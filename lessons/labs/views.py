"""Pages and the JSON endpoints of the labs."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cluster_engine.labs import UnknownLab, get_lab
from cluster_engine.labs.declaration import SettingError
from cluster_engine.recording import MAX_SEED, Recording, RecordingError
from cluster_engine.timeline import LIMIT_MS
from lessons.labs.figures import figure_of
from lessons.labs.goals import NotAims
from lessons.labs.models import Run
from lessons.labs.opening import NotOpened, open_block, open_draft, open_lab, open_recording, reopen
from lessons.labs.playhead import FASTEST, SLOWEST
from lessons.learning.learners import learner_of
from lessons.numbers import whole

LARGEST_BODY = 64 * 1024


@require_POST
def open_run(request: HttpRequest) -> JsonResponse:
    """Open a run for this learner and say where its socket is."""
    try:
        asked = json.loads(request.body[: LARGEST_BODY + 1])
        run = _opened(request, asked if isinstance(asked, dict) else {})
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, RawPostDataException):
        return JsonResponse({"error": "This request is no JSON. Reload the page."}, status=400)
    except (NotAims, NotOpened, UnknownLab, SettingError, RecordingError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    socket, page = f"/ws/labs/{run.pk}/", reverse("lab-run", args=[run.pk])
    return JsonResponse({"run": run.pk, "socket": socket, "page": page})


def _opened(request: HttpRequest, asked: dict[str, Any]) -> Run:
    learner = learner_of(request)
    if "run" in asked:
        return reopen(learner, str(asked["run"]), fresh=asked.get("fresh") is True)
    if "lesson" in asked:
        return open_block(learner, str(asked["lesson"]), str(asked.get("block", "")), fresh=asked.get("fresh") is True)
    if "block" in asked:
        speed = min(max(_number(asked.get("speed")), SLOWEST), FASTEST)
        return open_draft(learner, str(asked.get("recording")), str(asked["block"])[:100], speed, asked.get("aims"))
    if "recording" in asked:
        return open_recording(learner, str(asked["recording"]), _number(asked.get("at", 0)))
    settings, seed = asked.get("settings", {}), asked.get("seed", 1)
    if not isinstance(settings, dict) or not isinstance(seed, int):
        raise NotOpened("Settings are an object and the seed is a whole number.")
    return open_lab(learner, str(asked.get("lab", "")), settings, seed)


def _number(value: Any) -> float:
    try:
        return min(max(float(value), 0.0), LIMIT_MS)
    except (TypeError, ValueError):
        return 0.0


@require_http_methods(["GET", "POST"])
def lab_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show a lab full screen, with a form of all its settings, which begins a run."""
    try:
        lab = get_lab(name)
    except UnknownLab as error:
        raise Http404(str(error)) from error
    asked = request.POST if request.method == "POST" else request.GET
    given = {key: value for key, value in asked.items() if key not in ("seed", "csrfmiddlewaretoken")}
    if given.get("program", "").replace("\r", "") in lab.staged_values("program"):
        del given["program"]  # chosen by its situation, which may have changed in the form
    errors: dict[str, str] = {}
    try:
        recording = Recording(lab.name, given, _seed(asked.get("seed", "1")))
    except (SettingError, RecordingError, ValueError) as error:
        errors[getattr(error, "setting", "seed")] = str(error)
        recording = Recording(lab.name)
    if request.method == "POST" and not errors:
        return redirect("lab-run", open_lab(learner_of(request), lab.name, dict(recording.settings), recording.seed).pk)
    opens = {"lab": lab.name, "settings": dict(recording.settings), "seed": recording.seed}
    return _page(request, recording, opens, given=given, errors=errors)


def _seed(text: str) -> int:
    seed = whole(text.strip())
    if seed is None:
        raise ValueError(f"The seed is a whole number from 0 to {MAX_SEED}, not {text[:40]!r}.")
    return seed


@require_GET
def run_page(request: HttpRequest, run_id: str) -> HttpResponse:
    """Show a run that exists, whoever's it is."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise Http404("There is no such run. It may have been deleted, or the link was cut short.")
    return _page(request, run.recording(), {"run": run.pk}, given=run.settings, errors={})


@require_GET
def shared_page(request: HttpRequest, text: str) -> HttpResponse:
    """Open somebody's shared moment as a run of one's own."""
    try:
        run = open_recording(learner_of(request), text, _number(request.GET.get("at", 0)))
    except RecordingError as error:
        raise Http404(f"This link leads to no recording. {error}") from error
    return redirect("lab-run", run.pk)


def _page(
    request: HttpRequest, recording: Recording, opens: dict[str, Any], given: dict[str, Any], errors: dict[str, str]
) -> HttpResponse:
    lab = recording.declaration
    values = dict(recording.settings) | given
    fields = [
        {**setting.to_json(), "value": values[setting.name], "error": errors.get(setting.name, "")}
        for setting in lab.settings
    ]
    figure = figure_of(recording, opens, size="full")
    context = {"lab": lab, "figure": figure, "fields": fields, "errors": errors, "seed": recording.seed}
    return render(request, "labs/page.html", context, status=400 if errors else 200)
