"""Convert a folium map to the page's JSON document, dropping anything unsafe.

gate     which elements are known; all others are refused by name
styles   path options checked, equal styles and contents kept once
packing  coordinates as short texts
squeezing bytes as short texts
clouds   very many points as one item, in columns
shapes   markers, lines and areas, with their popups and tooltips
geojson  GeoJson layers, their functions asked once per feature
tiles    online tiles and the hosts they come from
palette  colours, dashes and words that page, picture and KML share
contents all that a case shows, gathered
features what is drawn of a case: geometry, style, words and claims, layer by layer
walk     the whole map, element by element
"""
