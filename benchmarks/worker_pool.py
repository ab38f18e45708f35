"""The worker with Celery's solo pool against its forking one: python -m benchmarks.worker_pool

Starts real workers on an SQLite file of their own; see docs/adr/0002-worker-pool.md for what was decided.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

JOBS = 300
KILLS = 5
IDLE_SECONDS = 10.0


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="worker-pool-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.jobs.crew.settings",
            "DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/crew.sqlite3",
            "BROKER_URL": "memory://",
        }
        import django  # after its settings stand in the environment

        django.setup()
        solo = measure("solo", Path(folder))
        prefork = measure("prefork", Path(folder))
    print(f"{'':58}{'solo':>10}{'prefork':>10}{'ratio':>8}")
    for name, value in solo.items():
        ratio = f"{value / prefork[name]:8.2f}" if prefork[name] else ""
        print(f"{name:58}{value:10.2f}{prefork[name]:10.2f}{ratio}")


def measure(pool: str, folder: Path) -> dict[str, float]:
    from tests.jobs.processes import Crew

    crew = Crew(folder / pool, f"sqlite:///{folder / pool / 'crew.sqlite3'}", lease=10)
    crew.folder.mkdir()
    crew.migrate()
    crew.connect()
    trial = Trial(crew, pool)
    try:
        return {
            "start to ready, s": trial.start(),
            "idle processor time, % of a core": trial.idle(),
            "memory of all processes (PSS), MB": trial.memory(),
            f"{JOBS} empty jobs, s": trial.empty_jobs(),
            f"kill -9 at work: runs again after, s (longest of {KILLS})": trial.kills(),
            "kill -9 of the worker: lives on for, s": trial.survives_its_main_process(),
        }
    finally:
        crew.close()


class Trial:
    """One worker after another, with the given pool."""

    def __init__(self, crew: "Crew", pool: str) -> None:  # noqa: F821 - imported after django.setup
        self.crew = crew
        self.pool = pool
        self.worker: subprocess.Popen[str]

    def start(self) -> float:
        from tests.jobs.processes import wait_until

        begin = time.monotonic()
        before = self.crew.log().count("Worker ready")
        self.worker = self.crew.start("worker", f"--pool={self.pool}")
        wait_until(lambda: self.crew.log().count("Worker ready") > before, seconds=60, what="worker ready")
        return time.monotonic() - begin

    def tree(self) -> set[int]:
        from tests.jobs.processes import descendants

        return {self.worker.pid} | descendants(self.worker.pid)

    def idle(self) -> float:
        def ticks() -> int:
            fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in self.tree()]
            return sum(int(field[11]) + int(field[12]) for field in fields)

        time.sleep(1)
        before = ticks()
        time.sleep(IDLE_SECONDS)
        return 100 * (ticks() - before) / os.sysconf("SC_CLK_TCK") / IDLE_SECONDS

    def memory(self) -> float:
        lines = [
            line
            for pid in self.tree()
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            if line.startswith("Pss:")
        ]
        return sum(int(line.split()[1]) for line in lines) / 1024

    def empty_jobs(self) -> float:
        job_ids = [self.crew.enqueue("crew.work") for _ in range(JOBS)]
        return self.crew.wait_ended(*job_ids, seconds=300)

    def kills(self) -> float:
        """Kill the process that runs the job: the pool's child, or the worker itself, which is then started again."""
        waits = []
        for _ in range(KILLS):
            job_id = self.crew.enqueue("crew.work", stuck_at_first=True)
            self.crew.wait_begun(job_id, seconds=60)
            running = next(note["pid"] for note in self.crew.notes("begun") if note["job"] == job_id)
            begin = time.monotonic()
            os.kill(running, signal.SIGKILL)
            if running == self.worker.pid:
                self.worker.wait()
                self.start()
            self.crew.wait_begun(job_id, times=2, seconds=60)
            waits.append(time.monotonic() - begin)
        return max(waits)

    def survives_its_main_process(self) -> float:
        from tests.jobs.processes import is_alive, wait_until

        self.crew.wait_begun(self.crew.enqueue("crew.work", seconds=15), seconds=60)
        tree = self.tree()
        self.worker.kill()
        self.worker.wait()
        return wait_until(lambda: not any(is_alive(pid) for pid in tree), seconds=60, what="all ended")


if __name__ == "__main__":
    sys.exit(main())
