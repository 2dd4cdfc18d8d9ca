"""Runs a program on a pseudo-terminal, and prints as JSON what it wrote there and what it wrote into pipes.

argv[1] is JSON: argv, env, rows, columns, stdout and stderr ("terminal" or "pipe"), type (texts, each sent once the
terminal shows its "after"), interruptAfter (SIGINT once the terminal shows this).
"""
import fcntl, json, os, pty, select, signal, struct, subprocess, sys, termios, time

spec = json.loads(sys.argv[1])
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", spec["rows"], spec["columns"], 0, 0))


def lead():
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


def where(name):
    return slave if spec[name] == "terminal" else subprocess.PIPE


child = subprocess.Popen(
    spec["argv"], env=spec["env"], stdin=slave, stdout=where("stdout"), stderr=where("stderr"), preexec_fn=lead
)
os.close(slave)
seen = {master: b""}
for stream in (child.stdout, child.stderr):
    if stream is not None:
        seen[stream.fileno()] = b""
typed = list(spec["type"])
interrupt = spec["interruptAfter"]
begun = 0
open_fds = set(seen)
deadline = time.monotonic() + spec["seconds"]
while open_fds and time.monotonic() < deadline:
    ready, _, _ = select.select(list(open_fds), [], [], 0.05)
    for fd in ready:
        try:
            text = os.read(fd, 65536)
        except OSError:
            text = b""
        if not text:
            open_fds.discard(fd)
        seen[fd] += text
    if typed and typed[0]["after"].encode() in seen[master][begun:]:
        begun = len(seen[master])
        os.write(master, typed.pop(0)["text"].encode())
    if interrupt and interrupt.encode() in seen[master]:
        child.send_signal(signal.SIGINT)
        interrupt = ""
    if not ready and child.poll() is not None:
        open_fds.discard(master)
if open_fds:
    child.kill()
code = child.wait()


def read(stream):
    return "" if stream is None else seen[stream.fileno()].decode()


print(json.dumps({"terminal": seen[master].decode(), "out": read(child.stdout), "err": read(child.stderr), "code": code}))
