"""Roads as a network: read, kept, made from OpenStreetMap, closed."""

from convoy_geo.roads.closures import Closure
from convoy_geo.roads.network import RoadNetwork

__all__ = ["Closure", "RoadNetwork"]
