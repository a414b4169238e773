"""Doors: one file a way in."""
