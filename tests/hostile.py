"""What people would write to make our pages run it, and a company in which they have written it everywhere."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from django.apps import apps
from django.db import models, transaction

from crm.encryption import EncryptedTextField

OURS = ["crm", "chats", "waha", "notifications"]
# After OWASP's evasion cheat sheet and polyglots. What runs calls `alert`; `1` is short, because fields are.
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    '" onmouseover=alert(1) autofocus onfocus=alert(1) x="',
    "' onfocus=alert(1) autofocus x='",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<style>@import'javascript:alert(1)'</style>",
    '<div style="background:url(javascript:alert(1))">',
    "<input autofocus onfocus=alert(1)>",
    "<form action=javascript:alert(1)><input type=submit>",
    "{{7*7}}{% debug %}${alert(1)}<%= 1 %>",
    "<object data=javascript:alert(1)>",
    "<embed src=data:text/html,<script>alert(1)</script>>",
    "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<base href=javascript:alert(1)//>",
    "<link rel=stylesheet href=//mau.example/x.css>",
    "<img src=//mau.example/x.png>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<div hx-get=/atendimento/ hx-trigger=load hx-on:load=alert(1)>",
    "<div hx-on::load=alert(1) data-dialog=javascript:alert(1)>",
    '*<img src=x onerror=alert(1)>* _"onload=alert(1)_ ~<script>~',
    "```</code><script>alert(1)</script>```",
    'https://x.example/"onmouseover="alert(1)',
    "https://x.example/<script>alert(1)</script>",
    "@<img src=x onerror=alert(1)>",
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A//</stYle/</titLe/--!>\\x3csVg/oNloAd=alert()//>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "\u202e<script>alert(1)</script>",
]
# What the program says rather than people: keys, addresses, choices of ours, and what is never shown.
NOT_WRITTEN = {
    "slug", "time_zone", "business_hours", "password", "sound_rules", "muted_kinds", "silent_kinds", "still_kinds",
    "list_sort", "colour", "session_key", "session_data", "digest", "secret", "base_url", "waha_name", "status",
    "phone", "address", "value", "object_type", "action", "request_id", "message_id", "quoted_msg_id", "edit_id",
    "event_id", "event", "key", "lid", "upload_key", "link", "query", "what", "type", "meant", "author_key", "role",
}  # fmt: skip
NOT_OF = {"User": {"email"}, "Invitation": {"email"}, "CRMNotification": {"subject"}}
# Words in JSON that say which kind of thing it is, and by which the program finds its way.
KINDS_IN_JSON = {"kind", "type", "id", "phone", "address", "message_id", "key_type", "status", "album", "key"}


@transaction.atomic
def write_hostile_words() -> int:
    """Every text that people give us, in every row of every table, is one of the payloads; how many were written."""
    payloads, count = cycle(PAYLOADS), 0
    for model in (model for app in OURS for model in apps.get_app_config(app).get_models()):
        fields = list(_written(model))
        for row in model._base_manager.all():
            count += sum(_poison(row, field, payloads) for field in fields)
            words = {field.attname: getattr(row, field.attname) for field in fields}
            model._base_manager.filter(pk=row.pk).update(**words)
    return count


def _written(model: type[models.Model]) -> Iterator[Any]:
    kept = NOT_WRITTEN | NOT_OF.get(model.__name__, set())
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
        is_ours = isinstance(field, EncryptedTextField) or field.choices or field.name in kept
        if is_text and not is_ours:
            yield field


def _poison(row: models.Model, field: Any, payloads: Iterator[str]) -> int:
    value = getattr(row, field.attname)
    if isinstance(field, models.JSONField):
        setattr(row, field.attname, _poisoned(value, payloads))
        return 1
    if value is None and field.null:
        return 0
    room = field.max_length or 4000
    fitting = next(payload for payload in payloads if len(payload) + 3 <= room or room < 25)
    # Names must differ; the digits go where they do not spoil the payload.
    setattr(row, field.attname, f"{fitting}{str(row.pk)[-3:]}"[:room])
    return 1


def _poisoned(value: Any, payloads: Iterator[str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _poisoned(each, payloads, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_poisoned(each, payloads, name) for each in value]
    return next(payloads) if isinstance(value, str) and name not in KINDS_IN_JSON else value
