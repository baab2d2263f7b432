"""Includes point downward only: app, analysis, cell, physics, fem, laws, core; io is beside the laws.

core, io and laws must compile without a finite element library or MPI.
usage: layers.py REPOSITORY
"""

import pathlib
import re
import sys

LAYERS = ["core", "io", "laws", "fem", "physics", "cell", "analysis", "app"]
WITHOUT_LIBRARIES = ["core", "io", "laws"]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)
LIBRARIES = re.compile(r"^(deal\.II/|mpi\.h|petsc|Epetra|Teuchos|p4est)")


def faults_of(path, layer):
    for header in INCLUDE.findall(path.read_text()):
        parts = header.split("/")
        if parts[0] == "kavity":
            if parts[1] not in LAYERS:
                yield f"{path}: includes {header}, which is in no layer"
            elif LAYERS.index(parts[1]) > LAYERS.index(layer):
                yield f"{path}: {layer} includes {header}, which is above it"
        elif layer in WITHOUT_LIBRARIES and LIBRARIES.match(header):
            yield f"{path}: {layer} includes {header}"


def main():
    root = pathlib.Path(sys.argv[1])
    faults = []
    checked = 0
    for layer in LAYERS:
        for folder in (root / "include/kavity" / layer, root / "source" / layer):
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                faults += faults_of(path, layer)
                checked += 1
    faults += [
        f"{path}: in no layer"
        for path in sorted(root.glob("include/kavity/*")) + sorted(root.glob("source/*"))
        if path.name not in LAYERS + ["main.cc"]
    ]
    if checked == 0:
        faults.append(f"no source files below {root}")
    print("\n".join(faults) or f"{checked} files keep to their layer")
    return bool(faults)


sys.exit(main())
