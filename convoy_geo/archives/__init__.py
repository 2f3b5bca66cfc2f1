"""Find place names in large archives: many files, in parts, by several workers.

plan   the parts of an archive, and which of them are done
parts  one part: texts in, mentions out
run    all parts, by local processes or by Dask, in order of completion
"""
