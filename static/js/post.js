// A POST that may outlive its element, and even the page; its reply is swapped in by the caller.
const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };

/** Rejects when the server was not reached within 20 s. */
export async function post(url, values = {}) {
  const response = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(values),
    headers,
    keepalive: true,
    signal: AbortSignal.timeout(20_000),
  });
  // The session ended: what was written is kept, and comes back after signing in.
  if (response.redirected) location.reload();
  return response;
}

/** Applies the out-of-band fragments of a reply. */
export async function apply(response) {
  const html = await response.text();
  if (html) htmx.swap(document.body, html, { swapStyle: "none", swapDelay: 0, settleDelay: 0 });
}
