"""The examples of README.md do what it says: each with the cell that comes first there, run to its end without a warning.

usage: readme.py REPOSITORY KAVITY
"""

import json
import pathlib
import re
import shutil
import sys

from checks import faults_in, numbers_of, require, run

QUIET = "\nsubsection Output\n  set Fields  = false\n  set Figures = false\nend\n"

PROTOCOL = "subsection Protocol\n{}end\n"

NO_VOIDS = "[Voids/Base radius] is not given: the metal begins without voids"


def blocks(readme):
    """Parameter files and pieces of such in it, in order."""
    fenced = re.findall(r"^```\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    return [block for block in fenced if re.match(r" *(include|subsection|set) ", block)]


def voltages(readme):
    """Steps in the table of those that keep a voltage."""
    cells = [cell.replace("\\|", "|") for cell in re.findall(r"^\| `(.*?)` \|", readme, re.MULTILINE)]
    return [cell for cell in cells if re.match(r"(hold|strip|plate) ", cell)]


class Example:
    def __init__(self, kavity, readme, folder):
        self.kavity, self.readme, self.folder = kavity, readme, folder
        self.cell = blocks(readme)[0]

    def result(self, text, *entries):
        """What result.json of a run of a file says, and its contact over time."""
        path, output = self.folder / "mine.prm", self.folder / "out"
        path.write_text(text + QUIET)
        sets = [word for entry in entries for word in ("--set", entry)]
        run([self.kavity, "run", path, "-o", output, "-q", *sets])
        result = json.loads((output / "result.json").read_text())
        result["contact"] = [row["contact"] for row in numbers_of(output)]
        shutil.rmtree(output)
        return result

    def is_good(self, text):
        """What `validate` says of a file, without a doubt."""
        path = self.folder / "mine.prm"
        path.write_text(text)
        said = run([self.kavity, "validate", path]).stdout
        require("warning" not in said, said)
        return said


def protocols(example):
    """That of the first file as it stands; blocks of cycles; ramps and staircases."""
    first, of_blocks, lines = [block for block in blocks(example.readme)[1:]
                               if "Study" not in block and "Dendrites" not in block]
    result = example.result(example.cell + first)
    require(not result["warnings"], str(result["warnings"]))
    require(min(result["contact"]) < 0.9, f"voids do not grow: {min(result['contact'])}")
    for text, entries in ((of_blocks, ["Protocol/Block 2/Cycles=1"]), (PROTOCOL.format(lines), [])):
        warnings = example.result(example.cell + text, *entries)["warnings"]
        require(not warnings, str(warnings))


def without_voids(example):
    """The cell without its voids is doubted, unless that is said, or its law has none."""
    cell = re.sub(r"subsection Voids.*?end\n", "", example.cell, flags=re.DOTALL)
    text = cell + PROTOCOL.format("  set Step 1 = strip at 3 mA/cm^2 for 1 s\n")
    for entries, warned in (([], True), (["Voids/Base radius=0 um"], False), (["Voids/Law=plastic_contact"], False)):
        warnings = example.result(text, *entries)["warnings"]
        require([NO_VOIDS in warning for warning in warnings] == [True] * warned, f"{entries}: {warnings}")


def steps(example):
    """Voltages that are kept; C-rates."""
    lines = voltages(example.readme)
    require(len(lines) == 3, str(lines))
    for line in lines:
        warnings = example.result(example.cell + PROTOCOL.format(f"  set Step 1 = {line}\n"))["warnings"]
        require(not warnings, f"{line}: {warnings}")
    capacity, *rates = re.search(r"With `(set Capacity[^`]*)`[^`]*`([^`]*)`, `([^`]*)`", example.readme).groups()
    steps = "".join(f"  set Step {k} = {rate}\n" for k, rate in enumerate(rates, 1))
    example.is_good(example.cell + PROTOCOL.format(f"  {capacity}\n{steps}"))


def study(example):
    """Its rows are searches that are good."""
    of_studies = [block for block in blocks(example.readme) if "subsection Study" in block]
    require(len(of_studies) == 1, str(of_studies))
    require("study (18 rows)" in example.is_good(example.cell + of_studies[0]), "not 18 rows")


def main():
    readme = pathlib.Path(sys.argv[1], "README.md").read_text(encoding="utf-8")
    return faults_in(zip((protocols, without_voids, steps, study)),
                     lambda check, folder: check(Example(sys.argv[2], readme, folder)))


sys.exit(main())
