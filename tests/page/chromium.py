"""A headless Chromium, driven over its DevTools socket."""

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
MISSING = "No Chromium was found: apt install chromium, dnf install chromium or brew install --cask chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
    "--window-size=1280,800",
]
PATIENCE_S = 30


class Page:
    """One tab: navigates, evaluates JavaScript and remembers what was asked for and what was complained about."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._loaded = asyncio.Event()
        self._reader = asyncio.create_task(self._read())
        self.requested: list[str] = []
        self.complaints: list[str] = []

    async def open(self, url: str) -> None:
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.send(f"{domain}.enable")
        await self._loading("Page.navigate", url=url)

    async def reload(self) -> None:
        await self._loading("Page.reload")

    async def _loading(self, method: str, **params: Any) -> None:
        self._loaded.clear()
        await self.send(method, **params)
        async with asyncio.timeout(PATIENCE_S):
            await self._loaded.wait()

    async def evaluate(self, expression: str) -> Any:
        answer = await self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, expression: str) -> Any:
        """The expression's value as soon as it is true; the page says nothing by itself, so it is asked again."""
        async with asyncio.timeout(PATIENCE_S):
            while not (value := await self.evaluate(expression)):
                await asyncio.sleep(0.05)
        return value

    async def screenshot(self, file: Path) -> None:
        answer = await self.send("Page.captureScreenshot")
        file.write_bytes(base64.b64decode(answer["data"]))

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        number = len(self._answers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(PATIENCE_S):
            return await self._answers[number]

    async def _read(self) -> None:
        async for message in self._socket:
            event = json.loads(message.data)
            if "id" in event:
                self._answers[event["id"]].set_result(event.get("result", {}))
                continue
            params = event["params"]
            if event["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif event["method"] == "Network.requestWillBeSent":
                self.requested.append(params["request"]["url"])
            elif event["method"] == "Log.entryAdded" and params["entry"]["level"] == "error":
                self.complaints.append(params["entry"]["text"])
            elif event["method"] == "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(params["exceptionDetails"]))

    async def close(self) -> None:
        await self._socket.close()
        await self._reader


def find() -> str:
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if MAC.exists():
        return str(MAC)
    raise FileNotFoundError(MISSING)


@asynccontextmanager
async def launched(profile: Path) -> AsyncIterator[Page]:
    """A fresh browser with a profile of its own, ended with the test."""
    process = await asyncio.create_subprocess_exec(
        find(),
        *FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(await _tab(http, profile), max_msg_size=0) as socket,
        ):
            page = Page(socket)
            yield page
            await page.close()
    finally:
        os.killpg(process.pid, 9)
        await process.wait()


async def _tab(http: aiohttp.ClientSession, profile: Path) -> str:
    """The socket's address of the first tab; the browser writes its port into the profile once it listens."""
    announced = profile / "DevToolsActivePort"
    async with asyncio.timeout(PATIENCE_S):
        while not (announced.exists() and announced.read_text(encoding="ascii").count("\n")):
            await asyncio.sleep(0.05)
        port = announced.read_text(encoding="ascii").splitlines()[0]
        while True:
            async with http.get(f"http://127.0.0.1:{port}/json/list") as answer:
                for target in await answer.json():
                    if target["type"] == "page":
                        return str(target["webSocketDebuggerUrl"])
            await asyncio.sleep(0.05)
