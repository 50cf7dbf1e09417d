#!/usr/bin/env bash
# A Slurm of this machine alone, to try slurm.sh on: controller and node as processes of their own, without accounts, keys or control groups. As root;
# not for others' machines. usage: one-node-slurm.sh start DIR; export SLURM_CONF=DIR/slurm.conf; ... ; one-node-slurm.sh stop DIR
set -euo pipefail
action=$1
mkdir -p "$2"
dir=$(realpath "$2")
conf=$dir/slurm.conf
case $action in
start)
    mkdir -p "$dir/state"
    # Its sockets stand there, whose paths may have 108 bytes.
    spool=$(mktemp -d /tmp/slurm.XXXXXX)
    port=$((20000 + RANDOM % 20000))
    cat > "$conf" <<CONF
ClusterName=one
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=5,batch_sched_delay=0
MpiDefault=none
ReturnToService=2
RebootProgram=/bin/true
StateSaveLocation=$dir/state
SlurmdSpoolDir=$spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
    export SLURM_CONF=$conf
    slurmctld -f "$conf"
    slurmd -f "$conf" -N "$(hostname)"
    for _ in $(seq 60); do
        if sinfo -h -o %t 2>/dev/null | grep -qE 'idle|mix|alloc'; then exit 0; fi
        sleep 1
    done
    echo "the node does not come up; see $dir/slurmctld.log and $dir/slurmd.log" >&2
    exit 1 ;;
stop)
    for name in slurmd slurmctld; do
        [ ! -s "$dir/$name.pid" ] || kill "$(cat "$dir/$name.pid")" 2>/dev/null || true
    done
    spool=$(sed -n 's/^SlurmdSpoolDir=//p' "$conf")
    case $spool in /tmp/slurm.*) rm -rf "$spool" ;; esac ;;
*) echo "start or stop?" >&2; exit 64 ;;
esac
