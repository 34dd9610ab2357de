"""A person with a browser that runs no script: opens pages, fills in forms, follows redirects.

Fields are found by what they tell a browser (`autocomplete`, `type`), as a password manager would.
"""

import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pyotp

PASSWORD = "jembatan-hujan-sepeda-ungu-42"


@dataclass
class Form:
    """A form as it stands in a page: where it goes, and what is in it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    autocompletes: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, value and words of each."""
    boxes: dict[str, list[str]] = field(default_factory=dict)

    def named(self, autocomplete: str) -> str:
        """The field in which a browser would fill this in."""
        found = [name for name, given in self.autocompletes.items() if autocomplete in given]
        assert found, (autocomplete, self)
        return found[0]


class Page(HTMLParser):
    """What a browser that runs no script makes of an answer."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response
        self.address = str(response.url)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.words = ""
        self._form: Form | None = None
        self._button: tuple[str, str] | None = None
        self._link: str | None = None
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, given.get("action", self.address))
            self._form = Form(action, given.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a":
            self._link = urljoin(self.address, given.get("href", ""))
            self.links.append((self._link, ""))
        elif self._form is not None and tag == "button":
            self._button = (given.get("name", ""), given.get("value", ""))
            self._form.buttons.append((*self._button, ""))
        elif self._form is not None and tag == "input" and given.get("name"):
            self._input(self._form, given)

    @staticmethod
    def _input(form: Form, given: dict[str, str]) -> None:
        name = given["name"]
        if given.get("type") in ("checkbox", "radio"):
            form.boxes.setdefault(name, []).append(given.get("value", "on"))
            if "checked" not in given:
                return
        form.fields[name] = given.get("value", "on" if "checked" in given else "")
        form.autocompletes[name] = given.get("autocomplete", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "button":
            self._button = None
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._button is not None and self._form is not None:
            name, value, words = self._form.buttons[-1]
            self._form.buttons[-1] = (name, value, words + data.strip())
        elif self._link is not None:
            address, words = self.links[-1]
            self.links[-1] = (address, words + data.strip())

    def form(self, *, having: str) -> Form:
        """The form that has such a field, or a button with this value or these words."""
        for form in self.forms:
            words = [*form.autocompletes.values(), *form.fields, *form.boxes]
            words += [part for button in form.buttons for part in button]
            if any(having in word for word in words):
                return form
        raise AssertionError(f"no form with {having!r} at {self.address}: {self.forms}\n{self}")

    def __str__(self) -> str:
        return re.sub(r"\s*\n\s*", "\n", self.words)


@dataclass
class Person:
    """Somebody at a browser of their own."""

    address: str
    email: str
    language: str = "en"
    secret: str = field(default="", repr=False)
    """Of the authenticator app, once it is set up."""
    also: tuple[str, ...] = ()
    """Other sites at which they go on as if it were ours."""
    stop_at: str | None = None
    """An address at which they look, and do not go on."""

    def __post_init__(self) -> None:
        headers = {"accept-language": self.language, "accept": "text/html"}
        self.http = httpx.AsyncClient(headers=headers, follow_redirects=False, timeout=30)
        self._step = 0

    async def open(self, address: str) -> Page | str:
        """The page at the end of all redirects; or the address, when it is somebody else's."""
        return await self._follow(await self.http.get(self._absolute(address)))

    async def page(self, address: str) -> Page:
        page = await self.open(address)
        assert isinstance(page, Page), page
        return page

    async def page_after(self, form: Form, **given: str) -> Page:
        page = await self.send(form, **given)
        assert isinstance(page, Page), page
        return page

    async def send(self, form: Form, /, *, press: str | None = None, **given: str) -> Page | str:
        """Send a form with these fields, by the button with that value, name or words."""
        fields = form.fields | given
        if press is not None:
            [button] = [each for each in form.buttons if press in each] or [("", "", "")]
            assert button != ("", "", ""), (press, form.buttons)
            fields |= {button[0]: button[1]} if button[0] else {}
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(form.action))
        if form.method == "get":
            return await self._follow(await self.http.get(form.action, params=fields))
        headers = {"origin": origin, "sec-fetch-site": "same-origin"}
        return await self._follow(await self.http.post(form.action, data=fields, headers=headers))

    def code(self) -> str:
        """A code that was not used yet: of this half minute or, if need be, of the next."""
        app = pyotp.TOTP(self.secret)
        self._step = max(int(time.time()) // 30, self._step + 1)
        return app.at(self._step * 30)

    async def close(self) -> None:
        await self.http.aclose()

    def _absolute(self, address: str) -> str:
        return urljoin(self.address, address)

    async def _follow(self, response: httpx.Response) -> Page | str:
        for _ in range(10):
            if response.status_code not in (302, 303, 307):
                return Page(response)
            onward = urljoin(str(response.url), response.headers["location"])
            if not onward.startswith(tuple(f"{site}/" for site in (self.address, *self.also))):
                return onward
            if self.stop_at is not None and self.stop_at in onward:
                return onward
            response = await self.http.get(onward)
        raise AssertionError("redirected in a circle")
