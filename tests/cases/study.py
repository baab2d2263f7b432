"""Studies: their rows are what single calculations give, whoever calculates them and whatever is killed.

usage: study.py REPOSITORY KAVITY [[-]CHECK ...]
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

from checks import chosen, compare, faults_in, require, rows_of, run
from resume import children_of

SEARCHES = """
include {cases}/cell.prm
subsection Study
  set Design = grid
  subsection Axis 1
    set Parameter = Cell/Stack pressure
    set Values    = {pressures}
  end
  subsection Axis 2
    set Parameter = Cell/Temperature
    set Values    = 20 degC, 30 degC
  end
end
"""

# Runs of some seconds in many steps, with checkpoints in between.
RUNS = """
include {cases}/cell.prm
subsection Voids
  set Base radius = 2 um
end
subsection Protocol
  set Step 1 = strip at 1 mA/cm^2 for 4 s
end
subsection Time stepping
  set Largest step = 0.1 s
  set Initial step = 0.1 s
end
subsection Output
  set Steps between checkpoints = 5
end
subsection Study
  set Response    = run
  set Observables = contact, min contact, max voltage, run_time
  subsection Axis 1
    set Parameter = Protocol/Step 1
    set Values    = strip at 1 mA/cm^2 for 4 s, strip at 2 mA/cm^2 for 4 s, strip at 1 mA/cm^2 for 2 s
  end
end
"""

# The second current has no solution in so few iterations, and the voids of the third row overlap.
BAD = RUNS.replace("  set Largest step = 0.1 s\n  set Initial step = 0.1 s\n", "").replace(
    "strip at 2 mA/cm^2 for 4 s, ", "strip at 90 A/cm^2 for 4 s, strip at 1 mA/cm^2 for 4 s, ").replace(
    "subsection Study\n", "subsection Study\n  set Design = paired\n") + """
subsection Study
  subsection Axis 2
    set Parameter = Voids/Population
    set Values    = 1e9 1/m^2, 1e9 1/m^2, 1e13 1/m^2, 1e9 1/m^2
  end
end
subsection Solver
  set Largest number of Newton iterations = 2
end
"""

SAMPLES = """
include {cases}/cell.prm
subsection Study
  set Design  = {design}
  set Samples = 3
  subsection Axis 1
    set Parameter = Cell/Stack pressure
    set Values    = 1 MPa, 2.5 MPa
  end
  subsection Axis 2
    set Parameter    = Metal/Sink distance
    set Distribution = lognormal with factor 2
  end
end
"""

PLATED = """
include {cases}/cell_interface.prm
subsection Voids
  set Base radius = 0 um
end
subsection Dendrites
  set Criterion = crack_propagation
end
"""

# Without voids 4.8 mA/cm^2 is what dendrites take: two cycles below it, then others.
LIFE = PLATED + """
subsection Protocol
  set Failure = dendrite_margin > 0 or contact < 0.5
  subsection Block 1
    set Cycles = 2
    set Step 1 = plate at 4 mA/cm^2 for 1 s
  end
  subsection Block 2
    set Step 1 = rest for 1 s
    set Step 2 = plate at 6 mA/cm^2 for 1 s
    set Step 3 = rest for 1 s
  end
end
subsection Study
  set Response    = run
  set Observables = cycles_to_failure, run_time
  subsection Axis 1
    set Parameter = Protocol/Block 2/Step 2
    set Values    = plate at 4 mA/cm^2 for 1 s, plate at 6 mA/cm^2 for 1 s
  end
end
"""

# Used up in the third cycle of 0.05 mAh/cm^2.
USED_UP = """
include {cases}/cell_thin.prm
subsection Protocol
  set Cycles  = 5
  set Step 1 = strip at 1 mA/cm^2 for 0.05 mAh/cm^2
  set Step 2 = rest for 1 s
