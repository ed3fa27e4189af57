"""The link is taken from a confirmation mail, and from no other."""

from email.message import EmailMessage

from deploy.local.feeder_confirm import confirmation_link

LINK = "http://127.0.0.1:8080/anslut/bekrafta/eyJyIjoi.x-y_z"


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"Tryck på knappen:\n\n{LINK}\n\nInte du? Gör ingenting.\n")
    return message


def test_the_link_of_a_confirmation_mail_is_found() -> None:
    assert confirmation_link(mail(X_Ombud_Request="q")) == LINK


def test_other_mails_are_not_confirmed() -> None:
    assert confirmation_link(mail(X_Ombud_Ledger="t match 0")) is None
