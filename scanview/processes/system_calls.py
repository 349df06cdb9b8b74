"""The system calls that a confined process does without, with their numbers on x86-64 and on 64-bit ARM.

Numbers are those of the kernel's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h; None
where a machine has no such call.
"""

import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass

FORBIDDEN = {
    # Speaking to anybody, or to the rest of the machine.
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242), "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190),
    "mq_open": (240, 180), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    # Starting programs, and reaching into others.
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None), "setsid": (112, 157),
    "setpgid": (109, 154), "kill": (62, 129), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "process_madvise": (440, 440), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    # Changing the walls and the machine.
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "open_by_handle_at": (304, 265), "setuid": (105, 146),
    "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143), "setresuid": (117, 147),
    "setresgid": (119, 149), "setgroups": (116, 159), "capset": (126, 91), "setrlimit": (160, 164),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "sethostname": (170, 161), "quotactl": (179, 60),
    "acct": (163, 89), "syslog": (103, 116), "personality": (135, 92), "fanotify_init": (300, 262),
    # Changing files.
    "creat": (85, None), "truncate": (76, 45), "unlink": (87, None), "unlinkat": (263, 35), "rename": (82, None),
    "renameat": (264, 38), "renameat2": (316, 276), "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None),
    "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36), "chmod": (90, None),
    "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None), "fchown": (93, 55),
    "lchown": (94, None), "fchownat": (260, 54), "mknod": (133, None), "mknodat": (259, 33), "utimensat": (280, 88),
    "setxattr": (188, 5),
}  # fmt: skip
"""Refused with EPERM."""

UNKNOWN_HERE = {"openat2": (437, 437), "clone3": (435, 435)}
"""Answered as by a kernel that has no such call (ENOSYS): a filter cannot look behind their pointers, and the C library
then takes the older call."""

CREATES_PROCESS_UNLESS_THREAD = {"clone": (56, 220)}
"""Allowed for a thread of the same process alone."""

OPENS = {"open": 1, "openat": 2}
"""Allowed for reading alone; which argument has the flags."""

_OPEN_NUMBERS = {"open": (2, None), "openat": (257, 56)}
_TABLE = FORBIDDEN | UNKNOWN_HERE | CREATES_PROCESS_UNLESS_THREAD | _OPEN_NUMBERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A kind of processor: its number in a filter, and the first number of calls that are of another convention."""

    column: int
    audit_number: int
    foreign_from: int

    def numbers(self, names: Iterable[str]) -> list[int]:
        """The numbers of the calls of these names that there are."""
        return [number for name in names if (number := _TABLE[name][self.column]) is not None]


_MACHINES = {
    "x86_64": Machine(column=0, audit_number=0xC000_003E, foreign_from=0x4000_0000),
    "aarch64": Machine(column=1, audit_number=0xC000_00B7, foreign_from=0x4000_0000),
}


def machine() -> Machine | None:
    """The machine that this runs on; None where its calls are not in the table."""
    is_whole = sys.maxsize > 2**32 and sys.byteorder == "little"
    return _MACHINES.get(platform.machine()) if is_whole else None
