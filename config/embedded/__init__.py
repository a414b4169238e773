"""PostgreSQL and Redis out of Python wheels, so that a fresh machine needs only Python.

`config.embedded_servers` is the door. How a server lives:

- Whoever uses it holds a *shared* lock on its room's `users.lock`; the kernel drops it however one ends.
- One detached `keeper` per server starts it, starts it again when it dies, and tries for the *exclusive*
  lock: getting it means that nobody is left, and the server is stopped.
- The keeper holds `keeper.lock` while it lives, and `url` exists while its server answers.
"""
