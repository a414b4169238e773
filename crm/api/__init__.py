"""The CRM for other programs: the company's vocabulary of tags, its pipelines."""

from . import pipelines, stages, tags

routers = [tags.router, pipelines.router, stages.router]
