"""How long PostgreSQL may think about a query before it reads.

It tries the orders in which up to eight tables can be joined, and a conversation with all that its row or its head
shows joins ten or twelve: 6 to 9 ms of planning for half a millisecond of reading, at every look. Tables beyond the
fourth are joined as they are written, and Django writes them from the row outwards: 2 ms, and the same plan.

What is prepared (`crm.compiled`) is planned once per connection, for whatever values come: its constants are written
out, and its values are keys, of which one is as good as another. Left to itself, PostgreSQL would plan each five times
for the values at hand, and then perhaps for ever.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

MOST_REORDERED = 4


def keep_short() -> None:
    """Said on every new connection. A pgbouncer in transaction mode lends the connections, and says it itself
    (`connect_query` in docs/deploy/pgbouncer.ini); here it holds wherever it is heard."""
    connection_created.connect(_say)


def _say(connection: BaseDatabaseWrapper, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET join_collapse_limit = {MOST_REORDERED}; SET plan_cache_mode = force_generic_plan")
