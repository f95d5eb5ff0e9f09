"""A reader takes whole lines only, remembers its place, and survives whatever lies in the file."""

from __future__ import annotations

import pytest

from engine.run.bounded import BoundedLines, cut_log
from engine.run.files import Appender
from engine.run.records import JOURNAL_DECODER, Notice, encode
from engine.run.tail import Tail


def line(text: str) -> bytes:
    return encode(Notice(at=1.0, level="info", text=text))


def texts(tail: Tail) -> list[str]:
    return [each.text for each in tail.read().records]


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal.jsonl"


def test_a_missing_file_brings_nothing(journal):
    assert texts(Tail(journal, JOURNAL_DECODER)) == []


def test_a_half_written_line_is_read_once_it_is_whole(journal):
    tail = Tail(journal, JOURNAL_DECODER)
    journal.write_bytes(line("one") + b"\n" + line("two")[:9])
    assert texts(tail) == ["one"]
    assert texts(tail) == []
    with journal.open("ab") as file:
        file.write(line("two")[9:] + b"\n")
    assert texts(tail) == ["two"]


def test_a_journal_cut_at_any_byte_gives_the_lines_before_the_cut(journal):
    whole = b"".join(line(str(n)) + b"\n" for n in range(4))
    for cut in range(len(whole) + 1):
        journal.write_bytes(whole[:cut])
        assert len(texts(Tail(journal, JOURNAL_DECODER))) == whole[:cut].count(b"\n")


def test_a_journal_with_any_byte_spoiled_loses_at_most_that_line(journal):
    whole = b"".join(line(str(n)) + b"\n" for n in range(3))
    for place in range(len(whole)):
        journal.write_bytes(whole[:place] + b"\xff" + whole[place + 1 :])
        tail = Tail(journal, JOURNAL_DECODER)
        # A spoiled line end makes two lines one.
        assert len(tail.read().records) >= (1 if whole[place : place + 1] == b"\n" else 2)


def test_garbage_lines_are_counted_and_skipped(journal):
    journal.write_bytes(b"\n".join([line("a"), b"\x00\xff{", b"[" * 5000, b"7", line("b"), b""]))
    tail = Tail(journal, JOURNAL_DECODER)
    assert texts(tail) == ["a", "b"]
    assert tail.damaged == 3


def test_a_replaced_file_is_begun_anew(journal):
    tail = Tail(journal, JOURNAL_DECODER)
    journal.write_bytes(line("old") + b"\n" + line("older") + b"\n")
    texts(tail)
    journal.write_bytes(line("new") + b"\n")
    news = tail.read()
    assert news.anew
    assert [each.text for each in news.records] == ["new"]


def test_only_the_end_of_a_long_file_is_read_and_no_cut_line_is_damage(journal):
    journal.write_bytes(b"".join(line(str(n)) + b"\n" for n in range(1000)))
    for last in range(100, 300):
        tail = Tail(journal, JOURNAL_DECODER, last=last)
        got = texts(tail)
        assert got[-1] == "999"
        assert len(got) == last // len(line("999") + b"\n")
        assert tail.damaged == 0


def test_an_appender_ends_a_torn_line_so_that_the_next_is_whole(journal):
    journal.write_bytes(line("one") + b"\n" + b'{"type":"not')
    appender = Appender(journal)
    appender.append(line("two"))
    appender.close()
    tail = Tail(journal, JOURNAL_DECODER)
    assert texts(tail) == ["one", "two"]
    assert tail.damaged == 1


def test_bounded_lines_keep_the_recent_and_thin_the_past(journal):
    lines = BoundedLines(journal, limit=100)
    for n in range(10_000):
        lines.append(line(str(n)))
    lines.close()
    kept = [int(text) for text in texts(Tail(journal, JOURNAL_DECODER))]
    assert len(kept) <= 101
    assert kept == sorted(kept)
    assert kept[-20:] == list(range(9_980, 10_000))
    assert kept[0] < 9_950


def test_a_reader_of_a_thinned_file_sees_each_line_once(journal):
    tail = Tail(journal, JOURNAL_DECODER)
    lines = BoundedLines(journal, limit=10)
    seen: list[str] = []
    for n in range(100):
        lines.append(line(str(n)))
        news = tail.read()
        seen = ([] if news.anew else seen) + [each.text for each in news.records]
        assert seen[-1] == str(n)
        assert len(seen) == len(set(seen))


def test_a_log_that_others_hold_open_is_cut_and_goes_on(tmp_path):
    log = tmp_path / "console.log"
    with log.open("ab", buffering=0) as held:
        held.write(b"x" * 5000)
        cut_log(log, limit=1000)
        held.write(b"after")
    assert log.read_bytes() == b"after"
    assert (tmp_path / "console.log.1").stat().st_size == 1000
