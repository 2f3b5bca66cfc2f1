"""Invented stories whose truth is known: vehicles move, witnesses tell of them truly but vaguely.

A story is a list of true claims and a list of lies. What the witnesses say is made from where each
vehicle really was, never from what the engine thinks possible.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from convoy_geo.analysis.consistency.encode import Story, StoryRules
from convoy_geo.model.claims import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from convoy_geo.model.places import Place
    from convoy_geo.network.network import RoadNetwork

START = datetime(2017, 8, 28, tzinfo=UTC)
HOURS = 96


@dataclass
class World:
    """Where each vehicle was, hour by hour; empty where it was under way."""

    where: list[list[str]]
    true: list[Claim] = field(default_factory=list)
    lies: list[Claim] = field(default_factory=list)

    def count(self, place: str, hour: int) -> int:
        """Vehicles at a place."""
        return sum(track[hour] == place for track in self.where)


def clock(hour: float) -> str:
    """An hour of the story as a time of day."""
    return (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M")


def vague_time(rng: random.Random, hour: int) -> str:
    """A time in which the hour lies: the time itself, a few hours, the day, several days."""
    day = (START + timedelta(hours=hour)).strftime("%Y-%m-%d")
    how = rng.randrange(4)
    if how == 0:
        return clock(hour)
    if how == 1:
        return f"{clock(hour - rng.randrange(4))}/{clock(hour + rng.randrange(4))}"
    if how == 2:
        return day
    later = (START + timedelta(hours=hour + 24 * rng.randrange(3))).strftime("%Y-%m-%d")
    return f"{day}/{later}" if later > day else day


def vague_number(rng: random.Random, number: int) -> tuple[int, int | None, str]:
    """Ends and qualifier of a number that is true."""
    how = rng.randrange(5)
    if how == 0:
        return max(0, number - rng.randrange(3)), None, "at least"
    if how == 1:
        return max(0, number - rng.randrange(3)), number + rng.randrange(3), ""
    if how == 2:
        return number, number, "about"
    return number, number, ""


def tell(
    world: World, rng: random.Random, places: Sequence[str], key: str, *, lie: bool, state: bool
) -> Claim | None:
    """What one witness says; None where there is nothing to see."""
    hour, place = rng.randrange(8, HOURS - 8), rng.choice(places)
    number = world.count(place, hour)
    size = len(world.where)
    where = {"state": place} if state else {"places": (("at", place),)}
    if rng.random() < 0.15:  # the number in all
        told = rng.choice([n for n in range(1, size + 4) if n != size]) if lie else size
        return Claim(key, "R", "sighting", "s", key, "", low=told, high=told, unit="buses",
                     state="total")  # fmt: skip
    if rng.random() < 0.25:  # the convoy as a whole
        if lie == (2 * number > size):
            return None
        return Claim(key, "R", "sighting", "s", key, "", happened=vague_time(rng, hour), **where)
    if rng.random() < 0.25 and not lie:  # it stayed so for a while
        last = hour
        while last + 1 < HOURS and world.count(place, last + 1) == number:
            last += 1
        when = f"{clock(hour)}/{clock(last)}"
        return Claim(key, "R", "sighting", "s", key, "", low=number, high=number, unit="buses",
                     happened=when, reading="throughout", **where)  # fmt: skip
    if lie:
        number = rng.choice([n for n in range(size + 3) if n != number])
    low, high, qualifier = vague_number(rng, number)
    return Claim(key, "R", "sighting", "s", key, "", low=low, high=high, qualifier=qualifier,
                 unit="buses", happened=vague_time(rng, hour), **where)  # fmt: skip


def make_world(
    seed: int,
    places: Sequence[str],
    hours: Callable[[str, str], float],
    *,
    claims: int = 10,
    lies: int = 2,
    state: bool = False,
) -> World:
    """A world with its witnesses.

    Parameters
    ----------
    seed
        Of all that is drawn.
    places
        Where vehicles go.
    hours
        How long a vehicle really takes from one place to another, which is never less than it must.
    claims, lies
        How many.
    state
        Whether places are states.
    """
    rng = random.Random(seed)  # noqa: S311
    tracks = []
    for _ in range(rng.randrange(2, 7)):
        here, track = rng.choice(places[:2]), []
        while len(track) < HOURS:
            track += [here] * rng.randrange(3, 30)
            goal = rng.choice(places)
            track += [""] * -int(-hours(here, goal) * rng.uniform(1.0, 1.4) // 1)
            here = goal
        tracks.append(track[:HOURS])
    world = World(tracks)
    while len(world.true) + len(world.lies) < claims:
        lie = len(world.lies) < lies
        said = world.lies if lie else world.true
        told = tell(
            world, rng, places, f"{'lie' if lie else 'true'}{len(said)}", lie=lie, state=state
        )
        if told is not None:
            said.append(told)
    return world


def story_of(
    claims: Sequence[Claim],
    *,
    places: Mapping[str, Place] | None = None,
    network: RoadNetwork | None = None,
    states: Sequence[str] = (),
) -> Story:
    """A story of some claims."""
    return Story(
        {claim.id: claim for claim in claims}, places or {}, states=frozenset({"total", *states}),
        rules=StoryRules(mode="bus" if network is not None else "", whole={"": "buses"}),
        network=network,
    )  # fmt: skip
