"""Files into rows: encodings, delimiters and line numbers; JSON documents whole, by line or by folder."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.errors import ImportWrong
from knowledge.imports.found import Refused

DELIMITERS = ",;\t|"
LONGEST_FIELD = 100_000  # letters; longer is a quote left open
DEEP = "it has lists within lists without end"

Row = dict[str, str]


def text_of(path: Path) -> str:
    """The file's text: UTF-8 with or without a mark, UTF-16 with one, else Windows-1252; raises `ImportWrong`."""
    try:
        raw = path.read_bytes()
    except OSError as wrong:
        raise ImportWrong(f"{path} cannot be read: {wrong.strerror}.") from wrong
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportWrong(f"{path.name} is neither UTF-8 nor Windows-1252 text. Save it as UTF-8 and try again.")


def lines_of(text: str) -> list[str]:
    """Lines as files have them, with their ends. `str.splitlines` would part a row at U+2028 and its like, too."""
    return list(io.StringIO(text, newline=""))


def csv_rows(path: Path) -> tuple[list[str], Iterator[tuple[int, Row] | Refused]]:
    """The header, and each row by the line it begins on; a row with the wrong number of columns is refused."""
    lines = lines_of(text_of(path).replace("\0", ""))
    csv.field_size_limit(LONGEST_FIELD)
    at = next((at for at, line in enumerate(lines) if line.strip()), None)
    if at is None:
        raise ImportWrong(f"{path.name} is empty.")
    delimiter = max(DELIMITERS, key=lambda mark: len(_first(lines[at:], mark)))
    header = [name.strip() for name in _first(lines[at:], delimiter)]
    return header, _rows(lines, at + 1, header, delimiter)


def _first(lines: list[str], delimiter: str) -> list[str]:
    return next(csv.reader(lines[:1], delimiter=delimiter), [])


def _rows(lines: list[str], at: int, header: list[str], delimiter: str) -> Iterator[tuple[int, Row] | Refused]:
    """A quote that is never closed spoils its own line only: reading starts again on the next one."""
    while at < len(lines):
        values, ends = _next(lines, at, delimiter)
        if len(values) == len(header):
            yield at + 1, dict(zip(header, values, strict=True))
        elif values:
            yield Refused(f"line {at + 1}", f"it has {len(values)} columns and the header has {len(header)}")
            ends = at + 1
        elif ends > at + 1:
            yield Refused(f"line {at + 1}", "a quotation mark is opened and never closed")
            ends = at + 1
        at = ends


def _next(lines: list[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """The row that begins at `at`, and where the next one begins. No values: an empty row, or a quote left open."""
    ordinary = csv.reader(_from(lines, at), delimiter=delimiter)
    try:
        values = next(ordinary, [])
        ends = at + max(1, ordinary.line_num)
        if ends == len(lines) and ends > at + 1:
            next(csv.reader(_from(lines, at), delimiter=delimiter, strict=True), [])
    except csv.Error:  # strict: the end came inside a quote; ordinary: a field without end
        return [], at + 2
    return (values if any(value.strip() for value in values) else []), ends if any(values) else at + 1


def _from(lines: list[str], at: int) -> Iterator[str]:
    for number in range(at, len(lines)):
        yield lines[number]


def json_documents(path: Path) -> Iterator[tuple[str, Any] | Refused]:
    """Each JSON document with where it is: a file, the lines of a file, or the *.json files of a folder by name."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in (".json", ".jsonl"))
        if not files:
            raise ImportWrong(f"The folder {path} holds no .json files.")
        for file in files:
            yield from _documents(file, f"{file.name}, ")
    else:
        yield from _documents(path, "")


def _documents(path: Path, prefix: str) -> Iterator[tuple[str, Any] | Refused]:
    text = text_of(path)
    try:
        yield prefix, sound(json.loads(text))
        return
    except RecursionError as wrong:
        raise ImportWrong(f"{path.name} is not JSON that can be read: {DEEP}.") from wrong
    except json.JSONDecodeError as wrong:
        lines = lines_of(text)
        if not (path.suffix == ".jsonl" or _stands_alone(lines)):
            raise ImportWrong(f"{path.name} is not JSON: {wrong.msg} on line {wrong.lineno}.") from wrong
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _line(f"{prefix}line {number}", line)


def _stands_alone(lines: list[str]) -> bool:
    """Whether the first line is a whole document, so that the file is one document a line."""
    try:
        return isinstance(json.loads(next(line for line in lines if line.strip())), dict)
    except (json.JSONDecodeError, StopIteration):
        return False


def _line(where: str, line: str) -> tuple[str, Any] | Refused:
    try:
        return where, sound(json.loads(line))
    except json.JSONDecodeError as wrong:
        return Refused(where, f"it is not JSON: {wrong.msg}")
    except RecursionError:
        return Refused(where, DEEP)


def sound(content: Any) -> Any:
    """`content` with a question mark for each half of a character: JSON may hold one, no database can keep it."""
    return json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))
