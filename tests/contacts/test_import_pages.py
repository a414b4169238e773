"""From the file to its result, through the pages."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from chats.actions import importing
from crm.models import Contact, ContactImport, IfKnown, ImportState, Lead, Tag, User
from tests.cast import Company

Browse = Callable[[User], Client]
FILE = "Nome;Celular;Time\nJoão;11 98888-7777;Santos\nTorta;123;\n=cmd;;\n"


def send(client: Client, text: str = FILE, name: str = "feira.csv") -> HttpResponse:
    file = SimpleUploadedFile(name, text.encode(), content_type="text/csv")
    response: HttpResponse = client.post("/contatos/importar/", {"file": file})
    return response


def work(order: ContactImport) -> None:
    """What the worker does."""
    while importing.run_turn(order.pk):
        pass


@pytest.fixture
def client(company: Company, browse: Browse) -> Client:
    return browse(company.marta)


def test_a_file_goes_from_the_choice_of_columns_to_its_result(company: Company, client: Client) -> None:
    tag = Tag.objects.create(tenant=company.tenant, name="Feira")
    page = send(client).headers["Location"]
    order = ContactImport.objects.get()
    assert page == f"/contatos/importar/{order.pk}/"
    html = client.get(page).content.decode()
    assert html.count("<option") > 10
    assert "11 98888-7777" in html  # a look at the first rows
    choices = {"column_0": "name", "column_1": "phone", "column_2": "", "tags": [tag.pk]}
    client.post(f"{page}trial/", choices | {"if_known": IfKnown.FILL, "creates_leads": "on"})
    moving = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in moving
    assert "0 de 3 linhas" in moving
    work(order)
    html = client.get(page).content.decode()
    assert "Nada foi importado ainda" in html
    assert "123" in html
    assert not Contact.objects.exists()
    client.post(f"{page}run/")
    work(order)
    html = client.get(page).content.decode()
    assert "O arquivo foi importado" in html
    assert (Contact.objects.get().name, Lead.objects.get().name) == ("João", "João")
    assert list(tag.contacts.all()) == [Contact.objects.get()]
    assert "feira.csv" in client.get("/contatos/importar/").content.decode()


def test_the_rows_that_were_left_out_come_back_with_their_reasons_and_can_be_mended(
    company: Company, client: Client
) -> None:
    page = send(client).headers["Location"]
    order = ContactImport.objects.get()
    client.post(f"{page}trial/", {"column_0": "name", "column_1": "phone", "if_known": IfKnown.FILL})
    work(order)
    file = b"".join(client.get(f"{page}problems/").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, torta, cmd = file.splitlines()
    assert header == "Linha;Motivo;Nome;Celular;Time"
    assert torta.startswith("3;")
    assert torta.endswith(";Torta;123;")
    assert cmd.endswith(";'=cmd;;")
    mended = file.replace("123", "11 97777-6666")
    again = ContactImport.objects.get(pk=send(client, mended).headers["Location"].split("/")[-2])
    assert again.mapping == ["", "", "name", "phone", ""]


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"column_0": "name"}, "telefone ou o e-mail"),
        ({"column_0": "phone", "column_1": "phone"}, "Duas colunas"),
    ],
)
def test_columns_by_which_nobody_could_be_known_are_refused(
    client: Client, choices: dict[str, str], words: str
) -> None:
    page = send(client).headers["Location"]
    response = client.post(f"{page}trial/", choices | {"if_known": IfKnown.FILL})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert ContactImport.objects.get().state == ImportState.DRAFT


def test_a_file_that_cannot_be_read_says_why(client: Client) -> None:
    response = send(client, "nome;telefone\n")
    assert response.status_code == 422
    assert "nenhuma linha" in response.content.decode()
    assert not ContactImport.objects.exists()


def test_columns_can_be_chosen_again_after_the_trial(client: Client) -> None:
    page = send(client).headers["Location"]
    order = ContactImport.objects.get()
    client.post(f"{page}trial/", {"column_0": "name", "column_1": "phone", "if_known": IfKnown.OVERWRITE})
    work(order)
    client.post(f"{page}choice/")
    order.refresh_from_db()
    assert (order.state, order.mapping, order.if_known) == (ImportState.DRAFT, ["name", "phone", ""], "OVERWRITE")


def test_a_second_file_waits_until_the_first_is_in(client: Client) -> None:
    pages = [send(client).headers["Location"] for _ in range(2)]
    for page in pages:
        client.post(f"{page}trial/", {"column_0": "name", "column_1": "phone", "if_known": IfKnown.FILL})
        work(ContactImport.objects.get(pk=page.split("/")[-2]))
    client.post(f"{pages[0]}run/")
    html = client.post(f"{pages[1]}run/", follow=True).content.decode()
    assert "Outro arquivo está sendo importado" in html
