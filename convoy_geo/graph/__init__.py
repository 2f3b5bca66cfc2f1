"""Two shortest-path engines with the same results: scipy, and RoutingKit with the extra fast."""
