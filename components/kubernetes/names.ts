/** Kubernetes names, labels and annotations (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). */
import { type Check, input, isRecord, mapOf, matching } from "../validation/checks";
import * as problem from "../validation/problem";

/** RFC 1123 label, which Kubernetes requires for a namespace. */
export const dnsLabel = matching(
    /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must be a DNS label: at most 63 lowercase letters, digits and '-', beginning and ending with a letter or digit",
);

/** RFC 1035 label, which Kubernetes requires for a Service. */
export const serviceName = matching(
    /^(?=.{1,63}$)[a-z]([-a-z0-9]*[a-z0-9])?$/,
    "must be the name of a Service: at most 63 lowercase letters, digits and '-', beginning with a letter",
);

/** RFC 1123 subdomain, which Kubernetes requires for most names. */
export const objectName = matching(
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "must be the name of a Kubernetes object: at most 253 lowercase letters, digits, '-' and '.'",
);

const labelValuePattern = /^(|(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)$/;

export const labelValue = matching(
    labelValuePattern,
    "must be a label value: at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
);

const labelKeyPattern =
    /^((?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const messages = {
    reservedLabel: "is reserved: it controls sidecar injection or the guard's selector. Remove it",
    pulumiAnnotation: "is reserved: it controls what Pulumi waits for. Remove it",
    sidecarAnnotation: "is reserved: it configures the sidecar, or controls what Pulumi waits for. Remove it",
};

export const labelKey = matching(
    labelKeyPattern,
    "must be a label key: at most 63 letters, digits, '-', '_' and '.', optionally prefixed by a DNS name of at most 253 characters and '/'",
);

// A Sidecar's selector accepts 256 labels (Istio's CRD), one of which may be the version.
const mostLabels = 255;

/**
 * Labels that decide whether istiod injects a sidecar into a pod or a namespace, and of which revision; the guard selects its pods by
 * labels of this package.
 */
const reservedLabel = /^((sidecar\.istio\.io|istio\.io|istio-sidecar-tls)\/|istio-injection$)/;

/** Labels that users may add to an object. */
export const labels: Check = (value, path) => {
    if (!isRecord(value)) {
        return [problem.invalid(path, value, 'must be a map, such as { team: "shop" }')];
    }
    return Object.entries(value).flatMap(([key, label]) => [
        ...labelKey(key, `${path}["${key}"]`),
        ...(reservedLabel.test(key) ? [problem.invalid(`${path}["${key}"]`, key, messages.reservedLabel)] : []),
        ...input(labelValue)(label, `${path}["${key}"]`),
    ]);
};

/** Labels that select pods. An empty selector would select every pod of the namespace. */
export const selectorLabelsCheck: Check = (value, path) => {
    if (!isRecord(value) || Object.keys(value).length === 0) {
        return [problem.invalid(path, value, 'must have at least one label, such as { app: "httpbin" }')];
    }
    const count = Object.keys(value).length;
    return count > mostLabels
        ? [problem.invalid(path, undefined, `must have at most ${mostLabels} labels, not ${count}`)]
        : labels(value, path);
};

const annotationKey = matching(
    labelKeyPattern,
    "must be an annotation key: at most 63 letters, digits, '-', '_' and '.', optionally prefixed by a DNS name and '/'",
);

/** Annotations that users may add to an object. */
function annotationsExcept(reserved: RegExp, reason: string): Check {
    return mapOf(
        (key, path) => (reserved.test(String(key)) ? [problem.invalid(path, key, reason)] : annotationKey(key, path)),
        input((value, path) => (typeof value === "string" ? [] : [problem.invalid(path, value, "must be a string")])),
    );
}

export const annotations = annotationsExcept(/^pulumi\.com\//, messages.pulumiAnnotation);

/** Annotations that users may add to pods: `istio.io` annotations configure the sidecar. */
export const podAnnotations = annotationsExcept(/^([a-z]+\.)*istio\.io\/|^pulumi\.com\//, messages.sidecarAnnotation);

// A name whose last label is a number would be an IP address.
const dnsNamePattern =
    /^(?=.{1,253}$)(?!([^.]+\.)*[0-9]+$)(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i;

/** DNS name in a certificate, possibly a wildcard. */
export const dnsName = matching(dnsNamePattern, "must be a DNS name such as client.example.com");

/** DNS domain of a cluster's Services. */
export const clusterDomain = matching(dnsNamePattern, "must be a DNS name such as cluster.local");
