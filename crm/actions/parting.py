"""When two contacts part again, what came since goes with what it is about, and nothing is left between them."""

from django.db.models import F

from crm.models import Activity, Contact, Opportunity


def settle_since(survivor: Contact, absorbed: Contact) -> None:
    """A sale goes with its lead; a plan with its sale, else with its lead, else with its conversation.

    What cannot be of both lets go of the other one's.
    """
    here, there = {"contact": survivor}, {"contact": absorbed}
    Opportunity.objects.filter(**here, lead__contact=absorbed).update(**there)
    plans = Activity.objects.filter(**here)
    plans.filter(opportunity__contact=absorbed).update(**there)
    plans.filter(opportunity=None, lead__contact=absorbed).update(**there)
    plans.filter(opportunity=None, lead=None, chat__contact=absorbed).update(**there)
    for rows, name in (
        (Opportunity.objects, "lead"),
        (Activity.objects, "opportunity"),
        (Activity.objects, "lead"),
        (Activity.objects, "chat"),
    ):
        of_two = rows.filter(contact__in=[survivor, absorbed], **{f"{name}__isnull": False})
        # Not by a join in the update itself, which SQL does not know.
        strays = of_two.exclude(**{f"{name}__contact": F("contact")}).values_list("pk", flat=True)
        rows.filter(pk__in=list(strays)).update(**{name: None})
