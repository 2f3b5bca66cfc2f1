"""Road networks: read and write them, build them from OpenStreetMap and other data, close roads."""

from convoy_geo.model.closures import Closure
from convoy_geo.network.network import RoadNetwork

__all__ = ["Closure", "RoadNetwork"]
