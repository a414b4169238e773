"""`manage.py runserver`, with sockets: daphne's.

daphne is no app of ours: as one it would load itself and Twisted, 30 MiB, into workers and commands, which serve
nothing.
"""

from daphne.management.commands.runserver import Command

__all__ = ["Command"]
