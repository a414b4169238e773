"""`make bench`: what the product costs on real services, beside a floor or a peer measured in the same run.

Each row is a module in `rows` with a `measure(house)` that yields figures; `python -m tests.benchmarks NAME…` runs
some of them alone.
"""
