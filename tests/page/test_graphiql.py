"""The GraphiQL page as a visitor meets it, in a real browser under a strict content security policy."""

from tests.page import chromium
from tests.page.conftest import DIST, Site
from tests.page.editor import ANSWER, QUERY, RUN, TABS, choose

STORED = """
    JSON.parse(localStorage.getItem('graphiql:tabState'))?.tabs.length === 3
    && localStorage.getItem('graphiql:query')?.startsWith('# Welcome')
    && !localStorage.getItem('graphiql:variables')
"""


async def test_asks_no_outside_host_and_breaks_no_policy(page: chromium.Page, site: Site) -> None:
    await page.until(f"{TABS}.length")
    outside = [url for url in page.requested if not url.startswith((site.origin, "data:", "about:"))]
    assert outside == []
    assert page.complaints == []
    assert f"{site.origin}/graphiql/graphiql.js" in page.requested


async def test_opens_with_the_offered_tabs(page: chromium.Page) -> None:
    assert await page.evaluate(TABS) == ["Greeting", "Another"]


async def test_runs_the_first_tab_as_the_first_viewer_in_russian(page: chromium.Page, site: Site) -> None:
    await page.evaluate(RUN)
    assert "Здравствуйте, Анна" in await page.until(ANSWER)
    [(authorization, language, body)] = site.operations("Greeting")
    assert (authorization, language) == ("Bearer token-of-first", "ru")
    assert body["variables"] == {"name": "Анна"}


async def test_asks_as_the_chosen_viewer_in_the_chosen_language(page: chromium.Page, site: Site) -> None:
    await page.evaluate(choose("viewer", "Employee"))
    await page.evaluate(choose("language", "English"))
    await page.evaluate(RUN)
    await page.until(ANSWER)
    assert [call[:2] for call in site.operations("Greeting")] == [("Bearer token-of-employee", "en")]


async def test_nobody_sends_no_token(page: chromium.Page, site: Site) -> None:
    await page.evaluate(choose("viewer", "Nobody"))
    await page.evaluate(RUN)
    await page.until(ANSWER)
    assert [call[0] for call in site.operations("Greeting")] == [None]


async def test_explains_the_schema(page: chromium.Page) -> None:
    await page.evaluate("document.querySelector('[aria-label=\"Show Documentation Explorer\"]').click()")
    assert await page.until("document.querySelector('.graphiql-doc-explorer-content a')?.textContent") == "Query"


async def test_keeps_a_visitors_own_tabs_until_others_are_offered(page: chromium.Page, site: Site) -> None:
    await page.evaluate("document.querySelector('.graphiql-tab-add').click()")
    await page.until(f"{TABS}.length === 3")
    await page.until(STORED)
    await page.reload()
    await page.until(f"{TABS}.length === 3")
    site.config["tabs"] = [{"query": f'query {name} {{ greeting(name: "new") }}'} for name in ("New", "Newer")]
    await page.reload()
    assert await page.until(f"{TABS}[0] === 'New' && {TABS}") == ["New", "Newer"]


async def test_opens_without_tabs_and_tokens(page: chromium.Page, site: Site) -> None:
    site.config |= {"tabs": [], "tokens": []}
    await page.reload()
    assert (await page.until(QUERY)).startswith("# Welcome to GraphiQL")
    assert await page.evaluate("document.getElementById('viewer').textContent") == "Nobody"


async def test_says_what_is_wrong_when_the_configuration_is_missing(page: chromium.Page, site: Site) -> None:
    site.config.clear()
    await page.reload()
    await page.until("document.querySelector('.notice')?.textContent.includes('graphiql-config.json answered 404')")


def test_the_files_load_nothing_from_elsewhere() -> None:
    loads = ("url(http", "url(//", "@import", 'src="http', 'href="http', 'import("http', "sourceMappingURL")
    found = [
        (file.name, load)
        for file in DIST.iterdir()
        if file.suffix in {".html", ".css", ".js"}
        for load in loads
        if load in file.read_text(encoding="utf-8")
    ]
    assert found == []
