"""The fields of a run as a viewer reads them: every file of the .pvd collections has cells whose
corners are its own points, at finite places, with finite values.

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
    for case, dimension in (("strip_below", 2), ("strip_below", 3), ("adaptive", 2)):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out"
            subprocess.run(
                [kavity, "run", "-q", "-o", out, f"{repository}/tests/cases/{case}.prm",
                 "--set", "Output/Fields=true", "--set", f"Cell/Dimension={dimension}",
                 "--set", "Cell/Metal thickness=20 um", "--set", "Protocol/Longest step=2 s"],
                check=True)
            files = 0
            for collection in ("solution.pvd", "interface.pvd"):
                for data in xml.parse(out / collection).getroot().iter("DataSet"):
                    record = out / data.get("file")
                    for piece in xml.parse(record).getroot().iter("Piece"):
                        check(record.parent / piece.get("Source"))
                        files += 1
            assert files >= 6, f"only {files} files of {case} in {dimension}D"
            print(f"{case} in {dimension}D: {files} files are sound")


main()
