"""Runs that are killed go on from their checkpoint as if nothing had happened.

usage: resume.py REPOSITORY KAVITY MPIEXEC [[-]CHECK ...]
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

from checks import check_fields, chosen, compare, environment_of_ranks, faults_in, held_in, require, rows_of, run

# On the same number of ranks: both do the same operations in the same order after a checkpoint.
SAME_RANKS = 1e-12

# On another number: sums in another order, in fields coupled to 1e-12 and solved to 1e-13; on a surface the potential of
# atoms is the curvature of the metal fraction, whose error elements of a fraction of its width multiply.
OTHER_RANKS = 1e-9

# Errors of the balances are round-off themselves; iterations may differ by one.
ROUND_OFF = ["_error", "iterations"]

# A corner of the parameter file with a thicker surface, so few elements, and a void that grows out of them.
RESOLVED = ["Cell/Width=6 um", "Cell/Metal thickness=6 um", "Cell/Electrolyte thickness=6 um",
            "Void field/Surface width=0.35 um", "Void field/Time steps between adaptions=1",
            "Protocol/Step 1=strip at 24 mA/cm^2 for 0.9 s",
            "Time stepping/Largest step=0.15 s", "Time stepping/Initial step=0.15 s",
            "Output/Figures=false"]

# Steps of one length, whatever the last digits of the error estimate.
FIXED_STEPS = ["Time stepping/Tolerance=0.5", "Time stepping/Largest change=10"]
TIGHT = ["Solver/Tolerance=1e-13", "Solver/Coupling tolerance=1e-12"]
TIGHT_VOIDS = ["Void field/Tolerance=1e-13"]

# Of the resolved void: it grows out of its elements in the second half, after a checkpoint.
FOUR_STEPS = ["Protocol/Step 1=strip at 24 mA/cm^2 for 0.6 s"]

# Long enough to be stopped.
STUDY = """
include {cases}/cell.prm
subsection Critical current
  set Stack pressures = 1 MPa to 6 MPa in 30
  set Temperatures    = 20 degC, 30 degC
