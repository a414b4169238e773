"""The CRM for other programs: people and teams of the company, its vocabulary of tags, its pipelines."""

from . import pipelines, stages, tags, teams

routers = [teams.router, tags.router, pipelines.router, stages.router]
