"""The mails that tests wait for, and the tokens in them."""

import re

from app.emails.mailer import Mail, MemoryMailer
from app.resources import Resources

#: The answer to a link that is unknown, expired, used or meant for something else.
INVALID_LINK = (404, "invalid-mail-token")


async def mails_to(resources: Resources, email: str) -> list[Mail]:
    """Return all mails to an address, once the tasks that may send one are done."""
    await resources.tasks.drain(5)
    assert isinstance(resources.mailer, MemoryMailer)
    return [mail for mail in resources.mailer.outbox if mail.to == email]


async def link_to(resources: Resources, email: str) -> str:
    """Return the link of the last mail to an address."""
    found = re.search(r"https?://\S+#token=[\w-]{43}", (await mails_to(resources, email))[-1].text)
    assert found
    return found[0]


async def token_to(resources: Resources, email: str) -> str:
    """Return the token of the last mail to an address."""
    return (await link_to(resources, email)).partition("#token=")[2]
