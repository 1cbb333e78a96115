/** The script of a connectivity check, for any POSIX shell with curl. */
import type { Expectation } from "./expectations";
import { deploymentName, featureFlagName } from "../mesh/istiodFeatureFlag";

/** The istiods whose own environment is looked at when something has failed. */
export interface IstiodsToRead {
    readonly namespace: string;
    readonly revisions: readonly string[];
}

/** From a pod with a sidecar. */
export function meshScript(expectations: readonly Expectation[], timeoutSeconds: number): string {
    return [common(timeoutSeconds), sidecar, ...expectations.map(line), "finish"].join("\n");
}

/** From a pod without one, which may have a token for the API server. */
export function outsideScript(
    expectations: readonly Expectation[],
    timeoutSeconds: number,
    { namespace, revisions }: IstiodsToRead,
): string {
    const reads = revisions.map(
        (revision) => `    read_istiod ${quoted(namespace)} ${quoted(deploymentName(revision))}`,
    );
    const last = ['if [ -n "$failures" ]; then', ...reads, "fi", "finish"];
    return [common(timeoutSeconds), istiod, ...expectations.map(line), ...last].join("\n");
}

function line({ isLetIn, subject, advice, probe, curl }: Expectation): string {
    return [isLetIn ? "let_in" : "keep_out", subject, advice, probe, ...curl]
        .map((word, index) => (index === 0 ? word : quoted(word)))
        .join(" ");
}

/** One word for the shell, whatever is in it. */
export function quoted(word: string): string {
    return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A change takes seconds to reach a sidecar, so what does not hold is tried again until the time is up; who has to be kept out
 * is tried several times, since a Service has several pods. Envoy refuses with 403 and 503. What failed becomes the message
 * with which the container ends: among all that Kubernetes knows of a Job's pod, that is what Pulumi prints
 * (pulumi-kubernetes: provider/pkg/await/checker/pod/check.go).
 */
function common(timeoutSeconds: number): string {
    return `set -uf
limit=${timeoutSeconds}
started=$(date +%s)
failures=
advised=

in_time() {
    [ $(($(date +%s) - started)) -lt "$limit" ]
}

# PROBE CURL-ARGUMENT...: whether the application was reached; sets answer.
attempt() {
    probe=$1
    shift
    seconds=5
    # The sidecar takes the connection itself, and gives up on the other end after ten seconds.
    [ "$probe" != mesh-tcp ] || seconds=12
    [ "$probe" != http ] || seconds=10
    format='%{http_code} %{exitcode} %{size_download} %{time_connect} %{time_appconnect} %{errormsg}'
    set -- $(curl --silent --globoff --noproxy '*' --output /dev/null --max-time $seconds --write-out "$format" "$@")
    [ $# -ge 5 ] || set -- 000 none 0 0 0
    status=$1 code=$2 bytes=$3 connected=$4
    [ "$probe" != tls ] || connected=$5
    shift 5
    if [ "$probe" = http ] && [ "$status" != 000 ]; then
        answer="HTTP $status"
        case $status in
            403 | 5??) return 1 ;;
        esac
        return 0
    fi
    answer="curl $code\${*:+: $*}"
    [ "$probe" != http ] || return 1
    if [ "$bytes" -gt 0 ]; then
        answer="$bytes bytes"
        return 0
    fi
    if [ "$code" = 28 ] && [ "$connected" != 0.000000 ]; then
        answer="the connection stayed open"
        return 0
    fi
    [ "$code" != 0 ] || answer="the connection was closed"
    return 1
}

# SUBJECT ADVICE PROBE CURL-ARGUMENT...
let_in() {
    subject=$1 advice=$2
    shift 2
    until attempt "$@"; do
        if ! in_time; then
            fail "$subject was not let in within $limit s ($answer)"
            return
        fi
        sleep 1
    done
    echo "ok    $subject is let in ($answer)"
}

# The same.
keep_out() {
    subject=$1 advice=$2 held=0
    shift 2
    while [ "$held" -lt 3 ]; do
        if ! attempt "$@"; then
            held=$((held + 1))
        elif in_time; then
            held=0
            sleep 1
        else
            fail "$subject was answered ($answer), and must not be"
            return
        fi
    done
    echo "ok    $subject is kept out ($answer)"
}

# An advice that several share is given once: the message is cut off at 4096 bytes.
fail() {
    sentence=$1
    case $advised in
        *"|$advice|"*) ;;
        *) sentence="$1: $advice" ;;
    esac
    advised="$advised|$advice|"
    failures="\${failures:+$failures
}$sentence"
    echo "FAIL  $sentence"
}

finish() {
    [ -n "$failures" ] || exit 0
    printf '%s' "$failures" > /dev/termination-log
    exit 1
}
`;
}

/** A sidecar that is a container like any other keeps its pod running until it is told to end; a native one would end by itself. */
const sidecar = `
trap 'curl --silent --output /dev/null --max-time 5 --request POST http://localhost:15020/quitquitquit' EXIT
until curl --silent --fail --output /dev/null --max-time 2 http://localhost:15021/healthz/ready; do
    if [ $(($(date +%s) - started)) -gt 120 ]; then
        advice="look at its containers, and at what istiod's webhook injects"
        fail "the pod of the check that is in the mesh has no sidecar that is ready after 120 s"
        finish
    fi
    sleep 1
done
started=$(date +%s)
`;

/** An entry of the flag in istiod's own environment wins over the one that is set here, and nothing else tells of it. */
const istiod = `
read_istiod() {
    account=/var/run/secrets/kubernetes.io/serviceaccount
    [ -r "$account/token" ] || return
    read -r token < "$account/token"
    deployment=$(
        printf 'Authorization: Bearer %s' "$token" | curl --silent --max-time 10 --cacert "$account/ca.crt" --header @- \\
            "https://kubernetes.default.svc/apis/apps/v1/namespaces/$1/deployments/$2?pretty=false"
    )
    entry=\${deployment#*'"name":"${featureFlagName}"'}
    [ "$entry" != "$deployment" ] || return
    entry=\${entry%%\\}*}
    value=\${entry#*'"value":"'}
    case $entry in
        *'"valueFrom"'*) return ;;
        *'"value":'*) value=\${value%%'"'*} ;;
        *) value= ;;
    esac
    case $value in
        1 | t | T | true | TRUE | True) return ;;
    esac
    advice="it wins over the flag that is set here; take it away: kubectl -n $1 set env deployment/$2 ${featureFlagName}-"
    fail "Deployment $2 in namespace $1 has ${featureFlagName}=$value in its own env"
}
`;
