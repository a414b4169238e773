"""Conversations and what is sold in them for other programs, through the same actions and querysets as the pages."""

from . import (
    activities,
    acts,
    contacts,
    conversations,
    files,
    leads,
    messages,
    opportunities,
    people,
    quick_replies,
    searching,
    teams,
)

routers = [
    each.router
    for each in (
        conversations,
        acts,
        messages,
        files,
        searching,
        quick_replies,
        contacts,
        leads,
        opportunities,
        activities,
        people,
        teams,
    )
]
