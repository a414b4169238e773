"""The list of conversations: what is in it, in which order, how many, and what a search finds."""
