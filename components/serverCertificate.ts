/** The certificate that the sidecar shows, for the DNS names of the Service. */
import * as pulumi from "@pulumi/pulumi";
import {
    type CertificateAuthorityKeyPair,
    commonNameOf,
    type KeyAlgorithm,
    type Lifetime,
    type Subject,
} from "./certificateArguments";
import { type LeafCertificate, leafCertificate } from "./leafCertificate";

/** The name by which clients outside the namespace reach a Service (https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/). */
export function hostOf(service: string, namespace: string): string {
    return `${service}.${namespace}.svc.cluster.local`;
}

/** The same of names that may be known only later. */
export function serviceHost(service: pulumi.Input<string>, namespace: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.all([service, namespace]).apply(([knownService, known]) => hostOf(knownService, known));
}

export function serverCertificate(
    name: string,
    spec: {
        readonly issuer: CertificateAuthorityKeyPair;
        readonly service: pulumi.Input<string>;
        readonly namespace: pulumi.Input<string>;
        readonly subject?: Subject;
        readonly keyAlgorithm: pulumi.Input<KeyAlgorithm>;
        readonly lifetime: pulumi.Output<Lifetime>;
    },
    opts: pulumi.CustomResourceOptions,
): LeafCertificate {
    const { service, namespace, subject, lifetime } = spec;
    const host = serviceHost(service, namespace);
    return leafCertificate(
        name,
        {
            issuer: spec.issuer,
            subject: { ...subject, commonName: subject?.commonName ?? commonNameOf(host, service) },
            dnsNames: [
                host,
                pulumi.interpolate`${service}.${namespace}.svc`,
                pulumi.interpolate`${service}.${namespace}`,
            ],
            extendedKeyUsage: "server_auth",
            keyAlgorithm: spec.keyAlgorithm,
            validityPeriodHours: lifetime.validityPeriodHours,
            earlyRenewalHours: lifetime.earlyRenewalHours,
        },
        opts,
    );
}
