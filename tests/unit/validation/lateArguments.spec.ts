/**
 * Values of the wrong type that are known only later, while another Output is known last: each is rejected by the checks, and no other
 * error comes before.
 */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { SidecarTlsTerminationArgs } from "../../..";
import { type Pair, selfSigned } from "../certificates";
import { minimal, refusal } from "../component";

type Value = pulumi.Output<never>;

const workload = minimal.workload!;
const external = { name: "external", protocol: "HTTPS" } as const;
const existingWorkload = { selector: { app: "shop" }, port: 80 };

/** Neither a string, nor a number, nor a list. */
const wrong = {};
/** Not a map. */
const noMap = 5;

const places: Readonly<
    Record<string, readonly [unknown, (value: Value, authority: Pair) => Partial<SidecarTlsTerminationArgs>]>
> = {
    namespace: [wrong, (value) => ({ namespace: value })],
    externalHostNames: [wrong, (value) => ({ externalHostNames: value })],
    "externalHostNames[0]": [wrong, (value) => ({ externalHostNames: [value] })],
    clusterDomain: [wrong, (value) => ({ clusterDomain: value })],
    commonLabels: [noMap, (value) => ({ commonLabels: value })],
    commonAnnotations: [noMap, (value) => ({ commonAnnotations: value })],
    "workload.topologySpreadKeys": [wrong, (value) => ({ workload: { ...workload, topologySpreadKeys: value } })],
    "workload.environment": [noMap, (value) => ({ workload: { ...workload, environment: value } })],
    "workload.labels": [noMap, (value) => ({ workload: { ...workload, labels: value } })],
    "workload.version": [wrong, (value) => ({ workload: { ...workload, version: value } })],
    "workload.port": [wrong, (value) => ({ workload: { ...workload, port: value } })],
    "workload.image": [wrong, (value) => ({ workload: { ...workload, image: value } })],
    "workload.resources.requests": [noMap, (value) => ({ workload: { ...workload, resources: { requests: value } } })],
    "workload.readinessProbe.command": [
        wrong,
        (value) => ({ workload: { ...workload, readinessProbe: { command: value } } }),
    ],
    "workload.securityContext.capabilities": [
        wrong,
        (value) => ({ workload: { ...workload, securityContext: { capabilities: value } } }),
    ],
    "workload.existingServiceAccount": [
        wrong,
        (value) => ({ workload: { ...workload, existingServiceAccount: value } }),
    ],
    certificateRevocationListPem: [
        wrong,
        (value, authority) => ({ certificateAuthority: authority, certificateRevocationListPem: value }),
    ],
    "certificateAuthority.certificatePem": [
        wrong,
        (value, authority) => ({ certificateAuthority: { ...authority, certificatePem: value } }),
    ],
    "certificateAuthority.privateKeyPem": [
        wrong,
        (value, authority) => ({ certificateAuthority: { ...authority, privateKeyPem: value } }),
    ],
    "nextCertificateAuthority.certificatePem": [
        wrong,
        (value, authority) => ({
            certificateAuthority: authority,
            nextCertificateAuthority: { ...authority, certificatePem: value },
        }),
    ],
    "certificates.serverIpAddresses": [wrong, (value) => ({ certificates: { serverIpAddresses: value } })],
    "certificates.serverUris": [wrong, (value) => ({ certificates: { serverUris: value } })],
    "certificates.validityPeriodHours": [wrong, (value) => ({ certificates: { validityPeriodHours: value } })],
    "certificates.earlyRenewalHours": [wrong, (value) => ({ certificates: { earlyRenewalHours: value } })],
    "certificates.keyAlgorithm": [wrong, (value) => ({ certificates: { keyAlgorithm: value } })],
    "certificates.serverSubject.commonName": [
        wrong,
        (value) => ({ certificates: { serverSubject: { commonName: value } } }),
    ],
    "istiod.trustDomain": [wrong, (value) => ({ istiod: { trustDomain: value } })],
    "istiod.namespace": [wrong, (value) => ({ istiod: { namespace: value } })],
    "istiod.injectionRevision": [wrong, (value) => ({ istiod: { injectionRevision: value } })],
    "listeners[0].listenerPort": [wrong, (value) => ({ listeners: [{ ...external, listenerPort: value }] })],
    "listeners[0].servicePort": [wrong, (value) => ({ listeners: [{ ...external, servicePort: value }] })],
    "listeners[0].applicationPort": [wrong, (value) => ({ listeners: [{ ...external, applicationPort: value }] })],
    "listeners[0].tls.mode": [wrong, (value) => ({ listeners: [{ ...external, tls: { mode: value } }] })],
    "listeners[0].tls.cipherSuites": [
        wrong,
        (value) => ({ listeners: [{ ...external, tls: { cipherSuites: value } }] }),
    ],
    "listeners[0].tls.minProtocolVersion": [
        wrong,
        (value) => ({ listeners: [{ ...external, tls: { minProtocolVersion: value } }] }),
    ],
    "egress[0].hosts": [wrong, (value) => ({ egress: [{ hosts: value }] })],
    "outboundTrafficPolicy.mode": [wrong, (value) => ({ outboundTrafficPolicy: { mode: value } })],
    "allowedSources[0].cidr": [wrong, (value) => ({ allowedSources: [{ cidr: value }] })],
    "allowedSources[0].except": [wrong, (value) => ({ allowedSources: [{ cidr: "10.0.0.0/8", except: value }] })],
    "allowedSources[0]": [wrong, (value) => ({ allowedSources: [value] })],
    "allowedSources[0].namespaceLabels": [noMap, (value) => ({ allowedSources: [{ namespaceLabels: value }] })],
    "clients[0].uri": [wrong, (value) => ({ clients: [{ name: "a", uri: value }] })],
    "clients[0].certificateRequestPem": [
        wrong,
        (value) => ({ clients: [{ name: "a", certificateRequestPem: value }] }),
    ],
    "clients[0].subject.organization": [
        wrong,
        (value) => ({ clients: [{ name: "a", subject: { organization: value } }] }),
    ],
    "service.type": [wrong, (value) => ({ service: { type: value } })],
    "service.annotations": [noMap, (value) => ({ service: { annotations: value } })],
    "service.ipFamilies": [wrong, (value) => ({ service: { ipFamilies: value } })],
    "objectNames.service": [wrong, (value) => ({ objectNames: { service: value } })],
    "objectNames.guard": [wrong, (value) => ({ objectNames: { guard: value } })],
    "existingWorkload.selector": [
        noMap,
        (value) => ({ workload: undefined, existingWorkload: { selector: value, port: 80 } }),
    ],
    existingService: [
        wrong,
        (value) => ({
            workload: undefined,
            existingService: value,
            existingWorkload,
        }),
    ],
    "existingSecrets.server": [wrong, (value) => ({ existingSecrets: { server: value } })],
    "certManager.issuerName": [wrong, (value) => ({ certManager: { issuerName: value } })],
};

describe("an Output of the wrong type is rejected, even if another Output is known later:", () => {
    let authority: Pair;

    before(async () => {
        authority = await selfSigned();
    });

    for (const [path, [value, args]] of Object.entries(places)) {
        it(path, async () => {
            const last = new Promise<string>((resolve) => setTimeout(resolve, 5, "test"));
            const said = await refusal({ namespace: last, ...args(pulumi.output<never>(value as never), authority) });
            expect(said).to.include(`has invalid arguments:\n  ${path}: `);
        });
    }

    for (const value of [undefined, {}]) {
        it(`certificates.keyAlgorithm with certManager, ${JSON.stringify(value)}`, async () => {
            const last = new Promise<string>((resolve) => setTimeout(resolve, 5, "test"));
            const keyAlgorithm = pulumi.output(value) as pulumi.Output<never>;
            const certManager = { issuerName: "partners" };
            const said = await refusal({ namespace: last, certManager, certificates: { keyAlgorithm } });
            expect(said).to.include("has invalid arguments:\n  certificates.keyAlgorithm: ");
        });
    }
});
