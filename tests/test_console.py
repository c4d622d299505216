from __future__ import annotations

import json
import logging
import os
import subprocess
from importlib import import_module
from pathlib import Path

import pytest
from running import COMMAND

from talker import console
from talker.errors import UsageError
from talker.progress import ByteCount


def test_an_error_is_one_panel_with_value_and_remedy_on_whole_lines(
    capfd: pytest.CaptureFixture[str],
) -> None:
    path = "/a/long/" + "x" * 300
    with pytest.raises(SystemExit) as left, console.session():
        raise UsageError(f"'{path}' is [bold]wrong.", "Run: talker [--right]")
    captured = capfd.readouterr()
    assert left.value.code == 2
    assert captured.out == ""
    assert captured.err.count("Error") == 1
    assert f"'{path}' is [bold]wrong." in captured.err
    assert "Run: talker [--right]" in captured.err
    assert "Traceback" not in captured.err


def test_a_fault_of_ours_says_so_without_a_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left, console.session():
        raise ZeroDivisionError("a thing of nought")
    captured = capfd.readouterr()
    assert left.value.code == 1
    assert "ZeroDivisionError: a thing of nought" in captured.err
    assert "--debug" in captured.err
    assert "Traceback" not in captured.err


def test_debug_shows_the_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), console.session(debug=True):
        raise ZeroDivisionError("a thing of nought")
    assert "Traceback" in capfd.readouterr().err


def test_a_missing_package_is_an_install_that_is_not_whole(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left, console.session():
        import_module("no_such_package")
    error = capfd.readouterr().err
    assert left.value.code == 1
    assert "No module named 'no_such_package'" in error
    assert "talker doctor" in error
    assert "Traceback" not in error


def test_a_standard_output_that_takes_nothing_is_told_of() -> None:
    for option in ((), ("--json",)):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, "voices", *option], stdout=full, stderr=subprocess.PIPE, text=True
            )
        assert done.returncode == 1
        assert "could not be printed: No space left" in done.stderr
        assert "Traceback" not in done.stderr
        assert "fault" not in done.stderr


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_an_output_that_nobody_reads_ends_in_silence(option: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*COMMAND, "voices", *option], stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_ctrl_c_leaves_with_130(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left, console.session():
        raise KeyboardInterrupt
    assert left.value.code == 130
    assert "Stopped" in capfd.readouterr().err


def test_json_is_alone_on_standard_output(capfd: pytest.CaptureFixture[str]) -> None:
    with console.session(json=True) as session:
        session.reporter.note("a note")
        with session.reporter.stage("Doing", 2, "steps") as advance:
            advance(2)
        session.show("Result", {"name": "月", "size": ByteCount(7), "none": None})
    captured = capfd.readouterr()
    assert json.loads(captured.out) == {"name": "月", "size": 7, "none": None}
    assert captured.err.splitlines()[0] == "a note"
    assert captured.err.splitlines()[1].startswith("Doing: 2 steps in ")


def test_json_tells_an_error_as_well(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), console.session(json=True):
        raise UsageError("It is wrong.", "Right it.")
    captured = capfd.readouterr()
    failure = {"problem": "It is wrong.", "remedy": "Right it.", "exit_code": 2}
    assert json.loads(captured.out) == {"error": failure}
    assert "It is wrong." in captured.err


def test_a_warning_of_the_library_reaches_the_user(capfd: pytest.CaptureFixture[str]) -> None:
    with console.session():
        logging.getLogger("talker.speech").warning("It will sound %s.", "odd")
    with console.session(quiet=True):
        logging.getLogger("talker.speech").warning("Nobody hears this.")
    assert capfd.readouterr().err == "Warning: It will sound odd.\n"


def test_quiet_says_nothing_unless_it_fails(capfd: pytest.CaptureFixture[str]) -> None:
    with console.session(quiet=True) as session:
        session.reporter.warn("a warning")
        with session.reporter.stage("Doing", None, "bytes") as advance:
            advance(5)
        session.show("Result", {"name": "x"})
        session.show_rows("Results", [{"name": "x"}])
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_table_shows_values_for_readers(capfd: pytest.CaptureFixture[str]) -> None:
    with console.session() as session:
        session.show_rows(
            "Things",
            [{"a_name": "[x]", "size": ByteCount(63_201_294), "ok": True, "of": ["a", "b"]}],
        )
    out = capfd.readouterr().out
    assert all(text in out for text in ("a name", "[x]", "63.2 MB", "yes", "a, b"))
