"""The worker: queued jobs, and beside them, each in a thread of its own, the sealer of the journal, the renderer of
STIX, the rounds with other nodes and with TAK servers, and the conductor of exercises, which lets injects come at their
second.

Jobs are done by two loops. A receiver of alerts may hang for ten seconds, and twenty of them at once; in the one loop,
whose places are few, they would keep mail, expiry and the telling of matches waiting. So the queue of deliveries has a
loop of its own with places of its own, and the other takes all queues but that one. A sync job runs in the event loop's
pool of threads, which asyncio makes six large on two processors: it is made as large as both loops need.
"""

import asyncio
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.conf import settings
from procrastinate import App
from procrastinate.contrib.django import app

from port2port.alerts.delivery.rules import DELIVER
from port2port.alerts.delivery.senders import phone_gateway
from port2port.base.heads import load_signer
from port2port.base.outside import Outside
from port2port.base.sealing import run_forever
from port2port.exchange.peers import rounds
from port2port.exchange.store import loop as renderer
from port2port.exchange.tak import rounds as tak_rounds
from port2port.members.acting import acting_as_system
from port2port.training.exercises import conducting

DELIVERIES = 32  # at the same time, each a thread and a connection: twenty hang, twelve go on
POLL = 5.0  # seconds; a new job is announced, one whose time has come or whose lock was released is not
POLL_DELIVERIES = 0.5


def work(concurrency: int) -> None:
    """Do queued jobs, seal and render until told to stop (TERM, Ctrl-C). Of several workers the database lets one seal.

    Raises BadGateway when the settings of the gateway cannot work.
    """
    phone_gateway()
    stop = threading.Event()
    sealer = threading.Thread(
        target=run_forever,
        name="sealer",
        args=(stop,),
        kwargs={
            "signer": load_signer(settings.DATA_DIR / "journal.key"),
            "outside": Outside(settings.DATA_DIR / "journal"),
            "entering": partial(acting_as_system, "sealer"),
        },
    )
    rendering = threading.Thread(
        target=renderer.run_forever,
        name="renderer",
        args=(stop,),
        kwargs={"entering": partial(acting_as_system, "worker")},
    )
    conductor = threading.Thread(target=conducting.run_forever, name="conductor", args=(stop,))
    exchanging = threading.Thread(target=rounds.run_forever, name="peers", args=(stop,))
    showing = threading.Thread(target=tak_rounds.run_forever, name="tak", args=(stop,))
    beside = (sealer, rendering, conductor, exchanging, showing)
    for thread in beside:
        thread.start()
    try:
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            asyncio.run(_both_loops(working, concurrency))
    finally:
        stop.set()
        for thread in beside:
            thread.join()


async def _both_loops(working: App, concurrency: int) -> None:
    """Run both loops until TERM, Ctrl-C, or one ends by itself; both then finish what they have in hand.

    Raises what a loop ended with.
    """
    loop, told_to_stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)
    loop.set_default_executor(ThreadPoolExecutor(concurrency + DELIVERIES, thread_name_prefix="job"))
    working.perform_import_paths()  # type: ignore[no-untyped-call]
    others = sorted({task.queue for task in working.tasks.values()} - {DELIVER})
    async with working.open_async():
        loops = [
            asyncio.create_task(_loop(working, others, concurrency, POLL)),
            asyncio.create_task(_loop(working, [DELIVER], DELIVERIES, POLL_DELIVERIES)),
        ]
        stopping = asyncio.create_task(told_to_stop.wait())
        await asyncio.wait([*loops, stopping], return_when=asyncio.FIRST_COMPLETED)
        for one in (*loops, stopping):
            one.cancel()
        for ended in await asyncio.gather(*loops, return_exceptions=True):
            if isinstance(ended, Exception):  # to be cancelled is none
                raise ended


async def _loop(working: App, queues: list[str], concurrency: int, poll: float) -> None:
    await working.run_worker_async(
        queues=queues,
        concurrency=concurrency,
        fetch_job_polling_interval=poll,
        delete_jobs="successful",  # job arguments are ids only, yet none stays longer than it must
        install_signal_handlers=False,
    )
