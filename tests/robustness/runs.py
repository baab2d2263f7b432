"""Whatever happens to a run, nothing is lost but time: killed at any moment it goes on as if nothing
had happened, bit by bit; a full disk, a folder that is gone or a reader that is gone end in one line
and exit code 4, or not at all.

usage: runs.py REPOSITORY KAVITY MPIEXEC [NUMBER OF KILLS [SEED]] [[-]CHECK ...]
"""

import functools
import itertools
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cases"))
# pylint: disable=wrong-import-position
from checks import Fault, chosen, faults_in, require

NUMBER, SEED = 20, 1

# Seconds after which a run counts as one that hangs; the longest takes five.
TOO_LONG = 300

CANNOT_WRITE = 4

# What a run says of a fault of its own.
CRASHES = ("terminate called", "what():", "MPI_ABORT", "dealii::", "Backtrace", "Abort", "signal")

# Voids on a mesh that changes, two cycles; and one void resolved.
FILES = {"homogenised": """
include {cases}/cell.prm
subsection Cell
  set Width                 = 80 um
  set Metal thickness       = 40 um
  set Electrolyte thickness = 100 um
end
subsection Mesh
  set Element size at interface    = 20 um
  set Growth                       = 2
  set Adaptive refinements         = 2
  set Time steps between adaptions = 2
end
subsection Voids
  set Base radius = 2 um
  subsection Radius variation
    set Kind               = random
    set Standard deviation = 0.3
    set Correlation length = 10 um
  end
end
subsection Protocol
  set Cycles = 2
  subsection Step 1
    set Kind            = strip
    set Current density = 3 mA/cm^2
    set Until           = time > 5 min or contact < 0.3
  end
  subsection Step 2
    set Kind  = rest
    set Until = time > 2 min
  end
end
subsection Time stepping
  set Initial step = 20 s
  set Tolerance    = 2e-2
end
subsection Output
  set Fields                    = true
  set Steps between fields      = 3
  set Steps between checkpoints = 2
end
""", "resolved": """
include {examples}/void_growth_2d.prm
subsection Cell
  set Width                 = 6 um
  set Metal thickness       = 6 um
  set Electrolyte thickness = 6 um
end
subsection Void field
  set Elements across surface = 2
  set Surface width           = 0.4 um   # wide, so that few elements resolve it
  set Barrier                 = 4.05 MPa
end
subsection Protocol
  set Step 1 = strip at 8 mA/cm^2 until time > 0.9 s
end
subsection Time stepping
  set Initial step = 0.15 s
  set Largest step = 0.15 s
end
subsection Output
  set Figures                   = false
  set Steps between fields      = 2
  set Steps between checkpoints = 2
end
"""}


class Case:
    """Runs of one parameter file in a folder, and what an undisturbed one gives."""

    def __init__(self, programs, kind, ranks=1):
        self.repository, self.kavity, self.mpiexec, folder = programs
        self.ranks = ranks
        self.file = folder / f"{kind}.prm"
        self.file.write_text(FILES[kind].format(cases=self.repository / "tests" / "cases",
                                                examples=self.repository / "parameter_files"))
        self.whole = folder / f"whole_{kind}_{ranks}"
        start = time.monotonic()
        self.finish(self.whole, resume=False)
        self.seconds = time.monotonic() - start
        self.history = (self.whole / "history.csv").read_bytes()

    def start(self, output, resume=False, **options):
        """Starts a run; its output is kept unless the options say otherwise."""
        ranks = [self.mpiexec, "-n", str(self.ranks)] if self.ranks > 1 else []
        command = [*map(str, (*ranks, self.kavity, "run", self.file, "-o", output))]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen(command + ["--resume"] * resume, **streams)

    def finish(self, output, resume=True):
        """Runs to the end."""
        with self.start(output, resume) as process:
            said = b"".join(process.communicate(timeout=TOO_LONG)).decode()
        require(process.returncode == 0, f"exit code {process.returncode}\n{said}")
        require((output / "result.json").exists(), "it does not count as finished")

    def check(self, output):
        """It is as if nothing had happened."""
        require((output / "history.csv").read_bytes() == self.history, f"{output}: another history")
        check_fields(output)
        shutil.rmtree(output)


# One undisturbed run serves all checks.
case_of = functools.lru_cache(Case)


def check_fields(folder):
    """Every file of fields is whole."""
    for path in folder.glob("fields/*.*vtu"):
        require(path.stat().st_size > 0, f"{path} is empty")
        xml.etree.ElementTree.parse(path)
    for name in ("solution.pvd", "interface.pvd"):
        if (folder / name).exists():
            for entry in xml.etree.ElementTree.parse(folder / name).iter("DataSet"):
                require((folder / entry.get("file")).exists(), f"{entry.get('file')} is missing")


def until(condition, process):
    """Waits for something to happen to a running process; true if it did."""
    while process.poll() is None:
        if condition():
            return True
        time.sleep(0.002)
    return condition()


