/** Names and labels as Kubernetes has them. */
import { type Check, input, mapOf, matching } from "../validation/checks";
import { problem } from "../validation/problem";

/** RFC 1123 label, which Kubernetes wants for a namespace. */
export const dnsLabel = matching(
    /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must be a DNS label: at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit",
);

/** RFC 1035 label, which Kubernetes wants for a Service. */
export const serviceName = matching(
    /^(?=.{1,63}$)[a-z]([-a-z0-9]*[a-z0-9])?$/,
    "must be the name of a Service: at most 63 lower-case letters, digits and '-', beginning with a letter",
);

/** RFC 1123 subdomain, which Kubernetes wants for most names. */
export const objectName = matching(
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "must be the name of a Kubernetes object: at most 253 lower-case letters, digits, '-' and '.'",
);

const labelValuePattern = /^(|(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)$/;

export const labelValue = matching(
    labelValuePattern,
    "must be a label value: at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
);

const labelKeyPattern =
    /^((?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export const labelKey = matching(
    labelKeyPattern,
    "must be a label key: at most 63 letters, digits, '-', '_' and '.', perhaps after a DNS name of at most 253 characters and '/'",
);

// A Sidecar's selector takes 256 (Istio's CRD), one of which may be the version.
const mostLabels = 255;

/** Istio reads these off a pod or a namespace: whether there is a sidecar, and of which revision; by the last ones the guard knows its pods. */
const istiosLabel = /^((sidecar\.istio\.io|istio\.io|istio-sidecar-tls)\/|istio-injection$)/;

/** Labels that an object may carry besides those of its own. */
export const labels: Check = (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return [problem(path, value, 'must be a map, such as { team: "shop" }')];
    }
    return Object.entries(value).flatMap(([key, label]) => [
        ...labelKey(key, `${path}["${key}"]`),
        ...(istiosLabel.test(key)
            ? [problem(`${path}["${key}"]`, key, "could take the pods their sidecar or their guard: leave it out")]
            : []),
        ...input(labelValue)(label, `${path}["${key}"]`),
    ]);
};

/** Labels that select pods: an empty selector would select every pod of the namespace. */
export const selectorLabelsCheck: Check = (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
        return [problem(path, value, 'must hold at least one label, such as { app: "httpbin" }')];
    }
    const count = Object.keys(value).length;
    return count > mostLabels
        ? [{ propertyPath: path, reason: `must hold at most ${mostLabels} labels, not ${count}` }]
        : labels(value, path);
};

const annotationKey = matching(
    labelKeyPattern,
    "must be an annotation's key: at most 63 letters, digits, '-', '_' and '.', perhaps after a DNS name and '/'",
);

/** Annotations that an object may carry besides those of its own. */
function annotationsBesides(others: RegExp, reason: string): Check {
    return mapOf(
        (key, path) => (others.test(String(key)) ? [problem(path, key, reason)] : annotationKey(key, path)),
        input((value, path) => (typeof value === "string" ? [] : [problem(path, value, "must be a string")])),
    );
}

export const annotations = annotationsBesides(/^pulumi\.com\//, "could change what Pulumi waits for: leave it out");

/** The same for pods, whose sidecar is told by annotations what to do. */
export const podAnnotations = annotationsBesides(
    /^([a-z]+\.)*istio\.io\/|^pulumi\.com\//,
    "could change the sidecar, or what Pulumi waits for: leave it out",
);

// The last label is no number: that would be an IP address.
const dnsNamePattern =
    /^(?=.{1,253}$)(?!([^.]+\.)*[0-9]+$)(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i;

/** DNS name of a certificate. */
export const dnsName = matching(dnsNamePattern, "must be a DNS name such as client.example.com");

/** Domain under which a cluster's Services have their names. */
export const clusterDomain = matching(dnsNamePattern, "must be a DNS name such as cluster.local");