end
"""

OUTPUT = ["Output/Fields=true", "Output/Steps between fields=1", "Output/Steps between checkpoints=2"]


class Case:
    """A parameter file with overrides, and runs of it in a folder."""

    def __init__(self, kavity, mpiexec, file, folder, overrides, follows=True):
        self.kavity, self.mpiexec, self.file, self.folder = kavity, mpiexec, file, folder
        self.overrides, self.follows = overrides, follows

    def command(self, name, ranks, more):
        entries = {entry.split("=")[0]: entry for entry in self.overrides + more}
        sets = [word for entry in entries.values() for word in ("--set", entry)]
        start = [self.mpiexec, "-n", str(ranks)] if ranks > 1 else []
        return [*map(str, (*start, self.kavity, "run", self.file, "-o", self.folder / name)), *sets]

    def run(self, name, ranks=1, more=(), code=0, resume=False):
        """Runs it to its end."""
        command = self.command(name, ranks, list(more)) + ["--resume"] * resume
        return run(command, code=code, env=environment_of_ranks())

    def begin(self, name, ranks):
        """Starts it."""
        return subprocess.Popen(self.command(name, ranks, []), stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, env=environment_of_ranks())

    def kill(self, name, ranks=1, checkpoints=1, delay=0., resume=False):
        """Runs it and kills one rank, which ends all, after so many new checkpoints."""
        log = self.folder / name / "log.txt"
        known = log.read_text().count("checkpoint after") if log.exists() and resume else 0
        command = self.command(name, ranks, []) + ["--resume"] * resume
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env=environment_of_ranks()) as process:
            while process.poll() is None and not (
                    log.exists() and log.read_text().count("checkpoint after") >= known + checkpoints):
                time.sleep(0.002)
            time.sleep(delay)
            victim = process.pid
            if ranks > 1:
                victim = children_of(process)[0]
            subprocess.run(["kill", "-KILL", str(victim)], check=False)
        require(not (self.folder / name / "result.json").exists(), "it ended before it was killed")

    def check(self, name, reference, allowed):
        """The run is the same as another."""
        compare(self.folder / name / "history.csv", self.folder / reference / "history.csv",
                ROUND_OFF, allowed)
        times = [check_fields(self.folder / n) for n in (name, reference)]
        require(len(times[0]) == len(times[1]) and
                max(abs(a - b) for a, b in zip(*times)) <= allowed * times[1][-1],
                f"the fields are of other times: {times}")
        elements = elements_over_time(self.folder / name)
        require((len(set(elements)) > 1) == self.follows, f"elements of the mesh: {elements}")
        require((self.folder / name / "result.json").exists(), "it does not count as finished")
        require(not (self.folder / name / "checkpoint").exists(), "the checkpoints are left over")

    def newest(self, name):
        """Folder of the newest checkpoint."""
        folders = (self.folder / name / "checkpoint").iterdir()
        return max((f for f in folders if (f / "complete").exists()),
                   key=lambda f: int((f / "complete").read_text().split()[1]))


def children_of(process):
    """Of mpirun: its ranks."""
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(number) for number in children.read_text().split()]


def elements_over_time(folder):
    """Of the metal, on all ranks, at the times of the fields."""
    pieces = {}
    for piece in (folder / "fields").glob("metal_*.vtu"):
        time_index = piece.name.split(".")[0]
        cells = int(re.search(rb'NumberOfCells="(\d+)"', piece.read_bytes()).group(1))
        pieces[time_index] = pieces.get(time_index, 0) + cells
    return [pieces[name] for name in sorted(pieces)]


def wait_for_rows(table, number, process):
    """Until a table of a running process has so many rows."""
    while not (table.exists() and len(rows_of(table)) >= number):
        require(process.poll() is None, f"it ended by itself with {process.returncode}")
        time.sleep(0.002)


def homogenised(repository):
    """Voids homogenised on a mesh that follows the contact; it has changed before the kill."""
    return (repository / "tests" / "cases" / "adaptive.prm",
            ["Time stepping/Largest step=0.4 s", "Time stepping/Initial step=0.4 s"])


def resolved(repository):
    """One void resolved, on a mesh that follows its surface."""
    return repository / "parameter_files" / "void_growth_2d.prm", RESOLVED


def elastic(repository):
    """The same with an electrolyte that bends, whose stress starts from the last one."""
    file, overrides = homogenised(repository)
    return file, overrides + ["Electrolyte/Fixture=rim_support"]


def blocks(repository):
    """Ramps and staircases in blocks that are repeated."""
    return repository / "tests" / "cases" / "ramps_in_blocks.prm", []


def voltages(repository):
    """A hold, in which the run is killed, on a mesh that follows the contact; then a current that goes over
    into a voltage."""
    return (repository / "tests" / "cases" / "voltage_limit.prm",
            ["Time stepping/Largest step=0.4 s", "Time stepping/Initial step=0.4 s", "Cell/Width=20 um",
             "Mesh/Adaptive refinements=2", "Mesh/Time steps between adaptions=1",
             "Voids/Radius variation/Kind=expression",
             "Voids/Radius variation/Expression=if(x < 7.3, 1.3, 0.5)",
             "Protocol/Step 1=hold at 65 mV for 4 s until |current_density| < 0.01 mA/cm^2",
             "Protocol/Step 2=strip at 4 mA/cm^2 up to 60 mV for 2 s"])


def notched(repository):
    """A mesh from a file, on whose interface some elements have two faces, and which follows the contact."""
    return (repository / "meshes" / "notch.prm",
            ["Protocol/Step 1=strip at 3 mA/cm^2 for 2.4 s", "Voids/Base radius=1 um",
             "Voids/Population=1e11 1/m^2", "Voids/Radius variation/Kind=expression",
             "Voids/Radius variation/Expression=if(x < 24.3, 1.3, 0.5)",
             "Mesh/Adaptive refinements=1", "Mesh/Time steps between adaptions=1",
             "Time stepping/Largest step=0.4 s", "Time stepping/Initial step=0.4 s",
             "Output/Figures=false"])


def killed_and_continued(case, ranks):
    """Killed and continued, also from an older checkpoint."""
    case.run("whole", ranks)
    case.kill("killed", ranks, checkpoints=2)
    newest = case.newest("killed")
    step = int((newest / "complete").read_text().split()[1])
    os.truncate(newest / "metal", (newest / "metal").stat().st_size // 2) # torn
    said = case.run("killed", ranks, resume=True).stdout
    require(f"'{newest}' is not whole" in said, said)
    require(f"Going on from the checkpoint after {step - 2} steps" in said, said)
    case.check("killed", "whole", SAME_RANKS)


def one_rank(case):
    """Killed and continued on one rank."""
    killed_and_continued(case, 1)


def two_ranks(case):
    """Killed and continued on two."""
    killed_and_continued(case, 2)


def other_ranks(case):
    """Continued on more and on fewer ranks."""
    case.run("whole")
    for before, after in ((1, 2), (2, 1)):
        name = f"from_{before}_to_{after}"
        case.kill(name, before)
        said = case.run(name, after, resume=True).stdout
        require("Going on from the checkpoint after" in said, said)
        case.check(name, "whole", OTHER_RANKS)


def killed_at_any_time(case):
    """Again and again, with a checkpoint at every step: also while one is written."""
    case.overrides = case.overrides + ["Output/Steps between checkpoints=1"]
    case.run("whole")
    for number, delay in enumerate((0, 0.005, 0.02, 0.05, 0.1, 0.2)):
        case.kill("killed", delay=delay, resume=number > 0)
    said = case.run("killed", resume=True).stdout
    require("Going on from the checkpoint after" in said, said)
    case.check("killed", "whole", SAME_RANKS)


def what_is_said(case):
    """Of other parameters, finished runs, and runs without a checkpoint."""
    case.kill("run")
    history = (case.folder / "run" / "history.csv").read_bytes()
    said = case.run("run", resume=True, more=["Cell/Stack pressure=3 MPa"], code=2).stderr
    require(re.search(r"\[Cell/Stack pressure\] '3 MPa', but '2.5 MPa' when it began", said), said)
    require((case.folder / "run" / "history.csv").read_bytes() == history, "the history is touched")
    path = case.folder / "run" / "history.csv"
    for change, reason in ((lambda: path.write_bytes(history.replace(b"\n", b"\r\n")), "Windows"),
                           (path.unlink, "is gone")):
        change()
        said = case.run("run", resume=True, code=2).stderr
        require(reason in said and "--output DIR" in said and len(said.splitlines()) == 1, said)
        path.write_bytes(history)
    for resume, command, word in ((False, "run", "--resume"), (False, "critical-current", "'kavity run'"),
                                  (True, "critical-current", "'kavity run'")):
        before = held_in(case.folder / "run")
        said = run([case.kavity, command, case.file, "-o", case.folder / "run",
                    "--set", "Critical current/Reference radius=1 um", *["--resume"] * resume], code=2).stderr
        require(word in said, said)
        require(before == held_in(case.folder / "run"), f"{command} has changed the folder")
    left = case.folder / "run" / "parameters.prm.tmp-4711"
    left.write_text("half")
    case.run("run", resume=True, more=["Output/Steps between fields=3"])
    require(not left.exists(), f"{left} is left over")
    said = case.run("run", resume=True).stdout
    require("is finished: there is nothing to go on with" in said, said)


def without_checkpoint(case):
    """Killed before its first checkpoint: the same run starts anew, no other one; where none is whole, not by itself."""
    case.run("whole")
    for name, spoil in (("none", shutil.rmtree), ("torn", tear)):
        case.kill(name, checkpoints=2)
        checkpoints = case.folder / name / "checkpoint"
        spoil(checkpoints)
        before = held_in(case.folder / name)
        if checkpoints.exists():
            for ranks in (1, 2):
                said = case.run(name, ranks, resume=True, code=2).stderr
                require(said.count("is not whole") == 2 and said.count(f"remove '{checkpoints}'") == 1, said)
                require(before == held_in(case.folder / name), "a refused run has changed its folder")
            shutil.rmtree(checkpoints)
            before = held_in(case.folder / name)
        said = case.run(name, resume=True, more=["Cell/Stack pressure=3 MPa", "Cell/Width=41 um"],
                        code=2).stderr
        require("[Cell/Stack pressure] '3 MPa', but '2.5 MPa' when it began" in said and
                "[Cell/Width] '41 um', but '" in said, said)
        require(before == held_in(case.folder / name), "a refused run has changed its folder")
        said = case.run(name, resume=True, more=["Output/Steps between fields=3"]).stdout
        require(f"no checkpoint to go on from in '{case.folder / name}': the run starts anew from t = 0"
                in said and "Going on" not in said, said)
        require(len(rows_of(case.folder / name / "history.csv")) ==
                len(rows_of(case.folder / "whole" / "history.csv")), "it has other rows")
    # a finished run is not what another one gives
    for ranks in (1, 2):
        said = case.run("whole", ranks, resume=True, more=["Cell/Stack pressure=3 MPa"], code=2).stderr
        require(said.count("[Cell/Stack pressure] '3 MPa', but '2.5 MPa' when it began") == 1, said)
        said = case.run("whole", ranks, resume=True, more=["Output/Steps between fields=3"]).stdout
        require(said.count("is finished: there is nothing to go on with") == 1, said)


def tear(checkpoints):
    """No generation is whole."""
    for state in checkpoints.glob("*/metal"):
        os.truncate(state, state.stat().st_size // 2)


def stopped(case):
    """A signal to all ranks or to one ends the run after its step, with a checkpoint; a second one at once."""
    case.run("whole")
    for name, ranks, kind in (("term", 1, signal.SIGTERM), ("int", 1, signal.SIGINT), ("both", 2, signal.SIGTERM),
                              ("one", 2, signal.SIGTERM)):
        output = case.folder / name
        with case.begin(name, ranks) as process:
            wait_for_rows(output / "history.csv", 3, process)
            # not to mpirun: when and how long before it kills them that passes a signal on is its own affair
            victims = children_of(process) if ranks == 2 else [process.pid]
            for victim in victims[-1:] if name == "one" else victims:
                os.kill(victim, kind)
            said = process.communicate(timeout=600)[1]
        require(process.returncode == 128 + kind, f"{name}: exit code {process.returncode}\n{said}")
        text = "Stopped by " + ("SIGINT" if kind == signal.SIGINT else "SIGTERM") + " at "
        for where in (said, (output / "log.txt").read_text()):
            require(text in where and "--resume goes on" in where, f"{name}: {where}")
        require(not (output / "result.json").exists(), "a stopped run counts as finished")
        said = case.run(name, ranks, resume=True).stdout
        require("Going on from the checkpoint after" in said, said)
        case.check(name, "whole", OTHER_RANKS)
    case.overrides = case.overrides + ["Mesh/Global refinements=2"]
    with case.begin("twice", 1) as process:
        wait_for_rows(case.folder / "twice" / "history.csv", 2, process)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=600)
    require(process.returncode == -signal.SIGINT, f"exit code {process.returncode}")


def stopped_search(case):
    """A search keeps what it knows, on one rank and when one of two gets the signal."""
    file = case.folder / "study.prm"
    file.write_text(STUDY.format(cases=case.file.parent))
    for ranks, victim in ((1, None), (2, 1)):
        output = case.folder / f"search_{ranks}"
        start = [case.mpiexec, "-n", str(ranks)] if ranks > 1 else []
        command = [*map(str, (*start, case.kavity, "critical-current", file, "-o", output))]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=environment_of_ranks()) as process:
            wait_for_rows(output / "critical_current.csv", 3, process)
            os.kill(process.pid if victim is None else children_of(process)[victim], signal.SIGTERM)
            said = process.communicate(timeout=600)[1]
        require(process.returncode == 128 + signal.SIGTERM, f"exit code {process.returncode}\n{said}")
        known = len(rows_of(output / "critical_current.csv"))
        text = f"Stopped by SIGTERM: {known} of 60 critical currents are known and kept"
        require(text in said and text in (output / "log.txt").read_text(), said)
        require(not (output / "result.json").exists(), "a stopped search counts as finished")
        said = run([*command, "--resume"], env=environment_of_ranks()).stdout
        require(f"Resuming: {known} of 60" in said, said)


def other_contents(case):
    """A table that was changed since is as good as another parameter."""
    table = case.folder / "factors.csv"
    table.write_text("x [um],factor\n0,1\n10,1.1\n")
    case.overrides = case.overrides + ["Metal/Sink distance variation/Kind=file",
                                       f"Metal/Sink distance variation/File={table}"]
    case.kill("run")
    known = table.read_text()
    table.write_text("x [um],factor\n0,1\n10,1.2\n")
    said = case.run("run", resume=True, code=2).stderr
    changed = r"\[Metal/Sink distance variation/File\] 'contents of .* when it began"
    require(re.search(changed, said), said)
    shutil.rmtree(case.folder / "run" / "checkpoint")
    said = case.run("run", resume=True, code=2).stderr
    require(re.search(changed, said), said)
    table.write_text(known)
    case.run("run", resume=True)


def other_mesh(case):
    """So is a mesh; one that is gone is told."""
    mesh = case.folder / "cell.msh"
    known = (case.file.parent / "notch.msh").read_text()
    mesh.write_text(known)
    case.overrides = case.overrides + [f"Mesh/File={mesh}"]
    case.kill("run")
    mesh.write_text(known + "$Comments\nanother drawing\n$EndComments\n")
    said = case.run("run", resume=True, code=2).stderr
    require(re.search(r"\[Mesh/File\] 'contents of .* when it began", said), said)
    mesh.unlink()
    said = case.run("run", resume=True, code=2).stderr
    require("[Mesh/File]" in said and "it does not exist" in said, said)
    mesh.write_text(known)
    case.run("run", resume=True)


def removed(case):
    """A folder that is gone while it is written to ends the run, which does not promise to go on without it."""
    with case.begin("run", 1) as process:
        wait_for_rows(case.folder / "run" / "history.csv", 2, process)
        (case.folder / "run").rename(case.folder / "elsewhere")
        said = process.communicate(timeout=600)[1]
    require(process.returncode == 4 and "run', which is gone, is back as it was" in said, said)
    said = case.run("run", resume=True, code=2).stderr
    require("Nothing to resume" in said, said)


def main():
    repository, kavity, mpiexec = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background would ignore it

    def call(check, folder, kind, overrides=()):
        file, own = kind(repository)
        check(Case(kavity, mpiexec, file, folder, [*own, *OUTPUT, *overrides], kind is not blocks))

    kinds = (homogenised, resolved, voltages, notched, elastic)
    return faults_in(chosen(sys.argv[4:], *((one_rank, kind) for kind in kinds), *((two_ranks, kind) for kind in kinds),
                            (other_ranks, homogenised, FIXED_STEPS + TIGHT),
                            (other_ranks, resolved, FIXED_STEPS + TIGHT + TIGHT_VOIDS + FOUR_STEPS),
                            (killed_at_any_time, homogenised), (killed_at_any_time, blocks), (what_is_said, homogenised),
                            (without_checkpoint, homogenised), (stopped, homogenised, FIXED_STEPS + TIGHT),
                            (stopped_search, homogenised), (other_contents, homogenised), (other_mesh, notched),
                            (removed, homogenised)), call)


if __name__ == "__main__":
    sys.exit(main())
