"""What every answer tells the browser besides Django's own headers and the content security policy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Voice notes need the microphone, and sending one's place the place; nothing else of the machine is ours to ask for.
USED = ("microphone", "geolocation")
UNUSED = (
    "accelerometer", "ambient-light-sensor", "bluetooth", "browsing-topics", "camera", "display-capture", "gamepad",
    "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts", "magnetometer", "midi", "payment",
    "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS_POLICY = ", ".join([*(f"{name}=(self)" for name in USED), *(f"{name}=()" for name in UNUSED)])


class HeadersMiddleware:
    """Which powers of the browser our pages use, and that nobody else's page may load what is ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Only a page has powers; on each of eighty scripts and styles it would be a third of what goes over the wire.
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
