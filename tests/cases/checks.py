"""What the scripts that test the program share: calls of it, comparisons of what it leaves, and a report of faults."""

import csv
import os
import pathlib
import struct
import subprocess
import tempfile
import time
import xml.etree.ElementTree
import zlib

# Of one and two ranks, relative to the largest value of a column: sums in another order, in fields
# coupled to 1e-8.
SAME = 1e-8


class Fault(Exception):
    """What is wrong with a result."""


def require(condition, message):
    if not condition:
        raise Fault(message)


def rows_of(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def numbers_of(folder):
    """The history of a run, its columns without their units."""
    return [{name.split(" [")[0]: float(value) for name, value in row.items()}
            for row in rows_of(folder / "history.csv")]


def run(arguments, code=0, **options):
    """Runs the program and checks its exit code."""
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True, timeout=600,
                          **options)
    text = done.stdout + done.stderr
    require(done.returncode == code, f"exit code {done.returncode}, expected {code}\n{text}")
    require("terminate called" not in text, text)
    return done


def held_in(folder):
    """What the files of a folder hold, but for its lock, which names the last process that asked."""
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != ".lock"}


def check_fields(folder):
    """All files of the collections are there and XML; returns the times."""
    times = set()
    for name in ("solution.pvd", "interface.pvd"):
        for entry in xml.etree.ElementTree.parse(folder / name).iter("DataSet"):
            times.add(float(entry.get("timestep")))
            parallel = folder / entry.get("file")
            for piece in xml.etree.ElementTree.parse(parallel).iter("Piece"):
                xml.etree.ElementTree.parse(parallel.parent / piece.get("Source"))
    require(times, "no fields")
    return sorted(times)


def png(width, height, lines):
    """A grey image of these lines, each after the number of its filter; the header may say anything."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def compare(path, other, ignored, allowed=SAME):
    """The numbers of two tables agree, but for ignored columns and what meshes happened to lose; texts are the
    same."""
    rows, other_rows = rows_of(path), rows_of(other)
    require(len(rows) == len(other_rows), f"{len(rows)} and {len(other_rows)} rows")
    for number, (row, other_row) in enumerate(zip(rows, other_rows), 1):
        for column in row:
            if any(word in column for word in (*ignored, "restored_volume")):
                continue
            try:
                a, b = float(row[column]), float(other_row[column])
            except ValueError:
                require(row[column] == other_row[column], f"{column}, row {number}")
                continue
            # contact counts against full contact: what is left of it inside a void is round-off
            scale = 1 if column == "contact_min [1]" else max(abs(float(r[column])) for r in rows)
            require(abs(a - b) <= allowed * scale, f"{column}, row {number}: {a} and {b}")


def chosen(names, *checks):
    """Those checks, each a function and its arguments, that have one of the names, or all but those of "-NAME"."""
    known = {check.__name__ for check, *_ in checks}
    unknown = {name.removeprefix("-") for name in names} - known
    if unknown:
        raise SystemExit(f"there is no check {', '.join(sorted(unknown))}")
    wanted = {name for name in names if name in known} or known - {name[1:] for name in names}
    return [each for each in checks if each[0].__name__ in wanted]


def faults_in(checks, call):
    """How many of these checks, each a function and its arguments, fail in a folder of their own:
    call(check, folder, *arguments)."""
    faults = 0
    for check, *arguments in checks:
        words = [getattr(each, "__name__", each) for each in (check, *arguments)]
        name = ", ".join(word for word in words if isinstance(word, str) and word and "\n" not in word)
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            try:
                call(check, pathlib.Path(folder), *arguments)
                print(f"{name}: met in {time.monotonic() - start:.1f} s", flush=True)
            except (Fault, subprocess.TimeoutExpired) as fault:
                print(f"{name}: {fault}\n  FAULT", flush=True)
                faults += 1
    return faults


def environment_of_ranks():
    """For several ranks on a machine that may have fewer processors."""
    return dict(os.environ, OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1",
                OMPI_MCA_mpi_yield_when_idle="1")
