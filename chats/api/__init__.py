"""Conversations for other programs, through the same actions and querysets as the page."""

from . import acts, conversations, files, messages, quick_replies, searching

routers = [each.router for each in (conversations, acts, messages, files, searching, quick_replies)]
