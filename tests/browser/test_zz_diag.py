import time
from axe_playwright_python.sync_playwright import Axe
from tests.browser.test_pages import *
from tests.browser.conftest import *


def test_diag(person, records, server):
    p = person("pso@antwerp.demo", "fr", width=390, height=844)
    page = p.context.new_page()
    JS = """() => {const w=document.documentElement.clientWidth; return [...document.querySelectorAll('*')].filter(e=>e.checkVisibility()&&e.getBoundingClientRect().right>w+1).map(e=>e.tagName+'.'+(e.className.baseVal??e.className)+' '+Math.round(e.getBoundingClientRect().right)+' '+e.innerText?.slice(0,50)).slice(0,12)}"""
    page.goto("/me/")
    print("me", page.evaluate(JS))
    n = person("", "fr", width=390, height=844).context.new_page()
    n.goto("/help/")
    print("out", n.evaluate(JS))
    w = person("pso@antwerp.demo", "fr", width=1440, height=900)
    page = w.context.new_page()
    for path in ("/", "/reports/", "/me/", "/help/", "/circles/", f"/reports/{records['report']}/", "/network/")[:4]:
        a = time.time()
        page.goto(path)
        b = time.time()
        page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))")
        c = time.time()
        page.evaluate(Axe().axe_script)
        d = time.time()
        Axe().run(page, options=WCAG)
        e = time.time()
        wrong_with(page, "fr", 390)
        f = time.time()
        print(path, *[f"{x:.2f}" for x in (b - a, c - b, d - c, e - d, f - e)])
    assert 0
