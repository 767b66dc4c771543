"""The language: a small part of Python, parsed with `ast` and compiled; never run as Python.

program    = statements and functions; the last line that starts a thread ends what runs before the threads, and
             what stands after it runs when all threads have ended
values     = whole numbers up to 10**12, True, False, None, strings, tuples, lists, dicts, f-strings
names      = assigned at the top level before the threads: shared by all, without `global`; else a function's own
statements = name = value · element = value · a, b = values · += -= *= //= %= **= · if, elif, else · while ·
             for in range, list, dict, tuple, string · break · continue · return · pass · assert test, message ·
             with lock, lock: · calls
operators  = + - * // % ** · == != < <= > >= in not in, chained · is None · and or not · a if test else b
functions  = def name(parameters) at the top level; abs bool int len list max min sorted str sum range; print,
             work(ms), sleep(ms), yield_()
methods    = lists: append clear copy count insert pop remove · dicts: clear copy get items keys pop values
objects    = made at the top level: Lock and RLock (acquire, try_acquire, acquire(blocking=False), release, locked)
             · Semaphore(n) (acquire, try_acquire, release) · Condition(lock) (wait, notify, notify(n), notify_all)
             · Event (wait, set, clear, is_set) · Barrier(n) (wait) · RWLock(prefer=…) (with lock.read(), with
             lock.write(), acquire_read, …) · Queue(n) (put, get, try_put, try_get, size, empty, full) ·
             Atomic(value) (load, store, exchange, compare_and_swap, fetch_add)
threads    = Thread(function, arguments…, name="A", priority=1) at the top level, up to eight
"""
