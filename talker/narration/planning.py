"""What a narration would be: its timeline, scene by scene, before anything is made or fetched."""

from __future__ import annotations

from talker.narration.job import NarrateJob
from talker.narration.production import Production, check_narration
from talker.plan import estimated_s
from talker.progress import Cell
from talker.script.scenes import Scene
from talker.text.splitting import without_tags
from talker.text.ssml import plain_text

_EXCERPT = 48
_PAUSES_S = 1.2
"""Of a scene, around and between what is said; the rest of the estimate is no better."""


def timeline(job: NarrateJob) -> list[dict[str, Cell]]:
    """One row a scene: what is said by whom, for about how long, and what is seen.

    Raises:
        UsageError: As `talker.narration.narrating.narrate`.
    """
    production = check_narration(job)
    rows: list[dict[str, Cell]] = []
    at_s = 0.0
    for scene in production.scenes:
        length_s = _length_s(production, scene)
        rows.append(
            {
                "scene": scene.number,
                "line": scene.line,
                "starts": f"{at_s // 60:.0f}:{at_s % 60:04.1f}",
                "length": f"about {length_s:.0f} s",
                "what": scene.title or scene.form,
                "text": _said(scene),
                "voice": _voices(production, scene),
                "picture": _seen(production, scene),
            }
        )
        at_s += length_s
    return rows


def _length_s(production: Production, scene: Scene) -> float:
    said_s = sum(
        estimated_s(production.castings[scene.number, place]) + utterance.pause_s
        for place, utterance in enumerate(scene.utterances)
    )
    return max(scene.least_s, said_s + _PAUSES_S)


def _said(scene: Scene) -> str:
    text = " ".join(plain_text(utterance.text) for utterance in scene.utterances)
    said = " ".join(without_tags(text).split())
    return said if len(said) <= _EXCERPT else f"{said[: _EXCERPT - 1]}…"


def _voices(production: Production, scene: Scene) -> str:
    names = [
        voice.name
        for place in range(len(scene.utterances))
        for voice in production.castings[scene.number, place].voices
    ]
    return ", ".join(dict.fromkeys(names))


def _seen(production: Production, scene: Scene) -> str:
    """Who is seen, how, and the pictures beside them."""
    cast = production.script.cast
    heads = [cast[name].portrait for name in scene.speakers] if scene.form == "talk" else []
    pictures = [utterance.picture.name for utterance in scene.utterances if utterance.picture]
    behind = [scene.background.file.name] if scene.background and scene.background.file else []
    seen = ", ".join(dict.fromkeys([*heads, *pictures, *behind]))
    return f"{seen} ({scene.view})" if heads else seen or "card"
