"""The CRM for other programs: people and teams of the company, its vocabulary of tags, its pipelines."""

from . import people, pipelines, tags

routers = [people.router, tags.router, pipelines.router]
