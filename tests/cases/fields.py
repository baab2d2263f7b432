"""The fields of a run as a viewer reads them: every file of the .pvd collections has cells whose
corners are its own points, at finite places, with finite values; cells of bodies are not inside out, and
bodies lie one upon the other.

usage: fields.py REPOSITORY KAVITY
"""

import base64
import math
import pathlib
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
import zlib

QUADRILATERAL, HEXAHEDRON = 9, 12 # of VTK
ROUND_OFF = 1e-6 # of coordinates in single precision

TYPES = {"Float32": "f", "Float64": "d", "Int32": "i", "UInt8": "B", "UInt64": "Q", "Int64": "q"}


def numbers(array):
    """The values of a DataArray: ASCII, or base64 of zlib blocks behind a header of 32-bit counts."""
    if array.get("format") == "ascii":
        return [float(word) for word in array.text.split()]
    text = "".join(array.text.split())
    blocks = struct.unpack("<I", base64.b64decode(text[:8])[:4])[0]
    header = 4 * (3 + blocks)
    length = 4 * ((header + 2) // 3)
    sizes = struct.unpack(f"<{3 + blocks}I", base64.b64decode(text[:length])[:header])[3:]
    data = base64.b64decode(text[length:])
    plain, start = b"", 0
    for size in sizes:
        plain += zlib.decompress(data[start : start + size])
        start += size
    code = TYPES[array.get("type")]
    return struct.unpack(f"<{len(plain) // struct.calcsize(code)}{code}", plain)


def volume(corners):
    """Of the parallelepiped at the first corner of a cell."""
    a, b, c = (tuple(x - y for x, y in zip(corners[k], corners[0])) for k in (1, 3, -4))
    if len(corners) == 4:
        c = (0, 0, 1)
    return (a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2])
            + a[2] * (b[0] * c[1] - b[1] * c[0]))


def extent(path):
    """Lowest and highest place of a body, whose cells must not be inside out."""
    lowest, highest = math.inf, -math.inf
    for piece in xml.parse(path).getroot().iter("Piece"):
        arrays = {array.get("Name") or "points": numbers(array) for array in piece.iter("DataArray")}
        flat = arrays["points"]
        points = [flat[k:k + 3] for k in range(0, len(flat), 3)]
        start, kinds = 0, {int(kind) for kind in arrays["types"]}
        assert kinds in ({QUADRILATERAL}, {HEXAHEDRON}), f"{path}: cells of the kinds {kinds}"
        for end in arrays["offsets"]:
            cell = [points[int(k)] for k in arrays["connectivity"][start:int(end)]]
            assert volume(cell) > 0, f"{path}: a cell is inside out at {cell[0]}"
            start = int(end)
        upwards = [x[1 if kinds == {QUADRILATERAL} else 2] for x in points]
        lowest, highest = min(lowest, *upwards), max(highest, *upwards)
    return lowest, highest


def check_order(files):
    """Of metal, electrolyte and metal_2 of one time, from above."""
    above = None
    for name in ("metal", "electrolyte", "metal_2"):
        own = [extent(path) for path in files if path.name.rsplit("_", 1)[0] == name]
        if not own:
            continue
        lowest, highest = min(low for low, _ in own), max(high for _, high in own)
        thickness = highest - lowest
        if above is not None:
            assert abs(highest - above) < ROUND_OFF * thickness, f"{name} does not begin at {above}"
        above = lowest


def check(path):
    for piece in xml.parse(path).getroot().iter("Piece"):
        points, cells = int(piece.get("NumberOfPoints")), int(piece.get("NumberOfCells"))
        assert points > 0 and cells > 0, f"{path}: {points} points, {cells} cells"
        arrays = {array.get("Name"): numbers(array) for array in piece.iter("DataArray")}
        corners, offsets = arrays["connectivity"], arrays["offsets"]
        assert len(offsets) == cells and offsets[-1] == len(corners), f"{path}: cells"
        assert min(corners) == 0 and max(corners) == points - 1, f"{path}: corners of cells"
        for name, values in arrays.items():
            assert values and all(map(math.isfinite, values)), f"{path}: {name}"


def main():
    repository, kavity = sys.argv[1:3]
    for case, dimension in (("strip_below", 2), ("strip_below", 3), ("adaptive", 2),
                            ("symmetric", 2), ("symmetric", 3), ("mesh_uniform", 2)):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out"
            subprocess.run(
                [kavity, "run", "-q", "-o", out, f"{repository}/tests/cases/{case}.prm",
                 "--set", "Output/Fields=true", "--set", f"Cell/Dimension={dimension}",
                 "--set", "Protocol/Longest step=2 s",
                 *([] if case.startswith("mesh") else ["--set", "Cell/Metal thickness=20 um"])],
                check=True)
            files = 0
            for collection in ("solution.pvd", "interface.pvd"):
                of_time = {}
                for data in xml.parse(out / collection).getroot().iter("DataSet"):
                    record = out / data.get("file")
                    for piece in xml.parse(record).getroot().iter("Piece"):
                        check(record.parent / piece.get("Source"))
                        files += 1
                        of_time.setdefault(data.get("timestep"), []).append(
                            record.parent / piece.get("Source"))
                if collection == "solution.pvd":
                    for paths in of_time.values():
                        check_order(paths)
            assert files >= 6, f"only {files} files of {case} in {dimension}D"
            print(f"{case} in {dimension}D: {files} files are sound")


main()
