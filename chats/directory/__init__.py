"""Whom the company knows: the lists of contacts and of leads, and the page of one person."""
