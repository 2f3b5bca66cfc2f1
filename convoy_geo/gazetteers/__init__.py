"""Gazetteers larger than a case's: the region that ships, the whole world, and a user's own.

`open_region` and `open_world` give a `Store`: names and places on disk, mapped into memory.
"""