end
subsection Study
  set Response    = run
  set Observables = cycles_to_failure
  subsection Axis 1
    set Parameter = Protocol/Failure
    set Values    = contact < 0.1, contact < 0.1 or thickness < 0.1 um
  end
end
"""

# 8 mA/cm^2 are beyond what dendrites take.
AT_ONCE = PLATED + """
subsection Protocol
  {conditions}
  set Step 1 = plate at 8 mA/cm^2 for 1 s until dendrite_margin > 0
end
subsection Study
  set Response    = run
  set Observables = cycles_to_failure
  subsection Axis 1
    set Parameter = Cell/Stack pressure
    set Values    = 2.5 MPa
  end
end
"""

# Of a run that went on from a checkpoint: the same operations in the same order.
RESUMED = 1e-12


class Case:
    """A study in a folder."""

    def __init__(self, repository, kavity, folder):
        self.repository, self.kavity, self.folder = repository, kavity, folder
        self.file = folder / "study.prm"

    def write(self, text, **words):
        self.file.write_text(text.format(cases=self.repository / "tests" / "cases", **words))

    def command(self, name, *more):
        return [str(a) for a in (self.kavity, "study", self.file, "-o", self.folder / name, *more)]

    def study(self, name, *more, code=0):
        return run(self.command(name, *more), code=code)

    def table(self, name):
        return self.folder / name / "study.csv"

    def begin(self, name, *more):
        return subprocess.Popen(self.command(name, *more), stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True)

    def wait_for_history(self, name, row, lines, process):
        """Until the run of a row has so many lines; returns its processes."""
        history = self.folder / name / "rows" / f"{row:04}" / "history.csv"
        while not (history.exists() and history.read_text().count("\n") > lines):
            require(process.poll() is None, f"it ended by itself with {process.returncode}")
            time.sleep(0.002)
        return rows_in_work(process)


def rows_in_work(process):
    """The processes of rows; MPI may have one of its own besides."""
    return [child for child in children_of(process)
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "kavity"]


def times_of(folder, rows):
    """When the files of these rows were written."""
    return {path: path.stat().st_mtime_ns for row in rows
            for path in (folder / "rows" / f"{row:04}").rglob("*") if path.is_file()}


def statuses(table):
    return [row["status"] for row in rows_of(table)]


def searches(case):
    """A grid of critical currents: as by itself, with one job and with two, in parts and as a whole."""
    case.write(SEARCHES, pressures="1 MPa, 2.5 MPa")
    case.study("whole", "--jobs", 1)
    whole = case.table("whole").read_text()
    require(whole.splitlines()[0] == "row,Cell/Stack pressure [MPa],Cell/Temperature [degC],"
            "void_inf [mA/cm^2],bounds,status,cause", whole)
    for row in rows_of(case.table("whole")):
        alone = case.folder / f"alone_{row['row']}"
        run([case.kavity, "critical-current", case.file, "-o", alone, "-q", "--set",
             f"Cell/Stack pressure={row['Cell/Stack pressure [MPa]']} MPa", "--set",
             f"Cell/Temperature={row['Cell/Temperature [degC]']} degC"])
        current = rows_of(alone / "critical_current.csv")[0]["critical_current [mA/cm^2]"]
        require(row["void_inf [mA/cm^2]"] == current and row["status"] == "done", f"{row}: {current}")
    case.study("two", "--jobs", 2)
    require(case.table("two").read_text() == whole, case.table("two").read_text())

    parts = [case.begin("parts", "--rows", rows) for rows in ("1-2", "3", "2-3")]
    for part in parts:
        said = part.communicate(timeout=600)[1]
        require(part.returncode in (0, 3), f"exit code {part.returncode}\n{said}")
    require(not case.table("parts").exists(), "a part has written the table")
    require(not list((case.folder / "parts").rglob("figures")), "an empty folder is left for figures")
    said = case.study("parts", "--merge", code=3).stdout
    require("1 row is open" in said and statuses(case.table("parts"))[3] == "open", said)
    before = times_of(case.folder / "parts", (1, 2, 3))
    case.study("parts", "--rows", "1-4")
    require(before == times_of(case.folder / "parts", (1, 2, 3)), "rows that were there are calculated again")
    case.study("parts", "--merge")
    require(case.table("parts").read_text() == whole, case.table("parts").read_text())
    said = case.study("parts", "--resume").stdout
    require("nothing to go on with" in said, said)
    said = case.study("parts", "--rows", "4-5", code=2).stderr
    require("the study has 4 rows" in said, said)


def bad_points(case):
    """Rows that cannot be calculated are marked with the cause; the others are, and once only."""
    case.write(BAD)
    said = case.study("bad").stdout
    rows = rows_of(case.table("bad"))
    require([row["status"] for row in rows] == ["done", "failed", "invalid", "done"], f"{rows}")
    require("did not converge" in rows[1]["cause"], rows[1]["cause"])
    require("[Voids/Base radius]" in rows[2]["cause"] and "overlap" in rows[2]["cause"], rows[2]["cause"])
    require("1 row is failed" in said and "1 row is invalid" in said, said)
    history = rows_of(case.folder / "bad" / "rows" / "0001" / "history.csv")
    for column, wanted in (("contact [1]", history[-1]["contact [1]"]),
                           ("min contact [1]", min((row["contact [1]"] for row in history), key=float)),
                           ("max voltage [V]", max((row["voltage [V]"] for row in history), key=float))):
        require(rows[0][column] == wanted, f"{column} {rows[0][column]}, in the history {wanted}")
    result = json.loads((case.folder / "bad" / "result.json").read_text())
    require(result["rows"]["done"] == 2 and len(result["warnings"]) == 2, f"{result}")
    before = times_of(case.folder / "bad", (1, 2, 3, 4))
    said = case.study("bad", "--resume").stdout
    require("nothing to go on with" in said, said)
    require(before == times_of(case.folder / "bad", (1, 2, 3, 4)), "rows are calculated again")
    said = case.study("bad", "--resume", "--set", "Voids/Base radius=1 um", code=2).stderr
    require("[Voids/Base radius] '1 um', but '2 um' when it began" in said, said)


def killed_row(case):
    """A process that is killed goes on, and the study with it; one that is killed again is marked."""
    case.write(RUNS)
    case.study("whole")
    with case.begin("killed", "--jobs", 1) as process:
        for child in case.wait_for_history("killed", 1, 20, process):
            os.kill(child, signal.SIGKILL)
        said = process.communicate(timeout=600)[1]
    require(process.returncode == 0, f"exit code {process.returncode}\n{said}")
    log = (case.folder / "killed" / "log.txt").read_text()
    require("row 1 was ended by signal 9 and is resumed" in log, log)
    own = (case.folder / "killed" / "rows" / "0001" / "log.txt").read_text()
    require("Going on from the checkpoint after" in own, own)
    compare(case.table("killed"), case.table("whole"), [], RESUMED)

    with case.begin("twice", "--jobs", 1) as process:
        for lines in (5, 20):
            for child in case.wait_for_history("twice", 2, lines, process):
                os.kill(child, signal.SIGKILL)
        said = process.communicate(timeout=600)[1]
    require(process.returncode == 3, f"exit code {process.returncode}\n{said}")
    row = rows_of(case.table("twice"))[1]
    require(row["status"] == "unfinished" and "Killed" in row["cause"], f"{row}")
    require(statuses(case.table("twice")) == ["done", "unfinished", "done"], f"{row}")
    before = times_of(case.folder / "twice", (1, 3))
    said = case.study("twice", "--resume").stdout
    require("Resuming: 2 of 3 rows are known" in said, said)
    require(before == times_of(case.folder / "twice", (1, 3)), "rows are calculated again")
    compare(case.table("twice"), case.table("whole"), [], RESUMED)


def gone(process):
    """Whether a process has ended, though nobody may have asked how."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def killed_study(case):
    """A study that is killed, or stopped by a signal, leaves no process behind and goes on with --resume."""
    case.write(RUNS)
    case.study("whole")
    for kind, code in ((signal.SIGKILL, -9), (signal.SIGTERM, 143)):
        name = f"stopped_{kind}"
        with case.begin(name, "--jobs", 1) as process:
            children = case.wait_for_history(name, 2, 10, process)
            process.send_signal(kind)
            said = process.communicate(timeout=600)[1]
        require(process.returncode == code, f"exit code {process.returncode}\n{said}")
        if kind != signal.SIGKILL:
            require("--resume goes on with the others" in said, said)
            require(statuses(case.table(name)) == ["done", "unfinished", "open"], f"{statuses(case.table(name))}")
        end = time.monotonic() + 60
        while not all(map(gone, children)):
            require(time.monotonic() < end, "a row goes on without its study")
            time.sleep(0.01)
        before = times_of(case.folder / name, (1,))
        said = case.study(name, "--resume").stdout
        require("Resuming: 1 of 3 rows are known" in said and " 67%  2 of 3 rows  0:" in said, said)
        require(before == times_of(case.folder / name, (1,)), "a finished row is calculated again")
        compare(case.table(name), case.table("whole"), [], RESUMED)
    table = case.table("whole").read_text()
    for spoil in (lambda path: path.write_text(table.replace(",done,", ",failed,")), lambda path: path.unlink()):
        spoil(case.table("whole"))
        case.study("whole", "--resume")
        require(case.table("whole").read_text() == table, "the table is not that of the rows")


