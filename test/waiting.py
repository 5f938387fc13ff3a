"""How the tests wait: for something to become true, never for ever."""
import threading
import time

PATIENCE_S = 30


def until(condition, what, seconds=PATIENCE_S):
    """The first true value of condition(). It fails after a while, and never sooner on a slow machine than on a quick one; what (a text,
    or a function that makes one) says what did not happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.03)
    raise AssertionError(f"did not happen in {seconds} s: {what() if callable(what) else what}")


def said(process, words, seconds=PATIENCE_S):
    """What a process prints up to the line that has the words. It is killed when that line does not come."""
    timer = threading.Timer(seconds, process.kill)
    timer.daemon = True
    timer.start()
    text = ""
    try:
        for line in process.stdout:
            text += line
            if words in line:
                return text
    finally:
        timer.cancel()
    raise AssertionError(f"{process.args[0]} did not say {words!r} but {text!r}")
