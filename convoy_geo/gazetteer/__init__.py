"""Gazetteers larger than a case's: the region that ships, the whole world, and a user's own.

`world.open_region` and `world.open_world` give a `store.Store`: names and places on disk, mapped
into memory. `search.Searcher` finds what is alike, `asking.Gazetteers` asks several in order.
"""
