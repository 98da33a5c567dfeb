import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.cli import output

ANY_TEXT = st.text(st.characters())  # lone surrogates too
DANGEROUS = ["\x1b[2J", "\x07", "\x9b31m", "\x7f", "\u202eevil", "\u2066", "\ud800", "\x00", "\x85", "\u2028"]


@pytest.mark.parametrize("character", DANGEROUS)
def test_printable_lets_no_control_character_through(character):
    shown = output.printable(f"a{character}b\nc")
    assert shown.isprintable()


@given(ANY_TEXT)
def test_printable_is_one_line_that_can_be_encoded(text):
    shown = output.printable(text)
    assert len(shown.splitlines()) <= 1
    shown.encode()
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)


@given(st.dictionaries(ANY_TEXT, ANY_TEXT))
def test_json_line_reads_back_the_same(record):
    line = output.json_line(record)
    assert "\n" not in line
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line)
    assert json.loads(line) == record


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@cmd", "\tx", " =1", "＝1", "\n=1"])
def test_cell_is_no_formula(text):
    if text == "+49":
        assert output.cell(text) == text  # a number
    else:
        assert output.cell(text).startswith("'")


@pytest.mark.parametrize("text", ["-5", "-0.5", "-3,5", "Berlin", "", "a=b", "„-“"])
def test_cell_leaves_harmless_text(text):
    assert output.cell(text) == text


@given(st.lists(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F)), min_size=2, max_size=2)))
def test_csv_has_a_cell_for_every_value(rows):
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output, "emit", lambda line: out.write(line + "\n"))
        output.emit_csv(["a", "b"], rows)
    read = list(csv.reader(io.StringIO(out.getvalue())))
    assert read[0] == ["a", "b"]
    assert [row for row in read[1:] if row] == [[output.cell(value) for value in row] for row in rows]


def test_table_takes_markup_and_controls_as_text(capsys):
    output.emit_table(["[bold]name"], [["[red]Köln[/red]\x1b[31m"], [None]])
    shown = capsys.readouterr().out
    assert "[bold]name" in shown
    assert "[red]Köln[/red]\ufffd[31m" in shown
    assert "\x1b" not in shown


def test_table_is_not_cut_when_piped(capsys):
    long = "x" * 500
    output.emit_table(["a", "b"], [[long, "end"]])
    assert f"{long}   end" in capsys.readouterr().out


def test_messages_go_to_standard_error(capsys):
    output.tell("no\x07 such\nfile")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "no\ufffd such file\n"
