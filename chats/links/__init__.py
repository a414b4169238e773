"""What a link in a message leads to, told before anybody clicks."""

from .fetching import NoPreview, Page, fetch
from .finding import first_link

__all__ = ["NoPreview", "Page", "fetch", "first_link"]
