"""A TCP relay between a port and its hub that a test can cut, and that keeps count of what it carried."""

import selectors
import socket
import threading


class Relay:
    """Listens on a loopback port of its own and passes everything on to `target`, until it is cut."""

    def __init__(self, target: str) -> None:
        host, port = target.removeprefix("tcp://").split(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.carried_bytes = 0
        self.cut_after_bytes: int | None = None
        self.cuts = 0
        self._is_open = True
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._other: dict[socket.socket, socket.socket] = {}
        self._frozen: set[socket.socket] = set()
        self._callers: set[socket.socket] = set()
        self._wake_out, self._wake_in = socket.socketpair()
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        self._tasks: list = []
        self._is_running = True
        self._thread = threading.Thread(target=self._run, name="relay")
        self._thread.start()

    def cut(self) -> None:
        """Cut every connection now; new ones are let through."""
        self._do(self._drop_all)

    def close_gate(self) -> None:
        """Cut every connection and let none through."""
        self._do(lambda: (setattr(self, "_is_open", False), self._drop_all()))

    def freeze(self, *, up: bool = True, down: bool = True) -> None:
        """Let the connections of now stand and carry nothing: half-open, as after a silent router. New ones work.

        `up` is the way to the target, `down` the way back: with one of them only, the other goes on.
        """
        self._do(lambda: [self._freeze(end) for end in self._other if (up if end in self._callers else down)])

    def open_gate(self) -> None:
        self._do(lambda: setattr(self, "_is_open", True))

    def stop(self) -> None:
        self._do(lambda: setattr(self, "_is_running", False))
        self._thread.join()

    def _do(self, task) -> None:
        self._tasks.append(task)
        self._wake_in.send(b"\0")

    def _run(self) -> None:
        while self._is_running:
            for key, _ in self._selector.select():
                if key.fileobj is self._wake_out:
                    self._wake_out.recv(64)
                elif key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj in self._other:
                    self._pass_on(key.fileobj)
            while self._tasks:
                self._tasks.pop(0)()
        self._drop_all()
        self._selector.close()
        for end in (self._listener, self._wake_in, self._wake_out):
            end.close()

    def _freeze(self, end: socket.socket) -> None:
        if end not in self._frozen:
            self._frozen.add(end)
            self._selector.unregister(end)

    def _accept(self) -> None:
        incoming, _ = self._listener.accept()
        if not self._is_open:
            incoming.close()
            return
        try:
            outgoing = socket.create_connection(self._target)
        except OSError:
            incoming.close()
            return
        self._callers.add(incoming)
        for one, other in ((incoming, outgoing), (outgoing, incoming)):
            self._other[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, source: socket.socket) -> None:
        try:
            data = source.recv(1 << 16)
            if data:
                self._other[source].sendall(self.changed(data))
        except OSError:
            data = b""
        self.carried_bytes += len(data)
        if not data:
            self._drop(source)
        elif self.cut_after_bytes is not None and self.carried_bytes >= self.cut_after_bytes:
            self.cut_after_bytes = None
            self._drop_all()

    def changed(self, data: bytes) -> bytes:
        """What is passed on of `data`: here, the same."""
        return data

    def _drop_all(self) -> None:
        self.cuts += 1
        for source in list(self._other):
            self._drop(source)

    def _drop(self, source: socket.socket) -> None:
        other = self._other.pop(source, None)
        if other is not None:
            if source not in self._frozen:
                self._selector.unregister(source)
            self._frozen.discard(source)
            self._callers.discard(source)
            source.close()
            self._drop(other)
