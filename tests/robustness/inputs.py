"""Whatever is in a parameter file, `kavity validate` ends with exit code 0 or 2, in good time and
without a crash: files changed at random, and files made to break it.

usage: inputs.py REPOSITORY KAVITY MPIEXEC [NUMBER OF CHANGED FILES [SEED]]
"""

import pathlib
import random
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cases"))
# pylint: disable=wrong-import-position
from checks import Fault, faults_in, png, require

NUMBER, SEED = 800, 1

# Files for one call of the program, whose start takes longer than reading a file.
BATCH = 40

# Seconds after which a file counts as one that hangs the program; the slowest take one.
TOO_LONG = 60

CRASHES = ("terminate called", "what():", "Sanitizer", "runtime error:", "Segmentation", "Assertion",
           "Traceback", "dealii::", "violated", "MPI_ABORT", "bad_alloc")

WORDS = ["", "0", "-1", "1e-300", "1e300", "1e400", "nan", "inf", "-0", "none", "default", "true", "#",
         "\\", "\\#", "=", "==", "/", "..", ".", "/dev/zero", "/dev/null", "um", "2.5 mPa", "3 MA/cm^2",
         "1 um^2", "1 m^-1", "20 C", "20 degF", "((((((((", "))))", "sqrt(m)", "1 um # default", "9" * 300,
         "1 MPa to 10 MPa in 100000", "1,2,3", "a or b or c", "time > 1 h or", "|voltage| > 0.3 V",
         "contact < nan", "include", "end", "subsection", "set", "subsection Step 4000000000", "%d", "%s",
         "slice_%3000000d.png", "1/x", "x=3", "rand()", "exp(exp(exp(x)))", "\u00b5m", "\ufeff", "\x00",
         "\x1b[31m", "\r", "\t", "\u2028", "10000", "3", "axisymmetric", "resolved", "random", "file",
         "expression", "voids_from_image_2d.png", "void_protocol", "creep_closure", "plastic_contact"]


def validate(kavity, folder, names):
    """Calls the program; returns its exit code, or what happened instead, and all it said."""
    try:
        done = subprocess.run([kavity, "validate", *names], cwd=folder, capture_output=True, timeout=TOO_LONG)
    except subprocess.TimeoutExpired:
        return "no end", ""
    said = (done.stdout + done.stderr).decode(errors="replace")
    crash = [word for word in CRASHES if word in said]
    return crash[0] if crash else done.returncode, said


