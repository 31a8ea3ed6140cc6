"""A mail server for tests: says what it gets on standard output, a JSON object a line, the first its port.

What becomes of a message is written in the address it goes to: `hold@` is taken and never answered, `drop@` is taken and the
connection cut, `busy@` is refused for now, `refuse@` for good, `nobody@` is no address here.
Arguments: plain | starttls | tls, then `auth` if somebody must sign in (ada, correct horse); `deaf` accepts and never greets.
"""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def say(**what):
    print(json.dumps(what), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        say(sender=envelope.mail_from, to=envelope.rcpt_tos, data=envelope.content.decode(),
            tls=session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
            user=session.auth_data.login.decode() if session.auth_data else None)
        if to.startswith("hold@"):
            await asyncio.sleep(3600)
        if to.startswith("drop@"):
            server.transport.abort()
            await asyncio.sleep(3600)
        if to.startswith("busy@"):
            return "451 4.3.0 come back later"
        if to.startswith("refuse@"):
            return "554 5.7.1 not here"
        return "250 OK"


def knows(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == b"ada" and data.password == b"correct horse"
    say(attempt=data.login.decode(), good=good)
    return AuthResult(success=good, auth_data=data, handled=good, message=None if good else "535 5.7.8 wrong")


async def deaf(reader, writer):
    say(connected=True)
    await asyncio.sleep(3600)


async def main(mode, words):
    if mode == "deaf":
        server = await asyncio.start_server(deaf, "127.0.0.1", 0)
    else:
        context = None
        if mode != "plain":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(words[0])
        options = {}
        if "auth" in words:
            options = dict(authenticator=knows, auth_required=True, auth_require_tls=mode == "starttls")
        if mode == "starttls":
            options.update(tls_context=context, require_starttls=True)

        def factory():
            return SMTP(Handler(), hostname="mail.test", enable_SMTPUTF8=True, **options)

        loop = asyncio.get_running_loop()
        server = await loop.create_server(factory, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    say(port=server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main(sys.argv[1], sys.argv[2:]))
