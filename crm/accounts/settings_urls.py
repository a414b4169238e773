"""What people set about how they come in, under `/configuracoes/preferencias/`."""

from django.urls import path

from .views import logins, second_factor

urlpatterns = [
    path("acessos/", logins.logins, name="logins"),
    path("acessos/fim/", logins.logins_end, name="logins_end"),
    path("acessos/<uuid:login_id>/fim/", logins.login_end, name="login_end"),
    path("duas-etapas/", second_factor.second_factor, name="second_factor"),
    path("duas-etapas/codigos/", second_factor.recovery_codes, name="recovery_codes"),
    path("duas-etapas/desligar/", second_factor.removal, name="second_factor_removal"),
]
