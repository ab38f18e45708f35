"""`manage.py estimate`: R's numbers through files, the example of the docs, and nothing written for wrong input."""

import csv
import json
import math
import os
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.analytics.core.golden import FOLDER, RELATIVE, Table, numbers

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "howto" / "examples"
REFERENCE = Path(os.environ.get("REFERENCE_DIR", "reference")) / "statistics"
HEADING = (
    "estimand,item,category,domain,n,n_effective,estimate,standard_error,df,low,high,interval,confidence,"
    "design_effect,missing_share,flags"
)
ITEMS = """
items:
  numbers: {columns: [api00, api99, growth, enroll, api_stu], missing: NA}
  sch_wide: {codes: [No, Yes]}
  comp_imp: {codes: [No, Yes]}
  stype: {codes: [E, H, M]}
by: [stype, comp_imp, [stype, sch_wide]]
estimates:
  - {estimand: mean, items: [api00, api99, growth, enroll]}
  - {estimand: total, items: [api00, enroll, stype]}
  - {estimand: ratio, items: api_stu, over: enroll}
  - {estimand: share, items: [sch_wide, stype]}
  - {estimand: quantile, items: api00, p: [0.1, 0.25, 0.5, 0.75, 0.9]}
interval: {df: plain}
"""
DESIGNS = {
    "strat": "design: {weight: pw, strata: stype, fpc: fpc}",
    "strat_nofpc": "design: {weight: pw, strata: stype}",
    "clus2": "design: {weight: pw, psu: dnum, fpc: fpc1, second_stage_fpc: fpc2}",
    "clus2_wr": "design: {weight: pw, psu: dnum}",
}
FUNCTIONS = {"mean": "mean", "share": "share", "total": "total", "total of ones": "total", "ratio": "ratio"}


def run(*arguments: object) -> tuple[str, int, str]:
    """What the command prints, its exit status and what it says of an error."""
    output = StringIO()
    try:
        call_command("estimate", *map(str, arguments), stdout=output)
    except CommandError as error:
        return output.getvalue(), error.returncode, str(error)
    return output.getvalue(), 0, ""


def made(folder: Path, data: Path, design: str) -> dict[tuple[str, str, str, str], dict[str, float]]:
    """The estimates by estimand, item, category and domain."""
    document, out = folder / "design.yaml", folder / "estimates.csv"
    document.write_text(design, encoding="utf-8")
    printed, status, said = run(data, document, "--out", out, "--quiet")
    assert (printed, status, said) == ("", 0, "")
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = ("estimand", "item", "category", "domain")
    figures = ("n", "estimate", "standard_error", "df", "low", "high", "design_effect")
    return {
        tuple(row[key] for key in keys): {one: float(row[one]) if row[one] else math.nan for one in figures}
        for row in rows
    }


