"""Road networks of GraphML: of OSMnx, of others, without coordinates, with what is broken."""

import networkx as nx
import pytest
import shapely

from convoy_geo.cli import main
from convoy_geo.errors import ExchangeFileError, MissingCrsError, RoadDataError
from convoy_geo.network.from_file import network_from_file
from convoy_geo.network.read_write import read_network
from convoy_geo.routing.router import Router

PLACES = {1: (24.90, 60.10), 2: (24.92, 60.11), 3: (24.95, 60.12)}


def osmnx_graph():
    """A graph with values as texts, as ``osmnx.save_graphml`` writes them."""
    made = nx.MultiDiGraph(crs="epsg:4326", simplified="True")
    for node, (lon, lat) in PLACES.items():
        made.add_node(node, x=str(lon), y=str(lat), street_count="3")
    bent = shapely.LineString([PLACES[1], (24.91, 60.12), PLACES[2]])
    both = {
        "osmid": "7", "highway": "primary", "oneway": "False", "name": "Quay", "maxspeed": "50",
        "length": "1500.0",
    }  # fmt: skip
    made.add_edge(1, 2, geometry=bent.wkt, reversed="False", **both)
    made.add_edge(2, 1, geometry=bent.reverse().wkt, reversed="True", **both)
    made.add_edge(
        2, 3, osmid="[8, 9]", highway="['secondary', 'primary']", oneway="True",
        name="['Mole', 'Pier']", maxspeed="['40', '60']",
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("graph") / "port.graphml"
    nx.write_graphml(osmnx_graph(), path)
    return path


def test_a_graph_that_osmnx_saved(file):
    network = network_from_file(file)
    table = network.edge_table
    assert table.index.tolist() == ["1-2-0", "2-3-0"]
    assert table["class"].tolist() == ["primary", "secondary"]
    assert table["name"].tolist() == ["Quay", "Mole;Pier"]
    assert network.limits.tolist() == [50.0, 40.0]
    assert network.title == "port"
    assert len(network.edges.geometry.iloc[0].coords) == 3
    router = Router(network)
    assert router.route(["1", "3"]).edges == ("1-2-0", "2-3-0")
    with pytest.raises(LookupError):
        router.route(["3", "1"])


def test_the_command(file, tmp_path, capsys):
    assert main(["roads", "build", str(file), "-o", str(tmp_path / "port.roads")]) == 0
    assert "2 edges" in capsys.readouterr().out
    assert read_network(tmp_path / "port.roads").provenance["source"] == "port.graphml"


def graphml(path, nodes, edges, *, about="", directed="undirected", keys=""):
    path.write_text(
        f'<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">{keys}'
        f'<graph edgedefault="{directed}">{about}{nodes}{edges}</graph></graphml>'
    )
    return path


def node(name, **data):
    parts = "".join(f'<data key="{key}">{value}</data>' for key, value in data.items())
    return f'<node id="{name}">{parts}</node>'


EDGE = '<edge source="{}" target="{}"><data key="highway">{}</data></edge>'


def test_a_plain_graph_in_degrees_leads_both_ways_and_loses_only_what_is_broken(tmp_path):
    path = graphml(
        tmp_path / "plain.graphml",
        node("a", lon=10, lat=50) + node("b", lon=10.1, lat=50) + node("c", lon="far", lat=50),
        EDGE.format("a", "b", "track") + EDGE.format("b", "c", "track")
        + '<edge source="a" target="b"><data key="geometry">LINESTRING (1</data></edge>',
    )  # fmt: skip
    network = network_from_file(path)
    assert network.ahead.all()
    assert network.back.all()
    assert network.provenance["left_out"] == {
        "nodes without coordinates": 1,
        "edges at nodes that are not there": 1,
        "geometries that are no line (drawn straight)": 1,
    }
    assert network.edge_table["class"].tolist() == ["track", "road"]


@pytest.mark.parametrize(
    ("nodes", "about", "error", "words"),
    [
        (node("a", graphics="x") + node("b"), "", RoadDataError, r"its 2 nodes have no coord.*gra"),
        (node("a", x=1, y=2) + node("b", x=2, y=2), "", MissingCrsError, "has no `crs`"),
        (
            node("a", x=1, y=2) + node("b", x=2, y=2), '<data key="crs">moon</data>',
            RoadDataError, "not known: 'moon'",
        ),
        (node("a", lon=1, lat=2), "", RoadDataError, "no edge between nodes"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_network_is_said_in_one_line(tmp_path, capsys, nodes, about, error, words):
    path = graphml(tmp_path / "x.graphml", nodes, EDGE.format("a", "b", "track"), about=about)
    with pytest.raises(error, match=rf"x\.graphml: .*{words}"):
        network_from_file(path)
    assert main(["roads", "build", str(path)]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_no_graph_and_hostile_xml_are_refused(tmp_path):
    other = tmp_path / "x.graphml"
    other.write_text("<kml/>")
    with pytest.raises(ExchangeFileError, match="no graph"):
        network_from_file(other)
    other.write_text('<!DOCTYPE g [<!ENTITY a "b">]><graphml/>')
    with pytest.raises(ExchangeFileError, match="document type"):
        network_from_file(other)
