"""Laws, commands, an observable and a kind of electrode that a file each adds do what those of the program do that say
the same, or what is known of them.

usage: extension.py REPOSITORY KAVITY_EXTENDED
"""

import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cases"))
# pylint: disable=wrong-import-position
from checks import compare, faults_in, require, rows_of, run

# Numbers and their reciprocals differ by a rounding, in fields coupled to 1e-12.
ROUND_OFF = 1e-10

# Of the film's resistance per charge, cm^2/mAh: it grows by half in the run.
GROWTH = 60

FILE = """
include {cases}/cell.prm
subsection Cell
  set Platen = {platen}
  subsection {platen}
    {give}
  end
end
subsection Metal
  set Creep law = {creep}
  subsection {creep}
    {flow}
  end
end
subsection Dendrites
  set Criterion = {criterion}
  subsection {criterion}
    {limit}
  end
end
subsection Kinetics
  set Film resistance = 10 ohm cm^2
end
subsection Voids
  set Base radius = 1 um
  set Model       = {model}
  {grows}
end
subsection Solver
  set Tolerance          = 1e-13
  set Coupling tolerance = 1e-12
end
subsection Protocol
  set Step 1 = plate at 1 mA/cm^2 for 30 s
  set Step 2 = rest for 1 h until film_resistance > 9 ohm cm^2
end
"""
KNOWN = {"platen": "spring", "give": "set Compliance = 0.5 um/MPa", "creep": "linear",
         "flow": "set Viscosity = 4e11 Pa s", "criterion": "local_current",
         "limit": "set Limit = 4 mA/cm^2\n    set Rim factor = false", "model": "homogenised", "grows": ""}
ADDED = {"platen": "stiff_frame", "give": "set Stiffness = 2 MPa/um", "creep": "fluidity",
         "flow": "set Fluidity = 2.5e-12 1/(Pa s)", "criterion": "applied_current",
         "limit": "set Limit = 4 mA/cm^2", "model": "growing_film",
         "grows": f"subsection growing_film\n    set Growth = {GROWTH} cm^2/mAh\n  end"}


# Voids of two sizes, so that current and film are uneven, and a mesh that follows the contact.
FOLLOWS = ["Cell/Width=20 um", "Cell/Metal thickness=20 um", "Mesh/Adaptive refinements=2", "Mesh/Time steps between adaptions=1",
           "Voids/Population=1e11 1/m^2", "Voids/Radius variation/Kind=expression",
           "Voids/Radius variation/Expression=if(x < 7.3, 1.65, 0.5)", "Protocol/Step 1=strip at 1 mA/cm^2 for 30 s",
           "Output/Fields=true", "Output/Steps between fields=1"]


def check_carried_film(folder):
    """The film follows the charge also where meshes change: none of it is lost."""
    for row in rows_of(folder / "history.csv"):
        film = float(row["film_resistance [ohm cm^2]"])
        expected = 10 * (1 + GROWTH * float(row["run_time [s]"]) / 3600)
        require(abs(film - expected) <= ROUND_OFF * film, f"{film} ohm cm^2, expected {expected}")
    pieces = sorted((folder / "fields").glob("metal_*.vtu"))
    elements = [re.search(rb'NumberOfCells="(\d+)"', piece.read_bytes()).group(1) for piece in pieces]
    require(len(set(elements)) > 1, f"the mesh stays at {elements}")


def check_film(known, added):
    """Beside the film all is as without its growth; the film follows the charge, the voltage the film."""
    compare(added / "history.csv", known / "history.csv", ["_error", "iterations", "voltage", "film_resistance"],
            ROUND_OFF)
    for row, other in zip(rows_of(added / "history.csv"), rows_of(known / "history.csv")):
        film, old = (float(r["film_resistance [ohm cm^2]"]) for r in (row, other))
        grown = old * GROWTH * abs(float(row["run_time [s]"])) / 3600  # of 1 mA/cm^2; at rest nothing grows
        require(abs(film - old - grown) <= ROUND_OFF * film, f"{film} ohm cm^2, expected {old + grown}")
        drop = 1e-3 * grown * float(row["current_density [mA/cm^2]"]) / float(row["contact [1]"])
        voltage, unfilmed = (float(r["voltage [V]"]) for r in (row, other))
        require(abs(voltage - unfilmed - drop) <= ROUND_OFF * abs(voltage), f"{voltage} V, expected {unfilmed + drop}")
    require(film > 14, "the film has hardly grown")
    result = json.loads((added / "result.json").read_text())
    require(abs(result["final"]["film_resistance [ohm cm^2]"] - film) <= ROUND_OFF * film, str(result["final"]))
    require("film_resistance > 9 ohm cm^2' holds already" in (added / "log.txt").read_text(),
            "the observable is no condition")


def added_alike(repository, kavity, folder):
    """Runs of both, and what the program says of what was added."""
    for name, laws in (("known", KNOWN), ("added", ADDED)):
        path = folder / f"{name}.prm"
        path.write_text(FILE.format(cases=repository / "tests" / "cases", **laws))
        run([kavity, "run", path, "-q", "-o", folder / name])
    check_film(folder / "known", folder / "added")
    more = [word for entry in FOLLOWS for word in ("--set", entry)]
    run([kavity, "run", folder / "added.prm", "-q", "-o", folder / "follows", *more])
    check_carried_film(folder / "follows")
    listed = run([kavity, "laws"]).stdout
    manual = run([kavity, "parameters"]).stdout
    for name, doc in (("fluidity", "of a given fluidity"), ("applied_current", "without rims"),
                      ("stiff_frame", "on a spring"), ("growing_film", "with the charge passed")):
        require(name in listed and doc in listed and f"/{name}\n" in manual, f"{name} is not told of\n{listed}")
    require("count-files FILE..." in run([kavity, "--help"]).stdout, "the help does not know the command")
    require(run([kavity, "count-files", "a", "b"]).stdout == "2\n", "the command does something else")
    said = run([kavity, "count-file", "a"], code=2).stderr
    require("did you mean 'count-files'?" in said, said)


def main():
    repository, kavity = pathlib.Path(sys.argv[1]), sys.argv[2]
    return faults_in([(added_alike,)], lambda check, folder: check(repository, kavity, folder))


if __name__ == "__main__":
    sys.exit(main())