def schools(folder: Path, design: str) -> Path:
    """The golden file; of the two-stage sample with the weights (757 / 40) (M / m) that R derives."""
    if design.startswith("strat"):
        return FOLDER / "apistrat.csv"
    table = Table("apiclus2")
    taken = {one: table.text("dnum").tolist().count(one) for one in table.text("dnum").tolist()}
    rows = [{**row, "pw": repr(757 / 40 * float(row["fpc2"]) / taken[row["dnum"]])} for row in table.rows]
    with (folder / "clus2.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return folder / "clus2.csv"


def golden(design: str) -> list[dict]:
    """Those of R's numbers that a domain of the command can be compared with."""
    cases = numbers("api_designs" if design.startswith("clus") else "apistrat")["estimates"]
    domains = {None, *(f"stype={one}" for one in "EHM"), "comp_imp=Yes"}
    domains |= {f"stype={one},sch_wide={other}" for one in "EHM" for other in ("No", "Yes")}
    return [
        case
        for case in cases
        if case["design"] == design and case["function"] in FUNCTIONS and case["domain"] in domains
    ]


@pytest.mark.parametrize("design", DESIGNS)
def test_the_numbers_are_those_of_r(design, tmp_path):
    found = made(tmp_path, schools(tmp_path, design), DESIGNS[design] + ITEMS)
    compared = 0
    for case in golden(design):
        y = case["y"]
        item, category = (y[0], y[1]) if isinstance(y, list) else (*y.split("="), "")[:2]
        domain = (case["domain"] or "all").replace(",", "; ")
        row = found.get((FUNCTIONS[case["function"]], item, category, domain))
        if row is None:  # an item or crossing that the document does not ask for
            continue
        compared += 1
        assert row["estimate"] == pytest.approx(case["est"], rel=RELATIVE), case["call"]
        assert row["standard_error"] == pytest.approx(case["se"], rel=RELATIVE, abs=1e-12), case["call"]
        if case.get("deff") is not None and case["se"] > 1e-9:
            assert row["design_effect"] == pytest.approx(case["deff"], rel=RELATIVE), case["call"]
        if case.get("degf") is not None:
            assert row["df"] == case["degf"], case["call"]
    assert compared >= 25


@pytest.mark.parametrize("case", numbers("api_designs")["quantiles"], ids=lambda case: case["call"])
def test_quantiles_are_those_of_r(case, tmp_path):
    design = DESIGNS[case["design"]]
    method = f"interval: {{df: plain, quantile: {case['method']}}}"
    text = (
        f"{design}\nitems: {{api00: {{}}}}\nestimates: [{{estimand: quantile, items: api00, p: {case['p']}}}]\n{method}"
    )
    row = made(tmp_path, schools(tmp_path, case["design"]), text)["quantile", "api00", f"{case['p']:g}", "all"]
    wanted = {"estimate": case["est"], "low": case["low"], "high": case["high"], "standard_error": case["se"]}
    for name, value in wanted.items():
        assert row[name] == pytest.approx(math.nan if value is None else value, rel=RELATIVE, nan_ok=True)


CALIBRATIONS = {
    "linear": "method: linear, margins: [{column: stype, totals: {E: 4421, H: 755, M: 1018}}]",
    "raking": "method: raking, margins: [{column: stype, totals: {E: 4421, H: 755, M: 1018}}, "
    "{column: api99, total: 3914069}]",
    "logit": "method: logit, bounds: [0.4, 1.6], margins: [{column: stype, totals: {E: 4421, H: 755, M: 1018}}, "
    "{column: api99, total: 3914069}]",
    "truncated": "method: truncated, bounds: [0.45, 1.597], margins: [{column: stype, totals: {E: 4421, H: 755, "
    "M: 1018}}, {column: api99, total: 3914069}]",
    "rake": "method: raking, margins: [{column: stype, totals: {E: 4421, H: 755, M: 1018}}, "
    "{column: sch_wide, totals: {No: 1072, Yes: 5122}}]",
}


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_calibrated_numbers_are_those_of_r(name, tmp_path):
    text = f"""
design: {{weight: pw, psu: dnum, fpc: fpc}}
calibration: {{{CALIBRATIONS[name]}}}
items: {{api00: {{}}, enroll: {{}}, stype: {{codes: [E, H, M]}}}}
estimates:
  - {{estimand: mean, items: api00}}
  - {{estimand: total, items: [enroll, stype]}}
"""
    found = made(tmp_path, FOLDER / "calibration.csv", text)
    wanted = numbers("calibration")["calibrations"][name]
    for key, case in ((("mean", "api00", "", "all"), "mean"), (("total", "enroll", "", "all"), "total")):
        assert [found[key]["estimate"], found[key]["standard_error"]] == pytest.approx(wanted[case], rel=RELATIVE)
    schools_of_type_h = found["total", "stype", "H", "all"]
    assert schools_of_type_h["estimate"] == pytest.approx(755, rel=1e-9)
    assert (schools_of_type_h["standard_error"], schools_of_type_h["low"]) == (0, schools_of_type_h["estimate"])


def test_the_jackknife_is_that_of_r(tmp_path):
    text = DESIGNS["strat"] + ITEMS.split("  - {estimand: quantile", maxsplit=1)[0] + "replicates: {kind: jkn}\n"
    found = made(tmp_path, FOLDER / "apistrat.csv", text)
    wanted = numbers("replicates_api")["strat_JKn_fpc"]
    pairs = {"total": ("total", "enroll", ""), "ratio": ("ratio", "api_stu", "enroll")}
    for case, key in pairs.items():
        row = found[(*key, "all")]
        assert [row["estimate"], row["standard_error"]] == pytest.approx(wanted[case], rel=RELATIVE)
    by = [found["mean", "api00", "", f"stype={one}"]["standard_error"] for one in "EHM"]
    assert by == pytest.approx(wanted["by_se"], rel=RELATIVE)


@pytest.mark.skipif(not REFERENCE.is_dir(), reason=f"no {REFERENCE}: set REFERENCE_DIR")
@pytest.mark.parametrize(("file", "key"), [("apistrat", "strat"), ("apistrat", "strat_nofpc"), ("apiclus2", "clus2")])
def test_the_reference_files_give_the_reference_numbers(file, key, tmp_path):
    design = DESIGNS[key] + ITEMS.replace("api_stu", "api.stu").replace("sch_wide", "sch.wide").replace(
        "comp_", "comp."
    )
    found = made(tmp_path, REFERENCE / f"{file}.csv", design)
    wanted = json.loads((REFERENCE / "reference_api.json").read_text(encoding="utf-8"))["designs"][key]
    ratio = found["ratio", "api.stu", "enroll", "all"]
    assert [ratio["estimate"], ratio["standard_error"]] == pytest.approx(
        [wanted["ratio"]["est"], wanted["ratio"]["se"]], rel=RELATIVE
    )
    mean = found["mean", "api00", "", "all"]
    assert [mean["low"], mean["high"]] == pytest.approx(wanted["mean_ci_t"]["values"][0], rel=RELATIVE)
    crossed = wanted["by_2way_mean"]
    for stype, wide, error in zip(crossed["stype"], crossed["sch.wide"], crossed["se"], strict=True):
        row = found["mean", "api00", "", f"stype={stype}; sch.wide={wide}"]
        assert row["standard_error"] == pytest.approx(error, rel=RELATIVE)


def test_the_example_of_the_docs_runs_and_prints_what_they_say(tmp_path):
    out = tmp_path / "estimates.csv"
    printed, status, _ = run(EXAMPLES / "workplaces.csv", EXAMPLES / "design.yaml", "--out", out)
    assert status == 0
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == HEADING
    page = (ROOT / "docs" / "howto" / "estimate.md").read_text(encoding="utf-8")
    assert all(line in page for line in printed.splitlines()[:2])
    shown = page[page.index(HEADING) :].split("```")[0].splitlines()
    for line, other in zip(shown, lines, strict=False):  # the last bits are the machine's
        for one, two in zip(line.split(","), other.split(","), strict=True):
            assert one == two or float(one) == pytest.approx(float(two), rel=1e-9)
    assert len(shown) == 5
    assert (EXAMPLES / "design.yaml").read_text(encoding="utf-8").split("\n", 1)[1].strip() in page
    assert stat.S_IMODE(out.stat().st_mode) & 0o400
    again = tmp_path / "again.csv"
    run(EXAMPLES / "workplaces.csv", EXAMPLES / "design.yaml", "--out", again)
    assert again.read_bytes() == out.read_bytes()


def test_the_example_of_differences_runs_and_gives_what_the_docs_show(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = ("--out", "estimates.csv", "--differences", "differences.csv")
    printed, status, _ = run(EXAMPLES / "workplaces.csv", EXAMPLES / "differences.yaml", *files)
    assert status == 0
    page = (ROOT / "docs" / "howto" / "estimate.md").read_text(encoding="utf-8")
    assert f"    {printed.splitlines()[-1]}\n" in page
    document = (EXAMPLES / "differences.yaml").read_text(encoding="utf-8")
    assert document[document.index("by: [region") :].strip() in page
    lines = (tmp_path / "differences.csv").read_text(encoding="utf-8").splitlines()
    shown = page[page.index(lines[0]) :].split("```")[0].splitlines()
    assert len(shown) == 4
    for line, other in zip(shown, lines, strict=False):  # the last bits are the machine's
        for one, two in zip(line.split(","), other.split(","), strict=True):
            assert one == two or float(one) == pytest.approx(float(two), rel=1e-9)
    assert [row["family"] for row in csv.DictReader(lines)] == ["1"] + 4 * ["2"] + 24 * ["3"]
    report = json.loads(run(EXAMPLES / "workplaces.csv", EXAMPLES / "differences.yaml", *files, "--json")[0])
    assert (report["differences"], report["untested"], report["wrote_differences"]) == (29, 1, "differences.csv")


def test_differences_and_the_file_for_them_come_together(tmp_path):
    data, out, compared = EXAMPLES / "workplaces.csv", tmp_path / "out.csv", tmp_path / "compared.csv"
    assert "--differences: expected a file" in run(data, EXAMPLES / "differences.yaml", "--out", out)[2]
    both = ("--out", out, "--differences", compared)
    assert "differences: expected this entry, got nothing" in run(data, EXAMPLES / "design.yaml", *both)[2]
    twice = ("--out", out, "--differences", out)
    assert (
        "--differences: expected a file of its own, got that of --out"
        in run(data, EXAMPLES / "differences.yaml", *twice)[2]
    )
    away = ("--out", out, "--differences", tmp_path / "none" / "compared.csv")
    assert "--differences: expected a file in a folder" in run(data, EXAMPLES / "differences.yaml", *away)[2]
    assert list(tmp_path.iterdir()) == []


def test_every_entry_of_a_document_is_in_the_docs():
    page = (ROOT / "docs" / "howto" / "estimate.md").read_text(encoding="utf-8")
    entries = """design.weight design.strata design.psu design.psu_within_strata design.fpc design.second_stage_fpc
    design.lonely_psu missing items.NAME.column items.NAME.columns items.NAME.codes items.NAME.missing
    items.NAME.not_asked by domains.COLUMN estimates[].estimand estimates[].items estimates[].over estimates[].p
    estimates[].plus estimates[].minus estimates[].scores interval.share interval.quantile interval.confidence
    interval.df calibration.method calibration.bounds calibration.margins[].column calibration.margins[].totals
    differences differences[].estimand differences[].by differences[].against differences[].adjustment
    calibration.margins[].total replicates.kind replicates.count replicates.seed replicates.fpc file.delimiter
    file.decimal"""
    assert [entry for entry in entries.split() if f"| `{entry}` |" not in page] == []


def test_machines_get_the_report_as_json(tmp_path):
    out = tmp_path / "estimates.csv"
    printed, _, _ = run(EXAMPLES / "workplaces.csv", EXAMPLES / "design.yaml", "--out", out, "--json")
    report = json.loads(printed)
    assert (report["rows"], report["strata"], report["psus"], report["lonely"]) == (142, 4, 142, 0)
    assert (report["estimates"], report["wrote"]) == (len(out.read_text().splitlines()) - 1, str(out))
    assert report["calibration"]["margin_error"] < 1e-9


DATA = "w,s,q\n2,a,1\n2,a,2\n3,b,1\n3,b,\n"
DESIGN = "design: {weight: w, strata: s}\nitems: {q: {codes: [1, 2]}}\nestimates: [{estimand: share, items: q}]\n"


@pytest.mark.parametrize(
    ("data", "design", "said"),
    [
        (DATA, DESIGN.replace("weight: w", "weight: v"), "design.weight: expected a column of the file, got 'v'"),
        (DATA, DESIGN.replace("weight", "wieght"), "design.weight: expected this entry"),
        (DATA, DESIGN + "by: [t]\n", "by (t): expected a column of the file"),
        (DATA, DESIGN + "by: [s]\nby: [s]\n", "a second time"),
        (DATA, DESIGN + "interval: {share: wald}\n", "leaves [0, 1]"),
        (DATA, "", "document: expected a mapping"),
        (DATA, "design: [", "YAML"),
        (DATA.replace("a,2", "a,3"), DESIGN, "items.q: expected one of the codes 1, 2 in the column 'q', got '3'"),
        (DATA.replace("a,2", "a"), DESIGN, "DATA: expected a CSV file in UTF-8, got CSV parse error"),
        (DATA.replace("a,2", "a,2,9"), DESIGN, "DATA: expected a CSV file"),
        ("w,s,q\n", DESIGN, "DATA: expected at least one row"),
        ("", DESIGN, "an empty file"),
        ("w,s,w\n1,2,3\n", DESIGN, "'w' twice"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_sentence_status_1_and_nothing_written(data, design, said, tmp_path):
    (tmp_path / "data.csv").write_text(data, encoding="utf-8")
    (tmp_path / "design.yaml").write_text(design, encoding="utf-8")
    arguments = (tmp_path / "data.csv", tmp_path / "design.yaml", "--out", tmp_path / "out.csv")
    printed, status, error = run(*arguments)
    assert (printed, status) == ("", 1)
    assert said in error
    assert "\n" not in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "design.yaml"]
    assert json.loads(run(*arguments, "--json")[0]) == {"refused": error}


def test_what_was_written_before_stays_when_the_input_is_wrong(tmp_path):
    (tmp_path / "data.csv").write_text(DATA.replace("3,b,1", "-3,b,1"), encoding="utf-8")
    (tmp_path / "design.yaml").write_text(DESIGN, encoding="utf-8")
    (tmp_path / "out.csv").write_text("before", encoding="utf-8")
    _, status, error = run(tmp_path / "data.csv", tmp_path / "design.yaml", "--out", tmp_path / "out.csv")
    assert (status, (tmp_path / "out.csv").read_text()) == (1, "before")
    assert "weights above 0, got -3 in row 3" in error


def test_files_that_cannot_be_read_or_written_are_said(tmp_path, monkeypatch):
    (tmp_path / "data.csv").write_bytes("w,s,q\n1,ø,1\n".encode("latin-1"))
    (tmp_path / "design.yaml").write_text(DESIGN, encoding="utf-8")
    data, design, out = tmp_path / "data.csv", tmp_path / "design.yaml", tmp_path / "out.csv"
    assert run(data, design, "--out", out)[1] == 1
    said = run(tmp_path / "none.csv", design, "--out", out)[2]
    assert said == f"DATA: expected a file that is there, got '{tmp_path}/none.csv'. Check name and folder."
    data.write_text(DATA, encoding="utf-8")
    assert run(data, design, "--out", tmp_path / "none" / "out.csv")[2] == (
        f"--out: expected a file in a folder that is there, got the folder '{tmp_path}/none', which is not. "
        "Make the folder first, or name another one."
    )
    assert "--out: expected the name of a file" in run(data, design, "--out", tmp_path)[2]
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda folder, _mode: folder != tmp_path)  # root may write everywhere
        assert "--out: expected a file in a folder that can be written to" in run(data, design, "--out", out)[2]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "design.yaml"]
    assert "a file of its own, got that of DATA" in run(data, design, "--out", data)[2]
    assert data.read_text() == DATA
    assert run(data, design, "--out", out) == (
        f"Read 4 rows: 2 strata, 4 PSUs, 2 degrees of freedom.\n"
        f"Wrote 2 estimates to {out}, 0 of them without a value.\n",
        0,
        "",
    )


def test_a_file_of_another_form_is_read_as_the_document_says(tmp_path):
    text = '\ufeffw;s;x\r\n"1,5";a;"2,25"\r\n1,5;"a\nb";3\r\n2;a;\r\n'
    (tmp_path / "data.csv").write_bytes(text.encode())
    design = """
file: {delimiter: ";", decimal: ","}
design: {weight: w}
items: {x: {}}
by: [s]
estimates: [{estimand: mean, items: x}]
"""
    found = made(tmp_path, tmp_path / "data.csv", design)
    assert found["mean", "x", "", "all"]["estimate"] == 2.625
    assert found["mean", "x", "", "s=a\nb"]["n"] == 1
