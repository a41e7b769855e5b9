"""JSON events of about 275 bytes, as an application logs them; the same for every run."""

import json
import random
from pathlib import Path

PAGES = ["/", "/cart", "/checkout", "/product/shoes", "/product/jackets", "/search", "/account", "/help"]
KINDS = ["page_view", "add_to_cart", "purchase", "search", "login"]
AGENTS = ["Firefox/128.0", "Chrome/127.0", "Safari/17.5", "curl/8.8.0", "app-android/4.12", "app-ios/4.11"]
TAGS = ["new", "returning", "mobile", "sale", "newsletter", "beta", "eu", "us"]


def events(count: int, seed: int = 1):
    """One compact JSON document per event."""
    rnd = random.Random(seed)
    encode = json.JSONEncoder(separators=(",", ":")).encode
    for number in range(count):
        geo = {"country": rnd.choice(("DE", "US", "FR", "JP", "BR")), "lat": round(rnd.uniform(-60, 70), 4)}
        yield encode(
            {
                "event_id": number,
                "user_id": rnd.randrange(1, 500_000),
                "session": f"{rnd.getrandbits(64):016x}",
                "type": rnd.choice(KINDS),
                "ts": 1_760_000_000_000 + number * 3,
                "page": rnd.choice(PAGES),
                "agent": rnd.choice(AGENTS),
                "price": round(rnd.uniform(1, 400), 2),
                "trace": f"{rnd.getrandbits(48):012x}",
                "paid": rnd.random() < 0.2,
                "geo": geo
                | {"city": rnd.choice(("Berlin", "Boston", "Lyon", "Osaka", "Recife")), "accuracy": 12},
                "tags": rnd.sample(TAGS, rnd.randrange(1, 4)),
            }
        )


def write_events(folder: Path, count: int, parts: int) -> list[Path]:
    """The events in files of equal length, in order; exactly `count` in all."""
    paths = [folder / f"events-{part}.jsonl" for part in range(parts)]
    source, each = events(count), count // parts
    for path in paths:
        with path.open("w") as file:
            for _ in range(each):
                file.write(next(source) + "\n")
    return paths
