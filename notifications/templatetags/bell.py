"""The bell of whoever looks at the page."""

from django import template

from notifications import bell

register = template.Library()
register.simple_tag(bell.bell_of, name="bell_of")
