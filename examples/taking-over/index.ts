/**
 * What was made by hand from Istio's page, under the names and with the CA that it has there: after `pulumi import` of import.json
 * the first `up` changes it in place (docs/taking-over.md).
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