def samples(case):
    """The same samples at every value listed; the sensitivity to the one uncertain parameter is full."""
    for design, points in (("latin_hypercube", 3), ("sobol_indices", 9)):
        case.write(SAMPLES, design=design)
        case.study(design, "--set", "Output/Figures=true")
        rows = rows_of(case.table(design))
        require(len(rows) == 2 * points and set(statuses(case.table(design))) == {"done"}, f"{rows}")
        for a, b in zip(rows[::2], rows[1::2]):
            require(a["Metal/Sink distance [um]"] == b["Metal/Sink distance [um]"], f"{a}\n{b}")
        sensitivity = rows_of(case.folder / design / "sensitivity.csv")
        require(len(sensitivity) == 2, f"{sensitivity}")
        for row in sensitivity:
            # a longer way to the sinks lowers the critical current, and nothing else is uncertain
            require(abs(float(row["spearman"]) + 1) < 1e-9, f"{row}")
            require(bool(row["total_order"]) == (design == "sobol_indices"), f"{row}")
            require(row["bounds"] == "0", f"{row}")
        figures = {path.name for path in (case.folder / design / "figures").iterdir()}
        require(figures == {"void_inf_band.png", "void_inf_samples.png", "sensitivity.png"}, f"{figures}")


def cycles_to_failure(case):
    """The cycle in which the cell fails, or that it does not; a run that fails ends there."""
    case.write(LIFE)
    said = case.study("life", "--set", "Output/Figures=true").stdout
    none, some = rows_of(case.table("life"))
    require(none["cycles_to_failure [1]"] == "" and none["cause"] == "cycles_to_failure: none up to 3"
            and float(none["run_time [s]"]) == 5 and none["status"] == "done"
            and none["bounds"] == "cycles_to_failure > 3", f"{none}")
    require(some["cycles_to_failure [1]"] == "3" and float(some["run_time [s]"]) == 3
            and "cycle 3 of 3, block 2, step 2 of 3 (plate): the cell fails: dendrite_margin > 0" in some["cause"],
            f"{some}")
    require("1 of 2 above 3, counted as that" in said and (case.folder / "life/figures/cycles_to_failure.png").exists(), said)


