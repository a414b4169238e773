"""What stands in, or decides over, every page of a company is different."""

from uuid import UUID

from django.utils import timezone

from crm.live import EVERYTHING, nudge, pages_changed, tenant_group
from crm.models import Tenant


def company_changed(tenant_id: UUID) -> None:
    """Who may see what, how the company works, or what its things are called: its pages are read anew.

    The moment is kept, for pages that are away now, or that the word does not reach.
    """
    Tenant.objects.filter(pk=tenant_id).update(changed_at=timezone.now())
    nudge(tenant_group(tenant_id), "anew", tenant=str(tenant_id))
    pages_changed(tenant_id, EVERYTHING)
