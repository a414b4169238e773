"""Two invented companies with their people, customers and conversations, for demos, tests and benchmarks.

The same seed and the same `now` make the same world, down to the second; only primary keys differ.
What happens is written by the actions; `past` is the one place that then sets clocks back.
"""
