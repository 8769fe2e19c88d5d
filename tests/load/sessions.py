"""Clients as a browser is one, without the browser: Streamlit sessions over real websockets, and event streams."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

STREAM = re.compile(r'("[^"]*/api/jobs/events\?[^"]*")')  # the address of a component's event stream, in its data


@dataclass
class Session:
    """One reader with one page open."""

    port: int
    page: str
    query: str = ""
    under: str = ""  # path under which the app lives, with a stroke before it
    cookie: str = ""  # as the browser sends it
    widgets: dict[str, str] = field(default_factory=dict)  # label → widget id
    parts: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)  # component → its id and data
    fragments: dict[str, str] = field(default_factory=dict)  # widget id → the part of the page that it redraws alone
    stream: str = ""  # address of the page's event stream, once it shows a live chart
    script: str = ""  # the page's name among Streamlit's
    states: dict[str, WidgetState] = field(default_factory=dict)
    kept: dict[str, ForwardMsg] = field(default_factory=dict)  # large messages by their digest: each comes once
    exceptions: list[str] = field(default_factory=list)  # that the last run showed
    received: int = 0  # bytes of messages so far

    async def open(self) -> Session:
        url, origin = f"ws://127.0.0.1:{self.port}{self.under}/_stcore/stream", f"http://127.0.0.1:{self.port}"
        self.socket = await websockets.connect(
            url, origin=websockets.Origin(origin), subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None, open_timeout=30, additional_headers={"Cookie": self.cookie} if self.cookie else None,
        )  # fmt: skip
        await self.rerun()
        return self

    async def rerun(self, *changes: WidgetState) -> float:
        """Run the page's script with these widgets changed, or only the part that redraws for one of them; seconds
        until it has finished."""
        for change in changes:
            self.states[change.id] = change
        alone = self.fragments.get(changes[0].id, "") if len(changes) == 1 else ""
        if not alone:
            self.fragments, self.widgets, self.stream = {}, {}, ""
        self.exceptions = []
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = self.query, self.page
        if alone:
            message.rerun_script.fragment_id, message.rerun_script.page_script_hash = alone, self.script
        message.rerun_script.cached_message_hashes.extend(self.kept)
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        began = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await self._until_finished()
        for change in changes:
            if change.HasField("trigger_value"):
                del self.states[change.id]
        return time.perf_counter() - began

    async def press(self, button: str) -> float:
        return await self.rerun(WidgetState(id=self.widgets[button], trigger_value=True))

    async def turn_on(self, toggle: str) -> float:
        return await self.rerun(WidgetState(id=self.widgets[toggle], bool_value=True))

    async def choose(self, selectbox: str, value: str) -> float:
        return await self.rerun(WidgetState(id=self.widgets[selectbox], string_value=value))

    async def release(self, component: str, rung: int) -> float:
        """Let go of a component's slider at this rung, as its module tells Streamlit."""
        place, data = self.parts[component]
        position = {"rung": rung, "move": data["position"]["move"]}
        return await self.rerun(WidgetState(id=place, json_value=json.dumps({"position": position})))

    async def _until_finished(self) -> None:
        while True:
            message = ForwardMsg()
            raw = await asyncio.wait_for(self.socket.recv(), 60)
            self.received += len(raw)
            message.ParseFromString(raw)
            if message.WhichOneof("type") == "ref_hash":  # a large one that it has had before
                message = self.kept[message.ref_hash]
            elif message.metadata.cacheable:
                self.kept[message.hash] = message
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self.script = message.navigation.page_script_hash
            if kind == "delta":
                self._look(message.delta.new_element, message.delta.fragment_id)
            # A script that asks for a rerun of itself finishes early; the real end follows.
            if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _look(self, element, fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind in ("button", "selectbox", "checkbox"):
            widget = getattr(element, kind)
            self.widgets[widget.label] = widget.id
            self.fragments[widget.id] = fragment
        if kind == "exception":
            self.exceptions.append(f"{element.exception.type}: {element.exception.message}")
        if kind == "bidi_component":
            part = element.bidi_component
            self.parts[part.component_name] = (part.id, json.loads(part.json or "{}"))
            self.fragments[part.id] = fragment
            if found := STREAM.search(part.json):
                self.stream = json.loads(found[1])

    async def close(self) -> None:
        await self.socket.close()


@dataclass
class Watcher:
    """One open event stream; notes when its messages came."""

    port: int
    path: str
    cookie: str = ""
    times: list[float] = field(default_factory=list)
    point_times: list[float] = field(default_factory=list)  # of messages with points alone
    heard: dict[str, float] = field(default_factory=dict)  # number of a message with points → when it came
    messages: list[str] = field(default_factory=list)  # those, when `keep`
    keep: bool = False

    @property
    def points(self) -> int:
        return len(self.point_times)

    async def open(self) -> Watcher:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        self.writer.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie}\r\n".encode())
        status = await asyncio.wait_for(self.reader.readline(), 20)
        if b" 200 " not in status:
            raise RuntimeError(f"the stream was refused: {status!r}")
        self.task = asyncio.create_task(self._listen())
        return self

    async def _listen(self) -> None:
        number = ""
        while line := await self.reader.readline():
            if line.startswith(b"id: "):
                number = line[4:].decode().strip()
            if line.startswith(b"data: "):
                now = time.perf_counter()
                self.times.append(now)
                if b'"points"' in line:
                    self.point_times.append(now)
                    self.heard[number] = now
                    if self.keep:
                        self.messages.append(line[6:].decode())

    async def close(self) -> None:
        self.task.cancel()
        self.writer.close()
