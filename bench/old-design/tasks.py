"""The design that Onceflow replaces: a late acknowledgement, a lock with a time to live, a status key."""

import os

import redis
from celery import Celery

broker = os.environ["OLD_DESIGN_REDIS"]
app = Celery("tasks", broker=broker, backend=broker)
app.conf.update(
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
)
store = redis.Redis.from_url(broker)


@app.task
def analyse(key):
    if store.get(f"status:{key}") == b"completed":
        return {"status": "skipped"}
    if not store.set(f"lock:{key}", "1", nx=True, ex=3600):
        return {"status": "skipped"}
    try:
        store.set(f"status:{key}", "completed")
        return {"status": "completed"}
    finally:
        store.delete(f"lock:{key}")
