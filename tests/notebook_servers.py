"""JupyterLab and marimo as subprocesses, with the network cut off, for tests in a real browser."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import convoy_geo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(convoy_geo.__file__).parent.parent
PATIENCE = 60.0


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(command: Sequence[str], folder: Path, port: int) -> Iterator[str]:
    """A server that is up, and its end; a log of what it says stands in its folder."""
    log = folder / "server.log"
    env = {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "HOME": str(folder), "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"), "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_DATA_DIR": str(folder / "data"), "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    with log.open("wb") as stream:
        running = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, env=env, stdout=stream,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(running, address, log)
        yield address
    finally:
        for sign in (signal.SIGTERM, signal.SIGKILL):  # the kernels too, after the server
            with suppress(ProcessLookupError):
                os.killpg(running.pid, sign)
            with suppress(subprocess.TimeoutExpired):
                running.wait(10)


def _wait(running: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if running.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
        except urllib.error.HTTPError:  # it answers
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text(errors="replace")[-3000:])


def jupyter(folder: Path) -> tuple[list[str], int]:
    """The command of JupyterLab in a folder, and its port."""
    port = free_port()
    return [
        "jupyter", "lab", "--no-browser", f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={folder}",
        "--expose-app-in-browser", "--LabApp.news_url=None", "--allow-root",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.port_retries=0",
    ], port  # fmt: skip


def marimo(script: Path) -> tuple[list[str], int]:
    """The command that shows a marimo notebook as an app, and its port."""
    port = free_port()
    return ["marimo", "-y", "run", str(script), "--headless", "--no-token", "--host", "127.0.0.1",
            "--port", str(port)], port  # fmt: skip


def write_notebook(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells."""
    book = {
        "cells": [
            {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": text,
             "outputs": [], "execution_count": None}
            for number, text in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3",
                                    "language": "python"}},
        "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    path.write_text(json.dumps(book), encoding="utf-8")
    return path
