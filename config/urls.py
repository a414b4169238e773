"""Every address, HTTP and sockets, on one page."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from chats.consumers import BesideConsumer, PageConsumer
from chats.waha import urls as waha
from config import health, metrics
from config.api import api
from crm.accounts.views.entering import admin_login

admin.site.site_title = "Atendimento"
admin.site.site_header = _("Atendimento · administration")
admin.site.login = admin_login  # type: ignore[method-assign] # there is one door, with all its locks
admin.site.index_title = _("All that is kept")

urlpatterns: list[URLPattern | URLResolver] = [
    # First, for they come most.
    path("webhooks/waha/", include(waha.webhooks)),
    path("", RedirectView.as_view(pattern_name="chats:inbox"), name="home"),
    path("", include("crm.accounts.urls")),
    path("atendimento/", include("chats.urls")),
    path("atividades/", include("chats.activities_urls")),
    path("funil/", include("chats.funnel_urls")),
    path("contatos/", include("chats.contacts_urls")),
    path("leads/", include("chats.leads_urls")),
    path("notificacoes/", include("notifications.urls")),
    path("configuracoes/", include("chats.settings_urls")),
    path("configuracoes/numeros/", include(waha.pages_of_numbers)),
    path("api/", api.urls),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.show, name="metrics"),
]

handler500 = "config.errors.server_error"

websocket_urlpatterns = [
    path("ws/atendimento/", PageConsumer.as_asgi()),
    path("ws/paginas/", BesideConsumer.as_asgi()),
]
