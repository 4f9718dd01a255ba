"""Opens pages in a headless Chromium over its debugging pipe; the library of scripts/check-report."""

import argparse
import base64
import json
import os
import select
import subprocess
import sys
import tempfile
import time

VIEWS = [("desktop", 1280, 900, False), ("phone", 390, 844, True)]
SCHEMES = ["light", "dark"]
LARGEST = 10_000_000

LOOK = """(() => {
  const all = [...document.querySelectorAll('*')];
  const ids = all.map(e => e.id).filter(id => id);
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
  const known = new Set(ids);
  const width = document.documentElement.clientWidth;
  const scrolls = e => {
    for (let p = e; p; p = p.parentElement) {
      const style = getComputedStyle(p);
      if (style.overflowX !== 'visible' || style.position === 'absolute') return true;
    }
    return false;
  };
  return {
    elements: all.length, height: document.documentElement.scrollHeight,
    width, wide: document.documentElement.scrollWidth,
    wider: document.documentElement.scrollWidth <= width ? [] :
      all.filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e)).slice(0, 5)
        .map(e => e.tagName + ' ' + (e.textContent || '').trim().slice(0, 60)),
    silent: [...document.images].filter(e => !e.alt).length
      + [...document.querySelectorAll('svg[role=img]')].filter(e => !e.querySelector('title')).length,
    broken: [...document.images].filter(e => e.complete && !e.naturalWidth).length,
    images: document.images.length, twice,
    lost: [...document.querySelectorAll('a[href^="#"]')].map(e => e.getAttribute('href').slice(1))
      .filter(id => !known.has(id)),
    unreachable: all.filter(e => e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0
      && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)).length,
  };
})()"""
SHOWN = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(1))))"
# Pictures are loaded when they come near; here all of them are wanted.
LOAD = """(async () => {
  const images = [...document.images];
  images.forEach(e => { e.loading = 'eager'; });
  const all = Promise.all(images.map(e => e.decode().catch(() => 0)));
  await Promise.race([all, new Promise(r => setTimeout(r, 20000))]);
})()"""


class Browser:
    def __init__(self, path, profile):
        (self.read, write), (read, self.write) = os.pipe(), os.pipe()

        def rename():
            os.dup2(read, 1000), os.dup2(write, 1001)
            os.dup2(1000, 3), os.dup2(1001, 4)

        self.process = subprocess.Popen(
            [path, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
             "--hide-scrollbars", f"--user-data-dir={profile}", "--no-first-run", "about:blank"],
            preexec_fn=rename, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(read), os.close(write)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None

    def message(self, limit):
        """The next message; None when the time is over."""
        end = time.monotonic() + limit
        while b"\0" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.read], [], [], left)[0]:
                return None
            part = os.read(self.read, 1 << 20)
            if not part:
                raise SystemExit("the browser ended")
            self.buffer += part
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, limit=120, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write, data):]
        end = time.monotonic() + limit
        while True:
            answer = self.message(end - time.monotonic())
            if answer is None:
                raise SystemExit(f"no answer to {method} in {limit} s")
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method, limit=120):
        end = time.monotonic() + limit
        while not any(event.get("method") == method for event in self.events):
            event = self.message(end - time.monotonic())
            if event is None:
                raise SystemExit(f"no {method} in {limit} s")
            self.events.append(event)

    def evaluate(self, expression):
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"the page cannot be looked at: {result['exceptionDetails']}")
        return result["result"].get("value")

    def open(self, page, width, height, is_phone, scheme):
        """Opens a page in a tab of its own; the seconds until it is shown."""
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=is_phone)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events = []
        start = time.monotonic()
        self.call("Page.navigate", url="file://" + os.path.abspath(page))
        self.wait("Page.loadEventFired")
        self.evaluate(SHOWN)
        return target, time.monotonic() - start

    def close(self, target):
        self.session = None
        self.call("Target.closeTarget", targetId=target)

    def end(self):
        self.session = None
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


def complaints(events):
    """What the browser said of the page, and what it asked the network for."""
    for event in events:
        method, what = event.get("method"), event.get("params", {})
        if method == "Runtime.consoleAPICalled" and what["type"] in ("error", "warning", "assert"):
            yield "console: " + " ".join(str(a.get("value")) for a in what["args"])
        elif method == "Runtime.exceptionThrown":
            yield "exception: " + what["exceptionDetails"]["text"]
        elif method == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"):
            yield "console: " + what["entry"]["text"]
        elif method == "Network.requestWillBeSent":
            url = what["request"]["url"]
            if not url.startswith(("data:", "file:", "about:")):
                yield "network: " + url


def check(browser, page, options):
    problems = []
    if not os.path.isfile(page):
        return ["there is no such page"]
    size = os.path.getsize(page)
    print(f"{page}: {size / 1e6:.2f} MB")
    if size > LARGEST:
        problems.append(f"{size} bytes are more than {LARGEST}")
    for view, width, height, is_phone in VIEWS:
        for scheme in SCHEMES:
            # On a busy machine one opening says little.
            seconds = float("inf")
            for _ in range(3):
                target, last = browser.open(page, width, height, is_phone, scheme)
                seconds = min(seconds, last)
                if seconds <= options.seconds:
                    break
                browser.close(target)
            else:
                target, _ = browser.open(page, width, height, is_phone, scheme)
            browser.evaluate(LOAD)
            look = browser.evaluate(LOOK)
            found = list(complaints(browser.events))
            if look["wide"] > look["width"]:
                found.append(f"overflows: {look['wide']} pixels in {look['width']}, {look['wider']}")
            for key, words in [("silent", "pictures without a text"), ("broken", "broken pictures"),
                               ("twice", "ids given twice"), ("lost", "links to nothing"),
                               ("unreachable", "boxes that scroll but take no keyboard")]:
                if look[key]:
                    found.append(f"{words}: {look[key]}")
            if seconds > options.seconds:
                found.append(f"opened in {seconds:.2f} s, more than {options.seconds} s")
            print(f"  {view} {scheme}: opened in {seconds:.2f} s, {look['elements']} elements,"
                  f" {look['images']} pictures, {look['height']} pixels high")
            problems += [f"{view} {scheme}: {text}" for text in found]
            if options.screenshots:
                os.makedirs(options.screenshots, exist_ok=True)
                stem = os.path.basename(page).rsplit(".", 1)[0]
                clip = dict(x=0, y=0, width=width, height=min(look["height"], 16000), scale=1)
                data = browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
                with open(f"{options.screenshots}/{stem}-{view}-{scheme}.png", "wb") as file:
                    file.write(base64.b64decode(data["data"]))
            browser.close(target)
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", nargs="+")
    parser.add_argument("--browser", required=True)
    parser.add_argument("--screenshots")
    parser.add_argument("--seconds", type=float, default=2)
    options = parser.parse_args()
    problems = []
    with tempfile.TemporaryDirectory(prefix="radcohort-page-", ignore_cleanup_errors=True) as profile:
        browser = Browser(options.browser, profile)
        try:
            for page in options.pages:
                problems += [f"{page}: {problem}" for problem in check(browser, page, options)]
        finally:
            browser.end()
    for problem in problems:
        print("FAILED", problem)
    print("all is in order" if not problems else f"{len(problems)} problems")
    sys.exit(1 if problems else 0)


main()
