"""The calls we make to WAHA, one file a subject; each takes a `WahaClient` and raises `WahaError`."""
