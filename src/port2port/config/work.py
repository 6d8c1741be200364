"""The worker: queued jobs, and beside them the sealer of the journal in a thread of its own."""

import threading
from functools import partial

from django.conf import settings
from procrastinate.contrib.django import app

from port2port.base.heads import load_signer
from port2port.base.outside import Outside
from port2port.base.sealing import run_forever
from port2port.members.acting import acting_as_system


def work(concurrency: int) -> None:
    """Do queued jobs and seal until told to stop (TERM, Ctrl-C). Of several workers the database lets one seal."""
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
    sealer.start()
    try:
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            working.run_worker(
                concurrency=concurrency,
                delete_jobs="successful",  # job arguments are ids only, yet none stays longer than it must
                install_signal_handlers=True,
            )
    finally:
        stop.set()
        sealer.join()
