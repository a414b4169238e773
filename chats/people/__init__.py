"""Who is there, who looks where, who is told of what, and what each of them prefers."""