def edited(case):
    """A line, or a result, of a row that was edited is told; what goes on is known without its lock file."""
    case.write(SEARCHES, pressures="1 MPa, 2.5 MPa")
    case.study("whole")
    table, row = case.table("whole").read_text(), case.folder / "whole" / "rows" / "0002"
    line = (row / "row.csv").read_text()
    current = rows_of(case.table("whole"))[1]["void_inf [mA/cm^2]"]
    for old, new in ((current, "9"), (",done,", ",failed,"), ("2,1,30,", "2,1,31,"), (",done,", ",done,because")):
        require(old in line, f"{old} {line}")
        (row / "row.csv").write_text(line.replace(old, new))
        for how in ("--resume", "--merge"):
            said = case.study("whole", how, code=2).stderr
            require("rows/0002/row.csv' is not what the other files of the row say" in said, said)
    (row / "row.csv").unlink()
    for path in (row / "result.json", row / ".lock", case.folder / "whole" / ".lock", case.folder / "whole" / "result.json"):
        path.unlink()
    said = case.study("whole", "--resume").stdout
    require("Resuming: 3 of 4 rows are known" in said and case.table("whole").read_text() == table, said)
    require("All critical currents of the file are known" in (row / "log.txt").read_text()
            or (row / "result.json").exists(), "the row has not gone on")
    (case.folder / "whole" / ".lock").unlink()
    require("nothing to go on with" in case.study("whole", "--resume").stdout, "the folder is not known")
    said = run([case.kavity, "run", case.file, "-o", case.folder / "whole"], code=2).stderr
    require("[" in said or "'kavity study'" in said, said)


