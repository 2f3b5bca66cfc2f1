"""What is in a page: its parts are compressed, and tests read what a browser would."""

from __future__ import annotations

import re

from convoy_geo.webmap.squeezing import expand

PART = re.compile(r'(data-z="\w+">)(.*?)(?=</script>)', re.DOTALL)


def opened(text):
    """The page with every compressed part as the browser reads it."""
    return PART.sub(lambda part: part[1] + expand(part[2]).decode(), text)
