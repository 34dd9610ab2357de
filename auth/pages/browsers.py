"""What a browser calls itself, in two words that its owner recognises. A hint, not evidence."""

_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser(user_agent: str | None) -> str | None:
    """Such as ``Firefox, Android``; the first that fits, for each claims to be others as well."""
    given = user_agent or ""
    found = [
        next((name for mark, name in known if mark in given), None)
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(part for part in found if part) or given[:40] or None
