"""A company starts: its policies, and a pipeline to sell through."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from crm.models import Pipeline, Stage, StageKind, Tenant


@transaction.atomic
def open_company(name: str, slug: str, **policies: Any) -> Tenant:
    """A tenant with a default pipeline; `policies` are columns of `Tenant`."""
    tenant = Tenant(name=name, slug=slug, **policies)
    tenant.full_clean()
    tenant.save()
    with override("pt-br"):
        pipeline = Pipeline.objects.create(tenant=tenant, name=_("Sales"), is_default=True)
        Stage.objects.bulk_create(first_stages(pipeline))
    return tenant


def first_stages(pipeline: Pipeline) -> list[Stage]:
    """What a pipeline usually has, in the active language; not stored yet."""
    return [
        Stage(tenant_id=pipeline.tenant_id, pipeline=pipeline, position=position, name=name, **details)
        for position, (name, details) in enumerate(_usual_stages())
    ]


def _usual_stages() -> list[tuple[str, dict[str, Any]]]:
    return [
        (_("First contact"), {"probability": 10, "colour": "#64748b"}),
        (pgettext("stage", "Qualified"), {"probability": 30, "colour": "#2563eb"}),
        (_("Proposal"), {"probability": 60, "colour": "#7c3aed"}),
        (_("Negotiation"), {"probability": 80, "colour": "#d97706"}),
        (_("Won"), {"probability": 100, "colour": "#16a34a", "kind": StageKind.WON}),
        (_("Lost"), {"probability": 0, "colour": "#dc2626", "kind": StageKind.LOST}),
    ]
