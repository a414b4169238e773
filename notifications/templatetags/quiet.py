"""Whether a person wants to be disturbed."""

from django import template

from notifications import quiet

register = template.Library()
register.filter("quiet_until", quiet.quiet_until)
