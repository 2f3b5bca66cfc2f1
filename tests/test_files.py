"""Files written whole or not at all, and what stands where they shall go."""

import os
import socket
import stat
import subprocess
import sys

import pytest

from convoy_geo.errors import OutputFileError
from convoy_geo.io import files
from convoy_geo.io.files import writing


def write(path, data=b"new"):
    with writing(path) as stream:
        stream.write(data)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_link_stays_and_its_target_is_written(tmp_path):
    real, link = tmp_path / "there" / "real.html", tmp_path / "link.html"
    real.parent.mkdir()
    real.write_bytes(b"old")
    link.symlink_to("there/real.html")
    write(link)
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert list(real.parent.iterdir()) == [real]
    assert set(tmp_path.iterdir()) == {real.parent, link}


def test_a_link_to_nothing_makes_its_target(tmp_path):
    link = tmp_path / "link.html"
    link.symlink_to("real.html")
    write(link)
    assert link.is_symlink()
    assert (tmp_path / "real.html").read_bytes() == b"new"


def test_links_in_a_ring_are_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OutputFileError, match="cannot write"):
        write(tmp_path / "a")
    assert (tmp_path / "a").is_symlink()


@pytest.mark.parametrize("kept", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_permissions(tmp_path, kept):
    path = tmp_path / "page.html"
    path.write_bytes(b"old")
    path.chmod(kept)
    write(path)
    assert mode(path) == kept
    assert path.read_bytes() == b"new"


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    write(tmp_path / "page.html")
    assert mode(tmp_path / "page.html") == mode(tmp_path / "plain")


def test_a_folder_a_pipe_and_a_socket_are_refused(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        for name, what in (("folder", "a folder"), ("pipe", "a pipe"), ("socket", "a socket")):
            before = (tmp_path / name).lstat()
            with pytest.raises(OutputFileError, match=f"{name}': it is {what}; give the path"):
                write(tmp_path / name)
            assert (tmp_path / name).lstat().st_ino == before.st_ino
    assert len(list(tmp_path.iterdir())) == 3


def test_a_device_is_written_to_and_stays(tmp_path):
    ours, theirs = os.openpty()
    device = os.ttyname(theirs)
    link = tmp_path / "terminal"
    link.symlink_to(device)
    write(device, b"one ")
    write(link, b"two")
    os.close(theirs)
    got = b""
    while len(got) < len(b"one two"):  # a terminal may give its bytes in parts
        part = os.read(ours, 100)
        assert part
        got += part
    assert got == b"one two"
    os.close(ours)
    assert link.is_symlink()


@pytest.mark.parametrize("name", ["/dev/stdout", "out.txt"])
def test_what_the_program_prints_to_is_not_replaced(tmp_path, name):
    code = (
        "import sys; from convoy_geo.io.files import writing\n"
        "try:\n"
        "    with writing(sys.argv[1]) as stream: stream.write(b'page')\n"
        "except OSError as error: print(error)\n"
    )
    with (tmp_path / "out.txt").open("wb") as out:
        done = subprocess.run([sys.executable, "-c", code, name], cwd=tmp_path, stdout=out,
                              stderr=subprocess.PIPE, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "this program's own output; give the path" in (tmp_path / "out.txt").read_text()


def test_a_name_as_long_as_can_be(tmp_path):
    path = tmp_path / ("x" * 250 + ".html")
    write(path)
    assert path.read_bytes() == b"new"


def test_temporary_folders_of_dead_processes_of_this_machine_go(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True,
                          capture_output=True, text=True).stdout.strip()  # fmt: skip
    here = files._host()
    left = {
        name: tmp_path / f".convoy_geo.part-{name}-x"
        for name in (f"{here}-{gone}", f"{here}-{os.getpid()}", f"other_{here}-{gone}")
    }
    for folder in left.values():
        folder.mkdir()
        (folder / "nodes").write_text("x")
    with files.temporary_folder() as folder:
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [one.exists() for one in left.values()] == [False, True, True]
    assert not folder.exists()
