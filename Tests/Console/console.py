#!/usr/bin/env python3
"""The operators' page in a real headless Chromium, over a real daemon and simulated scans.

console.py PROGRAMS [FOLDER]
PROGRAMS holds eelscoutd and eelscout. Pictures of the page go to FOLDER where it is given. Says "SKIPPED" where there
is no Chromium.
"""
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import webdriver

HOSTILE = "<img src=x onerror=window.hacked=1>"
MEASURES = (pathlib.Path(__file__).parent / "measures.js").read_text()


class Tally:
    count = failures = 0

    def ok(self, what: str, is_so, *found):
        self.count += 1
        self.failures += not is_so
        print(f"{'ok' if is_so else 'not ok'} {self.count} - console: {what}", flush=True)
        if not is_so:
            for one in found:
                print(f"#   {one}")

    def same(self, what: str, expected, found):
        self.ok(what, expected == found, f"expected: {expected}", f"found:    {found}")


class Bench:
    """A daemon, a console and a browser over one folder."""

    def __init__(self, programs: pathlib.Path, work: pathlib.Path, pictures):
        self.programs, self.work, self.pictures = programs, work, pictures
        self.session, self.state, self.source = work / "session", work / "state", work / "source"
        self.session.mkdir()
        self.port = webdriver.free_port()
        self.running = {}
        self.tool("simulate", "session", "--seed", "20", "--scans", "6", "-o", str(self.source))

    def tool(self, *arguments) -> str:
        done = subprocess.run([self.programs / "eelscout", *arguments], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"eelscout {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def start(self, name: str, *command):
        log = (self.work / f"{name}.log").open("a")
        self.running[name] = subprocess.Popen(command, stdout=log, stderr=log)
        log.close()

    def stop(self, name: str):
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(30)

    def start_daemon(self):
        self.start("daemon", self.programs / "eelscoutd", "--watch", self.session, "--state", self.state, "--quiet", "0.3")

    def start_console(self):
        self.start("console", self.programs / "eelscout", "console", "--state", self.state, "--listen", f"127.0.0.1:{self.port}")

    def deliver(self, number: int, name=None):
        stem = f"scan_{number:04}"
        for suffix in (".json", ".npy"):
            shutil.copy(self.source / (stem + suffix), self.session / ((name or stem) + suffix))

    def rows(self, sql: str, *values):
        with sqlite3.connect(f"file:{self.state}/eelscout.sqlite?mode=ro", uri=True, timeout=20) as database:
            return database.execute(sql, values).fetchall()

    def status(self, target: str):
        return self.rows("SELECT status, status_by, status_why FROM target_queue WHERE id = ?", target)[0]

    def close(self):
        for name in list(self.running):
            self.stop(name)


def soon(what, seconds=60):
    """Waits until it is so, and tells whether it came to be."""
    until = time.monotonic() + seconds
    while True:
        try:
            if what():
                return True
        except (RuntimeError, IndexError, sqlite3.Error):
            pass
        if time.monotonic() > until:
            return False
        time.sleep(0.05)


class Walk:
    """What an operator does, step by step."""

    def __init__(self, bench: Bench, browser: webdriver.Browser, tally: Tally):
        self.bench, self.browser, self.tally = bench, browser, tally

    def text(self, selector: str) -> str:
        return self.browser.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def shows(self, scan: int):
        return soon(lambda: self.text("#scan-title").startswith(f"Scan {scan} ")
                    and self.browser.run("return page.view.image !== null"))

    def picture(self, name: str):
        if self.bench.pictures:
            time.sleep(0.3)
            self.browser.picture(self.bench.pictures / f"{name}.png")

    def quiet(self, when: str):
        """No complaint by the browser: no error, nothing that the content policy held back."""
        complaints = [m["message"] for m in self.browser.messages() if m["level"] in ("SEVERE", "WARNING")
                      and "getImageData" not in m["message"]]  # what measures.js itself asks for
        self.tally.same(f"the browser complains of nothing {when}", [], complaints)

    def arrival(self):
        tally, browser, bench = self.tally, self.browser, self.bench
        bench.start_console()
        soon(lambda: bench.work.joinpath("console.log").read_text().count("the page is at"))
        browser.open(f"http://127.0.0.1:{bench.port}/")
        tally.ok("before there is a daemon the page says so", soon(lambda: "STOPPED" in self.text("#health")), self.text("#health"))
        tally.ok("and that the stage is never moved", "never moves the stage" in self.text("footer"))
        bench.start_daemon()
        tally.ok("the daemon's start is seen", soon(lambda: self.text("#health-state") == "OK"), self.text("#health"))
        bench.deliver(1)
        arrived = soon(lambda: bench.rows("SELECT 1 FROM scan"))
        committed = time.monotonic()
        tally.ok("the first scan appears by itself", arrived and self.shows(1), self.text("#scan-title"))
        print(f"# from the commit to the picture in the browser: {time.monotonic() - committed:.2f} s")
        bench.deliver(2)
        tally.ok("so does the next, while nobody is looking closer", self.shows(2))
        self.picture("desktop")

    def boxes(self):
        tally, browser = self.tally, self.browser
        stored = self.bench.rows("SELECT rank, kind, row, column FROM target_queue WHERE scan = 2 ORDER BY rank")
        shown = browser.run("return page.targets.map((t) => [t.rank, t.kind, t.row, t.column])")
        tally.same("the list is the database's", [list(row) for row in stored], shown)
        tally.same("the table's ranks are those of the list", [row[0] for row in stored],
                   browser.run("return [...document.querySelectorAll('#rows .rank')].map((b) => Number(b.innerText))"))
        drawn = browser.run(MEASURES + "return drawnBoxes()")
        tally.ok("every box stands where its target is, in its kind's colour",
                 len(drawn) == len(stored) and all(share > 0.7 for _, share in drawn), drawn)
        tally.same("every box has its number", len(stored), browser.run("return page.view.places.length"))
        tally.ok("a scale bar in nm", browser.run("return /^[125]0* nm$/.test(page.view.scaleText)"))

    def marks(self):
        tally, browser, bench = self.tally, self.browser, self.bench
        browser.press("3")
        tally.ok("the key 3 opens the target of rank 3", soon(lambda: "Target 2-3" in self.text("#target") and "History" in self.text("#target")))
        for what in ("What the networks saw", "Predicted spectrum", "energy loss (eV)", "Scores", "rules", "model"):
            tally.ok(f"the target shows: {what}", what in browser.run("return document.getElementById('target').textContent"))
        tally.same("its tile, the round trip and the training's most similar", 5,
                   browser.run("return document.querySelectorAll('#target .tiles canvas').length"))
        self.picture("target")
        browser.press("a")
        tally.ok("the first mark asks for a name", soon(lambda: browser.run("return document.getElementById('who-dialog').open")))
        browser.type("Ada <b>")
        browser.press("Enter")
        tally.ok("a claims it", soon(lambda: bench.status("2-3")[:2] == ("claimed", "Ada <b>")), bench.status("2-3"))
        browser.press("u")
        tally.ok("u takes it back", soon(lambda: bench.status("2-3")[0] == "new"))
        browser.press("j", "s")
        soon(lambda: browser.run("return document.getElementById('why-dialog').open"))
        self.picture("why")
        browser.press("Alt+1")
        tally.ok("j goes on, s and a reason skip", soon(lambda: bench.status("2-4") == ("skipped", "Ada <b>", "charging")), bench.status("2-4"))
        browser.press("r")
        soon(lambda: browser.run("return document.getElementById('why-dialog').open"))
        browser.type("a fold")
        browser.press("Enter")
        tally.ok("r rejects with a reason of one's own", soon(lambda: bench.status("2-4")[::2] == ("rejected", "a fold")))
        browser.press("u")
        tally.ok("u goes back to the skip and its reason", soon(lambda: bench.status("2-4")[::2] == ("skipped", "charging")), bench.status("2-4"))
        browser.press("u")
        tally.ok("another u to the beginning", soon(lambda: bench.status("2-4")[0] == "new"))
        browser.press("k", "k", "d")
        tally.ok("d says that it is done", soon(lambda: bench.status("2-2")[0] == "acquired"))
        browser.press("s", "Escape")
        tally.same("a reason that is not given skips nothing", "acquired", bench.status("2-2")[0])
        bench.tool("skip", "2-1", "--by", "script", "--why", HOSTILE, "--state", str(bench.state))
        tally.ok("what others do is seen at once", soon(lambda: "skipped" in self.text('tr[data-id="2-1"]') and "script" in self.text('tr[data-id="2-1"]')))
        browser.press("c")
        soon(lambda: "nm" in self.text("#said"))
        tally.ok("c copies x nm, y nm", self.text("#said").startswith(("Copied: ", "Selected")), self.text("#said"))

    def holding(self):
        tally, browser, bench = self.tally, self.browser, self.bench
        browser.run("document.querySelector('#target [data-do=copy]').focus()")
        bench.deliver(3)
        tally.ok("a new scan does not take the operator away; the page says that it is there",
                 soon(lambda: "New scan 3" in self.text("#banners")), self.text("#banners"))
        tally.same("the scan stays", "Scan 2 ", self.text("#scan-title")[:7])
        tally.same("so do the target and the focus", ["2-2", "copy"],
                   browser.run("return [page.selected, document.activeElement.dataset.do]"))
        tally.ok("the strip shows it already", soon(lambda: browser.run("return document.querySelector('#scans [data-scan]').dataset.scan") == "3"))
        self.picture("new-scan")
        browser.press("n")
        tally.ok("n shows it", self.shows(3) and "New scan" not in self.text("#banners"))
        browser.press("[")
        tally.ok("[ goes to the older one", self.shows(2))
        browser.press("]")
        tally.ok("] to the newer", self.shows(3))

    def overlays(self):
        tally, browser = self.tally, self.browser
        grey = browser.run(MEASURES + "return colourfulness()")
        for words in ("combined", "round trip", "novelty", "ensemble", "predicted error"):
            browser.press("o")
            tally.ok(f"overlay {words} with its value bar", soon(
                lambda: browser.run("return document.querySelector('#overlays [aria-checked=true]').innerText") == words
                and browser.run("return page.view.overlay !== null && !document.getElementById('value-bar').hidden")))
        browser.press("o", "o")
        soon(lambda: browser.run("return page.view.overlay !== null"))
        time.sleep(0.2)
        coloured = browser.run(MEASURES + "return colourfulness()")
        tally.ok("the overlay colours the image", coloured > grey + 0.2, grey, coloured)
        before = browser.run("return page.view.zoom")
        browser.press("+", "+")
        tally.ok("+ zooms", browser.run("return page.view.zoom") > 1.5 * before)
        self.picture("overlay")
        browser.press("0", "i")
        tally.ok("0 shows all, i the image alone", browser.run("return page.view.isFitted && page.view.overlay === null"))
        browser.press("?")
        tally.ok("? explains the keys", soon(lambda: browser.run("return document.getElementById('help-dialog').open")))
        self.picture("help")
        browser.press("Escape")

    def hostile(self):
        tally, browser, bench = self.tally, self.browser, self.bench
        browser.press("n")
        bench.deliver(4, HOSTILE)
        tally.ok("a hostile file name is shown as the text it is", self.shows(4) and HOSTILE in self.text("#scan-title"), self.text("#scan-title"))
        browser.press("[", "[")
        tally.ok("keys may be faster than the scans they ask for", self.shows(2), self.text("#scan-title"))
        browser.press("1")
        tally.ok("so is a hostile reason", soon(lambda: HOSTILE in self.text("#target")), self.text("#target")[:400])
        tally.same("nothing of it was run or drawn", [None, 0],
                   browser.run("return [window.hacked ?? null, document.querySelectorAll('img[src=x], b b').length]"))

    def verdicts(self):
        tally, browser, bench = self.tally, self.browser, self.bench
        browser.press("Escape", "n")
        header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (160, 160), }"
        header += b" " * (118 - len(header) - 1) + b"\n"
        import random
        import struct
        noise = random.Random(5)
        pixels = struct.pack("<25600f", *(noise.gauss(100, 20) for _ in range(25600)))
        bench.session.joinpath("noise.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + header + pixels)
        tally.ok("a refused scan has a banner with the reasons, and no ranks", self.shows(5)
                 and "refused" in self.text("#banners").lower() and browser.run("return page.targets.length") == 0, self.text("#banners"))
        tally.ok("a missing pixel size has one", "No pixel size" in self.text("#banners"), self.text("#banners"))
        tally.ok("the bar counts pixels", browser.run("return page.view.scaleText.endsWith('px')"))
        self.picture("refused")

    def loss(self):
        tally, browser, bench = self.tally, self.browser, self.bench
        browser.press("[")
        self.shows(4)
        browser.press("2")
        self.quiet("so far")
        tally.same("the console ends with status 0 when it is asked to", 0, bench.stop("console"))
        tally.ok("the page says that the connection is lost, and greys", soon(
            lambda: "Connection lost" in self.text("#banners") and browser.run("return document.body.hasAttribute('data-stale')")))
        self.picture("lost")
        bench.tool("reject", "4-2", "--by", "Bob", "--why", "edge", "--state", str(bench.state))
        bench.deliver(6)
        soon(lambda: bench.rows("SELECT 1 FROM scan WHERE id = 6"))
        bench.start_console()
        tally.ok("once it is back the page is too, by itself, with what was missed", soon(
            lambda: "rejected" in self.text('tr[data-id="4-2"]') and "New scan 6" in self.text("#banners")
            and "Connection lost" not in self.text("#banners")), self.text("#banners"), self.text('tr[data-id="4-2"]'))
        tally.same("and shows what it showed", [4, "4-2"], browser.run("return [page.scan.id, page.selected]"))
        browser.messages()
        bench.stop("daemon")
        tally.ok("a daemon that ended is said to be stopped, its data stale", soon(
            lambda: self.text("#health-state") == "STOPPED" and browser.run("return document.body.hasAttribute('data-stale')")))
        self.picture("stale")
        bench.start_daemon()
        tally.ok("and well again", soon(lambda: self.text("#health-state") == "OK" and not browser.run("return document.body.hasAttribute('data-stale')")))

    def looks(self):
        tally, browser = self.tally, self.browser
        for name, width, height, is_phone in (("desktop", 1600, 1000, False), ("laptop", 1280, 720, False), ("phone", 390, 844, True), ("narrow", 320, 640, True)):
            browser.size(width, height, is_phone)
            time.sleep(0.3)
            across = browser.run("return [document.documentElement.scrollWidth, innerWidth]")
            tally.ok(f"{name}: nothing lies beyond the edge", max(across) <= width, across, browser.run(MEASURES + "return beyondTheEdge(arguments[0])", width))
            tally.same(f"{name}: every text has a contrast of 4.5 or more", [], browser.run(MEASURES + "return dullTexts(4.5)"))
            nameless = [node for node in self.tree() if not node[1]]
            tally.same(f"{name}: everything that can be used has a name", [], nameless)
            if is_phone:
                self.picture(f"{name}-target")
                browser.press("Escape")
                browser.run("scrollTo(0, 0)")
                self.picture(name)
                small = browser.run(MEASURES + "return smallTargets(24)")
                tally.same(f"{name}: nothing to press is smaller than 24 pixels", [], small)
                browser.press("2")
                soon(lambda: "History" in browser.run("return document.getElementById('target').textContent"))
        browser.size(1600, 1000)
        browser.press("Escape")
        seen = []
        for _ in range(14):
            browser.press("Tab")
            seen.append(browser.run(MEASURES + "return focusRing()"))
        tally.ok("whatever has the focus shows it", all(width >= 2 for _, width in seen), seen)
        tally.ok("the Tab key gets around", len({name for name, _ in seen}) >= 10, seen)
        browser.ask("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {
            "features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}})
        tally.same("who wants no motion gets none", ["0s"], browser.run(
            "return [...new Set([...document.querySelectorAll('*')].map((e) => getComputedStyle(e).transitionDuration))]"))

    def tree(self) -> list:
        """Role and name of everything that can be used, as a screen reader hears it."""
        nodes = self.browser.ask("POST", "/goog/cdp/execute", {"cmd": "Accessibility.getFullAXTree", "params": {}})["nodes"]
        roles = {"button", "radio", "textbox", "slider", "link", "image", "img", "table", "columnheader", "dialog", "radiogroup", "navigation"}
        return [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes
                if not node["ignored"] and node["role"]["value"] in roles]


def main() -> int:
    programs = pathlib.Path(sys.argv[1]).resolve()
    pictures = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    missing = webdriver.missing()
    if missing:
        print(f"SKIPPED: the operators' page in a real browser, because {', '.join(missing)} is not installed")
        return 0
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="eelscout-console.") as name:
        work = pathlib.Path(name)
        bench = Bench(programs, work, pictures)
        browser = None
        try:
            browser = webdriver.Browser(work)
            browser.size(1600, 1000)
            walk = Walk(bench, browser, tally)
            for step in (walk.arrival, walk.boxes, walk.marks, walk.holding, walk.overlays, walk.hostile, walk.verdicts, walk.loss, walk.looks):
                step()
            walk.quiet("at the end")
        except (RuntimeError, OSError, KeyError) as error:
            tally.ok("the walk comes to its end", False, error)
        finally:
            if browser:
                browser.close()
            bench.close()
            if tally.failures:
                for log in ("daemon.log", "console.log"):
                    print(*(f"# {log}: {line}" for line in work.joinpath(log).read_text().splitlines()[-8:]), sep="\n")
    print(f"1..{tally.count}")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
