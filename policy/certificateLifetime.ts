/** Certificates that are valid for too long: a stolen private key can be used until its certificate expires. */
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { authorityLifetime, leafLifetime, validityCheck } from "../components/certificates/lifetime";
import { object } from "../components/validation/checks";
import { formatProblemWithPath } from "../components/validation/problem";
import { parseAuthorityChain } from "../components/x509/authorityChain";
import { readCertificate } from "../components/x509/readCertificate";
import { parseHours } from "./goDuration";
import { isKind, isSecret, toKubernetesObject } from "./kubernetesObject";
import { formatLongDuration, formatLongLivedCertificate } from "./messages";
import { decodeBase64 } from "./pem";
import { copyReadable } from "./properties";
import { findStrings, formatPath, getAt, unknownValue } from "./values";

interface Limits {
    readonly maxValidityPeriodHours: number;
    readonly maxAuthorityValidityPeriodHours: number;
}

/** The default lifetimes of this package's components just stay within the limits. */
const defaults: Limits = {
    maxValidityPeriodHours: leafLifetime.validityPeriodHours,
    maxAuthorityValidityPeriodHours: authorityLifetime.validityPeriodHours,
};

export const certificateLifetime: ResourceValidationPolicy = {
    name: "certificate-lifetime",
    description: "A certificate must not be valid for longer than the limit.",
    enforcementLevel: "advisory",
    configSchema: {
        properties: {
            maxValidityPeriodHours: {
                type: "integer",
                minimum: 1,
                default: defaults.maxValidityPeriodHours,
                description: "Maximum validity of a certificate other than a CA's, in hours.",
            },
            maxAuthorityValidityPeriodHours: {
                type: "integer",
                minimum: 1,
                default: defaults.maxAuthorityValidityPeriodHours,
                description: "Maximum validity of a CA's certificate, in hours.",
            },
        },
    },
    validateResource: (resource, reportViolation) => {
        for (const message of validateLifetimes(resource, readLimits(resource.getConfig()))) {
            reportViolation(message);
        }
    },
};

/** The engine checks the types of the settings, and ignores unknown ones silently. */
function readLimits(settings: Partial<Limits>): Limits {
    const problems = limitsCheck(settings, "certificate-lifetime").map(formatProblemWithPath);
    if (problems.length > 0) {
        throw new Error(problems.join("\n"));
    }
    return { ...defaults, ...settings };
}

const limitsCheck = object<Partial<Limits>>({
    maxValidityPeriodHours: validityCheck,
    maxAuthorityValidityPeriodHours: validityCheck,
});

function validateLifetimes(resource: ResourceValidationArgs, limits: Limits): string[] {
    // The connectivity check tests rejection with a certificate that never expires, and that nothing trusts.
    if (resource.urn.includes("istio-sidecar-tls:index:ConnectivityCheck$")) {
        return [];
    }
    return [
        ...findDurations(resource)
            .flatMap((validity) => findExceeded(validity, limits))
            .map((exceeded) => formatLongDuration(resource, exceeded.path, exceeded)),
        ...findCertificates(resource)
            .flatMap((validities) => validities.flatMap((validity) => findExceeded(validity, limits)).slice(0, 1))
            .map((exceeded) => formatLongLivedCertificate(resource, exceeded.path, exceeded.subject, exceeded)),
    ];
}

/** How long a certificate is valid, and where a resource sets or holds it. */
interface Validity {
    readonly path: string;
    readonly hours: unknown;
    readonly isAuthority: unknown;
}

/** Validities that a property sets. */
function findDurations(resource: ResourceValidationArgs): Validity[] {
    if (/^tls:index\/(locally|self)Signed/.test(resource.type)) {
        const content = copyReadable(resource.props);
        const path = "validityPeriodHours";
        return [{ path, hours: getAt(content, path), isAuthority: getAt(content, "isCaCertificate") }];
    }
    const certificate = toKubernetesObject(resource);
    if (certificate && isCertificate(certificate)) {
        const { spec } = certificate;
        const hours = parseHours(getAt(spec, "duration"));
        return [{ path: "spec.duration", hours, isAuthority: getAt(spec, "isCA") }];
    }
    return [];
}

/** The certificates in PEM that an object holds, a list for each value, the longest validity first. */
function findCertificates(resource: ResourceValidationArgs): (Validity & { subject: string })[][] {
    const holder = toKubernetesObject(resource);
    if (!holder || !(isSecret(holder) || isConfigMap(holder))) {
        return [];
    }
    return findStrings(holder.content).map(({ path, text }) =>
        decodeBase64(text)
            .flatMap((pem) => parseAuthorityChain(pem).all.map(readCertificate))
            .filter((certificate) => certificate !== undefined)
            .map((certificate) => ({
                path: formatPath(path),
                hours: Math.floor((certificate.notAfter.getTime() - certificate.notBefore.getTime()) / 3_600_000),
                isAuthority: certificate.isAuthority,
                subject: certificate.subject,
            }))
            .sort((one, other) => other.hours - one.hours),
    );
}

const isConfigMap = isKind("", "ConfigMap");
const isCertificate = isKind("cert-manager.io", "Certificate");

/** The validity with the limit that it exceeds; none while a preview does not know it, or whether the certificate is a CA's. */
function findExceeded<V extends Validity>(
    validity: V,
    limits: Limits,
): (V & { hours: number; limit: { name: keyof Limits; hours: number } })[] {
    const { hours, isAuthority } = validity;
    const name = isAuthority === true ? "maxAuthorityValidityPeriodHours" : "maxValidityPeriodHours";
    const limit = { name, hours: limits[name] } as const;
    return typeof hours === "number" && isAuthority !== unknownValue && hours > limit.hours
        ? [{ ...validity, hours, limit }]
        : [];
}
