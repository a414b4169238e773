"""The CRM for other programs: people and teams of the company, and its vocabulary of tags."""

from . import people, tags

routers = [people.router, tags.router]
