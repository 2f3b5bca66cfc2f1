"""Seas, rivers, lakes, ranges, deserts, islands and airports out of the map layers of the world.

Their names go into the large gazetteers with the ids of the layers (`convoy_geo.io.map_layers`).
None of them is a point: each has the extent of its outline, and of a river the stretch that is
nearest to the other places of a text can be asked for.
"""

from __future__ import annotations

import hashlib
import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from convoy_geo.gazetteer.build_index import Entry
from convoy_geo.io.files import geodata
from convoy_geo.io.map_layers import STEP, read_layer
from convoy_geo.lang import languages, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from convoy_geo.io.map_layers import MapLayer

__all__ = ["FEATURE_KINDS", "LINES", "digest", "feature_entries", "nearest_stretch"]

AREAS = ("seas", "lakes", "regions")
LAYERS = ("rivers", *AREAS, "points")
LINES = frozenset(("river", "canal"))
"""Kinds that are lines."""
KINDS = {"through_lake": "river", "ocean": "sea", "islands": "island", "island group": "island"}
LEFT_OUT = frozenset(("continent", "port", "pole", "depression", "land"))
"""Of the layers of regions and points: ports are called like their towns."""
FEATURE_KINDS = frozenset(
    (
        "river", "canal", "lake", "sea", "gulf", "bay", "strait", "sound", "channel", "lagoon",
        "fjord", "inlet", "island", "range", "plateau", "peninsula", "desert", "coast", "plain",
        "delta", "basin", "valley", "tundra", "isthmus", "wetland", "mountain", "cape", "pass",
        "waterfall", "airport",
    )
)  # fmt: skip
"""The kinds of what `feature_entries` gives."""
FORMS = {
    "river": ("{} River", "River {}"), "lake": ("{} Lake", "Lake {}"),
    "airport": ("{} Airport", "{} International Airport", "{} Air Base"),
}  # fmt: skip
"""How a name is written with the word for its kind, in English."""
SPARSE = 3
"""Level of the vertices that stretches are looked for among: half a kilometre."""
REGION = (20.0, 10.0, 68.0, 48.0)
"""West, south, east, north of what stands in the gazetteer of the region."""
KM_PER_DEGREE = 111.2


def digest() -> str:
    """A hash of what the entries are made from."""
    found = hashlib.sha256()
    for name in LAYERS:
        found.update(geodata("basemap", "world", f"{name}.npz").read_bytes())
    found.update(repr(_other_names()).encode())
    return found.hexdigest()


@cache
def _other_names() -> dict[str, tuple[str, ...]]:
    """Id of a feature -> what it is called in the languages, beside the names of its layer."""
    names: dict[str, list[str]] = {}
    for code in languages("features.csv"):
        for row in load(code).rows("features.csv"):
            names.setdefault(row["id"], []).append(row["name"])
    return {key: tuple(several) for key, several in sorted(names.items())}


def feature_entries(*, region: bool = False) -> Iterator[Entry]:
    """The named features of the layers, as `Entry`; each has the id of its layer.

    Parameters
    ----------
    region
        Only those in and round Syria, Iraq and their neighbours.
    """
    seen: set[str] = set()
    for name in LAYERS:
        layer = read_layer(name)
        for number, told in enumerate(layer.properties):
            key = told.get("id", "")
            if not key or key in seen or not told.get("name"):
                continue
            seen.add(key)
            kind = _kind(name, told)
            if kind in LEFT_OUT or kind not in FEATURE_KINDS:
                continue
            west, south, east, north = _extent(layer, key, number)
            if region and not (
                west < REGION[2] and east > REGION[0] and south < REGION[3] and north > REGION[1]
            ):
                continue
            yield _entry(told, kind, (west, south, east, north))


def _kind(layer: str, told: dict[str, object]) -> str:
    kind = str(told.get("kind") or layer.removesuffix("s"))
    if layer == "seas" and kind == "river":  # the mouth of one, as an area
        return "inlet"
    return "canal" if kind == "river" and "Canal" in str(told["name"]) else KINDS.get(kind, kind)


def _entry(told: dict[str, object], kind: str, box: tuple[float, float, float, float]) -> Entry:
    west, south, east, north = box
    label = told.get("label")
    lon, lat = label if isinstance(label, list) else ((west + east) / 2, (south + north) / 2)
    if kind in LINES:
        lon, lat = _middle(str(told["id"]))
    high = (north - south) * KM_PER_DEGREE
    wide = (east - west) * KM_PER_DEGREE * math.cos(math.radians((north + south) / 2))
    name = str(told["name"])
    also = told.get("also")
    others = [
        *(map(str, also) if isinstance(also, list) else ()),
        *filter(None, [str(told.get("arabic_name", ""))]),
        *_other_names().get(str(told["id"]), ()),
    ]
    latin = [text for text in (name, *others) if text[:1] < "\u0250"]
    forms = [
        form.format(text)
        for text in latin
        for form in FORMS.get(kind, ())
        if form.replace("{}", "").strip() not in text
    ]
    shown = f"{name} Airport" if kind == "airport" else name
    if kind == "airport":
        others = []
    return Entry(
        shown, round((lon + 180) % 360 - 180, 5), round(lat, 5), kind,
        source="Natural Earth", id=str(told["id"]),
        radius_km=round(max(math.hypot(high, wide) / 2, 1.0), 1),
        rank=float(told.get("min_label") or told.get("min_zoom") or 9.0),  # type: ignore[arg-type]
        spellings=tuple((text, "alternate") for text in dict.fromkeys((*others, *forms))),
    )  # fmt: skip


def _extent(layer: MapLayer, key: str, number: int) -> tuple[float, float, float, float]:
    if layer.closed or layer.arcs:
        own = [number]
    else:
        own = [n for n, told in enumerate(layer.properties) if told.get("id") == key]
    lines = np.flatnonzero(np.isin(layer.feature, own)).tolist()
    parts = [layer.line(line, SPARSE) for line in lines]
    xy = np.vstack(
        [part for part in parts if len(part)] or [layer.xy[layer.start[number]][None] * STEP]
    )
    (west, south), (east, north) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
    return west, south, east, north


@lru_cache(maxsize=256)
def _vertices(key: str) -> NDArray[np.float64]:
    """Positions along a river, of shape (n, 2)."""
    layer = read_layer("rivers")
    own = [number for number, told in enumerate(layer.properties) if told.get("id") == key]
    lines = np.flatnonzero(np.isin(layer.feature, own)).tolist()
    return np.vstack([layer.line(line, SPARSE) for line in lines])


def _middle(key: str) -> tuple[float, float]:
    """The vertex of a river that is nearest to the middle of all."""
    lon, lat = np.median(_vertices(key), axis=0).tolist()
    found = nearest_stretch(key, lon, lat)
    return found[:2]


def nearest_stretch(key: str, lon: float, lat: float) -> tuple[float, float, float]:
    """Where a river comes nearest to a position.

    Parameters
    ----------
    key
        Id of the river, such as ``river/euphrates``.
    lon, lat
        The position.

    Returns
    -------
    lon, lat, km
        Of the nearest vertex, and how far it is.

    Examples
    --------
    >>> lon, lat, km = nearest_stretch("river/euphrates", 39.0, 35.95)
    >>> km < 10
    True
    """
    xy = _vertices(key)
    east = (xy[:, 0] - lon) * math.cos(math.radians(lat))
    squares = east**2 + (xy[:, 1] - lat) ** 2
    best = int(np.argmin(squares))
    km = math.sqrt(float(squares[best])) * KM_PER_DEGREE
    return round(float(xy[best, 0]), 5), round(float(xy[best, 1]), 5), km
