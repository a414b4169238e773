// "Use my location" in the dialog of a place.
export function locate() {
  const refused = document.getElementById("locate-refused");
  const field = document.getElementById("place");
  const fail = () => (refused.textContent = refused.dataset.text);
  if (!navigator.geolocation) return fail();
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    field.value = `${coords.latitude}, ${coords.longitude}`;
    refused.textContent = "";
  }, fail);
}
