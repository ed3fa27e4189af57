#!/bin/bash
# As the upstream image does: KAFKA_LOG_DIRS becomes log.dirs, and so on.
set -euo pipefail

export CLASSPATH="/opt/jars/*"
export KAFKA_LOG_DIRS=${KAFKA_LOG_DIRS:-/tmp/kraft-combined-logs}
env | grep '^KAFKA_' | while IFS='=' read -r name value; do
    key=${name#KAFKA_}
    key=${key,,}
    echo "${key//_/.}=$value"
done > /tmp/server.properties

java="/opt/java/bin/java -Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1
      -Dlog4j2.configurationFile=/opt/log4j2.properties"
if [ ! -e "$KAFKA_LOG_DIRS/meta.properties" ]; then
    $java kafka.tools.StorageTool format -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" \
        -c /tmp/server.properties
fi
exec $java kafka.Kafka /tmp/server.properties
