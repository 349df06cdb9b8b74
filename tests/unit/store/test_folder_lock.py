"""One program per folder, and a disk that refuses the lock."""

import pytest

from scanview.core.errors import Unavailable
from scanview.store.folder_lock import FolderLock


def test_a_folder_is_one_programs_at_a_time(tmp_path):
    with FolderLock(tmp_path / "lock"), pytest.raises(Unavailable) as refused:
        FolderLock(tmp_path / "lock")
    assert refused.value.code == "folder-in-use"
    FolderLock(tmp_path / "lock").close()


def test_a_disk_that_refuses_the_lock_is_said(tmp_path):
    with pytest.raises(Unavailable) as refused:
        FolderLock(tmp_path / "gone" / "lock")
    assert refused.value.code == "folder-unavailable"