def rows(path):
    """Lines of a file that may not be there yet."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def check_stop(process, folder, in_log=True):
    """The run has ended for want of room: one line names the file and the cause."""
    said = process.communicate(timeout=TOO_LONG)[1].decode()
    require(process.returncode == CANNOT_WRITE, f"exit code {process.returncode}\n{said}")
    require(not any(word in said for word in CRASHES), said)
    lines = said.splitlines()
    require(len(lines) == 1 and lines[0].startswith("Cannot write '" + str(folder)), said)
    require("--resume" in lines[0], said)
    if in_log:
        require(said in (folder / "log.txt").read_text(), "the log does not say why")


def kill_and_finish(cases, folder, number, chance):
    """Kills runs at random times, again and again, and lets each go on to its end; the cases take turns."""
    output, kills = folder / "killed", 0
    for case in itertools.cycle(cases):
        if kills >= number:
            break
        for attempt in range(chance.randint(1, 3)):
            with case.start(output, resume=attempt > 0, start_new_session=True) as process:
                if not until(lambda: (output / "history.csv").exists(), process):
                    raise Fault(f"it ended by itself\n{process.communicate()}")
                time.sleep(chance.uniform(0, case.seconds))
                finished = process.poll() is not None
                if not finished:
                    os.killpg(process.pid, 9)
                process.communicate()
            kills += 1
            if finished:
                break
        case.finish(output)
        case.check(output)


def killed(programs, folder, number, seed):
    """On one rank."""
    homogenised, resolved = case_of(programs, "homogenised"), case_of(programs, "resolved")
    kill_and_finish([homogenised, homogenised, resolved], folder, number - number // 5, random.Random(seed))


def killed_on_ranks(programs, folder, number, seed):
    """On two."""
    kill_and_finish([case_of(programs, "homogenised", ranks=2)], folder, max(1, number // 5),
                    random.Random(seed))


def limited_files(programs, folder, number, seed):
    """No file may grow beyond a limit, which is lifted then."""
    chance = random.Random(seed)
    case, output = case_of(programs, "homogenised"), folder / "limited"
    largest = len(case.history)
    for attempt in range(max(3, number // 7)):
        limit = chance.randint(2500, largest - 1)
        with case.start(output) as process:
            require(until(lambda: rows(output / "history.csv") > 1, process), "it did not start")
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            check_stop(process, output, in_log=limit > 8000)
        check_fields(output)
        case.finish(output)
        case.check(output)


def full_disk(programs, folder, number, seed):
    """A small disk, where this user may mount one; it becomes larger then."""
    chance = random.Random(seed)
    disk = folder / "disk"
    disk.mkdir()
    case, output = case_of(programs, "homogenised"), disk / "full"
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        print("  no disk can be mounted here: limited_files stands for it")
        return
    try:
        for attempt in range(max(3, number // 7)):
            resize(disk, f"{chance.randint(30, 150)}k")
            with case.start(output) as process:
                check_stop(process, output, in_log=False)
            check_fields(output)
            resize(disk, "2m")
            case.finish(output)
            case.check(output)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def resize(disk, size):
    """Of a disk in memory."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


def moved_folder(programs, folder, number, seed):
    """The folder of a run is moved away while it runs, and comes back."""
    chance = random.Random(seed)
    case, output, away = case_of(programs, "homogenised"), folder / "moved", folder / "away"
    for attempt in range(max(3, number // 7)):
        n_rows = chance.randint(2, 15)
        with case.start(output) as process:
            require(until(lambda: rows(output / "history.csv") > n_rows, process), "it did not start")
            output.rename(away)
            check_stop(process, output, in_log=False)
        require(not output.exists(), "a piece of the folder has been made anew")
        require("Cannot write" in (away / "log.txt").read_text(), "the log does not say why")
        away.rename(output)
        check_fields(output)
        case.finish(output)
        case.check(output)


def read_only_folder(programs, folder, number, seed):
    """A place that cannot be written to, found before anything else."""
    del number, seed
    case, place = case_of(programs, "homogenised"), folder / "place"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(place)],
                             capture_output=True, check=False).returncode == 0
    place.chmod(0o500) if not mounted else None
    try:
        with case.start(place / "out") as process:
            said = process.communicate(timeout=TOO_LONG)[1].decode()
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)
    require(process.returncode == CANNOT_WRITE, f"exit code {process.returncode}\n{said}")
    require(str(place / "out") in said and "--output DIR" in said, said)


def nobody_reads(programs, folder, number, seed):
    """`kavity run ... | head -1`: the run goes on and its log is whole."""
    del number, seed
    case, output = case_of(programs, "homogenised"), folder / "unread"
    with case.start(output) as process:
        process.stdout.readline()
        process.stdout.close()
        process.stderr.close()
        process.wait(timeout=TOO_LONG)
    require(process.returncode == 0, f"exit code {process.returncode}")
    require((output / "log.txt").read_text().splitlines()[-1].startswith("results in"), "a cut log")
    case.check(output)


def main():
    undisturbed = tempfile.TemporaryDirectory()
    programs = (pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], pathlib.Path(undisturbed.name))
    numbers = [int(word) for word in sys.argv[4:] if word.isdigit()]
    number, seed = numbers + [NUMBER, SEED][len(numbers):]
    names = [word for word in sys.argv[4:] if not word.isdigit()]
    checks = (killed, killed_on_ranks, limited_files, full_disk, moved_folder, read_only_folder, nobody_reads)
    return faults_in(chosen(names, *zip(checks)), lambda check, folder: check(programs, folder, number, seed))


sys.exit(main())
