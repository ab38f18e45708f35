"""What authors write, and the plain document it stands for.

The shorthand: answer scales that items share by name (`scale:`), batteries as one entry with `rows:`, items asked by
key alone (`ask: [types.*]`), conditions as named values, and texts of scales and rows written once. A document that
uses none of it comes out as it went in.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from surveys.instrument.reader import InstrumentError, Place
from surveys.instrument.safe_yaml import read_yaml

Document = dict[str, object]


def read_directory(path: Path, *, name: str) -> Document:
    """One document out of an instrument, its item banks and its texts, still in shorthand."""
    document = read_file(path / "instruments" / f"{name}.yaml")
    scales: Document = {}
    items: list[object] = []
    for bank in Place(document.pop("banks", None), f"{name}.yaml.banks").each():
        file = f"{bank.text()}.yaml"
        if Path(file).name != file:
            raise bank.wrong("the name of a file in items/")
        content = Place(read_yaml(path / "items" / file), file).fields("scales", "items")
        scales.update(as_mapping(content["scales"].value, f"{file}.scales"))
        items.extend(place.value for place in content.each("items"))
    document["scales"] = scales
    document["items"] = items
    document["texts"] = {
        file.stem.removeprefix(f"{name}."): read_yaml(file) for file in sorted((path / "texts").glob(f"{name}.*.yaml"))
    }
    return document


def read_file(path: Path) -> Document:
    """The document of one YAML or JSON file, still in shorthand."""
    value = read_yaml(path)
    if not isinstance(value, dict):
        raise InstrumentError(location=path.name, expected="named values", got=type(value).__name__)
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
    plain["items"] = items
    if isinstance(plain.get("conditions"), dict):
        named = Place(plain["conditions"], "conditions").named()
        plain["conditions"] = [{"name": name, "rule": place.value} for name, place in named]
    plain["pages"] = [expanded_page(place, rows) for place in listed(plain, "pages")]
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
    return {"code": option.value} if isinstance(option.value, str) else option.value


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
    for row in own:
        yield {**item, "key": f"{key}.{row}", "battery": key}


def expanded_page(place: Place, rows: Mapping[str, tuple[str, ...]]) -> object:
    page = {name: field.value for name, field in place.named()}
    if "ask" in page:
        asks = [ask for entry in Place(page.pop("ask"), f"{place.location}.ask").each() for ask in asked(entry, rows)]
        page["asks"] = asks
    return page


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
    use = entry.fields("rows", "of", "show_if")
    battery = use["rows"].text()
    known = rows_of(entry, battery, rows)
    wanted = known if use["of"].missing else tuple(row.text() for row in use["of"].each())
    rule = use.text("show_if")
    for row in wanted:
        if row not in known:
            raise use["of"].wrong(f"rows of {battery}: {', '.join(known)}")
        ask = {"item": f"{battery}.{row}"}
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
    return {**texts, "batteries": batteries, "items": items}


def as_mapping(value: object, location: str) -> Document:
    """The named values, none for nothing."""
    return {} if value is None else {name: place.value for name, place in Place(value, location).named()}
