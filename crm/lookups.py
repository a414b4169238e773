"""What a filter can ask beyond Django's own lookups."""

from typing import Any

from django.db.models import CharField, Lookup, UUIDField


@CharField.register_lookup
@UUIDField.register_lookup
class AnyOf(Lookup):
    """`column__any_of=[…]`: one of these, as a single array parameter; `in` is another statement for each count."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", (*parameters, self.rhs)
