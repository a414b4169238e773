"""Of whom the company asks a second factor."""

from crm.models import Role, SecondFactorPolicy, User

ASKED = {
    SecondFactorPolicy.NOBODY: frozenset[Role](),
    SecondFactorPolicy.ADMINS: frozenset({Role.ADMIN}),
    SecondFactorPolicy.MANAGERS: frozenset({Role.ADMIN, Role.MANAGER}),
    SecondFactorPolicy.EVERYBODY: frozenset(Role),
}


def must_set_up_second_factor(user: User) -> bool:
    """The company asks it of this person, who has none yet: until then they see nothing but its page."""
    if user.has_second_factor or user.tenant is None:
        return False
    return user.role in ASKED[SecondFactorPolicy(user.tenant.second_factor)]
