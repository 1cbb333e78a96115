/**
 * Resources that were created by hand from the Istio task, with the same names and the same CA. After `pulumi import` of
 * import.json, the first `pulumi up` changes them in place (docs/import.md).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { SidecarTlsTermination } from "../..";

const folder = new pulumi.Config().get("folder") ?? ".";

const httpbin = new SidecarTlsTermination("httpbin", {
    namespace: "test",
    createNamespace: true,
    workload: {
        image: "docker.io/kennethreitz/httpbin",
        port: 80,
        labels: { app: "httpbin" },
        version: "v1",
        replicas: 1,
    },
    certificateAuthority: {
        certificatePem: readFileSync(join(folder, "example.com.crt"), "utf8"),
        privateKeyPem: readFileSync(join(folder, "example.com.key"), "utf8"),
    },
    objectNames: {
        namespacePeerAuthentication: "default",
        portPeerAuthentication: "disable-peer-auth-for-external-mtls-port",
        serverSecret: "httpbin-mtls-termination",
        caSecret: "httpbin-mtls-termination-cacert",
        sidecar: "ingress-sidecar",
    },
});

export const url = httpbin.url;
export const clientBundle = httpbin.clientBundle;
