"""What authors write, and the plain document it stands for.

The shorthand: answer scales that items share by name (`scale:`), batteries as one entry with `rows:`, items asked by
key alone (`ask: [types.*]`), conditions as named values, texts of scales and rows written once, "other, please
specify" as a mark of the option (`specify: 200`), and variants by attribute (`only: {country: [NO]}`). A document
that uses none of it comes out as it went in.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from surveys.instrument.reader import InstrumentError, Place
from surveys.instrument.rule_text import parse
from surveys.instrument.rule_tree import to_tree
from surveys.instrument.safe_yaml import read_yaml

Document = dict[str, object]


def read_file(path: Path, name: str = "") -> Document:
    """The document of one YAML or JSON file, still in shorthand; `name` is what errors call it."""
    value = read_yaml(path, name)
    if not isinstance(value, dict):
        raise Place(value, name or path.name).wrong("named values")
    return dict(value)


def expanded(document: Mapping[str, object]) -> Document:
    """The same document without shorthand."""
    plain = dict(document)
    scales = scales_of(Place(plain.pop("scales", None), "scales"))
    rows: dict[str, tuple[str, ...]] = {}
    scale_of: dict[str, str] = {}
    items: list[object] = []
    for place in listed(plain, "items"):
        items.extend(expanded_item(place, scales=scales, rows=rows, scale_of=scale_of))
    plain["items"], companions = with_companions(items)
    if isinstance(plain.get("conditions"), dict):
        named = Place(plain["conditions"], "conditions").named()
        plain["conditions"] = [{"name": name, "rule": place.value} for name, place in named]
    plain["pages"] = [expanded_page(place, rows, companions) for place in listed(plain, "pages")]
    if isinstance(plain.get("texts"), dict):
        languages = Place(plain["texts"], "texts").named()
        plain["texts"] = {
            language: expanded_texts(place, rows=rows, scale_of=scale_of) for language, place in languages
        }
    return plain


def listed(document: Document, name: str) -> Iterator[Place]:
    place = Place(document.get(name), name)
    return iter(()) if place.missing else place.each()


def scales_of(place: Place) -> dict[str, list[object]]:
    if place.missing:
        return {}
    return {name: [expanded_option(option) for option in scale.each()] for name, scale in place.named()}


def expanded_option(option: Place) -> object:
    if isinstance(option.value, str):
        return {"code": option.value}
    return for_some(dict(as_mapping(option.value, option.location)), option.location)


def for_some(use: Document, location: str) -> Document:
    """The use of a page, an item or an option with its `only` as part of its rule."""
    only = Place(use.pop("only", None), f"{location}.only")
    if only.missing:
        return use
    rules = [attribute_rule(name, values) for name, values in only.named()]
    rule = use.get("show_if")
    if isinstance(rule, list):
        use["show_if"] = ["and", rule, *(to_tree(parse(one)) for one in rules)]
    else:
        use["show_if"] = " and ".join(([f"({rule})"] if rule else []) + rules)
    return use


def attribute_rule(name: str, values: Place) -> str:
    """`country: [NO, DK]` as the rule `bg.country in ["NO", "DK"]`."""
    texts = [value.text() for value in values.each()]
    if not texts or any('"' in text for text in texts):
        raise values.wrong("a list of the values that the attribute may have")
    listed_values = ", ".join(f'"{text}"' for text in texts)
    return f"bg.{name} in [{listed_values}]"


def with_companions(items: list[object]) -> tuple[list[object], dict[str, list[str]]]:
    """A text item behind each item with an option to be specified, and the keys of these by the item they belong to."""
    whole: list[object] = []
    companions: dict[str, list[str]] = {}
    for value in items:
        whole.append(value)
        if not isinstance(value, dict) or not isinstance(value.get("options"), list):
            continue
        key = str(value.get("key"))
        options: list[object] = []
        for option in Place(value["options"], f"items[{key}].options").each():
            plain = dict(as_mapping(option.value, option.location))
            length = plain.pop("specify", None)
            options.append(plain)
            if length is not None:
                companion = companion_of(value, str(plain.get("code")), length)
                companions.setdefault(key, []).append(str(companion["key"]))
                whole.append(companion)
        value["options"] = options
    return whole, companions


def companion_of(item: Document, code: str, length: object) -> Document:
    """The text that goes with an option. People write names in such texts, so it is identifying."""
    key = str(item.get("key"))
    export = str(item.get("export") or key.replace(".", "_"))
    return {
        "key": f"{key}.{code.lower()}_text",
        "type": "text",
        "disclosure": "identifying",
        "required": "no",
        "max_length": length,
        "specifies": {"item": key, "code": code},
        "export": f"{export}_{code.lower()}",
    }


def expanded_item(
    place: Place,
    *,
    scales: Mapping[str, list[object]],
    rows: dict[str, tuple[str, ...]],
    scale_of: dict[str, str],
) -> Iterator[object]:
    """The item, or one item a row; `rows` and `scale_of` are filled for the texts that follow."""
    item = {name: field.value for name, field in place.named()}
    key = item.get("key")
    name = item.pop("scale", None)
    if isinstance(name, str) and isinstance(key, str):
        if name not in scales:
            raise InstrumentError(
                location=f"items[{key}].scale", expected=f"one of {', '.join(scales) or 'no scales'}", got=name
            )
        item["options"] = scales[name]
        scale_of[key] = name
    elif isinstance(item.get("options"), list):
        item["options"] = [expanded_option(option) for option in Place(item["options"], place.location).each()]
    if "rows" not in item:
        yield item
        return
    own = tuple(row.text() for row in Place(item.pop("rows"), f"{place.location}.rows").each())
    rows[str(key)] = own
    prefix = str(item.pop("export", None) or str(key).replace(".", "_"))
    exports = Place(item.pop("exports", None), f"{place.location}.exports").texts()
    for row in own:
        export = exports.get(row) or f"{prefix}_{row}"
        named = {} if export == f"{key}.{row}".replace(".", "_") else {"export": export}
        yield {**item, **named, "key": f"{key}.{row}", "battery": key}


def expanded_page(place: Place, rows: Mapping[str, tuple[str, ...]], companions: Mapping[str, Sequence[str]]) -> object:
    page = for_some({name: field.value for name, field in place.named()}, place.location)
    if "ask" not in page:
        return page
    asks: list[object] = []
    for entry in Place(page.pop("ask"), f"{place.location}.ask").each():
        for ask in asked(entry, rows):
            use = for_some(dict(as_mapping(ask, entry.location)), entry.location)
            asks.append(use)
            asks.extend({**use, "item": companion} for companion in companions.get(str(use.get("item")), ()))
    return {**page, "asks": asks}


def asked(entry: Place, rows: Mapping[str, tuple[str, ...]]) -> Iterator[object]:
    """`key`, `battery.*`, `{item, show_if}` or `{rows: battery, of: [...], show_if: '... "{row}" ...'}`."""
    if isinstance(entry.value, str):
        battery = entry.value.removesuffix(".*")
        if battery == entry.value:
            yield {"item": entry.value}
        else:
            yield from ({"item": f"{battery}.{row}"} for row in rows_of(entry, battery, rows))
        return
    if not isinstance(entry.value, dict) or "rows" not in entry.value:
        yield entry.value
        return
    use = entry.fields("rows", "of", "show_if", "only")
    battery = use["rows"].text()
    known = rows_of(entry, battery, rows)
    wanted = known if use["of"].missing else tuple(row.text() for row in use["of"].each())
    rule = use.text("show_if")
    for row in wanted:
        if row not in known:
            raise use["of"].wrong(f"rows of {battery}: {', '.join(known)}")
        ask: Document = {"item": f"{battery}.{row}"}
        if not use["only"].missing:
            ask["only"] = use["only"].value
        yield {**ask, "show_if": rule.replace("{row}", row)} if rule else ask


def rows_of(entry: Place, battery: str, rows: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if battery not in rows:
        raise entry.wrong(f"a battery ({', '.join(rows) or 'there is none'})")
    return rows[battery]


def expanded_texts(place: Place, *, rows: Mapping[str, tuple[str, ...]], scale_of: Mapping[str, str]) -> object:
    """The texts with the labels of scales put at each item, and batteries apart from their rows."""
    texts = {name: field.value for name, field in place.named()}
    scales = Place(texts.pop("scales", None), f"{place.location}.scales")
    labels = {} if scales.missing else {name: scale.texts() for name, scale in scales.named()}
    items: Document = {}
    batteries = dict(as_mapping(texts.get("batteries"), place.location))
    for key, text in as_mapping(texts.get("items"), f"{place.location}.items").items():
        value = dict(as_mapping(text, f"{place.location}.items.{key}"))
        if "options" not in value and scale_of.get(key) in labels:
            value["options"] = labels[scale_of[key]]
        if key in rows:
            row_texts = as_mapping(value.pop("rows", None), f"{place.location}.items.{key}.rows")
            batteries[key] = value
            for row, row_text in row_texts.items():
                items[f"{key}.{row}"] = {"question": row_text} if isinstance(row_text, str) else row_text
        else:
            items[key] = value
    whole = {**texts, "batteries": batteries, "items": items}
    for ledger in ("states", "sources"):
        if ledger in texts:
            whole[ledger] = expanded_ledger(Place(texts[ledger], f"{place.location}.{ledger}"), scale_of, rows)
    return whole


def expanded_ledger(place: Place, scale_of: Mapping[str, str], rows: Mapping[str, tuple[str, ...]]) -> Document:
    """What is noted of a scale's label, noted of the option of each item that uses the scale."""
    whole: Document = {}
    of_scales: dict[str, list[tuple[str, object]]] = {}
    for location, entry in place.named():
        kind, _, rest = location.partition(".")
        if kind == "scales":
            scale, _, code = rest.partition(".")
            of_scales.setdefault(scale, []).append((code, entry.value))
        else:
            whole[location] = entry.value
    for key, scale in scale_of.items():
        kind = "batteries" if key in rows else "items"
        for code, value in of_scales.get(scale, ()):
            whole.setdefault(f"{kind}.{key}.options.{code}", value)
    return whole


def as_mapping(value: object, location: str) -> Document:
    """The named values, none for nothing."""
    return {} if value is None else {name: place.value for name, place in Place(value, location).named()}
