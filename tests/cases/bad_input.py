"""Mistakes in parameter files and on the command line: each ends with exit code 2 (4 where a folder that could be one is not to
be written to), names the place and the entry, says what was expected, and leaves nothing written.

usage: bad_input.py REPOSITORY KAVITY
"""

import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

from checks import Fault, png
from mistakes import ALL_TOLD, FOR_A_SEARCH, IN_THE_FILE, JSON, MANY, ON_THE_COMMAND_LINE, STRIPPED, VALID


def line_of(text, marker):
    """Number of the line that holds the (end of the) marker."""
    at = text.index(marker)
    return text[:at + len(marker)].count("\n") + 1


def run(kavity, folder, arguments, code=2):
    """Runs the program in @p folder and checks what holds for every mistake; returns its message."""
    before = sorted(p for p in folder.rglob("*"))
    contents = [p.read_bytes() for p in before if p.is_file()]
    done = subprocess.run([kavity, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)
    message = done.stderr
    if done.returncode != code:
        raise Fault(f"exit code {done.returncode}, expected {code}\n{done.stdout}{message}")
    for word in ("terminate called", "Traceback", "Exception", "violated condition", "boost::",
                 "std::", "dealii", "Aborting", "MPI_"):
        if word in message:
            raise Fault(f"'{word}' in the message\n{message}")
    written = sorted(p.name for p in folder.rglob("*") if p not in before)
    if written:
        raise Fault(f"wrote {written}\n{message}")
    if contents != [p.read_bytes() for p in before if p.is_file()]:
        raise Fault(f"changed a file\n{message}")
    return message


def require(message, words):
    """Every word is in the message."""
    for word in words:
        if word not in message:
            raise Fault(f"\"{word}\" is not in the message\n{message}")


def write_png(path, rows):
    """Grey values as an image."""
    path.write_bytes(png(len(rows[0]), len(rows), b"".join(b"\0" + bytes(row) for row in rows)))


def prepare(folder):
    """A folder with the files that the parameter files and command lines name."""
    folder.mkdir()
    for name in ("voids", "slice_1", "slice_2", "odd_01"):
        write_png(folder / f"{name}.png", [[255, 255], [0, 255]])
    write_png(folder / "odd_02.png", [[255, 255, 255], [0, 255, 255]])
    write_png(folder / "bright.png", [[255, 200], [255, 200]])
    write_png(folder / "dark.png", [[0, 100], [0, 100]])
    (folder / "cell.prm").write_text(VALID)
    (folder / "empty.prm").write_text("")
    for name in ("own", "killed", "finished"):
        (folder / name).mkdir()
    (folder / "own" / "parameters.prm").write_text(VALID)
    (folder / "killed" / ".lock").write_text("run\n")
    (folder / "killed" / "history.csv").write_text("run_time [s]\n")
    (folder / "finished" / "result.json").write_text("{}")
    (folder / "broken.json").write_text(JSON % '  "Cell" {"Width": "10 um"}')
    (folder / "mistake.json").write_text(JSON % '  "Cell": {"Stack pressure": "5"}')
    return folder


def mistake_in_file(kavity, folder, change, command="run"):
    """One mistake in the file: the message is one line, of the right place."""
    old, new, marker, entry, words = change
    text = VALID.replace(old, new, 1)
    if text == VALID or (marker and marker not in text):
        raise Fault(f"the test is wrong: '{old}' or '{marker}' is not in the file")
    prepare(folder)
    (folder / "cell.prm").write_text(text)
    message = run(kavity, folder, [command, "cell.prm", "--output", "out"])
    if entry is None:
        require(message, words)
        return message
    place = f"cell.prm:{line_of(text, marker)}: " if marker else "cell.prm: "
    start = place + (f"[{entry}] " if entry else "")
    lines = [line for line in message.splitlines() if line.startswith(start)]
    if not lines:
        raise Fault(f"no line starts with \"{start}\"\n{message}")
    if sum(line.startswith("cell.prm") for line in message.splitlines()) > 1 and marker:
        raise Fault(f"one mistake, but several lines\n{message}")
    require(lines[0], words)
    return message


def mistake_for_a_search(kavity, folder, change):
    """One that matters to a search alone."""
    return mistake_in_file(kavity, folder, change, "critical-current")


def mistake_on_command_line(kavity, folder, change):
    """One mistake on the command line."""
    arguments, words, *code = change
    prepare(folder)
    arguments = [a.replace("FILE", "cell.prm").replace("DIR", "out") for a in arguments]
    message = run(kavity, folder, arguments, *code)
    require(message, words)
    if "empty.prm" in arguments and len(message.splitlines()) > 3:
        raise Fault(f"more than is missing\n{message}")
    return message


def many_mistakes(kavity, folder, _):
    """A file with several mistakes lists them all, in the order of the lines."""
    text = VALID
    for old, new in MANY:
        text = text.replace(old, new, 1)
    prepare(folder)
    (folder / "cell.prm").write_text(text)
    message = run(kavity, folder, ["run", "cell.prm", "--output", "out"])
    numbers = [int(n) for n in re.findall(r"^cell\.prm:(\d+): ", message, re.MULTILINE)]
    expected = sorted(line_of(text, new) for _, new in MANY)
    if numbers != expected:
        raise Fault(f"mistakes in the lines {expected}, listed {numbers}\n{message}")
    return message


def all_told(kavity, folder, change):
    """Every mistake is told, and told once."""
    command, old, new, messages, *more = change
    text = VALID.replace(old, new, 1)
    for other in more:
        text = text.replace(*other)
    prepare(folder)
    (folder / "cell.prm").write_text(text)
    message = run(kavity, folder, [command, "cell.prm", "--output", "out"])
    lines = message.splitlines()
    if len(lines) != len(messages):
        raise Fault(f"{len(messages)} mistakes, {len(lines)} lines\n{message}")
    for line, (entry, words) in zip(lines, messages):
        require(line, [f"[{entry}]", words])
    return message


def valid_file(kavity, folder, _):
    """The file that all mistakes are made in is itself valid."""
    prepare(folder)
    done = subprocess.run([kavity, "validate", "cell.prm"], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise Fault(f"exit code {done.returncode}\n{done.stderr}")
    if "warning" in done.stdout:
        raise Fault(f"a warning of nothing\n{done.stdout}")
    until, search = "Protocol/Step 1/Until=", "Critical current/"
    for text, warned in ((until + "contact < 50 %", []), (until + "time > 9 h or contact < 0.5", []),
                         (until + "capacity > 9 mAh/cm^2", ["2.95 mAh/cm^2", "metal of 50 um"]),
                         (until + "capacity > 2.953 mAh/cm^2", []),
                         (until + "capacity > 2.954 mAh/cm^2", ["more than the 2.953 mAh/cm^2 that metal of 50 um with voids"]),
                         (until + "time > 9 h", ["'time > 9 h' strips more"]),
                         *(("Protocol/Step 3=" + step, words) for step, words in STRIPPED.items()),
                         (search + "Ramp half-cycle=1 h", ["[Critical current/Ramp half-cycle] '1 h' strips more than the 2.95 "
                                                           "mAh/cm^2 that metal of 50 um with voids holds above 2.95 mA/cm^2; ccd_ramp ends"]),
                         (search + "Ramp half-cycle=1 min", []),
                         (search + "Ramp half-cycle=3 mAh/cm^2", ["[Critical current/Ramp half-cycle] '3 mAh/cm^2' strips more"]),
                         ("Electrolyte/Fixture=flat_support", []),
                         ("Cell/Electrolyte thickness=1 um", ["up to 10 times as wide as high", "iterations"]),
                         (search + "Capacity=9 mAh/cm^2", ["[Critical current/Capacity] '9 mAh/cm^2'"])):
        more = ["--set", search + "Kinds=void_protocol"] * ("Capacity" in text)
        more += ["--set", search + "Kinds=ccd_ramp", "--set", search + "Ramp start=1 mA/cm^2", "--set",
                 "Dendrites/Criterion=crack_propagation"] * ("Ramp" in text)
        more += ["--set", "Cell/Kind=symmetric"] * ("plate at" in text)
        more += ["--set", "Electrolyte/Fixture=free_sides"] * ("thickness" in text)
        sets = [word for entry in text.split("\n") for word in ("--set", entry)]
        done = subprocess.run([kavity, "validate", "cell.prm", *sets, *more], cwd=folder, capture_output=True,
                              text=True)
        if done.returncode != 0 or ("warning: " in done.stdout) != bool(warned):
            raise Fault(f"'{text}'\n{done.stdout}{done.stderr}")
        require(done.stdout, warned)
    return done.stdout


def main():
    kavity, verbose = sys.argv[2], "-v" in sys.argv
    cases = [("valid file", valid_file, None), ("many mistakes", many_mistakes, None)]
    cases += [(name, mistake_in_file, change) for name, change in IN_THE_FILE.items()]
    cases += [(name, mistake_for_a_search, change) for name, change in FOR_A_SEARCH.items()]
    cases += [(name, all_told, change) for name, change in ALL_TOLD.items()]
    cases += [(name, mistake_on_command_line, change) for name, change in ON_THE_COMMAND_LINE.items()]
    faults = 0
    with tempfile.TemporaryDirectory() as temporary:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = {}
            for number, (name, check, change) in enumerate(cases):
                folder = pathlib.Path(temporary) / str(number)
                answers[name] = pool.submit(check, kavity, folder, change)
            for name, answer in answers.items():
                try:
                    message = answer.result()
                    if verbose:
                        print(f"-- {name}\n{message}")
                except (Fault, subprocess.TimeoutExpired) as fault:
                    print(f"-- {name}: {fault}")
                    faults += 1
    print(f"{len(cases)} cases, {faults} faults")
    return bool(faults)


sys.exit(main())
