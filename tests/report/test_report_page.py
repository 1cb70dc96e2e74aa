"""The page: well formed, self-contained, safe from what devices say, failures first."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader

from fvrf.journal import Outcome
from fvrf.report.model import AzureStep, ChangeReport, GatewayReport
from fvrf.report.page import environment, to_html
from fvrf.secrets import Secret
from tasks.changes import ChangeFolder, SecretLeak, write_report

TEMPLATES = Path(__file__).parents[2] / "templates"
VOID = {"meta", "br", "link", "img", "hr", "input"}
HOSTILE = "</pre></details><script>alert(1)</script>\"'<img src=https://evil.example/x>"


class Page(HTMLParser):
    """Reads a page and insists on balanced tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag opened last."""
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text.append(data)


def render(report: ChangeReport) -> str:
    return to_html(report, environment(FileSystemLoader(TEMPLATES / "report")))


def test_the_page_is_well_formed_and_its_links_lead_somewhere(sample: ChangeReport) -> None:
    page = Page(render(sample))
    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert len(ids) == len(set(ids))
    assert len(links) == 5
    assert {f"#{name}" for name in ids} >= set(links)


def test_the_page_needs_nothing_from_elsewhere(sample: ChangeReport) -> None:
    text = render(sample)
    page = Page(text)
    loading = {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert [tag for tag, _ in page.tags if tag in loading] == []
    assert re.findall(r"https?:|url\(|@import|//\w", text) == []


def test_the_summary_shows_failures_first_with_what_matters(sample: ChangeReport) -> None:
    told = " ".join(" ".join(Page(render(sample)).text).split())
    summary = told[told.index(" Sites ") : told.index(" Details ")]
    hosts = re.findall(r"(\w+)-onprem-csr \w+ . (?:confirmed|rolled back|unknown)", summary)
    assert hosts == ["jpe", "weur", "eastus", "neur", "scus"]
    assert "expected READY, actual IN-NEG, retransmitting" in summary


def test_only_what_went_wrong_is_unfolded(sample: ChangeReport) -> None:
    sites = [attrs for _, attrs in Page(render(sample)).tags if attrs.get("class") == "site"]
    assert ["open" in attrs for attrs in sites] == [True, True, False, False, False, False]


def test_what_a_device_says_stays_text(sample: ChangeReport) -> None:
    first = sample.routers[2]
    finding = replace(first.post[1], subject=HOSTILE, expected=HOSTILE, actual=HOSTILE)
    step = AzureStep(action=HOSTILE, resource=HOSTILE, result="failed", detail=HOSTILE)
    router = replace(
        first,
        host=HOSTILE,
        site=HOSTILE,
        reason=HOSTILE,
        post=(finding,),
        diff=f"+{HOSTILE}",
        commands=(HOSTILE,),
        azure=(step,),
        warnings=(HOSTILE,),
    )
    gateway = GatewayReport(host=HOSTILE, reason=HOSTILE, steps=(step,), warnings=(HOSTILE,))
    report = replace(
        sample,
        routers=(router,),
        gateways=(gateway,),
        warnings=(HOSTILE,),
        command=HOSTILE,
        error=HOSTILE,
    )
    page = Page(render(report))
    assert page.open == []
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()
    assert "".join(page.text).count(HOSTILE) >= 15


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_and_an_empty_router_can_be_shown(
    sample: ChangeReport, outcome: Outcome
) -> None:
    bare = replace(
        sample.routers[0],
        outcome=outcome,
        reason="",
        pre=(),
        post=(),
        diff="",
        commands=(),
        azure=(),
        connections=(),
        timings=(),
        backup=None,
    )
    text = render(replace(sample, routers=(bare,), gateways=(), warnings=()))
    assert outcome.words in text


def test_a_report_without_routers_can_be_shown(sample: ChangeReport) -> None:
    assert Page(render(replace(sample, routers=(), error="nothing was reached"))).open == []


def test_a_hundred_sites_stay_small(sample: ChangeReport) -> None:
    many = tuple(
        replace(router, host=f"{router.host}-{n}") for n in range(20) for router in sample.routers
    )
    assert len(render(replace(sample, routers=many)).encode()) < 4_000_000


def test_both_renderings_go_into_the_folder_of_the_change(
    sample: ChangeReport, tmp_path: Path
) -> None:
    change = ChangeFolder.create(tmp_path, set, now=sample.started)
    page = write_report(change, sample, TEMPLATES)
    assert page == change.path / "report.html"
    assert sorted(file.name for file in change.path.iterdir()) == ["report.html", "report.json"]


def test_a_secret_in_a_report_is_refused(sample: ChangeReport, tmp_path: Path) -> None:
    change = ChangeFolder.create(tmp_path, lambda: {Secret("azure123")}, now=sample.started)
    router = replace(sample.routers[0], diff="+ pre-shared-key azure123")
    with pytest.raises(SecretLeak):
        write_report(change, replace(sample, routers=(router,)), TEMPLATES)
    assert list(change.path.iterdir()) == []