def changed(text, texts, chance):
    """The bytes of a file with one to five changes."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(lines))
        kind = chance.randrange(9)
        if kind == 0:
            del lines[at]
            lines = lines or [""]
        elif kind == 1:
            lines.insert(at, lines[chance.randrange(len(lines))])
        elif kind == 2 and "=" in lines[at]:
            lines[at] = lines[at].split("=")[0] + "= " + chance.choice(WORDS)
        elif kind == 3:
            lines[at] += chance.choice(WORDS)
        elif kind == 4:
            lines.insert(at, chance.choice(WORDS))
        elif kind == 5:
            words = lines[at].split(" ")
            words[chance.randrange(len(words))] = chance.choice(WORDS)
            lines[at] = " ".join(words)
        elif kind == 6:
            other = chance.choice(texts).split("\n")
            start = chance.randrange(len(other))
            lines[at:at] = other[start:start + chance.randint(1, 10)]
        elif kind == 7:
            lines = lines[:at + 1]
        elif lines[at]:
            letter = chance.randrange(len(lines[at]))
            lines[at] = lines[at][:letter] + chr(chance.randrange(1, 256)) + lines[at][letter + 1:]
    content = "\n".join(lines).encode()
    if content and chance.random() < 0.1:
        at = chance.randrange(len(content))
        content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1:]
    return content


def check_batch(kavity, folder, names):
    """All of them; if something is wrong, one by one to tell which."""
    code, said = validate(kavity, folder, names)
    missing = [name for name in names if name not in said]
    if code in (0, 2) and not missing:
        return
    for name in names:
        code, said = validate(kavity, folder, [name])
        require(code in (0, 2) and name in said,
                f"{name}: {code}\n{said[-2000:]}\nThe file:\n{(folder / name).read_text(errors='replace')}")
    raise Fault(f"{names[0]} to {names[-1]}: {missing} only together")


def changed_files(repository, kavity, folder, number, seed):
    """As many files as asked for, changed at random."""
    shipped = repository / "parameter_files"
    texts = [p.read_text() for p in [*shipped.glob("*.prm"), *(repository / "tests" / "cases").glob("*.prm")]]
    for name in ("voids_from_image_2d.png",):
        shutil.copy(shipped / name, folder)
    shutil.copy(repository / "tests" / "cases" / "void_image.png", folder)
    for name in ("cell.prm", "cell_interface.prm"):
        shutil.copy(repository / "tests" / "cases" / name, folder)
    chance = random.Random(seed)
    batches = []
    for k in range(number):
        name = f"changed_{k}.prm"
        (folder / name).write_bytes(changed(chance.choice(texts), texts, chance))
        if k % BATCH == 0:
            batches.append([])
        batches[-1].append(name)
    for names in batches:
        check_batch(kavity, folder, names)
    print(f"{number} changed files (seed {seed}) end with 0 or 2", flush=True)


GOOD = """include materials/K.prm
include materials/K-BASE.prm
subsection Protocol
  subsection Step 1
    set Kind            = strip
    set Current density = 1 mA/cm^2
    set Until           = time > 1 min
  end
end
"""

VARIED = GOOD + "subsection Voids\n  subsection Radius variation\n    set Kind = {}\n    set {} = {}\n  end\nend\n"

IMAGE = GOOD + """subsection Voids
  set Model = resolved
end
subsection Void field
  subsection Void image
    set File   = {}
    set Height = 10 um
  end