def used_up(case):
    """Metal that runs out is no failure, unless the thickness is asked for: the cell has lasted its full cycles."""
    case.write(USED_UP)
    case.study("thin")
    lasts, fails = rows_of(case.table("thin"))
    end = "cycle 3 of 5, step 1 of 2 (strip): "
    require(lasts["cycles_to_failure [1]"] == "" and lasts["bounds"] == "cycles_to_failure > 2"
            and lasts["cause"].startswith(f"cycles_to_failure: none up to 2, and did not fail: {end}no metal is left"), f"{lasts}")
    require(fails["cycles_to_failure [1]"] == "3" and fails["bounds"] == ""
            and fails["cause"].startswith(f"{end}the cell fails: thickness < 0.1 um"), f"{fails}")
    row = case.folder / "thin" / "rows" / "0001"
    result = json.loads((row / "result.json").read_text())
    require(result["cycles_to_failure"] == "none up to 2" and result["used_up"] == result["ends"][-1]
            and "failure" not in result, f"{result}")
    require("cycles to failure: none up to 2, and the cell did not fail: " + end in (row / "log.txt").read_text(), "the log")
    case.study("at_once", "--set", "Cell/Metal thickness=0.5 um", "--set", "Protocol/Step 1=strip at 1 mA/cm^2 for 0.2 mAh/cm^2")
    first, _ = rows_of(case.table("at_once"))
    require(first["bounds"] == "" and "none up to 0" in first["cause"], f"{first}")


