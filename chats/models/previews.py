"""What a linked page says of itself, fetched once and kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models import Tenant, new_key


class LinkPreview(models.Model):
    """One address. A page that says nothing, or cannot be reached, is kept too: it is not asked again for a while."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, verbose_name=_("company"), related_name="+")
    url = models.TextField(_("address"))
    title = models.CharField(_("title"), max_length=200, blank=True)
    description = models.CharField(_("description"), max_length=400, blank=True)
    site_name = models.CharField(_("site"), max_length=100, blank=True)
    image = models.FileField(_("picture"), upload_to="previews/%Y/%m/", blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    fetched_at = models.DateTimeField(_("fetched at"), null=True, blank=True)

    class Meta:
        verbose_name = _("link preview")
        verbose_name_plural = _("link previews")
        constraints = [models.UniqueConstraint(fields=["tenant", "url"], name="preview_once_per_address")]

    def __str__(self) -> str:
        return self.title or self.url
