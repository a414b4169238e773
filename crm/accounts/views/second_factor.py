"""My second factor: set up with a QR code, recovery codes shown once, and taken off again with the password."""

from urllib.parse import quote

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from crm.accounts.forms import CodeForm
from crm.accounts.rule import must_set_up_second_factor
from crm.actions.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    recovery_codes_left,
    remove_second_factor,
    renew_recovery_codes,
    verify_second_factor,
)
from crm.entering import note_failure, verdict_on
from crm.limits import too_many
from crm.models import SecondFactor, User
from crm.requests import AgentRequest, agent_required

ISSUER = "Atendimento"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def second_factor(request: AgentRequest) -> HttpResponse:
    """Set it up, or see that it is."""
    if request.user.has_second_factor:
        context = {"codes_left": recovery_codes_left(request.user), "form": CodeForm()}
        return render(request, "settings/second_factor_on.html", context)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = confirm_second_factor(request.user, form.cleaned_data["code"])
        if codes:
            return render(request, "settings/recovery_codes.html", {"codes": codes})
        form.add_error("code", _("This code is wrong. Look at the clock of your phone, and try the next code."))
    factor = begin_second_factor(request.user)
    context = {
        "form": form,
        "qr": _qr_code(request.user, factor),
        "secret": " ".join(factor.secret[at : at + 4] for at in range(0, len(factor.secret), 4)),
        "is_required": must_set_up_second_factor(request.user),
    }
    return render(request, "settings/second_factor.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@agent_required
def recovery_codes(request: AgentRequest) -> HttpResponse:
    """Ten new ones, for who has a code of the app at hand."""
    if refusal := _refusal(request):
        return refusal
    return render(request, "settings/recovery_codes.html", {"codes": renew_recovery_codes(request.user)})


@require_POST
@agent_required
def removal(request: AgentRequest) -> HttpResponse:
    """The password alone from now on; where the company asks for more, it is set up anew at once."""
    if refusal := _refusal(request):
        return refusal
    remove_second_factor(request.user, request.user)
    messages.success(request, _("Two-step verification is off."))
    return redirect("settings:second_factor")


def _refusal(request: AgentRequest) -> HttpResponse | None:
    """None for who shows a code: a page left open is not enough to take the lock off the door."""
    verdict = verdict_on(request)
    if not verdict.is_allowed:
        return too_many(request, verdict)
    form = CodeForm(request.POST)
    if form.is_valid() and verify_second_factor(request.user, form.cleaned_data["code"]):
        return None
    note_failure(request)
    form.add_error("code", _("This code is wrong or was used already. Try the next one."))
    context = {"codes_left": recovery_codes_left(request.user), "form": form}
    return render(request, "settings/second_factor_on.html", context, status=422)


def _qr_code(user: User, factor: SecondFactor) -> SafeString:
    """The secret as authenticator apps read it; drawn here, so that it travels to nobody."""
    label = quote(f"{ISSUER}:{user.email}")
    code = segno.make(f"otpauth://totp/{label}?secret={factor.secret}&issuer={ISSUER}", error="m")
    # Safe: a path of numbers, with a class for its colours.
    return mark_safe(code.svg_inline(border=2, omitsize=True, svgclass="qr__code", lineclass=None))  # noqa: S308
