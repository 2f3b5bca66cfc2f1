"""Archives too large for one sitting: names found over many files, in parts, by many workers.

plan   which parts there are, and what stands in the folder of results already
parts  one part: texts in, mentions out
run    all parts, by processes of this machine or by Dask, as they finish
"""
