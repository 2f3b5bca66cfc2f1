"""Ways over a road network: the best one, true alternatives, told ones, cut ones."""

from convoy_geo.routing.router import Router
from convoy_geo.routing.routes import Route, routes_frame

__all__ = ["Route", "Router", "routes_frame"]
