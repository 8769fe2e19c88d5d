"""The servers that may stand in front of two web processes, as docs/deploy sets them up, on a free port without TLS."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.browser.serving import ROOT, free_port

UNDER = "/lottery"


@dataclass(frozen=True)
class Front:
    """config: its file's text, of the port and the two processes' ports. command: what starts it, before the file's
    path. cookie: the name of the one by which a reader stays."""

    cookie: str
    config: Callable[[int, list[int]], str]
    command: tuple[str, ...]

    @contextlib.contextmanager
    def run(self, folder: str, upstreams: list[int]) -> Iterator[int]:
        """It runs, on the port that is given, until the block ends. folder: where its file is written."""
        port, path = free_port(), Path(folder) / "front.conf"
        path.write_text(self.config(port, upstreams), encoding="utf-8")
        front = subprocess.Popen([*self.command, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while self.asked(port)[0] != 200:
                if front.poll() is not None:
                    raise RuntimeError(f"{self.command[0]} ended at once; its file is\n{path.read_text()}")
                time.sleep(0.2)
            yield port
        finally:
            front.terminate()
            front.wait(20)

    def asked(self, port: int, cookie: str = "", path: str = "/_stcore/health") -> tuple[int, str]:
        """Status of an answer, 0 without one, and the cookie that it sets, if it does."""
        request = urllib.request.Request(f"http://127.0.0.1:{port}{UNDER}{path}", headers={"Cookie": cookie})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                told = [each.split(";")[0] for each in answer.headers.get_all("set-cookie") or []]
                return answer.status, next((each for each in told if each.startswith(f"{self.cookie}=")), "")
        except urllib.error.HTTPError as error:
            return error.code, ""
        except OSError:
            return 0, ""


def caddyfile(port: int, upstreams: list[int]) -> str:
    """Our Caddyfile with its lines for two processes."""
    text = (ROOT / "docs/deploy/Caddyfile").read_text(encoding="utf-8")
    text = re.sub(r"^class\.example\.org", f":{port}", text, flags=re.MULTILINE)
    text = text.replace("127.0.0.1:8501", " ".join(f"127.0.0.1:{one}" for one in upstreams))
    return "{\n\tadmin off\n\tauto_https off\n}\n" + re.sub(r"^\t\t# (?=lb_|fail_)", "\t\t", text, flags=re.MULTILINE)


def nginx_conf(port: int, upstreams: list[int]) -> str:
    """Our file for nginx with its lines for two processes, in the block that it is to be included in."""
    text = (ROOT / "docs/deploy/nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"^ *(ssl_.*|proxy_pass http://127.*)\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^( *)#2 ", r"\1", text, flags=re.MULTILINE).replace("443 ssl", f"127.0.0.1:{port}")
    for ours, theirs in zip(("8501", "8502"), upstreams, strict=True):
        text = text.replace(f"127.0.0.1:{ours}", f"127.0.0.1:{theirs}")
    return f"daemon off;\npid /dev/null;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{text}}}\n"


FRONTS = {
    "caddy": Front("lb", caddyfile, ("caddy", "run", "--adapter", "caddyfile", "--config")),
    "nginx": Front("lottery_at", nginx_conf, ("nginx", "-c")),
}
