# shellcheck shell=sh
# Functions of the connectivity check, for any POSIX shell with curl. script.ts sets timeout_seconds before this text, and
# calls the functions after it.

set -uf
: "${timeout_seconds:?}"
started=$(date +%s)
failures=
advised=

in_time() {
    [ $(($(date +%s) - started)) -lt "$timeout_seconds" ]
}

# attempt TRANSPORT CURL_ARGUMENT...
# Succeeds if the application responds, and sets answer. Envoy denies HTTP requests with 403 and 503.
attempt() {
    transport=$1
    shift
    case $transport in
        http) seconds=10 ;;
        # The client's sidecar accepts the connection itself, and gives up on the server after 10 seconds.
        mesh-tcp) seconds=12 ;;
        *) seconds=5 ;;
    esac
    format='%{http_code} %{exitcode} %{size_download} %{time_connect} %{time_appconnect} %{errormsg}'
    # shellcheck disable=SC2046 # Each field becomes an argument; set -f keeps the words of errormsg as they are.
    set -- $(
        curl --silent --globoff --noproxy '*' --output /dev/null --max-time "$seconds" --write-out "$format" "$@"
    )
    # Without a usable curl there is no output.
    [ $# -ge 5 ] || set -- 000 none 0 0 0
    status=$1 code=$2 bytes=$3 connected=$4
    [ "$transport" != tls ] || connected=$5
    shift 5

    if [ "$transport" = http ]; then
        if [ "$status" = 000 ]; then
            answer="curl $code${*:+: $*}"
            return 1
        fi
        answer="HTTP $status"
        case $status in
            403 | 5??) return 1 ;;
        esac
        return 0
    fi
    if [ "$bytes" -gt 0 ]; then
        answer="$bytes bytes"
        return 0
    fi
    # curl 28: the time is up.
    if [ "$code" = 28 ] && [ "$connected" != 0.000000 ]; then
        answer="the connection stayed open"
        return 0
    fi
    if [ "$code" = 0 ]; then
        answer="the connection was closed"
    else
        answer="curl $code${*:+: $*}"
    fi
    return 1
}

# expect_admitted SUBJECT ADVICE TRANSPORT CURL_ARGUMENT...
# A change takes seconds to reach a sidecar, so the attempt is repeated until the time is up.
expect_admitted() {
    subject=$1 advice=$2
    shift 2
    until attempt "$@"; do
        if ! in_time; then
            fail "$subject was not admitted within $timeout_seconds s ($answer)" "$advice"
            return
        fi
        sleep 1
    done
    echo "ok    $subject is admitted ($answer)"
}

# expect_denied SUBJECT ADVICE TRANSPORT CURL_ARGUMENT...
# A Service has several pods, so the client has to be denied three times in a row.
expect_denied() {
    subject=$1 advice=$2 denied=0
    shift 2
    while [ "$denied" -lt 3 ]; do
        if ! attempt "$@"; then
            denied=$((denied + 1))
        elif in_time; then
            denied=0
            sleep 1
        else
            fail "$subject was answered ($answer), but must be denied" "$advice"
            return
        fi
    done
    echo "ok    $subject is denied ($answer)"
}

# fail SENTENCE ADVICE
# Advice that several failures share is printed once: Kubernetes cuts the termination message off at 4096 bytes.
fail() {
    sentence=$1
    case $advised in
        *"|$2|"*) ;;
        *) sentence="$1: $2" ;;
    esac
    advised="$advised|$2|"
    failures="${failures:+$failures
}$sentence"
    echo "FAIL  $sentence"
}

# Ends the check. The failures become the termination message: of all that Kubernetes knows of a Job's pod, Pulumi prints that
# (pulumi-kubernetes: provider/pkg/await/checker/pod/check.go).
finish() {
    [ -n "$failures" ] || exit 0
    printf '%s' "$failures" > /dev/termination-log
    exit 1
}

# A native sidecar ends by itself. A classic one keeps the pod running until it is told to end.
stop_sidecar() {
    curl --silent --output /dev/null --max-time 5 --request POST http://localhost:15020/quitquitquit
}

wait_for_sidecar() {
    until curl --silent --fail --output /dev/null --max-time 2 http://localhost:15021/healthz/ready; do
        if [ $(($(date +%s) - started)) -gt 120 ]; then
            fail "the check's pod in the mesh has no ready sidecar after 120 s" \
                "check its containers, and the injection webhook of istiod"
            finish
        fi
        sleep 1
    done
    # The time limit is for the expectations alone.
    started=$(date +%s)
}

# report_env_override NAMESPACE DEPLOYMENT VARIABLE
# An entry in env wins over the ConfigMap in envFrom, through which the component sets the variable, and no status shows it.
report_env_override() {
    account=/var/run/secrets/kubernetes.io/serviceaccount
    # Without the argument istiod, the API server answers with 403, in which there is no entry.
    [ -r "$account/token" ] || return 0
    read -r token < "$account/token"
    # On the command line of curl, the token would be visible to every process of the pod.
    json=$(
        printf 'Authorization: Bearer %s' "$token" |
            curl --silent --max-time 10 --cacert "$account/ca.crt" --header @- \
                "https://kubernetes.default.svc/apis/apps/v1/namespaces/$1/deployments/$2?pretty=false"
    )
    value=$(env_value "$json" "$3") || return 0
    # The values that Go's strconv.ParseBool, which istiod uses, takes for true.
    case $value in
        1 | t | T | true | TRUE | True) return 0 ;;
    esac
    fail "Deployment $2 in namespace $1 sets $3=$value in its own env" \
        "this entry overrides the feature flag; remove it: kubectl -n $1 set env deployment/$2 $3-"
}

# env_value JSON VARIABLE
# Prints the value of the first entry of that name in compact JSON, in which the API server writes "name" first. Fails if there
# is no entry, or if its value comes from elsewhere. A parser for JSON is not in every image with curl.
env_value() {
    entry=${1#*"\"name\":\"$2\""}
    [ "$entry" != "$1" ] || return 1
    entry=${entry%%\}*}
    case $entry in
        *'"valueFrom"'*) return 1 ;;
        *'"value":"'*) ;;
        *) return 0 ;;
    esac
    entry=${entry#*'"value":"'}
    printf '%s' "${entry%%\"*}"
}
