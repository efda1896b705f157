import asyncio

import aiohttp
import pytest

from dev.simulators.kit import Fault, Handle, Switch


async def refused(handle: Handle) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", handle.port)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def until_accepted(handle: Handle) -> None:
    while await refused(handle):
        await asyncio.sleep(0.01)


async def test_refuses_until_cleared_and_comes_back_on_the_same_port(
    handle: Handle, http: aiohttp.ClientSession
) -> None:
    handle.switchboard.set(Switch(Fault.REFUSE_CONNECTION))
    assert await refused(handle)
    with pytest.raises(aiohttp.ClientConnectorError):
        await http.get(handle.url + "/list")
    handle.switchboard.clear(Fault.REFUSE_CONNECTION)
    await until_accepted(handle)
    async with http.get(handle.url + "/list") as response:
        assert response.status == 200
    assert handle.calls.of("List").calls == 1
    assert handle.switchboard.fired[Fault.REFUSE_CONNECTION] == 1


async def test_comes_back_by_itself_after_its_seconds(handle: Handle) -> None:
    handle.switchboard.set(Switch(Fault.REFUSE_CONNECTION, seconds=0.05))
    assert await refused(handle)
    await until_accepted(handle)
    assert handle.switchboard.get(Fault.REFUSE_CONNECTION) is None


async def test_drops_connections_kept_alive(handle: Handle, http: aiohttp.ClientSession) -> None:
    async with http.get(handle.url + "/list") as response:
        await response.read()
    handle.switchboard.set(Switch(Fault.REFUSE_CONNECTION))
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.get(handle.url + "/list")
    assert handle.calls.of("List").calls == 1


async def test_other_switches_do_not_disturb_it(handle: Handle) -> None:
    handle.switchboard.set(Switch(Fault.REFUSE_CONNECTION))
    handle.switchboard.set(Switch(Fault.HTTP_500))
    handle.switchboard.clear(Fault.HTTP_500)
    await asyncio.sleep(0.02)
    assert await refused(handle)


async def test_the_admin_port_stays_open(handle: Handle, http: aiohttp.ClientSession) -> None:
    async with http.put(handle.admin_url + "/faults", json={"fault": "refuse_connection"}) as response:
        assert response.status == 200
    assert await refused(handle)
    async with http.delete(handle.admin_url + "/faults") as response:
        assert await response.json() == {"cleared": 1}
    await until_accepted(handle)


async def test_cleared_and_set_again_at_once_it_refuses(handle: Handle) -> None:
    for _ in range(3):
        handle.switchboard.set(Switch(Fault.REFUSE_CONNECTION))
        handle.switchboard.clear()
    handle.switchboard.set(Switch(Fault.REFUSE_CONNECTION))
    await asyncio.sleep(0.02)
    assert await refused(handle)
