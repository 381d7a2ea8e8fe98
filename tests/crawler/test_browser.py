from __future__ import annotations

import shutil

import pytest

from crawler.settings import load_crawl_settings
from domain.errors import SettingsError
from storage.store import Store
from tests.crawler.conftest import Crawl, make_source, texts
from tests.crawler.sites import LocalSite, render_rss

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def test_a_browser_that_is_not_there_is_told_by_setting() -> None:
    with pytest.raises(SettingsError, match="ROUNDWATCH_CRAWL_BROWSER: there is no program"):
        load_crawl_settings(browser="/no/such/program")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_pages_that_need_scripts_are_read_with_a_browser_that_reaches_no_private_address(
    site: LocalSite, store: Store, crawl: Crawl
) -> None:
    text = "The company has raised seven million dollars, it said on Wednesday, led by Example Ventures. " * 3
    script = """<html><body><div id=app></div><img src="/picture.png"><script>
      fetch('/text').then(a => a.text()).then(t => {
        const article = '<article><h1>Scripted raises $7 million</h1><p>' + t + '</p></article>'
        document.getElementById('app').innerHTML = article
      }); fetch('/away').catch(() => {});
    </script></body></html>"""
    site.put("/feed", render_rss([site.url + "/page", site.url + "/trap"]), "application/rss+xml")
    site.put("/page", script)
    site.put("/text", text, "text/plain")
    site.put("/away", "", status=302, Location="http://127.0.0.1:9/secret")
    site.put("/trap", "", status=302, Location="http://127.0.0.1:9/secret")
    report = crawl(make_source(feeds=[site.url + "/feed"], scripts=True), browser=CHROMIUM, timeout=20.0)
    assert text.strip() in texts(store)[site.url + "/page"]
    assert "/picture.png" not in site.paths()
    assert len(report.problems) == 1
    assert "127.0.0.1 is a private or loopback address" in report.problems[0]
