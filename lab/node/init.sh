#!/bin/sh
# First process of a lab: it is started in process, mount and network namespaces of its own and holds them open. When it
# ends, the kernel ends all that ran in them and drops their mounts and network devices, so nothing can stay behind.
# Arguments: the instance's folder, the folder of the builds, the node's address with prefix length.
set -eu
instance=$1
builds=$2
address=$3

# A /run of the lab's own, in which its folder and the builds have short names (a socket's path has room for 107 bytes).
# The folders below /var are those that containerd, the CNI plugins and the kubelet write to whatever they are told.
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

# The kubelet writes these settings if they have other values, for the whole machine: it gets to see copies.
mkdir /run/kernel-settings
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    copy=/run/kernel-settings/$(basename "${setting%=*}")
    echo "${setting#*=}" > "$copy"
    mount -n --bind "$copy" "/proc/sys/${setting%=*}"
done

# A node needs an interface; both ends of the pair stay inside, and the only route leads back to the node.
ip link set lo up
ip link add node0 type veth peer name node0-peer
ip address add "$address" dev node0
ip link set node0 up
ip link set node0-peer up
ip route add default via "${address%/*}" dev node0
echo 1 > /proc/sys/net/ipv4/ip_forward

# With SIGCHLD ignored the kernel reaps what is left to the first process, such as the shims of ended pods.
trap '' CHLD
: > /run/lab/namespaces-ready
exec sleep infinity
