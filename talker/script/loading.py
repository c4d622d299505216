"""A script's file read into a programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from talker.assets.portraits import load_portrait
from talker.assets.voices import load_voice
from talker.script.body import first_heading
from talker.script.dialogue import dialogue_scenes
from talker.script.drafting import Draft, numbered
from talker.script.header import read_header
from talker.script.news import news_scenes
from talker.script.poem import poem_scenes
from talker.script.scenes import Scene, Script, Speaker
from talker.script.source import Source, read_source
from talker.text.languages import main_language, primary, sentence_language
from talker.text.ssml import plain_text

_THEMES = MappingProxyType({"poem": "ink", "news": "newsroom", "dialogue": "plain"})
_MAKERS = MappingProxyType({"poem": poem_scenes, "news": news_scenes, "dialogue": dialogue_scenes})


def load_script(path: Path) -> Script:
    """Read a script: a poem, news or a dialogue in Markdown with a header of YAML.

    `docs/script.md` says how it is written. Files that it names are looked for from its folder.

    Args:
        path: Its file, in UTF-8.

    Raises:
        UsageError: There is no such file, or it is wrong; the first line that is wrong is named.
    """
    source = read_source(path)
    header = read_header(source)
    body = "\n".join(source.body)
    title = header.title or first_heading(source) or path.stem
    language = header.language or main_language(f"{body}\n{title}")
    cast, scenes = _MAKERS[header.kind](Draft(source, header, title, language))
    _check_voices(source, cast, scenes, language)
    upright = header.kind == "poem" and primary(language) in ("zh", "yue")
    if scenes[0].transition == "dissolve":
        scenes[0] = replace(scenes[0], transition="fade")
    return Script(
        path=path.absolute(),
        kind=header.kind,
        title=title,
        author=header.author,
        language=language,
        cast=MappingProxyType(cast),
        scenes=numbered(scenes),
        theme=header.theme or _THEMES[header.kind],
        size=header.size,
        fps=header.fps,
        captions=header.captions or ("vertical" if upright else "line"),
        lexicon=header.lexicon,
        ticker=header.ticker,
        day=header.date,
    )


def _check_voices(
    source: Source, cast: Mapping[str, Speaker], scenes: list[Scene], language: str
) -> None:
    """Refuses words in a language that the voice of their speaker cannot speak."""
    main = primary(language)
    voices = {
        key: load_voice(speaker.voice) for key, speaker in cast.items() if speaker.voice is not None
    }
    # What is on a card stands in the header, and verses are plainer to point at.
    for scene in sorted(scenes, key=lambda scene: scene.form == "card"):
        for utterance in scene.utterances:
            voice = voices.get(utterance.speaker)
            if voice is None:
                continue
            spoken = sentence_language(plain_text(utterance.text), main)
            if not voice.speaks(spoken):
                suits = load_portrait(cast[utterance.speaker].portrait).voices.get(spoken)
                raise source.error(
                    utterance.line,
                    f"the voice '{voice.name}' cannot speak the language '{spoken}' of the words",
                    f"Take a voice that does{f', such as {suits}' if suits else ''}; `talker "
                    "voices` lists them.",
                )