def beyond(case):
    """What is not found within the bounds counts as these among the samples; margins of nothing plated are none."""
    # of the smaller sinks' resistances the critical current is above the upper bound
    case.write(SAMPLES, design="latin_hypercube")
    case.study("free")
    column = "void_inf [mA/cm^2]"
    currents = sorted(float(row[column]) for row in rows_of(case.table("free")))
    upper = (currents[-1] + currents[-2]) / 2
    said = case.study("bound", "--set", f"Critical current/Upper bound={upper!r} mA/cm^2", "--set",
                      "Output/Figures=true").stdout
    cut = [row for row in rows_of(case.table("bound")) if row["bounds"]]
    require(len(cut) == 1 and cut[0][column] == "" and cut[0]["status"] == "done", f"{cut}")
    kind, sign, value = cut[0]["bounds"].split()
    # twelve digits of a table
    require((kind, sign) == ("void_inf", ">") and abs(float(value) / upper - 1) < 1e-11, f"{cut}")
    sensitivity = rows_of(case.folder / "bound" / "sensitivity.csv")
    require(sum(int(row["bounds"]) for row in sensitivity) == 1, f"{sensitivity}")
    for row in sensitivity:  # it still ranks first
        require(row["samples"] == "3" and abs(float(row["spearman"]) + 1) < 1e-9, f"{row}")
    require("1 of 6 above" in said, said)

    case.write(LIFE)
    case.study("unplated", "--set", "Study/Observables=max dendrite_margin", "--set",
               "Protocol/Block 1/Step 1=rest for 1 s", "--set", "Protocol/Failure=contact < 0.1", "--set",
               "Study/Axis 1/Values=rest for 1 s, plate at 6 mA/cm^2 for 1 s")
    none, some = rows_of(case.table("unplated"))
    require(none["max dendrite_margin [1]"] == "" and "nothing was plated" in none["cause"], f"{none}")
    require(float(some["max dendrite_margin [1]"]) > 0, f"{some}")

    # at the first instant: by what ends the protocol it is a failure in the first cycle, by what ends steps no result
    for conditions, status, cycles, said in (
            ("set Failure = dendrite_margin > 0 or contact < 0.5", "done", "1",
             "step 1 of 1 (plate): the cell fails: dendrite_margin > 0 (dendrite_margin is "),
            ("set Failure = contact < 0.5", "failed", "", "Nothing was computed")):
        case.write(AT_ONCE, conditions=conditions)
        case.study(status, code=0 if cycles else 3)
        first, *_ = rows_of(case.table(status))
        require(first["status"] == status and first["cycles_to_failure [1]"] == cycles, f"{first}")
        require(first["cause"].startswith(said), f"{first}")
    row = case.folder / "done" / "rows" / "0001"
    require(json.loads((row / "result.json").read_text())["steps"] == 0 and len(rows_of(row / "history.csv")) == 1
            and "cycles to failure: 1" in (row / "log.txt").read_text(), "another run that fails by its condition")


def full_disk(case):
    """A disk that is full ends the study with one message and no further row; it goes on when there is space."""
    disk = case.folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        print("  no disk can be mounted here")
        return
    try:
        case.write(RUNS)
        rows = ("--jobs", 1, "--rows", "1-3")
        # the checkpoint of the first row does not fit, the line of its row does
        said = case.study("disk/out", *rows, code=4).stderr
        require(said.count("\n") == 1 and said.startswith("Row 1: Cannot write '") and "No space left" in said
                and said.count("goes on with the same --rows") == 1, said)
        require([path.name for path in (disk / "out" / "rows").iterdir()] == ["0001"], "another row was begun")
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        case.study("disk/out", *rows)
        case.study("disk/out", "--merge")
        require(statuses(case.table("disk/out")) == ["done"] * 3, "rows are left")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def workflow(case):
    """Snakemake shares the rows among jobs; after a job was killed, a second call does what is missing."""
    case.write(SEARCHES, pressures="1 MPa, 2.5 MPa")
    case.study("whole")
    output = case.folder / "shared"
    call = ["snakemake", "-s", case.repository / "postprocess" / "study.smk", "--cores", "2", "--directory",
            case.folder, "--config", f"file={case.file}", f"folder={output}", f"kavity={case.kavity}", "share=2"]
    home = dict(os.environ, HOME=str(case.folder), XDG_CACHE_HOME=str(case.folder))
    run([*call, "--until", "part"], env=home)
    require(not case.table("shared").exists() and len(list((output / "rows").iterdir())) == 4, "other rows")
    before = times_of(output, range(1, 4))
    shutil.rmtree(output / "rows" / "0004")
    (output / "parts" / "3-4").unlink()
    run(call, env=home)
    require(before == times_of(output, range(1, 4)), "rows that were there are calculated again")
    require(case.table("shared").read_text() == case.table("whole").read_text(), "another table")


