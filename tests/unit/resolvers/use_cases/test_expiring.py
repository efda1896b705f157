"""A message is good as long as what it holds: a code, a link. What stays true has no end."""

from __future__ import annotations

from domain.accounts.ports import Message, Template
from domain.accounts.registration import Step
from domain.models import ContactKind
from resolvers import accounts, ids, recoveries
from resolvers.use_cases import contact_changes
from tests.fakes.accounts import ACTIVATION
from tests.unit.resolvers.use_cases.recovering import EMPLOYEE, forgetful
from tests.unit.resolvers.use_cases.registering import EMAIL, PASSWORD, Registrant
from tests.unit.resolvers.use_cases.test_two_steps import careful, challenged

CLIENT = ids.encode("Client", 1)


def sent(olga: Registrant, template: Template) -> list[Message]:
    found = [each for each in olga.kept.rows.messages if each.template is template]
    assert found
    return found


async def test_a_message_with_a_code_expires_with_the_code() -> None:
    olga = Registrant()
    await olga.until(Step.PASSWORD)
    assert len(sent(olga, Template.CODE)) == 2
    for message, code in zip(sent(olga, Template.CODE), olga.kept.rows.codes, strict=True):
        assert message.expires_at == code.expires_at
        assert message.topic is not None
        assert (message.topic.purpose, message.topic.subject, message.kind) == (code.purpose, code.subject, code.kind)


async def test_a_message_with_a_code_never_outlives_the_step_it_is_for() -> None:
    olga = await careful()
    challenge = await challenged(olga)
    assert [each.expires_at for each in sent(olga, Template.CODE)] == [challenge.expires_at]


async def test_a_code_asked_for_again_makes_the_message_before_worthless() -> None:
    olga = await forgetful()
    await olga.begin()
    await olga.send_again()
    assert olga.kept.rows.worthless == sent(olga, Template.CODE)[:1]


async def test_the_two_codes_of_a_change_do_not_replace_each_other() -> None:
    olga = await forgetful()
    context = olga.context(olga.viewer)
    await contact_changes.begin(context, "a new key", ContactKind.PHONE, "+79050001122", PASSWORD)
    assert len(sent(olga, Template.CODE)) == 2
    assert olga.kept.rows.worthless == []


async def test_a_message_with_a_link_expires_with_the_link_and_goes_with_it() -> None:
    olga = Registrant()
    for _ in range(2):
        await accounts.prepare(olga.context(EMPLOYEE), CLIENT, email=EMAIL)
    first, second = sent(olga, Template.ACTIVATION)
    assert first.expires_at == second.expires_at == olga.clock.now() + ACTIVATION.life
    assert olga.kept.rows.worthless == [first]


async def test_what_is_told_of_an_account_has_no_end() -> None:
    olga = await forgetful()
    await recoveries.lock(olga.context(EMPLOYEE), CLIENT, "stolen")
    await olga.begin("nobody@example.ru")
    for template in (Template.ACCOUNT_LOCKED, Template.NO_ACCOUNT):
        assert [each.expires_at for each in sent(olga, template)] == [None]
