"""Ways over a road network: the best one, true alternatives, told ones, cut ones."""

from convoy_geo.routing.route import Route, Routes, routes_frame
from convoy_geo.routing.router import Router

__all__ = ["Route", "Router", "Routes", "routes_frame"]
