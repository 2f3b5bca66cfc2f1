"""Gazetteers larger than a case's: the bundled region, the whole world, and the user's own.

`world.open_region` and `world.open_world` give a `store.Store`: names and places on disk, mapped
into memory. `search.Searcher` finds what is alike, `asking.Gazetteers` asks several in order.
"""
