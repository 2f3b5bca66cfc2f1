"""Roads as a network: read, kept, made from OpenStreetMap, closed."""

from convoy_geo.model.closures import Closure
from convoy_geo.network.network import RoadNetwork

__all__ = ["Closure", "RoadNetwork"]
