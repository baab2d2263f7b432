#!/usr/bin/env python3
"""First principal stress in the displaced electrolyte at the end of runs with Electrolyte/Fixture, one below the other:
a cell in the plane, or half a section of a round one.

usage: figure_stress.py RUNFOLDER [RUNFOLDER ...] figure.png
"""

import base64
import math
import pathlib
import sys
import xml.etree.ElementTree as xml
import zlib

from kavity_figures import np, plt, save

TYPES = {"Float32": "<f4", "Float64": "<f8", "Int32": "<i4", "Int64": "<i8", "UInt8": "u1"}


def values_of(array):
    """Of a DataArray in base64 of zlib blocks, behind a header of 32-bit counts."""
    text = "".join(array.text.split())
    blocks = int(np.frombuffer(base64.b64decode(text[:8])[:4], "<u4")[0])
    length = 4 * math.ceil(4 * (3 + blocks) / 3)
    sizes = np.frombuffer(base64.b64decode(text[:length]), "<u4", 3 + blocks)[3:]
    ends = np.cumsum(sizes)
    data = base64.b64decode(text[length:])
    plain = b"".join(zlib.decompress(data[end - size : end]) for end, size in zip(ends, sizes))
    return np.frombuffer(plain, TYPES[array.get("type")])


class Electrolyte:
    """Places and displacements of its points in mm, first principal stresses in MPa, and triangles of points."""

    def __init__(self, folder):
        files = sorted((pathlib.Path(folder) / "fields").glob("electrolyte_*.vtu"))
        last = [path for path in files if path.name.split(".")[0] == files[-1].name.split(".")[0]]
        if not last:
            raise SystemExit(f"{folder}: no fields of an electrolyte")
        parts, triangles, n_points = [], [], 0
        for piece in (piece for path in last for piece in xml.parse(path).getroot().iter("Piece")):
            arrays = {array.get("Name") or "points": array for array in piece.iter("DataArray")}
            if "first_principal_stress" not in arrays:
                raise SystemExit(f"{folder}: the electrolyte has no stress: Electrolyte/Fixture = none")
            corners = values_of(arrays["connectivity"])
            if len(corners) != 4 * len(values_of(arrays["offsets"])):
                raise SystemExit(f"{folder}: a cell of three dimensions")
            corners = n_points + corners.reshape(-1, 4)
            triangles += [corners[:, :3], corners[:, [0, 2, 3]]]
            points, displacement = (1e3 * values_of(arrays[name]).reshape(-1, 3)[:, :2] for name in ("points", "displacement"))
            parts.append(np.column_stack([points, displacement, 1e-6 * values_of(arrays["first_principal_stress"])]))
            n_points += len(points)
        self.x, self.y, self.u, self.v, self.stress = np.concatenate(parts).T
        self.triangles = np.concatenate(triangles)


def magnification(bodies):
    """1, 2 or 5 times a power of ten, by which the largest displacement is at most as much as the thickness."""
    largest = max(np.max(np.hypot(body.u, body.v)) for body in bodies)
    wanted = np.ptp(bodies[0].y) / largest
    power = 10.0 ** math.floor(math.log10(wanted))
    return power * max(step for step in (1, 2, 5) if step * power <= wanted)


def main(folders, target):
    bodies = [Electrolyte(folder) for folder in folders]
    factor = magnification(bodies)
    most = max(np.max(np.abs(body.stress)) for body in bodies)
    heights = [np.ptp(body.y + factor * body.v) for body in bodies]
    figure, axes = plt.subplots(
        len(bodies), 1, figsize=(6.6, 0.6 + 4.3 * sum(heights) / np.ptp(bodies[0].x) + 0.5 * len(bodies)), sharex=True,
        squeeze=False, height_ratios=heights,
    )
    for ax, folder, body in zip(axes[:, 0], folders, bodies):
        shown = ax.tripcolor(
            body.x + factor * body.u, body.y + factor * body.v, body.triangles, body.stress, shading="gouraud",
            cmap="RdBu_r", vmin=-most, vmax=most,
        )
        ax.set(title=f"{pathlib.Path(folder).name}: at most {np.max(body.stress):.3g} MPa", ylabel="y (mm)", aspect="equal")
    axes[-1, 0].set_xlabel(f"x, or the radius (mm); displacement {factor:g} times")
    figure.colorbar(shown, ax=list(axes[:, 0])).set_label("First principal stress (MPa)")
    save(figure, target)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(sys.argv[1:-1], sys.argv[-1])
