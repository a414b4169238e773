"""What a filter can ask beyond Django's own lookups."""

from typing import Any

from django.db.models import CharField, Lookup, UUIDField


@CharField.register_lookup
@UUIDField.register_lookup
class AnyOf(Lookup):
    """`column__any_of=[…]`: one of these, as a single array; `in` is another statement for each count.

    Of an `ArraySubquery` it is read once, whatever is asked around it, where `in` would be joined.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, of_column = self.process_lhs(compiler, connection)
        array, of_array = ("%s", [self.rhs]) if self.rhs_is_direct_value() else compiler.compile(self.rhs)
        return f"{column} = ANY({array})", (*of_column, *of_array)
