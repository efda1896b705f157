"""Settings of mail and SMS: both or neither, and nothing in the clear in production."""

from __future__ import annotations

import pytest

from gateway.settings import ChannelSettings, MailTls, SettingsError, load

LONG = "0123456789012345678901234567890123456789"
SOUND = {
    "GATEWAY_ACCESS_ISSUER": "https://issuer",
    "GATEWAY_ACCESS_JWKS": "jwks.json",
    "GATEWAY_LINKS_KEY": LONG,
    "GATEWAY_CACHE_SECRET": LONG,
    "GATEWAY_SERVER_PUBLIC_URL": "https://graph.example",
}
CHANNELS = {
    "GATEWAY_CHANNELS_MAIL_HOST": "mail.example",
    "GATEWAY_CHANNELS_MAIL_SENDER": "no-reply@insurer.example",
    "GATEWAY_CHANNELS_SMS_URL": "https://sms.example/send",
    "GATEWAY_CHANNELS_SMS_TOKEN": "t0ken",
}


def problems(**changed: str | None) -> tuple[str, ...]:
    environ = {**SOUND, **CHANNELS} | {f"GATEWAY_CHANNELS_{name}": value for name, value in changed.items()}
    with pytest.raises(SettingsError) as refused:
        load({}, None, {name: value for name, value in environ.items() if value is not None})
    return refused.value.problems


def test_without_any_there_are_no_channels() -> None:
    channels = load({}, None, SOUND).channels
    assert channels == ChannelSettings()
    assert not channels.are_set


def test_with_both_there_are_and_mail_is_encrypted_unless_said_otherwise() -> None:
    channels = load(
        {}, None, SOUND | CHANNELS | {"GATEWAY_CHANNELS_MAIL_USER": "u"} | {"GATEWAY_CHANNELS_MAIL_PASSWORD": "hunter2"}
    ).channels
    assert channels.are_set
    assert (channels.mail.tls, channels.mail.port) == (MailTls.TLS, 465)
    assert "hunter2" not in repr(channels)
    assert "t0ken" not in repr(channels)


def test_one_alone_is_half_a_set_up() -> None:
    wanted = ("channels: mail.host and sms.url: both are wanted, or neither",)
    assert problems(SMS_URL=None) == wanted
    assert problems(MAIL_HOST=None) == wanted


@pytest.mark.parametrize(
    "changed, problem",
    [
        ({"MAIL_SENDER": ""}, "channels.mail: sender: an e-mail address is wanted"),
        ({"MAIL_SENDER": "a@b.example\r\nBcc: c@d"}, "channels.mail: sender: an e-mail address is wanted"),
        ({"MAIL_SENDER_NAME": "a\r\nBcc: c@d"}, "channels.mail: sender_name: must be printable"),
        ({"MAIL_USER": "u"}, "channels.mail: user and password: both are wanted, or neither"),
        ({"SMS_TOKEN": None}, "channels.sms: token: is wanted, in printable ASCII without spaces"),
        ({"SMS_TOKEN": "a\nb"}, "channels.sms: token: is wanted, in printable ASCII without spaces"),
        ({"SMS_URL": "sms.example"}, "channels.sms: url: must start with http:// or https://"),
        ({"MAIL_TLS": "ssl"}, "GATEWAY_CHANNELS_MAIL_TLS: got 'ssl', but one of none, starttls, tls is wanted"),
        ({"MAIL_TLS": "none"}, "channels.mail.tls: codes travel by mail, so it must not be none in production"),
        ({"SMS_URL": "http://sms.example"}, "channels.sms.url: must start with https:// in production"),
    ],
)
def test_what_is_wrong_is_told_by_name(changed: dict[str, str | None], problem: str) -> None:
    (told,) = problems(**changed)
    assert told.startswith(problem)
