"""Coming in, joining, and going out."""

from django.urls import path

from .views import entering, joining

urlpatterns = [
    path("entrar/", entering.LoginView.as_view(), name="login"),
    path("entrar/codigo/", entering.code, name="second_factor_code"),
    path("sair/", entering.LogoutView.as_view(), name="logout"),
    path("convite/<str:token>/", joining.invitation, name="invitation"),
    path("senha/", joining.reset, name="password_reset"),
    path("senha/<str:uidb64>/<str:token>/", joining.ResetConfirmView.as_view(), name="password_reset_confirm"),
]
