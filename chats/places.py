"""Where a pasted text points to on the map."""

import re
from urllib.parse import unquote_plus

NUMBER = r"([-+]?\d{1,3}(?:\.\d+)?)"
# What a link of Google Maps, Apple Maps, Waze or OpenStreetMap may say, the exact place before the mere view.
PATTERNS = [
    rf"!3d{NUMBER}!4d{NUMBER}",
    rf"[?&](?:q|query|ll|sll|daddr|destination|coordinate)=(?:loc:)?{NUMBER},\s*{NUMBER}",
    rf"mlat={NUMBER}&mlon={NUMBER}",
    rf"/(?:place|search|dir)/{NUMBER},\s*{NUMBER}",
    rf"@{NUMBER},{NUMBER}",
    rf"#map=\d+/{NUMBER}/{NUMBER}",
    rf"^\s*(?:geo:)?\(?{NUMBER}\s*[,;\s]\s*{NUMBER}\)?\s*$",
]
DECIMAL_COMMAS = re.compile(r"^\s*([-+]?\d{1,3}),(\d+)\s*[;\s]\s*([-+]?\d{1,3}),(\d+)\s*$")


def read_place(text: str) -> tuple[float, float] | None:
    """(latitude, longitude) of a map's link or of two numbers; None where there is none, or none on this Earth."""
    plain = DECIMAL_COMMAS.sub(r"\1.\2 \3.\4", unquote_plus(text) if "://" in text else text)
    for pattern in PATTERNS:
        if found := re.search(pattern, plain):
            latitude, longitude = float(found[1]), float(found[2])
            return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
    return None
