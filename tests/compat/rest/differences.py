"""Where Sluice answers otherwise on purpose, each with its reason. A rule sees the step and both answers."""

import json
import re


def is_html_400(step, java, ours) -> bool:
    return java.status == 400 and "html" in java.headers.get("content-type", "")


def both_500(step, java, ours) -> bool:
    """JSON that cannot be read as what it should be: the code is the same, Jackson's text is not ours."""
    if java.status != 500 or ours.status != 500:
        return False
    text = str(java.body.get("message")) if isinstance(java.body, dict) else ""
    jackson = re.search(
        r"Jackson|StreamReadFeature|JsonToken|Unrecognized (token|field)|"
        r"Cannot (deserialize|construct|invoke)|end-of-input",
        text,
    )
    return jackson is not None and ours.headers == java.headers


def without_own_plugins(answer) -> object:
    """The body without the plugins that Java has not."""
    body = answer.body
    if isinstance(body, list) and body and isinstance(body[0], dict) and "class" in body[0]:
        return [plugin for plugin in body if shared_class(plugin["class"])]
    if not isinstance(body, dict) or "configs" not in body:
        return body
    copy = dict(body)
    for part in ("configs", "unordered"):
        copy[part] = [trimmed(config) for config in body[part]]
    return copy


def shared_class(name: str) -> bool:
    return name.startswith("org.apache.kafka.connect.")


def trimmed(config: dict) -> dict:
    value = dict(config["value"])
    value["recommended_values"] = [
        recommended
        for recommended in value["recommended_values"]
        if not recommended.startswith(("io.", "sluice."))
    ]
    return {"definition": config["definition"], "value": value}


def other_plugins(step, java, ours) -> bool:
    same_rest = java.status == ours.status and java.headers == ours.headers
    return same_rest and without_own_plugins(java) == without_own_plugins(ours)


def other_connectors_listed(step, java, ours) -> bool:
    marker = "available connectors are: "
    texts = [str(answer.body.get("message", "")) for answer in (java, ours) if isinstance(answer.body, dict)]
    return (
        len(texts) == 2
        and java.status == ours.status
        and all(marker in text for text in texts)
        and texts[0].split(marker)[0] == texts[1].split(marker)[0]
    )


def null_refused(step, java, ours) -> bool:
    return (
        isinstance(step.body, dict)
        and None in step.body.values()
        and isinstance(ours.body, dict)
        and "Null value can not be supplied" in str(ours.body)
    )


def version_listed_twice(step, java, ours) -> bool:
    once = json.dumps(java.body).replace("[4.1.0, 4.1.0]", "[4.1.0]")
    return java.status == ours.status and json.loads(once) == ours.body


def regex_error(step, java, ours) -> bool:
    return "Invalid regex" in str(java.body) and "Invalid regex" in str(ours.body)


def loggers_of_their_own(step, java, ours) -> bool:
    return step.path == "/admin/loggers" and java.status == ours.status == 200 and "root" in ours.body


def standalone_null_pointer(step, java, ours) -> bool:
    return java.status == 500 and ours.status == 404 and "/connectors/nope/" in step.path


KNOWN = [
    (
        is_html_400,
        "paths that Jetty refuses: with %2F, %25 and %5C names can be reached here, the others get JSON",
    ),
    (both_500, "texts of Java's JSON parser and of null pointers; the code is the same"),
    (other_plugins, "plugins that only one of the two has"),
    (other_connectors_listed, "the list of installed connectors in an error"),
    (
        null_refused,
        "a null for one of the connector's own keys is refused; Java stores it and the connector fails",
    ),
    (version_listed_twice, "a class that is two kinds of plugin has its version listed twice by Java"),
    (regex_error, "the text of the regular expression's error"),
    (loggers_of_their_own, "the loggers of a Java worker are its classes"),
    (standalone_null_pointer, "standalone, unknown connector: 404 as was meant, not Java's null pointer"),
]


def reason(step, java, ours) -> str | None:
    for rule, why in KNOWN:
        if rule(step, java, ours):
            return why
    return None
