"""Each wire fault as a client on a real socket sees it."""

import asyncio

import aiohttp
import pytest

from dev.simulators.kit import Fault, Handle, Switch
from tests.unit.dev.simulators.kit.registry import BODY, PIECES, Registry

SOON = aiohttp.ClientTimeout(total=0.2)


async def get(http: aiohttp.ClientSession, handle: Handle, path: str = "/list") -> tuple[aiohttp.ClientResponse, bytes]:
    async with http.get(handle.url + path) as response:
        return response, await response.read()


async def raw(handle: Handle) -> bytes:
    """Everything the server sends until it closes; a reset raises."""
    reader, writer = await asyncio.open_connection("127.0.0.1", handle.port)
    writer.write(b"GET /list HTTP/1.1\r\nHost: registry\r\n\r\n")
    try:
        return await reader.read()
    finally:
        writer.close()


async def test_without_faults_the_answer_is_whole(handle: Handle, http: aiohttp.ClientSession) -> None:
    response, body = await get(http, handle)
    assert (response.status, body) == (200, BODY)
    assert response.headers["Content-Type"] == "text/plain; charset=windows-1251"


@pytest.mark.parametrize(
    "query,framing", [("", ("Transfer-Encoding", "chunked")), ("?length", ("Content-Length", None))]
)
async def test_streams_a_body_in_pieces(
    handle: Handle, http: aiohttp.ClientSession, query: str, framing: tuple[str, str | None]
) -> None:
    response, body = await get(http, handle, "/stream" + query)
    assert body == BODY * PIECES
    assert response.headers[framing[0]] == (framing[1] or str(len(body)))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_statuses(handle: Handle, http: aiohttp.ClientSession, status: int) -> None:
    handle.switchboard.set(Switch(Fault(f"http_{status}"), next_calls=1))
    response, body = await get(http, handle)
    assert response.status == status
    assert body != BODY
    assert (await get(http, handle))[0].status == 200


async def test_503_may_say_when_to_come_again(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.HTTP_503, retry_after_s=7))
    assert (await get(http, handle))[0].headers["Retry-After"] == "7"


async def test_too_many_requests(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.TOO_MANY_REQUESTS, retry_after_s=3))
    response, _ = await get(http, handle)
    assert (response.status, response.headers["Retry-After"]) == (429, "3")


async def test_html_page_is_in_the_systems_charset(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.HTML_PAGE))
    response, body = await get(http, handle)
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=windows-1251")
    assert "Сервис временно недоступен" in body.decode("windows-1251")


async def test_maintenance_is_announced_as_the_system_does(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.MAINTENANCE))
    response, _ = await get(http, handle)
    assert response.status == 503
    assert 3_500 < int(response.headers["Retry-After"]) <= 3_600


async def test_a_fault_that_replaces_the_answer_leaves_the_handler_alone(
    handle: Handle, http: aiohttp.ClientSession
) -> None:
    handle.switchboard.set(Switch(Fault.HTTP_500, next_calls=1))
    async with http.post(handle.url + "/write") as response:
        assert response.status == 500
    assert isinstance(handle.simulator, Registry)
    assert handle.simulator.written == 0


async def until_free(handle: Handle, operation: str) -> None:
    """Wait until no call of the operation runs, far shorter than the faults last."""
    async with asyncio.timeout(60):
        while handle.calls.of(operation).running:
            await asyncio.sleep(0.01)


async def test_hang_does_nothing_and_ends_with_a_reset(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.HANG, seconds=0.1))
    with pytest.raises(ConnectionResetError):
        await raw(handle)
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.post(handle.url + "/write")
    assert isinstance(handle.simulator, Registry)
    assert handle.simulator.written == 0


async def test_hang_ends_when_the_client_leaves(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.HANG))
    with pytest.raises(TimeoutError):
        await http.get(handle.url + "/list", timeout=SOON)
    await until_free(handle, "List")


async def test_timeout_after_commit_has_written(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.TIMEOUT_AFTER_COMMIT, seconds=0.1))
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.post(handle.url + "/write")
    assert isinstance(handle.simulator, Registry)
    assert handle.simulator.written == 1


async def test_slow_first_byte_is_followed_by_the_answer(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.SLOW_FIRST_BYTE, seconds=0.1))
    async with http.get(handle.url + "/list") as response:
        assert await response.read() == BODY


async def test_slow_first_byte_keeps_even_the_status_back(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.SLOW_FIRST_BYTE))
    with pytest.raises(TimeoutError):
        await http.get(handle.url + "/list", timeout=SOON)


async def test_slow_body_keeps_the_body_back_and_stops_when_the_client_leaves(handle: Handle) -> None:
    handle.switchboard.set(Switch(Fault.SLOW_BODY, seconds=300))
    reader, writer = await asyncio.open_connection("127.0.0.1", handle.port)
    writer.write(b"GET /list HTTP/1.1\r\nHost: registry\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    assert f"Content-Length: {len(BODY)}".encode() in head
    await until_free(handle, "List")


async def test_slow_body_is_whole_in_the_end(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.SLOW_BODY, seconds=0.1))
    assert (await get(http, handle))[1] == BODY


async def test_reset_mid_body_is_a_tcp_reset(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.RESET_MID_BODY))
    with pytest.raises(ConnectionResetError):
        await raw(handle)
    with pytest.raises(aiohttp.ClientPayloadError):
        await get(http, handle)


async def test_reset_mid_body_sends_half_first(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.RESET_MID_BODY))
    async with http.get(handle.url + "/list") as response:
        assert response.status == 200
        assert await response.content.readexactly(len(BODY) // 2) == BODY[: len(BODY) // 2]


async def test_truncated_body_is_shorter_than_its_length_says(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.TRUNCATED_BODY))
    head, _, body = (await raw(handle)).partition(b"\r\n\r\n")
    assert f"Content-Length: {len(BODY)}".encode() in head
    assert body == BODY[: len(BODY) // 2]
    with pytest.raises(aiohttp.ClientPayloadError):
        await get(http, handle)


async def test_truncated_body_may_be_well_formed_http(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.TRUNCATED_BODY, mode="well_formed"))
    response, body = await get(http, handle)
    assert body == BODY[: len(BODY) // 2]
    assert response.headers["Content-Length"] == str(len(body))


async def test_oversized_body_is_the_answer_and_spaces(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.OVERSIZED_BODY, bytes=1_000_001))
    response, body = await get(http, handle)
    assert response.status == 200
    assert body == BODY.ljust(1_000_001)


async def test_wrong_charset_in_the_header(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.WRONG_CHARSET))
    response, body = await get(http, handle)
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body == BODY


async def test_wrong_charset_in_the_body(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.WRONG_CHARSET, mode="body", charset="koi8-r"))
    response, body = await get(http, handle)
    assert response.headers["Content-Type"] == "text/plain; charset=windows-1251"
    assert body.decode("koi8-r") == BODY.decode("windows-1251")


async def test_faults_of_the_body_hold_for_streams(handle: Handle, http: aiohttp.ClientSession) -> None:
    handle.switchboard.set(Switch(Fault.TRUNCATED_BODY, "Stream", mode="well_formed"))
    _, body = await get(http, handle, "/stream?length")
    assert body == (BODY * PIECES)[: len(BODY) * PIECES // 2]
