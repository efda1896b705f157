"""Puts a reply on the socket, whole or spoilt the way a fault says."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web

from dev.simulators.kit.faults import Fault, Switch
from dev.simulators.kit.reply import Reply
from dev.simulators.kit.switchboard import Draw

_LOOK_EVERY_S = 0.05
_DRIBBLES = 20
_PIECE = 64 * 1024
_OVERSIZED_BYTES = 64 * 1024**2
_WRONG_CHARSETS = {"utf-8": "windows-1251", "windows-1251": "utf-8"}


def reason(status: int) -> str:
    """The standard phrase of a status."""
    return HTTPStatus(status).phrase


async def send(request: web.Request, reply: Reply) -> web.StreamResponse:
    """The reply as it is."""
    if isinstance(reply.body, bytes):
        return web.Response(body=reply.body, status=reply.status, headers=reply.wire_headers())
    response = await _open(request, reply, reply.length)
    async for piece in reply.body:
        await response.write(piece)
    await response.write_eof()
    return response


async def send_faulty(request: web.Request, reply: Reply, draw: Draw, closing: asyncio.Event) -> web.StreamResponse:
    """The reply, spoilt by the first body fault that fires; a wrong charset goes with any of them."""
    if switch := draw.get(Fault.WRONG_CHARSET):
        reply = await _wrong_charset(reply, switch)
    if draw.has(Fault.RESET_MID_BODY):
        return await _reset(request, reply)
    if switch := draw.get(Fault.TRUNCATED_BODY):
        return await _truncated(request, reply, switch)
    if switch := draw.get(Fault.OVERSIZED_BODY):
        return await _oversized(request, reply, switch)
    if switch := draw.get(Fault.SLOW_BODY):
        return await _slow(request, reply, switch, closing)
    return await send(request, reply)


async def wait_while_connected(request: web.Request, seconds: float, closing: asyncio.Event) -> bool:
    """Sleep, but not longer than the client stays and the simulator runs; true when the whole time has passed."""
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while (left := end - clock()) > 0:
        if closing.is_set() or request.transport is None or request.transport.is_closing():
            return False
        await asyncio.sleep(min(left, _LOOK_EVERY_S))
    return True


async def never_answer(request: web.Request, seconds: float, closing: asyncio.Event) -> web.StreamResponse:
    """Keep the client waiting until it goes away or the time is over, then drop the connection."""
    await wait_while_connected(request, seconds, closing)
    return _abort(request)


async def _whole(reply: Reply) -> bytes:
    if isinstance(reply.body, bytes):
        return reply.body
    return b"".join([piece async for piece in reply.body])


async def _open(request: web.Request, reply: Reply, length: int | None) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status, headers=reply.wire_headers())
    response.content_length = length
    await response.prepare(request)
    return response


async def _half_sent(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Headers that promise the whole body, and its first half (at least one octet is promised and missing)."""
    body = await _whole(reply)
    response = await _open(request, reply, max(len(body), 1))
    if half := body[: len(body) // 2]:
        await response.write(half)
    return response


async def _reset(request: web.Request, reply: Reply) -> web.StreamResponse:
    response = await _half_sent(request, reply)
    await asyncio.sleep(_LOOK_EVERY_S)  # a reset overtakes octets the client has not read yet
    _abort(request)
    return response


async def _truncated(request: web.Request, reply: Reply, switch: Switch) -> web.StreamResponse:
    if switch.chosen_mode == "well_formed":
        body = await _whole(reply)
        return await send(request, replace(reply, body=body[: len(body) // 2]))
    response = await _half_sent(request, reply)
    if request.transport is not None:
        request.transport.close()
    return response


async def _oversized(request: web.Request, reply: Reply, switch: Switch) -> web.StreamResponse:
    async def padded(size: int) -> AsyncIterator[bytes]:
        body = await _whole(reply)
        yield body
        spaces = b" " * _PIECE
        for start in range(len(body), size, _PIECE):
            yield spaces[: size - start]

    return await send(request, replace(reply, body=padded(switch.bytes or _OVERSIZED_BYTES), length=None))


async def _slow(request: web.Request, reply: Reply, switch: Switch, closing: asyncio.Event) -> web.StreamResponse:
    body = await _whole(reply)
    response = await _open(request, reply, len(body))
    step = max(1, -(-len(body) // _DRIBBLES))
    pieces = [body[start : start + step] for start in range(0, len(body), step)]
    for piece in pieces:
        if not await wait_while_connected(request, switch.duration_s / len(pieces), closing):
            _abort(request)
            return response
        await response.write(piece)
    await response.write_eof()
    return response


async def _wrong_charset(reply: Reply, switch: Switch) -> Reply:
    """Mode `header`: the octets stay, the declaration lies. Mode `body`: the declaration stays, the octets change."""
    true = (reply.charset or "utf-8").lower()
    wrong = switch.charset or _WRONG_CHARSETS.get(true, "utf-8")
    if switch.chosen_mode == "header":
        return replace(reply, charset=wrong)
    text = (await _whole(reply)).decode(true, "replace")
    return replace(reply, body=text.encode(wrong, "replace"), length=None)


def _abort(request: web.Request) -> web.StreamResponse:
    """Drop the connection with a TCP reset."""
    if request.transport is not None:
        sock = request.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()