def cluster(case):
    """What Snakemake is told of a job of SLURM: one that SLURM does not know any more has failed."""
    scontrol = case.folder / "scontrol"
    scontrol.write_text('#!/bin/sh\n[ "$3" = 7 ] && echo "JobId=7 JobState=$STATE Reason=None"\n')
    scontrol.chmod(0o755)
    for job, state, said in ((7, "PENDING", "running"), (7, "RUNNING", "running"), (7, "COMPLETING", "running"),
                             (7, "COMPLETED", "success"), (7, "CANCELLED", "failed"), (7, "NODE_FAIL", "failed"),
                             (8, "RUNNING", "failed")):
        told = run([case.repository / "postprocess" / "slurm" / "job_state", job],
                   env=dict(os.environ, PATH=f"{case.folder}:{os.environ['PATH']}", STATE=state)).stdout
        require(told == f"{said}\n", f"{state}: {told}")


def mistakes(case):
    """Each is told with its place, and nothing is written."""
    case.write(SEARCHES, pressures="1 MPa, 2.5 MPa")
    good = case.file.read_text()
    for old, new, said in (
            ("Cell/Stack pressure\n", "Cell/Stak pressure\n",
             ":6: [Study/Axis 1/Parameter] no such entry: 'Cell/Stak pressure' is not known; did you mean "
             "'Cell/Stack pressure'"),
            ("1 MPa, 2.5 MPa", "1 MPa to 2.5 MPa", ":7: [Study/Axis 1/Values] '1 MPa to 2.5 MPa' is not"),
            ("1 MPa, 2.5 MPa", "-1 MPa, 2.5 MPa", ":7: [Study/Axis 1/Values] '-1 MPa' is out of range"),
            ("1 MPa, 2.5 MPa", "1 MPa, 1000 kPa", ":7: [Study/Axis 1/Values] '1000 kPa' is listed twice: it is '1 MPa'"),
            ("Cell/Stack pressure\n", "Metal/linear/Viscosity\n",
             ":6: [Study/Axis 1/Parameter] 'Metal/linear/Viscosity' has no effect because Creep law = power_law"),
            ("subsection Study", "subsection Studdy", "did you mean 'Study'"),
            ("Design = grid", "Response = run", "[Protocol/Step 1] is missing"),
            ("Design = grid", "Design = grd", ":4: [Study/Design] 'grd' is not known; did you mean 'grid'"),
            ("subsection Study", "subsection Critical current\n set Stack pressures = 1 MPa\nend\nsubsection Study",
             "take [Critical current/Stack pressures] out of the file")):
        require(old in good, old)
        case.file.write_text(good.replace(old, new, 1))
        text = case.study("out", code=2).stderr
        require(said in text, f"'{said}' is not said\n{text}")
        require(not (case.folder / "out").exists(), "something is written")
    case.file.write_text(good)
    for more, said in ((["--rows", "2-1"], "before the first"), (["--rows", "x"], "not a whole number"),
                       (["--rows", "1", "--merge"], "one of them"), (["--jobs", "0"], "out of range")):
        text = case.study("out", *more, code=2).stderr
        require(said in text, f"'{said}' is not said\n{text}")
    text = run([case.kavity, "study", case.file, "--merge"], code=2).stderr
    require("need --output DIR" in text, text)
    text = run([case.kavity, "study", case.file, "-o", case.folder / "out"], code=2,
               env=dict(os.environ, OMPI_COMM_WORLD_SIZE="1")).stderr
    require("without mpirun" in text, text)


def main():
    repository, kavity = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    checks = (searches, bad_points, killed_row, killed_study, samples, edited, cycles_to_failure, used_up, beyond, full_disk,
              workflow, cluster, mistakes)
    return faults_in(chosen(sys.argv[3:], *zip(checks)), lambda check, folder: check(Case(repository, kavity, folder)))


if __name__ == "__main__":
    sys.exit(main())