end
"""


def hostile_files(folder):
    """Files and the exit code and a word they must give."""
    for k in range(25):
        (folder / f"double{k}.prm").write_text(f"include double{k + 1}.prm\n" * 2)
        (folder / f"chain{k}.prm").write_text(f"include chain{k + 1}.prm\n")
    (folder / "double25.prm").write_text(GOOD)
    (folder / "chain25.prm").write_text(GOOD)
    (folder / "cycle_a.prm").write_text("include cycle_b.prm\n")
    (folder / "cycle_b.prm").write_text("include cycle_a.prm\n")
    (folder / "huge.png").write_bytes(png(60000, 60000, b""))
    (folder / "short.png").write_bytes(png(100, 100, b"\0" * 100))
    table = "x [um],factor\n0,1\n10,2\n"
    (folder / "mark.csv").write_bytes(b"\xef\xbb\xbf" + table.replace("\n", "\r\n").encode())
    (folder / "utf16.csv").write_bytes(table.encode("utf-16"))
    yield "double0.prm", None, 2, "more than 1000 files"
    yield "chain0.prm", None, 0, "valid"
    yield "cycle_a.prm", None, 2, "includes itself"
    for name, content, code, word in (
            ("deep.json", '{"a":' * 15000 + "1" + "}" * 15000, 2, "levels deep"),
            ("arrays.json", "[" * 200000, 2, "levels deep"),
            ("sections.prm", "subsection a\n" * 200000, 2, "levels deep"),
            ("digits.prm", GOOD.replace("1 min", "1" * 50000 + " min"), 2, "characters"),
            ("many_digits.prm", GOOD.replace("1 min", "1" * 1900 + " min"), 2, "too large"),
            ("blanks.prm", GOOD.replace("1 min", " " * 1900 + "1 min"), 0, "valid"),
            ("brackets.prm", VARIED.format("expression", "Expression", "(" * 900 + "1" + ")" * 900), 0, "valid"),
            ("minus.prm", VARIED.format("expression", "Expression", "-" * 1900 + "1"), None, ""),
            ("assignment.prm", VARIED.format("expression", "Expression", "x=3"), 2, "assigns"),
            ("mark.prm", b"\xef\xbb\xbf" + GOOD.encode(), 0, "valid"),
            ("utf16.prm", GOOD.encode("utf-16"), 2, "UTF-16"),
            ("utf16be.prm", GOOD.encode("utf-16-be"), 2, "UTF-16"),
            ("utf32.prm", GOOD.encode("utf-32"), 2, "UTF-16"),
            ("crlf.prm", GOOD.replace("\n", "\r\n"), 0, "valid"),
            ("cr.prm", GOOD.replace("\n", "\r"), 0, "valid"),
            ("binary.prm", bytes(range(256)) * 100, 2, "no plain text"),
            ("empty.prm", "", 2, "Metal"),
            ("units.prm", GOOD.replace("1 mA/cm^2", "1 " + "(" * 900 + "mA"), 2, "Current density"),
            ("steps.prm", GOOD + "subsection Protocol\n" + "".join(
                f"subsection Step {k}\nset Kind = rest\nset Until = time > 1 s\nend\n"
                for k in range(2, 20000)) + "end\n", 0, "valid"),
            ("gap.prm", GOOD.replace("Step 1", "Step 4000000000"), 2, "Step 1"),
            ("garbage.prm", "?\n" * 1000000, 2, "more mistakes"),
            ("unknown.prm", GOOD + "".join(f"set Entry {k} = 1\n" for k in range(100000)), 2, "more mistakes"),
            ("comments.prm", GOOD + "# nothing\n" * 1000000, 2, "larger than 4 MB"),
            ("voids.prm", IMAGE.replace("Void image", "Random voids").replace("set File   = {}", "set Number = 10000")
             .replace("set Height = 10 um", "set Mean radius = 0.6 um"), 2, "do not find room"),
            ("zero.prm", "include /dev/zero\n", 2, "/dev/zero"),
            ("zero_table.prm", VARIED.format("file", "File", "/dev/zero"), 2, "it is no file"),
            ("mark_table.prm", VARIED.format("file", "File", "mark.csv"), 0, "valid"),
            ("utf16_table.prm", VARIED.format("file", "File", "utf16.csv"), 2, "UTF-16"),
            ("huge_image.prm", IMAGE.format("huge.png"), 2, "pixels"),
            ("short_image.prm", IMAGE.format("short.png"), 2, "short.png"),
            ("name.prm", IMAGE.format("%" * 1900 + "d"), 2, "cannot be read"),
    ):
        yield name, content, code, word


def hostile(_, kavity, folder):
    """Files made to break the program, one call each."""
    n = 0
    for name, content, expected, word in hostile_files(folder):
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        code, said = validate(kavity, folder, [name])
        require(code in ((0, 2) if expected is None else (expected,)), f"{name}: {code}\n{said[:2000]}")
        require(word in said, f"{name}: \"{word}\" is not said\n{said[:2000]}")
        require(len(said) < 100000, f"{name}: {len(said)} characters are said")
        n += 1
    code, said = validate(kavity, folder, ["/dev/zero"])
    require(code == 2 and "larger than 4 MB" in said, f"/dev/zero: {code}\n{said[:2000]}")
    print(f"{n + 1} hostile files end as they should", flush=True)


def main():
    repository, kavity = pathlib.Path(sys.argv[1]), sys.argv[2]
    number, seed = (list(map(int, sys.argv[4:])) + [NUMBER, SEED][len(sys.argv[4:]):])[:2]
    return faults_in(((hostile,), (changed_files, number, seed)),
                     lambda check, folder, *more: check(repository, kavity, folder, *more))


if __name__ == "__main__":
    sys.exit(main())
