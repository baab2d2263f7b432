"""What a result must not be read without is said: in the log, at its end, and in result.json. And what
is no failure does not end like one.

usage: said.py REPOSITORY KAVITY
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from checks import faults_in, require, rows_of, run

# Seconds of the script that hangs.
LONG = 600

RUN = """
include {cases}/cell.prm
subsection Voids
  set Base radius = 2 um
end
subsection Protocol
  subsection Step 1
    set Kind            = strip
    set Current density = {current} mA/cm^2
    set Until           = {until}
  end
  subsection Step 2
    set Kind  = rest
    set Until = time > 1 s
  end
end
"""


# Three minutes of 2 mA/cm^2, but not of 3.
USED_UP = """
include {cases}/cell_thin.prm
subsection Critical current
  set Kinds           = ccd_ramp, void_protocol
  set Ramp start      = 1 mA/cm^2
  set Ramp step       = 1 mA/cm^2
  set Ramp half-cycle = 3 min
  set Upper bound     = 5 mA/cm^2
end
"""

# A void that covers most of the interface from the start, drawn coarsely.
NO_CONTACT = """
include {files}/void_growth_2d.prm
subsection Cell
  set Width                 = 2 um
  set Metal thickness       = 4 um
  set Electrolyte thickness = 4 um
end
subsection Mesh
  set Element size at interface = 0.5 um
end
subsection Void field
  set Surface width = 0.5 um
  set Barrier       = 3.24 MPa
  subsection Void 1
    set Base radius = 1.7 um
  end
end
subsection Protocol
  set Failure = voltage > 900 V
  set Cycles  = 2
  set Step 1  = strip at 20 mA/cm^2 for 0.2 mAh/cm^2
end
subsection Time stepping
  set Tolerance = 0.5
end
subsection Output
  set Fields  = false
  set Figures = false
end
"""


# Columns of elements that nothing but round-off tells apart, at three times the current that voids bear.
COLUMNS = """
include {cases}/cell_interface.prm
subsection Cell
  set Metal thickness = 200 um
  set Width           = {width} um
end
subsection Voids
  set Population  = 4e9 1/m^2
  set Base radius = 2 um
end
subsection Protocol
  set Step 1 = strip at 6 mA/cm^2 for 1 h until contact_min < 0.2
end
"""

# One step, after which the voids at the left have grown so much more that the mesh changes.
ADAPTED = """
include {cases}/cell.prm
subsection Cell
  set Width           = 20 um
  set Metal thickness = 20 um
end
subsection Mesh
  set Adaptive refinements         = 4
  set Time steps between adaptions = 1
end
subsection Voids
  set Population  = 1e11 1/m^2
  set Base radius = 1 um
  subsection Radius variation
    set Kind       = expression
    set Expression = if(x < 7.3, 1.14, 1)
  end
end
subsection Time stepping
  set Tolerance    = 0.1
  set Initial step = 2 s
end
subsection Protocol
  set Step 1 = strip at 20 mA/cm^2 for 2 s
end
subsection Output
  set Fields  = true
  set Figures = true
end
subsection Solver
  set Largest number of linear iterations = {iterations}
