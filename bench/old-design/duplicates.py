"""Prints how many duplicates a second are refused: sent by one process, answered by the workers."""

import sys
import time

from tasks import analyse

calls, rounds = int(sys.argv[1]), int(sys.argv[2])
analyse.delay("key").get(timeout=60)
rates = []
for _ in range(rounds + 1):
    began = time.perf_counter()
    sent = [analyse.delay("key") for _ in range(calls)]
    assert all(one.get(timeout=120)["status"] == "skipped" for one in sent)
    rates.append(calls / (time.perf_counter() - began))
# A caller who wants its answer before it asks again.
began = time.perf_counter()
for _ in range(calls // 4):
    assert analyse.delay("key").get(timeout=60)["status"] == "skipped"
one_at_a_time = (calls // 4) / (time.perf_counter() - began)
# The first round warms up.
print(sorted(rates[1:])[rounds // 2], one_at_a_time)
