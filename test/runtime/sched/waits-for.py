import threading
import time

lock = threading.Lock()
lock.acquire()
waiter = threading.Thread(target=lock.acquire)
waiter.start()
time.sleep(0.1)
lock.release()
waiter.join()
