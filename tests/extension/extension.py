"""Laws and commands that a file each adds do what those of the program do that say the same.

usage: extension.py REPOSITORY KAVITY_EXTENDED
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cases"))
# pylint: disable=wrong-import-position
from failure import Fault, compare, require, run

# Numbers and their reciprocals differ by a rounding, in fields coupled to 1e-12.
ROUND_OFF = 1e-10

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
subsection Voids
  set Base radius = 1 um
end
subsection Solver
  set Tolerance          = 1e-13
  set Coupling tolerance = 1e-12
end
subsection Protocol
  set Step 1 = plate at 1 mA/cm^2 for 30 s
end
"""
KNOWN = {"platen": "spring", "give": "set Compliance = 0.5 um/MPa", "creep": "linear",
         "flow": "set Viscosity = 4e11 Pa s", "criterion": "local_current",
         "limit": "set Limit = 4 mA/cm^2\n    set Rim factor = false"}
ADDED = {"platen": "stiff_frame", "give": "set Stiffness = 2 MPa/um", "creep": "fluidity",
         "flow": "set Fluidity = 2.5e-12 1/(Pa s)", "criterion": "applied_current",
         "limit": "set Limit = 4 mA/cm^2"}


def main():
    repository, kavity = pathlib.Path(sys.argv[1]), sys.argv[2]
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        for name, laws in (("known", KNOWN), ("added", ADDED)):
            path = folder / f"{name}.prm"
            path.write_text(FILE.format(cases=repository / "tests" / "cases", **laws))
            run([kavity, "run", path, "-q", "-o", folder / name])
        compare(folder / "added" / "history.csv", folder / "known" / "history.csv", ["_error", "iterations"],
                ROUND_OFF)
        listed = run([kavity, "laws"]).stdout
        manual = run([kavity, "parameters"]).stdout
        for name, doc in (("fluidity", "of a given fluidity"), ("applied_current", "without rims"),
                          ("stiff_frame", "on a spring")):
            require(name in listed and doc in listed and f"/{name}\n" in manual, f"{name} is not told of\n{listed}")
        require("count-files FILE..." in run([kavity, "--help"]).stdout, "the help does not know the command")
        require(run([kavity, "count-files", "a", "b"]).stdout == "2\n", "the command does something else")
        said = run([kavity, "count-file", "a"], code=2).stderr
        require("did you mean 'count-files'?" in said, said)
    except Fault as fault:
        print(f"{fault}\n  FAULT")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
