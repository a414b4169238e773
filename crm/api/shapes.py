"""Shapes that several rooms show."""

from uuid import UUID

from crm.rest import Shape


class Named(Shape):
    """Something else, by its id and name."""

    id: UUID
    name: str


def named(row_id: UUID | None, name: str | None) -> Named | None:
    """None where there is none."""
    return Named.model_construct(id=row_id, name=name or "") if row_id else None
