#!/bin/sh
# The first process of a lab. It starts in new PID, mount and network namespaces and holds them open. When it ends, the
# kernel kills all processes in them and removes their mounts and network devices, so nothing is left behind.
# Arguments: the lab's folder, the folder of the builds, the node's address with prefix length.
set -eu
instance=$1
builds=$2
address=$3

# The lab's own /run, in which its folder and the builds have short names (a socket's path has room for 107 bytes).
# containerd, the CNI plugins and the kubelet write to the folders below /var, whatever their configuration says.
staging=$instance/staging
mkdir "$staging"
mount -n -t tmpfs -o mode=755 lab-run "$staging"
mkdir "$staging/lab" "$staging/builds" "$staging/lock"
mount -n --bind "$instance" "$staging/lab"
mount -n --bind "$builds" "$staging/builds"
for folder in /var/lib /var/log; do
    mount -n -t tmpfs -o mode=755 lab "$folder"
done
mount -n --move "$staging" /run

# The kubelet changes these settings for the whole machine if they have other values, so it gets copies.
mkdir /run/kernel-settings
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    copy=/run/kernel-settings/$(basename "${setting%=*}")
    echo "${setting#*=}" > "$copy"
    mount -n --bind "$copy" "/proc/sys/${setting%=*}"
done

# A node needs an interface. Both ends of the pair stay in the namespace, and the only route leads back to the node.
ip link set lo up
ip link add node0 type veth peer name node0-peer
ip address add "$address" dev node0
ip link set node0 up
ip link set node0-peer up
ip route add default via "${address%/*}" dev node0
echo 1 > /proc/sys/net/ipv4/ip_forward

# With SIGCHLD ignored, the kernel reaps orphans of the first process, such as the shims of terminated pods.
trap '' CHLD
: > /run/lab/namespaces-ready
exec sleep infinity
