"""A browser driven by plain WebDriver JSON (W3C WebDriver) through chromedriver: no package beyond the standard library."""
import base64
import json
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Escape": "\ue00c", "Enter": "\ue007", "Tab": "\ue004", "ArrowDown": "\ue015", "ArrowRight": "\ue014",
        "Alt": "\ue00a", "Space": "\ue00d"}


def missing() -> list:
    """Programs that are not installed."""
    return [name for name in ("chromium", "chromedriver") if not shutil.which(name)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(method: str, url: str, body=None, timeout=60):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{method} {url}: {error.read().decode()[:600]}") from None


class Browser:
    """One headless Chromium."""

    def __init__(self, folder: pathlib.Path, width=1600, height=1000):
        port = free_port()
        self.log = (folder / "chromedriver.log").open("w")
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=self.log, stderr=self.log)
        self.root = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 30
        while True:
            try:
                if call("GET", f"{self.root}/status")["ready"]:
                    break
            except OSError:
                pass
            if time.monotonic() > until:
                raise RuntimeError("chromedriver does not start")
            time.sleep(0.1)
        options = {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--hide-scrollbars", f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"],
        }
        session = call("POST", f"{self.root}/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.session = f"{self.root}/session/{session['sessionId']}"

    def ask(self, method: str, path: str, body=None):
        return call(method, self.session + path, body if method == "POST" else None)

    def open(self, url: str):
        self.ask("POST", "/url", {"url": url})

    def run(self, script: str, *arguments):
        """The value of a JavaScript function body."""
        return self.ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def press(self, *keys: str):
        """Keys one after another, as from a keyboard; "Alt+1" holds Alt."""
        actions = []
        for key in keys:
            chord = key.split("+") if len(key) > 1 and "+" in key else [key]
            names = [KEYS.get(one, one) for one in chord]
            actions += [{"type": "keyDown", "value": name} for name in names]
            actions += [{"type": "keyUp", "value": name} for name in reversed(names)]
        self.ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def type(self, text: str):
        self.press(*text)

    def click(self, selector: str):
        found = self.ask("POST", "/element", {"using": "css selector", "value": selector})
        self.ask("POST", f"/element/{found[ELEMENT]}/click", {})

    def size(self, width: int, height: int, is_phone=False):
        """The size of the page itself, whatever a window needs around it."""
        self.ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": height, "deviceScaleFactor": 2 if is_phone else 1, "mobile": is_phone}})

    def picture(self, path: pathlib.Path):
        path.write_bytes(base64.b64decode(self.ask("GET", "/screenshot")))

    def messages(self) -> list:
        """What the page complained of since the last call."""
        return self.ask("POST", "/se/log", {"type": "browser"})

    def close(self):
        try:
            call("DELETE", self.session)
        except (OSError, RuntimeError):
            pass
        self.driver.terminate()
        self.driver.wait(20)
        self.log.close()
