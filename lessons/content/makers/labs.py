"""Making lab blocks: the lab, its settings, what is shown of it."""

from typing import Any

from django.utils.safestring import SafeString

from cluster_engine.labs import UnknownLab, all_labs, get_lab
from cluster_engine.labs.declaration import Lab, SettingError
from cluster_engine.recording import MAX_SEED
from lessons.content.blocks import LabBlock
from lessons.content.findings import did_you_mean
from lessons.content.makers.bench import Bench
from lessons.content.options import Options
from lessons.content.scan import Raw

LAB_OPTIONS = ("lab", "seed", "speed", "panels", "buttons", "script", "start", "alt")


def make_lab(raw: Raw, bench: Bench) -> LabBlock | None:
    """Return a lab block, and make it known to the blocks that hang on it."""
    options = Options(raw, bench.findings)
    name = bench.named(options)
    lab = _declared(options)
    return lab and block_of(options, name, lab, {}, bench.html(raw.markdown(), raw.text_line), bench)


def block_of(
    options: Options, name: str, lab: Lab, given: dict[str, Any], caption: SafeString, bench: Bench
) -> LabBlock:
    """Return the block of a lab with what is `given`, and with the settings that its options name."""
    raw = options.raw
    block = LabBlock(
        id=name,
        line=raw.line,
        lab=lab.name,
        settings=_settings(options, lab, given),
        seed=options.whole("seed", 1, high=MAX_SEED),
        speed=options.speed(lab.speed),
        panels=options.names("panels", lab.panels, "unknown-panel", f"panel of {lab.name}"),
        buttons=options.names("buttons", [b.name for b in lab.buttons], "unknown-button", f"button of {lab.name}"),
        script=bench.script(options, "script", lab),
        alt=options.text("alt", needed=True),
        caption=caption,
    )
    options.close()
    bench.labs.setdefault(name, block)
    return block


def _declared(options: Options) -> Lab | None:
    option = options.get("lab", needed=True)
    if option is None:
        return None
    try:
        return get_lab(option.value)
    except UnknownLab:
        guess = did_you_mean(option.value, [lab.name for lab in all_labs()])
        options.wrong(option, f"There is no lab `{option.value}`.", guess, "unknown-lab")
        return None


def _settings(options: Options, lab: Lab, fixed: dict[str, Any]) -> dict[str, Any]:
    """Return all settings, typed: those that the block gives, and the lab's own for the rest."""
    given: dict[str, Any] = {}
    for name, option in options.raw.options.items():
        if name in LAB_OPTIONS or name in options.asked:
            continue
        options.asked.add(name)
        try:
            given[name] = lab.setting(name).parse(option.value)
        except SettingError as error:
            known = any(setting.name == name for setting in lab.settings)
            if known:
                options.wrong(option, str(error), code="unknown-setting")
            else:
                guess = did_you_mean(name, [*LAB_OPTIONS, *(setting.name for setting in lab.settings)])
                options.unknown(option, f"{lab.name} has no setting `{name}`.", guess, "unknown-setting")
    return _together(options, lab, given | _start(options, lab) | fixed)


def _start(options: Options, lab: Lab) -> dict[str, Any]:
    option = options.get("start")
    if option is None:
        return {}
    names = [situation.name for situation in lab.situations]
    if option.value in names:
        return {"situation": option.value}
    message = f"{lab.name} has no situation `{option.value}`."
    options.wrong(option, message, did_you_mean(option.value, names), "unknown-setting")
    return {}


def _together(options: Options, lab: Lab, given: dict[str, Any]) -> dict[str, Any]:
    try:
        return lab.check_settings(given)
    except SettingError as error:  # each is allowed, and they do not go together
        raw = options.raw
        options.findings.error("unknown-setting", raw.line, raw.column, str(error))
        return lab.check_settings({})
