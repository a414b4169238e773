"""How whoever is signed in is found again at each request."""

from uuid import UUID

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from .compiled import compiled
from .models import User


class PersonBackend(ModelBackend):
    """Django's own; the person is read by a statement that is compiled once."""

    def get_user(self, user_id: UUID) -> User | None:
        found = next(iter(_person(user_id)), None)
        return found if found and self.user_can_authenticate(found) else None


@compiled
def _person(user_id: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)
