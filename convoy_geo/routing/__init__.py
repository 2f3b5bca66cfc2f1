"""Routes on a road network: best routes, alternatives, reported routes, effects of closures."""

from convoy_geo.routing.route import Route, Routes, routes_frame
from convoy_geo.routing.router import Router

__all__ = ["Route", "Router", "Routes", "routes_frame"]