end
"""


class Case:
    """Calls of the program in a folder."""

    def __init__(self, kavity, cases, folder):
        self.kavity, self.cases, self.folder = kavity, cases, folder
        self.output = folder / "out"

    def call(self, command="run", entries=(), code=0, current=1, until="time > 1 s", environment=None):
        """Calls it on the file with other entries; returns what it says and result.json."""
        path = self.folder / "file.prm"
        path.write_text(RUN.format(cases=self.cases, current=current, until=until))
        shutil.rmtree(self.output, ignore_errors=True)
        sets = [word for entry in entries for word in ("--set", entry)]
        done = run([self.kavity, command, path, "-o", self.output, *sets], code=code,
                   env={**os.environ, **(environment or {})})
        result = self.output / "result.json"
        require(result.exists() == (code == 0), f"result.json with exit code {code}")
        return done.stdout + done.stderr, json.loads(result.read_text()) if code == 0 else None

    def warned(self, of, others=0, **call):
        """One warning says so, at once, at the end of the log and in the result; others say something else."""
        said, result = self.call(**call)
        log = (self.output / "log.txt").read_text()
        for text in (said, log):
            lines = text.splitlines()
            require(sum(of in line for line in lines[-3:]) == 1, f"'{of}' is not at the end\n{text}")
            require(sum(of in line for line in lines) >= 2, f"'{of}' is not said at once\n{text}")
        require(sorted(of in warning for warning in result["warnings"]) == [False] * others + [True],
                str(result["warnings"]))
        return result


def floor(case):
    """Contact at its numerical floor, after most of it was lost."""
    for of in ("numerical floor", "most of the interface has no contact: what is left, "):
        case.warned(of, others=1, current=30, until="time > 1 min",
                    entries=["Voids/Population=4e9 1/m^2"])


def validity(case):
    """A potential of atoms that is not small against RT; none where it is."""
    case.warned("outside the validity of the model", entries=["Cell/Stack pressure=100 MPa"])
    result = case.warned("outside the validity of the model", command="critical-current",
                         entries=["Critical current/Stack pressures=2.5 MPa, 100 MPa"])
    require(["warning" in row for row in result["critical_currents"]] == [False, True], str(result))
    _, result = case.call()
    require(result["warnings"] == [], str(result["warnings"]))
    for pressure, warned in ((100, 1), (2.5, 0)):
        said = run([case.kavity, "validate", case.folder / "file.prm", "--set", f"Cell/Stack pressure={pressure} MPa"]).stdout
        require(said.count("[Cell/Stack pressure] outside the validity of the model") == warned, said)


def squeezed(case):
    """A foil that its pressure squeezes out, beforehand and where next to nothing is left; a gap that is no gap is none."""
    foil = ["Cell/Kind=symmetric", "Cell/Platen=gap", "Cell/gap/Foil radius=5 mm", "Voids/Base radius=0 um", "Metal/Creep law=linear",
            "Metal/linear/Viscosity=1e4 Pa s"]
    warnings = case.call(until="time > 1 min", entries=foil)[1]["warnings"]
    require(len(warnings) == 2 and "squeezes the foil out at its rim" in warnings[0]
            and "of the stack pressure is left" in warnings[1], f"{warnings}")


def skipped(case):
    """A condition that holds when its step begins."""
    result = case.warned("step 1 of 2 (strip) is skipped: 'contact < 0.99' holds already",
                         until="contact < 0.99")
    require("when it begins: contact is 0.98" in result["ends"][0], str(result["ends"]))
    require("is skipped" in result["ends"][0] and result["run_time [s]"] == 1, str(result))
    said, _ = case.call(until="contact < 0.99", entries=["Protocol/Step 2/Until=contact > 0.5"], code=3)
    require("Nothing was computed" in said and "Nothing was computed" in (case.output / "log.txt").read_text(), said)
    require(said.count("holds already when it begins: contact is") >= 2, said)
    case.warned("'voltage > 0.001 V' holds already when it begins: voltage is 0.01458 V; 1 mV is kept at once",
                entries=["Protocol/Step 1/Voltage=1 mV"])


def never_met(case):
    """A condition that never comes ends its step, with what it compares; so do the longest step and metal
    that is used up."""
    steady = "steady, and what ends it would not come within 1000 h"
    missed = "not met: contact < 0.1 (contact is "
    result = case.warned(f"step 1 of 2 (strip): {steady}; {missed}", until="contact < 0.1")
    require(result["ends"][0].startswith(f"step 1 of 2 (strip): {steady}; {missed}"), str(result["ends"]))
    require(result["ends"][1].endswith("time > 1 s"), str(result["ends"]))
    case.warned(f"longest step reached: 0.01 h; {missed}", until="contact < 0.1",
                entries=["Protocol/Longest step=36 s", "Time stepping/Tolerance=0.1"])
    case.warned(f"no metal is left; {missed}", until="contact < 0.1",
                current=3, entries=["Cell/Metal thickness=2.5 um"])
    path = case.folder / "file.prm"
    done = run([case.kavity, "validate", path])
    require(done.stdout.count("remark: [Protocol/Step 1] has no limit of time") == 1, done.stdout)
    require("Step 2" not in done.stdout, done.stdout)


def no_contact(case):
    """A cell that nothing carries the current in has failed, whatever Failure asks for."""
    path = case.folder / "no_contact.prm"
    path.write_text(NO_CONTACT.format(files=case.cases.parent.parent / "parameter_files"))
    run([case.kavity, "run", path, "-o", case.output])
    result = json.loads((case.output / "result.json").read_text())
    require(result["cycles_to_failure"] == 1 and "no contact is left for the current" in result["failure"]
            and "used_up" not in result, f"{result}")


def more_than_the_metal(case):
    """A capacity that the metal does not hold; half-cycles of searches end where it is used up, and that is no failure."""
    case.warned("strips more than the", until="capacity > 100 mAh/cm^2 or time > 1 s")
    # voids of 10^10 caps of 2 um, as high as 0.17 um of metal
    result = case.warned("strips more than the 0.138 mAh/cm^2 that metal of 2.5 um with voids holds", others=1,
                         until="capacity > 0.14 mAh/cm^2", entries=["Cell/Metal thickness=2.5 um", "Voids/Population=1e10 1/m^2"])
    require("no metal is left" in result["used_up"] and "(capacity is 0.1378 mAh/cm^2)" in result["used_up"], f"{result}")
    # all that is left at the end is voids
    for failure, ends in (("thickness < 0.1 um", "no metal is left"), ("metal_left < 0.1 um", "the cell fails: metal_left < 0.1 um")):
        _, result = case.call(until="time > 1 h", entries=[
            "Cell/Metal thickness=2.5 um", "Voids/Population=1e10 1/m^2", f"Protocol/Failure={failure}"])
        require(ends in result["ends"][-1], f"{result}")
    path = case.folder / "thin.prm"
    path.write_text(USED_UP.format(cases=case.cases))
    shutil.rmtree(case.output)
    run([case.kavity, "critical-current", path, "-o", case.output])
    ramp, half_cycle = json.loads((case.output / "result.json").read_text())["critical_currents"]
    require(ramp["above [mA/cm^2]"] == 2 and ramp["cause"] == "none up to 2 mA/cm^2, stage 2: no metal is left in half-cycle 1 "
            "(stripping) of stage 3", f"{ramp}")
    require(half_cycle["above [mA/cm^2]"] == 5 and "no metal is left after 0.1477 mAh/cm^2" in half_cycle["cause"], f"{half_cycle}")


def round_off_that_grows(case):
    """Contact of a uniform cell that is not the same everywhere; in one column of elements it is."""
    for width in (10, 20):
        path = case.folder / f"{width}.prm"
        path.write_text(COLUMNS.format(cases=case.cases, width=width))
        run([case.kavity, "run", path, "-o", case.folder / f"{width}"])
        result = json.loads((case.folder / f"{width}" / "result.json").read_text())
        warned = ["contact differs along the interface" in warning and "Make Cell/Width one" in warning
                  for warning in result["warnings"]]
        require(warned == [True] * (width > 10) and (result["run_time [s]"] < 3600) == (width > 10), f"{result}")


def failure_at_the_start(case):
    """A condition that holds before anything has happened."""
    case.warned("before any charge has passed: contact > 0.3 (contact is 0.98", entries=["Protocol/Failure=contact > 0.3"])


def without_effect(case):
    """Which radius a critical current asks about is said."""
    said, result = case.call("critical-current", ["Voids/Base radius=1 um"])
    require("Critical current/Reference radius = 2 um everywhere; Voids/Base radius = 1 um has no effect" in said, said)
    _, other = case.call("critical-current", ["Voids/Base radius=3 um"])
    require(result["critical_currents"] == other["critical_currents"], f"{result} {other}")


def stiff(case):
    """A failure names the entry that may be why."""
    said, _ = case.call(current=3, code=3, entries=[
        "Voids/Population=1e13 1/m^2", "Voids/Base radius=0.1 um", "Metal/Interface diffusivity=1e-14 m^3/s"])
    require("[Metal/Interface diffusivity] 1e-14 m^3/s is more than any interface has" in said, said)


def out_of_bounds(case):
    """A critical current beyond the bounds is an answer."""
    for bounds, text, key in ((("Upper bound=0.1 mA/cm^2",), "none up to 0.1 mA/cm^2", "above [mA/cm^2]"),
                              (("Lower bound=9 mA/cm^2", "Upper bound=90 mA/cm^2"),
                               "already below 9 mA/cm^2", "below [mA/cm^2]")):
        said, result = case.call("critical-current", [f"Critical current/{bound}" for bound in bounds])
        row = result["critical_currents"][0]
        require(text in said and text in row["cause"], said)
        require(key in row and "critical_current [mA/cm^2]" not in row, str(row))
    said, _ = case.call("critical-current", ["Solver/Largest number of Newton iterations=1"], code=3)
    require("no answer" in said and "after 1 Newton iteration" in said, said)


def how_far(case):
    """A staircase that does not converge says which stages it survived."""
    said, _ = case.call("critical-current", [
        "Voids/Base radius=0 um", "Critical current/Kinds=ccd_ramp", "Critical current/Ramp start=1 mA/cm^2",
        "Critical current/Ramp step=90 A/cm^2", "Critical current/Ramp half-cycle=1 s", "Critical current/Upper bound=99 A/cm^2",
        "Solver/Largest number of Newton iterations=3"], code=3)
    row, = rows_of(case.output / "critical_current.csv")
    require(row["critical_current [mA/cm^2]"] == row["upper [mA/cm^2]"] == "" and row["lower [mA/cm^2]"] == "1", f"{row}")
    for text in ("no answer in half-cycle 1 (stripping) of stage 2, 90001 mA/cm^2: ", "; none up to 1 mA/cm^2, stage 1"):
        require(text in row["cause"], f"{row}")
    require("none up to 1 mA/cm^2, stage 1" in said, said)


def nothing_solved(case):
    """Of a run that cannot begin nothing good is said."""
    said, _ = case.call(entries=["Solver/Largest number of Newton iterations=1"], code=3)
    require("there is no history" in said and "last good state" not in said, said)


def unsolved_end(case):
    """A run whose last fields did not converge on the mesh that followed the last step says of when the last ones are."""
    path = case.folder / "adapted.prm"
    for iterations, solved in ((300, True), (11, False)):  # 300 is the default; 11 are enough for the first mesh alone
        path.write_text(ADAPTED.format(cases=case.cases, iterations=iterations))
        output = case.folder / f"{iterations}"
        said = run([case.kavity, "run", path, "-o", output]).stdout
        result = json.loads((output / "result.json").read_text())
        require(result["steps"] == 1 and result["run_time [s]"] == 2 and said.count("unknowns: ") == 2, said)
        require((output / "interface_final.csv").exists() == (output / "figures" / "interface_final.png").exists() == solved, said)
        require(('timestep="2"' in (output / "solution.pvd").read_text()) == solved, said)
        of = "the last fields in solution.pvd and interface.pvd are of 0 s"
        require([of in warning for warning in result["warnings"]] == [True] * (not solved), f"{result['warnings']}")
        require((of in said.splitlines()[-2]) != solved, said)


def without_fields(case):
    """No file is named that is not there."""
    said, _ = case.call()
    require("solution.pvd" not in said and str(case.output / "history.csv") in said, said)


def figures_that_hang(case):
    """The result does not wait for figures."""
    python = case.folder / "python"
    python.write_text(f"#!/bin/sh\necho $$ > {case.folder}/drawing\nexec sleep {LONG}\n")
    python.chmod(0o755)
    path = case.folder / "file.prm"
    path.write_text(RUN.format(cases=case.cases, current=1, until="time > 1 s"))
    drawing = case.folder / "drawing"
    with subprocess.Popen([case.kavity, "run", path, "-o", case.output, "-q", "--set",
                           "Output/Figures=true"],
                          env={**os.environ, "KAVITY_PYTHON": str(python)}) as process:
        while not drawing.exists() or not drawing.read_text():
            require(process.poll() is None, "it ended without figures")
            time.sleep(0.01)
        finished = (case.output / "result.json").exists()
        process.kill()
    os.kill(int(drawing.read_text()), 9)
    require(finished, "there is no result while figures are drawn")


def main():
    cases, kavity = pathlib.Path(sys.argv[1]) / "tests" / "cases", sys.argv[2]
    checks = (floor, validity, squeezed, skipped, never_met, no_contact, more_than_the_metal, round_off_that_grows,
              failure_at_the_start, without_effect, stiff, out_of_bounds,
              how_far, nothing_solved, unsolved_end, without_fields, figures_that_hang)
    return faults_in(zip(checks), lambda check, folder: check(Case(kavity, cases, folder)))


sys.exit(main())
