/** Objects written by hand: the manifests of the Istio task, and the guard that the task lacks. */
import type { TestResource } from "./analyzer";

const istio = {
    AuthorizationPolicy: "security.istio.io/v1",
    PeerAuthentication: "security.istio.io/v1",
    Sidecar: "networking.istio.io/v1",
};

/** An Istio object in namespace test, as a CustomResource or a YAML file registers it. */
export function istioObject(
    kind: keyof typeof istio,
    name: string,
    spec: unknown,
    metadata: object = {},
): TestResource {
    const apiVersion = istio[kind];
    return {
        type: `kubernetes:${apiVersion}:${kind}`,
        name,
        inputs: { apiVersion, kind, metadata: { name, namespace: "test", ...metadata }, spec },
    };
}

/** An object in namespace test, as a class of @pulumi/kubernetes registers it. */
export function object(
    apiVersion: string,
    kind: string,
    name: string,
    content: object,
    metadata: object = {},
): TestResource {
    const module = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    return {
        type: `kubernetes:${module}:${kind}`,
        name,
        inputs: { apiVersion, kind, metadata: { name, namespace: "test", ...metadata }, ...content },
    };
}

export const labels = { app: "httpbin" };

export function workload(kind: string, name: string, podLabels: unknown = labels, namespace = "test"): TestResource {
    const template = {
        metadata: { labels: podLabels },
        spec: { containers: [{ name, image: "example.com/application" }] },
    };
    return object("apps/v1", kind, name, { spec: { template } }, { namespace });
}

export const deployment = workload("Deployment", "httpbin");

export function peerAuthentication(further: object = {}): TestResource {
    return istioObject("PeerAuthentication", "port", {
        selector: { matchLabels: labels },
        mtls: { mode: "STRICT" },
        portLevelMtls: { 9080: { mode: "DISABLE" } },
        ...further,
    });
}

export function sidecar(listener: object = {}, selector: unknown = labels): TestResource {
    const tls = { mode: "MUTUAL", privateKey: "/tls.key", serverCertificate: "/tls.crt", caCertificates: "/ca.crt" };
    return istioObject("Sidecar", "sidecar", {
        workloadSelector: { labels: selector },
        ingress: [
            {
                port: { number: 9080, protocol: "HTTPS", name: "external" },
                defaultEndpoint: "0.0.0.0:80",
                tls,
                ...listener,
            },
            { port: { number: 9081, protocol: "HTTP", name: "internal" }, defaultEndpoint: "0.0.0.0:80" },
        ],
    });
}

/** A rule that matches plaintext on the port. */
export const plaintext = { from: [{ source: { notPrincipals: ["*"] } }], to: [{ operation: { ports: ["9080"] } }] };

export function guard(rule: object = plaintext, further: object = {}, metadata: object = {}): TestResource {
    return istioObject(
        "AuthorizationPolicy",
        "guard",
        { selector: { matchLabels: labels }, action: "DENY", rules: [rule], ...further },
        metadata,
    );
}
